# SPDX-License-Identifier: GPL-2.0
"""Archives in the "newc" format that the kernel unpacks as its initramfs
(Documentation/driver-api/early-userspace/buffer-format.rst)."""

import stat


class Archive:
    """Collects entries; folders are made before what is put into them."""

    def __init__(self):
        self._out = bytearray()
        self._inode = 0
        self._seen = {""}

    def _entry(self, path, mode, data=b"", rdev=(0, 0)):
        self._inode += 1
        name = path.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0,
                  rdev[0], rdev[1], len(name), 0)
        self._out += b"070701" + b"".join(b"%08X" % f for f in fields)
        self._out += name
        self._pad()
        self._out += data
        self._pad()

    def _pad(self):
        self._out += b"\0" * (-len(self._out) % 4)

    def _parents(self, path):
        parts = path.split("/")[:-1]
        for i in range(len(parts)):
            self.folder("/".join(parts[:i + 1]))

    def folder(self, path, mode=0o755):
        """A folder; one that is there already is left as it is."""
        path = path.strip("/")
        if path in self._seen:
            return
        self._parents(path)
        self._seen.add(path)
        self._entry(path, stat.S_IFDIR | mode)

    def known(self, path):
        """Another archive before this one has made that folder."""
        self._seen.add(path.strip("/"))

    def file(self, path, data, mode=0o644):
        """A regular file with these bytes."""
        path = path.strip("/")
        self._parents(path)
        self._entry(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        """A symbolic link."""
        path = path.strip("/")
        self._parents(path)
        self._entry(path, stat.S_IFLNK | 0o777, target.encode())

    def device(self, path, major, minor, mode=0o600):
        """A character device."""
        path = path.strip("/")
        self._parents(path)
        self._entry(path, stat.S_IFCHR | mode, rdev=(major, minor))

    def finish(self):
        """The archive's bytes."""
        out = Archive()
        out._out = bytearray(self._out)
        out._inode = self._inode
        out._entry("TRAILER!!!", 0)
        return bytes(out._out) + bytes(-len(out._out) % 512)
