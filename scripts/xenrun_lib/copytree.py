# SPDX-License-Identifier: GPL-2.0
"""Trees of files: into a folder or an archive, out of a folder."""

import pathlib


class Folder:
    """Takes what cpio.Archive takes; devices are the kernel's to make."""

    def __init__(self, base):
        self._base = pathlib.Path(base)

    def _place(self, path):
        place = self._base / path.strip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def folder(self, path, mode=0o755):
        """A folder; one that is there already is left as it is."""
        place = self._place(path)
        if not place.exists():
            place.mkdir()
            place.chmod(mode)

    def file(self, path, data, mode=0o644):
        """A regular file with these bytes."""
        place = self._place(path)
        place.write_bytes(data)
        place.chmod(mode)

    def link(self, path, target):
        """A symbolic link."""
        self._place(path).symlink_to(target)


def add(out, base, left_out=(), place=""):
    """Put what is in a folder below a place, in an archive or a Folder."""
    for path in sorted(base.rglob("*")):
        name = str(path.relative_to(base))
        if any(name == skip or name.startswith(skip + "/")
               for skip in left_out):
            continue
        if path.is_symlink():
            out.link(place + name, str(path.readlink()))
        elif path.is_dir():
            out.folder(place + name, path.stat().st_mode & 0o7777)
        elif path.is_file():
            out.file(place + name, path.read_bytes(),
                     path.stat().st_mode & 0o7777)
