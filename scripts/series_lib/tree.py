# SPDX-License-Identifier: GPL-2.0
"""A kernel tree that our files are put into, and taken out of again.

What was put there is remembered in a folder of the tree, with the originals
of the files that were edited or replaced.  Nothing is written before all of
it is known to fit, and files may be hard links: they are replaced, never
written into.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from . import SeriesError, maintainers, source

RECORD = ".xen-overlay"


def _digest(data):
    return hashlib.sha256(data).hexdigest()


class KernelTree:
    """A kernel's sources, with or without ours among them."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self._record = self.path / RECORD
        if not (self.path / "Kconfig").exists() or \
           not (self.path / "drivers/xen").is_dir():
            raise SeriesError(f"{path}: not the source of a kernel")
        self.version = self._read_version()
        self.installed = self._read_installed()

    def _read_version(self):
        text = (self.path / "Makefile").read_text(encoding="utf-8")
        found = dict(re.findall(r"^(VERSION|PATCHLEVEL) = (\d+)$", text,
                                re.M))
        return ".".join(found.get(k, "?") for k in ("VERSION", "PATCHLEVEL"))

    def _read_installed(self):
        listing = self._record / "files.json"
        if not listing.exists():
            return {}
        return json.loads(listing.read_text(encoding="utf-8"))

    def _current(self, name):
        path = self.path / name
        return path.read_bytes() if path.is_file() else None

    def pristine(self, name):
        """A file as it was before us; None if there was none."""
        if name not in self.installed:
            return self._current(name)
        now = self._current(name)
        if now is not None and _digest(now) != self.installed[name]:
            raise SeriesError(f"{self.path / name}: changed since the "
                              "overlay put it there; it is not overwritten")
        original = self._record / "original" / name
        return original.read_bytes() if original.exists() else None

    def _apply(self, edit, contents):
        """Apply a diff to @contents, by path."""
        names = edit.paths
        with tempfile.TemporaryDirectory(prefix="overlay-") as folder:
            for name in names:
                data = contents.get(name, self.pristine(name))
                if data is None:
                    raise SeriesError(f"{self.path}: no {name} to edit")
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            done = subprocess.run(
                ["patch", "-p1", "-F1", "--no-backup-if-mismatch",
                 "-d", folder, "-i", str(edit.path)],
                capture_output=True, text=True, check=False)
            if done.returncode:
                raise SeriesError(
                    f"{self.path} (Linux {self.version}): {edit.name} does "
                    f"not fit: {done.stdout.strip()}")
            for name in names:
                contents[name] = (pathlib.Path(folder) / name).read_bytes()

    def add(self, patch, contents):
        """What the files are with one more patch: @contents by path."""
        for name, path in patch.new.items():
            if self.pristine(name) is not None:
                raise SeriesError(f"{self.path / name}: is there already "
                                  "and is not ours")
            contents[name] = source.for_kernel(name, path.read_bytes())
        for name, path in patch.replaced.items():
            if self.pristine(name) is None:
                raise SeriesError(f"{self.path}: no {name} to replace")
            contents[name] = path.read_bytes()
        for edit in patch.edits:
            if edit.is_for(self.version):
                self._apply(edit, contents)
        if patch.maintainers:
            data = contents.get("MAINTAINERS", self.pristine("MAINTAINERS"))
            contents["MAINTAINERS"] = maintainers.merge(
                data.decode(), patch.maintainers).encode()

    def plan(self, patches):
        """What the files would be with all of them: contents by path."""
        contents = {}
        for patch in patches:
            self.add(patch, contents)
        return contents

    def _write(self, name, data):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".overlay")
        beside.write_bytes(data)
        if path.exists():
            shutil.copymode(path, beside)
        os.replace(beside, path)

    def _keep_original(self, name):
        kept = self._record / "original" / name
        data = self._current(name)
        if name not in self.installed and data is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(data)

    def install(self, patches):
        """Put the files there; those that are there already stay as they
        are.  Returns how many were written.
        """
        contents = self.plan(patches)
        gone = [n for n in self.installed if n not in contents]
        restored = {n: self.pristine(n) for n in gone}
        self._record.mkdir(exist_ok=True)
        for name in contents:
            self._keep_original(name)
        self._remember({**self.installed,
                        **{n: _digest(d) for n, d in contents.items()}})
        written = [n for n, d in contents.items() if self._current(n) != d]
        for name in written:
            self._write(name, contents[name])
        self._restore(restored)
        self._remember({n: _digest(d) for n, d in contents.items()})
        return len(written) + len(gone)

    def remove(self):
        """Take them out; returns how many there were."""
        restored = {n: self.pristine(n) for n in self.installed}
        self._restore(restored)
        shutil.rmtree(self._record, ignore_errors=True)
        return len(restored)

    def _restore(self, contents):
        for name, data in contents.items():
            path = self.path / name
            if data is not None:
                self._write(name, data)
                (self._record / "original" / name).unlink()
                continue
            path.unlink(missing_ok=True)
            for folder in path.relative_to(self.path).parents:
                if str(folder) == "." or any((self.path / folder).iterdir()):
                    break
                (self.path / folder).rmdir()

    def _remember(self, files):
        text = json.dumps(files, indent=0, sort_keys=True)
        (self._record / "files.json").write_text(text + "\n",
                                                 encoding="utf-8")
        self.installed = files
