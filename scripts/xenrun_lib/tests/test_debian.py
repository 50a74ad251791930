# SPDX-License-Identifier: GPL-2.0
"""What is made of Debian's packages: a kernel's modules, programs for dom0,
a system on a disk."""

import lzma
import pathlib
import tempfile
import unittest

from .. import backends, copytree, cpio, debianroot, guestroot, scenario


def make_files(base, files):
    """Files by name, with their content."""
    for name, content in files.items():
        path = pathlib.Path(base) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class KernelTest(unittest.TestCase):
    """A packaged kernel."""

    def adopt(self, **options):
        """What is taken of a package with modules."""
        with tempfile.TemporaryDirectory() as name:
            base = pathlib.Path(name)
            modules = "lib/modules/6.12-x"
            make_files(base / "deb", {
                "boot/vmlinuz-6.12-x": b"kernel",
                f"{modules}/kernel/loop.ko.xz": lzma.compress(b"loop"),
                f"{modules}/kernel/xen-blkback.ko": b"blkback",
                f"{modules}/kernel/fs/fuse.ko.xz": lzma.compress(b"fuse"),
                f"{modules}/kernel/nobody.ko": b"",
                **{f"{modules}/modules.{table}": b"" for table in
                   ("order", "builtin", "builtin.modinfo")}})
            done = guestroot.adopt_kernel(
                base / "deb", base / "out", ["loop", "xen-blkback"],
                depends=lambda path: [], **options)
            return {p.name: p.read_bytes() for p in done.rglob("*.ko*")}

    def test_packed_modules(self):
        """Modules come packed or plain; both are put down plain."""
        self.assertEqual(self.adopt(), {"loop.ko": b"loop",
                                        "xen-blkback.ko": b"blkback"})

    def test_folders(self):
        """Folders are taken as a whole, beside the modules that are named."""
        self.assertEqual(self.adopt(folders=("fs",)),
                         {"loop.ko": b"loop", "fuse.ko": b"fuse",
                          "xen-blkback.ko": b"blkback"})


class SystemTest(unittest.TestCase):
    """Debian on a disk."""

    def spec(self):
        """A domain whose disk takes over."""
        return scenario.Scenario("s", {"title": "t", "domains": {"d1": {
            "kernel": "debian", "disks": [{"fs": "ext4", "size_mib": 8,
                                           "system": "debian"}],
            "steps": ["await-disk xvda", "switch-root xvda", "run fio"]}}}
                                 ).domains["d1"]

    def test_steps(self):
        """Each side takes its own; without a switch all are the first's."""
        self.assertEqual(debianroot.split_steps(self.spec().steps),
                         (["await-disk xvda", "switch-root xvda"],
                          ["run fio"]))
        self.assertEqual(debianroot.split_steps(["a", "b"]),
                         (["a", "b"], []))

    def test_files(self):
        """What maintainer scripts would have made is there."""
        with tempfile.TemporaryDirectory() as name:
            base = pathlib.Path(name)
            make_files(base, {
                "tree/usr/share/base-passwd/passwd.master":
                    b"root:*:0:0:root:/root:/bin/bash\n",
                "tree/usr/share/base-passwd/group.master": b"users:*:100:\n",
                "tree/usr/share/doc/fio/README": b"",
                "tree/usr/bin/fio": b"x", "init": b"init",
                "modules/lib/modules/6/fuse.ko": b"fuse"})
            (base / "tree/usr/bin/fio").chmod(0o4755)
            debianroot.fill(copytree.Folder(base / "root"), base / "tree",
                            base / "modules", base / "init", self.spec())
            root = base / "root"
            self.assertEqual((root / "etc/steps").read_text(), "run fio\n")
            self.assertTrue((root / debianroot.WANTS).is_symlink())
            self.assertEqual((root / "usr/bin/fio").stat().st_mode & 0o7777,
                             0o4755)
            self.assertTrue((root / "usr/lib/modules/6/fuse.ko").exists())
            self.assertEqual((root / "etc/shadow").stat().st_mode & 0o007, 0)
            self.assertFalse((root / "usr/share/doc").exists())
            passwd = (root / "etc/passwd").read_text()
            groups = (root / "etc/group").read_text().split()
        self.assertIn("root:x:", passwd)
        numbers = [line.split(":")[2] for line in groups]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_programs(self):
        """dom0 has its programs below a folder of their own."""
        with tempfile.TemporaryDirectory() as name:
            make_files(name, {"usr/bin/iperf3": b"x"})
            out = cpio.Archive()
            backends.add_packages(out, pathlib.Path(name))
        self.assertIn(b"debian/usr/bin/iperf3\0", out.finish())
        self.assertIn(b"debian/dev/null\0", out.finish())
