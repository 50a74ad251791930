# SPDX-License-Identifier: GPL-2.0
"""Where the parts of a run are, and how to make those that are missing.

Nothing is built here: this calls the scripts and makefiles that do, and only
if the caller asked for it.
"""

import hashlib
import os
import pathlib
import subprocess
import sys

from . import XenrunError, debianroot, dom0root, guestroot

TREE = pathlib.Path(__file__).resolve().parents[2]
KVER = "6.12"
XEN = "4.17"
# What dom0's user space is made of, and what of that it can do without.
DOM0_PACKAGES = f"""xen-utils-{XEN} xenstore-utils xen-utils-common bash
coreutils util-linux mount iproute2 bridge-utils kmod grep sed mawk""".split()
DOM0_WITHOUT = ("python3*", "libpython3*", "perl*", "libperl*", "dpkg",
                "debconf", "adduser", "passwd", "udev", "e2fsprogs")
# Linux's netfront has no switch for its IPv4 checksum.
OFF = {"ours": "off", "linux": "off keep-checksum"}
# What a kernel boots from, and how Debian calls the architecture.
IMAGES = {"arm64": "Image", "arm": "zImage"}
DEBIAN = {"arm64": "arm64", "arm": "armhf"}
DEBIAN_KERNEL = {"arm64": "linux-image-arm64", "arm": "linux-image-armmp-lpae"}
# In which suite a kernel is, if it isn't in the release's.
DEBIAN_SUITE = {"debian": [], "debian-6.12": ["--suite", "trixie"]}
# What a guest has to load to have a disk and an interface.
FRONTENDS = ["xen-blkfront", "xen-netfront"]
MODULES = {"modules": ["xen-guest", *FRONTENDS], "builtin": []}


def last_line(command, **kwargs):
    """Run a script; its last line of output."""
    command = [str(c) for c in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                          check=False, stdin=subprocess.DEVNULL, **kwargs)
    if done.returncode:
        raise XenrunError(f"{' '.join(command)}: failed")
    lines = done.stdout.splitlines()
    return lines[-1] if lines else ""


