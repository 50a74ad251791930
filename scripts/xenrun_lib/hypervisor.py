# SPDX-License-Identifier: GPL-2.0
"""What differs between the hypervisors that a scenario can run on.

A hypervisor lays out the machine's memory for a scenario, says how the
runner's channel is connected, and translates what comes from there.
"""

import pathlib

from . import backends, bootplan, channel, debianroot, fdt, qemu, store, xen

# For the hypervisor and what QEMU puts into memory besides payloads.
SPARE_MIB = 384


class Hypervisor:
    """What both share: a device tree of QEMU's, and payloads behind it."""

    def __init__(self, spec, parts, files):
        self.spec, self.parts, self.files = spec, parts, files
        self.translator = channel.Translator()

    def image(self):
        """What QEMU boots."""
        raise NotImplementedError

    def memory_mib(self):
        """What the machine must have."""
        return self.spec.machine.memory_mib

    def describe(self, plan, chosen, folder):
        """Place payloads, and say in /chosen what they are."""
        raise NotImplementedError

    def channel(self, harness):
        """QEMU's options that connect the runner's socket."""
        raise NotImplementedError

    def plan(self, machine, folder):
        """Files and device tree: (payloads, path of the dtb)."""
        plan = bootplan.BootPlan(machine.memory, self.memory_mib())
        root = fdt.parse(machine.device_tree(folder, self.parts.source))
        self.describe(plan, bootplan.chosen(root), folder)
        dtb = pathlib.Path(folder) / "machine.dtb"
        dtb.write_bytes(fdt.serialise(root))
        return plan.payloads, dtb


def _virtio_channel(harness, port):
    """The runner's socket as a port of a virtio serial device."""
    return ["-global", "virtio-mmio.force-legacy=false",
            *qemu.harness_chardev(harness),
            "-device", "virtio-serial-device", "-device", port]


def dom0_memory_mib(spec):
    """What a machine with a dom0 must have: its memory is in one piece, and
    beside it are the payloads.
    """
    domains = sum(d.memory_mib for d in spec.domains.values())
    return max(2 * spec.dom0.memory_mib + domains + SPARE_MIB,
               spec.machine.memory_mib)


def store_property(spec):
    """What /chosen says of who has the store: nothing, if it is xenlet."""
    return {"xenlet,store": fdt.strings("dom0")} \
        if spec.dom0.store == "dom0" else {}


class Xenlet(Hypervisor):
    """Our own: every domain is in the device tree, and so are its devices."""

    def image(self):
        return self.parts.hypervisor()

    def __init__(self, spec, parts, files):
        super().__init__(spec, parts, files)
        if spec.with_dom0:
            spec.actions += backends.start(spec)

    def memory_mib(self):
        return dom0_memory_mib(self.spec) if self.spec.with_dom0 \
            else super().memory_mib()

    def _describe_dom0(self, plan, chosen, folder):
        """dom0 serves the domains' devices, as its first steps say."""
        xen.check(self.spec)
        dom0 = self.spec.dom0
        kernel = plan.place(self.files.kernel(dom0, folder))
        root = self.parts.guest_root(dom0.linux)
        ramdisk = pathlib.Path(folder) / "dom0.cpio"
        ramdisk.write_bytes(root.archive(
            backends.Server(self.spec),
            backends.files(self.spec, self.files, folder),
            self._add_programs))
        chosen.props.update(store_property(self.spec))
        bootplan.dom0_modules(chosen, kernel, plan.place(ramdisk),
                              f"console=hvc0 {dom0.cmdline}".strip())
        chosen.props["xen,xen-bootargs"] = fdt.strings(
            xen.command_line(dom0.vcpus, dom0.memory_mib))

    def _add_programs(self, out):
        """Programs of Debian's: what dom0 can run below a folder, and the
        store.
        """
        names = self.spec.dom0.packages
        if self.spec.dom0.store == "dom0":
            store.add_programs(out, self.parts.toolstack())
        if names:
            backends.add_packages(out, self.parts.packages(
                names, debianroot.WITHOUT))

    def describe(self, plan, chosen, folder):
        with_dom0 = self.spec.with_dom0
        if with_dom0:
            self._describe_dom0(plan, chosen, folder)
        for index, domain in enumerate(self.spec.domains.values()):
            image = self.files.kernel(domain, folder)
            kernel = plan.pretend(image, domain.kernel_at) \
                if domain.kernel_at else plan.place(image)
            ramdisk = self.files.ramdisk(domain, folder)
            ramdisk = plan.place(ramdisk) if ramdisk else None
            images = [None] * len(domain.disks) if with_dom0 else [
                plan.place(image) if image else None
                for image in self.files.images(domain, folder)]
            chosen.add(bootplan.domain_node(index, domain, kernel, ramdisk,
                                            images, with_dom0))

    def channel(self, harness):
        return _virtio_channel(harness, "virtconsole,chardev=harness")


