# SPDX-License-Identifier: GPL-2.0
"""What is made of Debian's packages."""

import lzma
import pathlib
import tempfile
import unittest

from .. import guestroot


def make_files(base, files):
    """Files by name, with their content."""
    for name, content in files.items():
        path = pathlib.Path(base) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class KernelTest(unittest.TestCase):
    """A packaged kernel."""

    def test_packed_modules(self):
        """Modules come packed or plain; both are put down plain."""
        with tempfile.TemporaryDirectory() as name:
            base = pathlib.Path(name)
            modules = "lib/modules/6.12-x"
            make_files(base / "deb", {
                "boot/vmlinuz-6.12-x": b"kernel",
                f"{modules}/kernel/loop.ko.xz": lzma.compress(b"loop"),
                f"{modules}/kernel/xen-blkback.ko": b"blkback",
                f"{modules}/kernel/nobody.ko": b"",
                **{f"{modules}/modules.{table}": b"" for table in
                   ("order", "builtin", "builtin.modinfo")}})
            done = guestroot.adopt_kernel(
                base / "deb", base / "out", ["loop", "xen-blkback"],
                depends=lambda path: [])
            found = {p.name: p.read_bytes() for p in done.rglob("*.ko*")}
        self.assertEqual(found, {"loop.ko": b"loop",
                                 "xen-blkback.ko": b"blkback"})