class Parts:
    """Finds, and with @build makes, the parts that scenarios name."""

    def __init__(self, arch="arm64", build=False, image=None, kernel=None):
        self.arch, self._build = arch, build
        self.out = TREE / "out" / arch
        self._image, self._kernel = image, kernel
        self._cache = {}

    def of(self, arch):
        """The same for guests of another architecture; "" is the machine's.
        """
        if arch in ("", self.arch):
            return self
        return self._once(("of", arch),
                          lambda: Parts(arch, self._build,
                                        kernel=self._kernel))

    def _once(self, key, make):
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    def _made_by_make(self, folder, product):
        """A part with a makefile of its own below tools/testing/xen."""
        def make():
            if self._build:
                self._make(folder)
            path = self.out / product
            if not path.exists():
                raise XenrunError(f"{path} is not there: use --build")
            return path
        return self._once((folder, product), make)

    def source(self):
        """The kernel's source: headers, libfdt, device trees of boards."""
        return self._once("source", lambda: pathlib.Path(last_line(
            [TREE / "scripts/kernel", "--arch", self.arch, "--source"])))

    def _make(self, folder):
        where = TREE / "tools/testing/xen" / folder
        if not (where / "Makefile").exists():
            raise XenrunError(f"{where}: nothing to build here")
        print(f"xenrun: make {folder}", file=sys.stderr, flush=True)
        log = self.out / "log" / f"make-{where.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w", encoding="utf-8") as out:
            done = subprocess.run(
                ["make", "-C", str(where), f"-j{os.cpu_count()}",
                 f"ARCH={self.arch}", f"O={self.out}", f"KSRC={self.source()}"],
                stdout=out, stderr=subprocess.STDOUT, check=False,
                stdin=subprocess.DEVNULL)
        if done.returncode:
            tail = log.read_text(encoding="utf-8").splitlines()[-20:]
            raise XenrunError("\n".join([f"make {folder} failed; {log}:",
                                         *tail]))

    def hypervisor(self):
        """The hypervisor's image."""
        if self._image:
            return pathlib.Path(self._image)
        return self._made_by_make("xenlet", "xenlet")

    def micro(self, name):
        """The image of a micro-guest."""
        return self._made_by_make("guest", f"guest/{name}.img")

    def micro_list(self):
        """(name, options) of all micro-guests, in the order to run them.

        A line of the list is a name and KEY=VALUE words, which go into the
        domain of its scenario.
        """
        path = self._made_by_make("guest", "guest/list")
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split("#")[0].split()
            if not words:
                continue
            pairs = (word.partition("=") for word in words[1:])
            yield (words[0].removesuffix(".img"),
                   {k: int(v) if v.isdigit() else v for k, _, v in pairs})

    def kernel_folder(self, kernel):
        """The folder of a Linux kernel in the cache."""
        if kernel.guest in DEBIAN_SUITE:
            return self._debian_kernel(kernel.guest)

        def make():
            command = [TREE / "scripts/kernel", "--arch", self.arch,
                       "--kver", KVER, "--guest", kernel.guest,
                       "--pages", kernel.pages]
            if kernel.debug:
                command.append("--debug")
            if not self._build:
                command.append("--path")
            return pathlib.Path(last_line(command))
        return self._once(("kernel", *kernel._replace(frontends="")), make)

    def linux_image(self, kernel, replaceable=True):
        """The image of a Linux kernel, or what stands in for it."""
        if self._kernel and replaceable:
            return pathlib.Path(self._kernel)
        return self.kernel_folder(kernel) / IMAGES[self.arch]

    def _our_modules(self, folder):
        copy = self.out / "modules" / folder.name
        if self._build:
            return pathlib.Path(last_line([TREE / "scripts/modules", folder]))
        if not copy.exists():
            raise XenrunError(f"{copy} is not there: use --build")
        return copy

    def _debget(self, *words):
        """The folders of Debian's packages."""
        def make():
            done = subprocess.run(
                [str(TREE / "scripts/debget"), "--arch", DEBIAN[self.arch],
                 *words],
                stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                raise XenrunError("cannot get from Debian: "
                                  + " ".join(words))
            return [pathlib.Path(p) for p in done.stdout.split()]
        return self._once(("debget", *words), make)

    def _busybox(self):
        (folder,) = self._debget("busybox-static")
        return folder / "bin/busybox"

    def _e2fsck(self):
        (folder,) = self._debget("e2fsck-static")
        return folder / "sbin/e2fsck.static"

    def xen_image(self):
        """The real Xen."""
        if self._image:
            return pathlib.Path(self._image)
        name = DEBIAN[self.arch]
        (folder,) = self._debget(f"xen-hypervisor-{XEN}-{name}")
        return folder / f"boot/xen-{XEN}-{name}"

    def _debian_kernel(self, name, folders=()):
        """Debian's own kernel, in the shape of one of scripts/kernel's, with
        the modules of these @folders as well.
        """
        def make():
            (tree,) = self._debget(*DEBIAN_SUITE[name], "--closure",
                                   "--only", "linux-image-*",
                                   DEBIAN_KERNEL[self.arch])
            names = [*FRONTENDS, *dom0root.MODULES]
            wanted = " ".join([*names, *folders]).encode()
            key = hashlib.sha256(wanted).hexdigest()[:8]
            return guestroot.adopt_kernel(
                tree, self.out / "kernel" / f"debian-{tree.name}-{key}",
                names, IMAGES[self.arch], folders=folders)
        return self._once((name, *folders), make)

    def packages(self, names, without=()):
        """Packages with all that they depend on, unpacked over each other."""
        words = ["--closure"]
        for pattern in without:
            words += ["--without", pattern]
        (tree,) = self._debget(*words, *names)
        return tree

    def debian_system(self, kernel):
        """What Debian's system on a disk is made of: packages, and the modules
        of a kernel.
        """
        folder = self.kernel_folder(kernel)
        if kernel.guest in DEBIAN_SUITE:
            folder = self._debian_kernel(kernel.guest, debianroot.MODULES)
        modules = guestroot.collect_modules(
            *self._modules(kernel, folder),
            self.out / "roots" / f"{folder.name}-system", indexes=True)
        return (self.packages(debianroot.PACKAGES, debianroot.WITHOUT),
                modules)

    def toolstack(self):
        """Debian's, with xenstored, unpacked."""
        return self.packages(DOM0_PACKAGES, DOM0_WITHOUT)

    def dom0_root(self, dom0):
        """The user space of dom0, for its kernel."""
        tree = self.toolstack()
        key = hashlib.sha256(pathlib.Path(dom0root.__file__).read_bytes())
        base = dom0root.make_base(
            tree, self.out / "roots" /
            f"dom0-{tree.name}-{key.hexdigest()[:8]}.cpio")
        folder = self.kernel_folder(dom0.linux)
        release = (folder / "release").read_text().strip()
        root = guestroot.collect_modules(
            release, [(folder / "root", "kernel")],
            self.out / "roots" / f"{folder.name}-dom0", indexes=True)
        return dom0root.Dom0Root(
            base, tree, self._made_by_make("scenarios/init", "init"),
            self._busybox(),
            TREE / "tools/testing/xen/scenarios/dom0", root)

    def _modules(self, kernel, folder):
        """The release of a kernel in a folder, and where its modules are."""
        release = (folder / "release").read_text().strip()
        sources = [(folder / "root", "kernel")]
        if kernel.guest != "builtin" and kernel.frontends == "ours":
            sources.append((self._our_modules(folder), "updates"))
        return release, sources

    def guest_root(self, kernel):
        """The user space for a Linux kernel, with its frontends."""
        frontends = kernel.frontends

        def make():
            folder = self.kernel_folder(kernel)
            root = guestroot.collect_modules(
                *self._modules(kernel, folder),
                self.out / "roots" / f"{folder.name}-{frontends}")
            init = self._made_by_make("scenarios/init", "init")
            return guestroot.GuestRoot(init, self._busybox(),
                                       self._e2fsck(), root,
                                       MODULES.get(kernel.guest, FRONTENDS),
                                       OFF[frontends])
        return self._once(("root", *kernel), make)