class Xen(Hypervisor):
    """The real one: dom0 is in the device tree, its toolstack creates the
    domains, and its harness speaks to the runner.
    """

    def __init__(self, spec, parts, files):
        xen.check(spec)
        xen.check_toolstack(spec)
        super().__init__(spec, parts, files)
        self.translator = xen.ToolstackTranslator()

    def image(self):
        return self.parts.xen_image()

    def memory_mib(self):
        return dom0_memory_mib(self.spec)

    def describe(self, plan, chosen, folder):
        dom0 = self.spec.dom0
        kernel = plan.place(self.files.kernel(dom0, folder))
        ramdisk = pathlib.Path(folder) / "dom0.cpio"
        ramdisk.write_bytes(self.parts.dom0_root(dom0).archive(
            self.spec, self.files, folder))
        bootplan.dom0_modules(chosen, kernel, plan.place(ramdisk),
                              f"console=hvc0 {dom0.cmdline}".strip())
        chosen.props["xen,xen-bootargs"] = fdt.strings(
            xen.command_line(dom0.vcpus, dom0.memory_mib))

    def channel(self, harness):
        return _virtio_channel(harness,
                               "virtserialport,chardev=harness,name=harness")


class Bare(Hypervisor):
    """A micro-guest in dom0's place, and those beside it."""

    def __init__(self, spec, parts, files):
        super().__init__(spec, parts, files)
        self._domain, *self._others = spec.domains.values()

    def describe(self, plan, chosen, folder):
        domain = self._domain
        kernel = plan.place(self.files.kernel(domain, folder))
        bootplan.dom0_modules(chosen, kernel, None, domain.cmdline)
        chosen.props["xen,xen-bootargs"] = fdt.strings(
            xen.command_line(domain.vcpus, domain.memory_mib))
        for index, other in enumerate(self._others):
            kernel = plan.place(self.files.kernel(other, folder))
            chosen.add(bootplan.domain_node(index, other, kernel, None, []))


class BareXen(Bare):
    """On the real one it reports by semihosting, and the console tells how
    it ended.
    """

    def __init__(self, spec, parts, files):
        super().__init__(spec, parts, files)
        self.translator = xen.BareTranslator(list(spec.domains))

    def image(self):
        return self.parts.xen_image()

    def channel(self, harness):
        return [*qemu.harness_chardev(harness), "-semihosting-config",
                "enable=on,target=native,chardev=harness"]


class BareXenlet(Bare, Xenlet):
    """On ours nothing is different from a domain's."""

    describe = Bare.describe


def make(spec, parts, files):
    """The hypervisor for a scenario."""
    if spec.in_dom0:
        kind = BareXenlet if spec.hypervisor == "xenlet" else BareXen
    else:
        kind = Xenlet if spec.hypervisor == "xenlet" else Xen
    return kind(spec, parts, files)
