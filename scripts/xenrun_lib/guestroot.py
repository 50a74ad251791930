# SPDX-License-Identifier: GPL-2.0
"""The user space of a Linux guest: the init program and its steps, busybox,
e2fsck, and the modules of its kernel and of ours with their tables.  It goes
into an initramfs, or into a folder that becomes a disk."""

import lzma
import pathlib
import shutil
import subprocess

from . import XenrunError, copytree, cpio, debianroot

APPLETS = """sh ash cat ls mount umount modprobe insmod rmmod lsmod depmod ip
ifconfig ping ping6 dmesg sleep echo printf grep sed awk head tail cut tr wc
sort uniq dd sync md5sum sha256sum cmp cp mv rm mkdir rmdir ln touch df du ps
kill free uname hostname hexdump od test true false env seq date poweroff
reboot halt nc mknod chmod find xargs tee time top uptime blockdev fstrim
setsid taskset stat vi more less losetup""".split()
FOLDERS = ("proc", "sys", "dev", "tmp", "run", "mnt", "etc", "root")


class GuestRoot:
    """What all guests of one kernel share, for archive() or folder()."""

    def __init__(self, init, busybox, e2fsck, module_root, names,
                 off):
        self._init, self._busybox, self._e2fsck = init, busybox, e2fsck
        self._module_root, self._names = module_root, names
        self._off = off

    def archive(self, domain, files=None, add=None):
        """The initramfs of this domain; @files has more of them, by name, and
        @add puts what it likes into it.
        """
        out = cpio.Archive()
        self._fill(out, domain)
        if add:
            add(out)
        for name, content in (files or {}).items():
            out.file(name, content)
        out.device("dev/console", 5, 1)
        out.device("dev/null", 1, 3, 0o666)
        return out.finish()

    def folder(self, domain, path):
        """Put the user space of this domain into a folder; its path."""
        path = pathlib.Path(path)
        self._fill(copytree.Folder(path), domain)
        return path

    def debian(self, domain, tree, modules, path):
        """Put a Debian system with this domain's steps into a folder."""
        debianroot.fill(copytree.Folder(path), tree, modules, self._init, domain)
        return pathlib.Path(path)

    def _fill(self, out, domain):
        for folder in FOLDERS:
            out.folder(folder)
        out.file("init", self._init.read_bytes(), 0o755)
        out.file("bin/busybox", self._busybox.read_bytes(), 0o755)
        for applet in APPLETS:
            out.link(f"bin/{applet}", "busybox")
        for tool in ("modprobe", "insmod", "rmmod", "depmod", "poweroff",
                     "reboot", "halt"):
            out.link(f"sbin/{tool}", "../bin/busybox")
        out.file("sbin/e2fsck", self._e2fsck.read_bytes(), 0o755)
        out.file("etc/hostname", (domain.name + "\n").encode())
        out.file("etc/steps", self._steps(domain).encode())
        copytree.add(out, self._module_root)

    def _steps(self, domain):
        """One step a line; $modules stands for the modules of the kernel,
        $off for all the offloads that its network frontend can turn off.
        """
        steps, _ = debianroot.split_steps(domain.steps)
        text = "\n".join(steps) + "\n"
        text = text.replace("$off", self._off)
        return text.replace("$modules", " ".join(self._names))


def _depends(path):
    """What a module says that it depends on."""
    done = subprocess.run(["/sbin/modinfo", "-F", "depends", str(path)],
                          capture_output=True, text=True, check=True)
    return [name for name in done.stdout.strip().split(",") if name]


def _closure(names, modules, depends):
    """Those modules and what they depend on, by the kernel's spelling."""
    found, wanted = {}, [n.replace("-", "_") for n in names]
    while wanted:
        name = wanted.pop()
        if name in found or name not in modules:
            continue
        found[name] = modules[name]
        wanted += [n.replace("-", "_") for n in depends(modules[name])]
    return found


def _below(base, folders):
    """The names of all modules in these folders of a kernel's."""
    return [path.name.partition(".")[0] for folder in folders
            for path in (base / "kernel" / folder).rglob("*.ko*")]


def adopt_kernel(tree, dest, names, as_name="Image", depends=_depends,
                 folders=()):
    """Put a packaged kernel, with some of its modules and those that they
    depend on, into a folder as scripts/kernel makes one. @folders of the
    kernel's are taken as a whole.
    """
    dest = pathlib.Path(dest)
    if (dest / "complete").exists():
        return dest
    image = next(iter(sorted((tree / "boot").glob("vmlinuz-*"))), None)
    if not image:
        raise XenrunError(f"{tree}: no kernel in it")
    release = image.name.removeprefix("vmlinuz-")
    base = tree / "lib/modules" / release
    modules = {p.name.partition(".")[0].replace("-", "_"): p
               for p in base.rglob("*.ko*")}
    place = dest / "root/lib/modules" / release
    names = [*names, *_below(base, folders)]
    for module in _closure(names, modules, depends).values():
        target = place / module.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        # busybox inserts what is plain.
        if module.suffix == ".xz":
            with lzma.open(module) as packed:
                target.with_suffix("").write_bytes(packed.read())
        else:
            shutil.copyfile(module, target)
    for table in ("modules.order", "modules.builtin",
                  "modules.builtin.modinfo"):
        shutil.copyfile(base / table, place / table)
    shutil.copyfile(image, dest / as_name)
    (dest / "release").write_text(release + "\n", encoding="utf-8")
    (dest / "complete").touch()
    return dest


def collect_modules(release, sources, dest, indexes=False):
    """Copy modules of several roots into one and make its tables.

    @sources: (folder, place) pairs: every .ko below the folder goes to
    lib/modules/RELEASE/PLACE.  What stands in "updates" comes first.
    busybox reads the tables as text; kmod wants their @indexes.
    """
    dest = pathlib.Path(dest)
    shutil.rmtree(dest, ignore_errors=True)
    base = dest / "lib/modules" / release
    for folder, place in sources:
        for module in sorted(pathlib.Path(folder).rglob("*.ko")):
            target = base / place / module.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(module, target)
    base.mkdir(parents=True, exist_ok=True)
    for name in ("modules.order", "modules.builtin",
                 "modules.builtin.modinfo"):
        _copy_table(sources, name, base)
    done = subprocess.run(["/sbin/depmod", "-b", str(dest), release],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise XenrunError(f"depmod: {done.stderr.strip()}")
    for table in base.glob("modules.*.bin") if not indexes else []:
        table.unlink()
    return dest


def _copy_table(sources, name, base):
    for folder, _ in sources:
        for table in sorted(pathlib.Path(folder).rglob(name)):
            shutil.copyfile(table, base / name)
            return
    (base / name).touch()
