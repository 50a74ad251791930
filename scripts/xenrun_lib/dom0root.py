# SPDX-License-Identifier: GPL-2.0
"""dom0's initramfs: Debian's packages unpacked, the modules of its kernel,
the init program with dom0's steps, and a folder for each domain with what xl
creates it from."""

import pathlib

from . import XenrunError, copytree, cpio, guestroot, xen

# What nobody reads in a test.
LEFT_OUT = ("usr/share", "usr/include", "usr/games", "usr/src",
            "usr/lib/udev", "usr/lib/systemd", "usr/lib/python3",
            "etc/systemd", "etc/udev", "var/cache", "var/lib/dpkg",
            "var/run", "var/lock", ".packages")
LEFT_OUT += tuple(f"usr/lib/{triplet}/{name}"
                  for triplet in ("aarch64-linux-gnu", "arm-linux-gnueabihf")
                  for name in ("gconv", "security", "perl-base"))
FOLDERS = ("proc", "sys", "dev", "tmp", "run", "mnt", "root", "xen",
           "var/lib", "var/log")
# Our scripts, and where they go.
SCRIPTS = {"toolstack": "etc/toolstack",
           "block-light": "etc/xen/scripts/block-light"}
# Before the scenario's own steps.
STEPS = ("load virtio_mmio virtio_console", "harness", "toolstack", "create")
# What dom0's user space loads, if its kernel doesn't have it built in.
MODULES = ("virtio_mmio", "virtio_console", "xenfs", "xen-privcmd",
           "xen-evtchn", "xen-gntdev", "xen-gntalloc", "xen-blkback",
           "xen-netback", "loop", "bridge", "ext4",
           "crc32c_generic")


def base_archive(tree):
    """The packages' files, and the links that their scripts would make."""
    out = cpio.Archive()
    copytree.add(out, tree, LEFT_OUT)
    for name in FOLDERS:
        out.folder(name)
    out.device("dev/console", 5, 1)
    out.device("dev/null", 1, 3, 0o666)
    out.file("etc/passwd", b"root::0:0:root:/root:/bin/sh\n")
    out.file("etc/group", b"root:x:0:\n")
    out.link("usr/bin/sh", "bash")
    out.link("usr/bin/awk", "mawk")
    out.link("var/run", "/run")
    out.link("var/lock", "/run/lock")
    return out.finish()


class Dom0Root:
    """What every dom0 with one kernel has."""

    def __init__(self, base, tree, init, busybox, scripts, module_root):
        self._base, self._tree, self._init = base, tree, init
        self._busybox, self._scripts = busybox, scripts
        self._module_root = module_root

    def archive(self, spec, files, folder):
        """The initramfs of a scenario's dom0."""
        out = cpio.Archive()
        for name in ("usr", "usr/bin", "usr/lib", "etc", "etc/xen",
                     "etc/xen/scripts", "xen"):
            out.known(name)
        out.file("init", self._init.read_bytes(), 0o755)
        self._add_busybox(out)
        for name, place in SCRIPTS.items():
            out.file(place, (self._scripts / name).read_bytes(), 0o755)
        out.file("etc/steps",
                 "\n".join([*STEPS, *spec.dom0.steps, ""]).encode())
        copytree.add(out, self._module_root, place="usr/")
        for index, domain in enumerate(spec.domains.values()):
            self._add_domain(out, index, domain, files, folder)
        return self._base.read_bytes() + out.finish()

    def _add_busybox(self, out):
        """For what the packages don't have: a pager, a logger, ping."""
        out.file("usr/bin/busybox", self._busybox.read_bytes(), 0o755)
        for applet in [*guestroot.APPLETS, "logger"]:
            places = [self._tree / "usr" / d / applet for d in ("bin", "sbin")]
            if applet not in ("sh", "awk") and \
               not any(p.exists() or p.is_symlink() for p in places):
                out.link(f"usr/bin/{applet}", "busybox")

    @staticmethod
    def _add_domain(out, index, domain, files, folder):
        home = f"xen/{domain.name}"
        ramdisk = files.ramdisk(domain, folder)
        images = [path.read_bytes() if path else None
                  for path in files.images(domain, folder)]
        script, data = xen.prepare(domain, images)
        out.file(f"{home}/kernel", files.kernel(domain, folder).read_bytes())
        if ramdisk:
            out.file(f"{home}/ramdisk", ramdisk.read_bytes())
        out.file(f"{home}/config",
                 xen.config(index, domain, ramdisk).encode())
        out.file(f"{home}/prepare", script.encode())
        for name, content in data.items():
            out.file(f"{home}/{name}", bytes(content))


def make_base(tree, path):
    """The part of the archive that all have, kept in a file."""
    path = pathlib.Path(path)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (tree / "usr/sbin/xl").is_symlink():
        raise XenrunError(f"{tree}: no toolstack in it")
    partial = path.with_suffix(".partial")
    partial.write_bytes(base_archive(tree))
    partial.replace(path)
    return path
