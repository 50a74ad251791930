# SPDX-License-Identifier: GPL-2.0
"""What lies where in the machine's memory, and the device tree that says so.

The domains stand in /chosen as Xen's dom0less binding has them
(docs/misc/arm/device-tree/booting.txt); their disks and vifs are child nodes
with properties of xenlet's own.
"""

import pathlib

from . import XenrunError, fdt

# QEMU puts the kernel at the start of memory and the device tree 128 MiB
# behind it; what follows is ours.
FIRST_PAYLOAD = 160 << 20
ALIGN = 2 << 20
DISK_SWITCHES = ("persistent", "indirect", "flush", "discard")
VIF_SWITCHES = ("sg", "gso", "csum", "split")


class Payload:
    """A file that QEMU loads into memory."""

    def __init__(self, path, address, size):
        self.path, self.address, self.size = path, address, size

    def reg(self):
        """Its place as a property."""
        return fdt.cells64(self.address, self.size)


class BootPlan:
    """Places payloads one behind the other."""

    def __init__(self, memory, memory_mib):
        self.payloads = []
        self._next = memory + FIRST_PAYLOAD
        self._end = memory + (memory_mib << 20)

    def place(self, path):
        """Put a file behind the last one."""
        payload = self.pretend(path, self._next)
        end = payload.address + payload.size
        if end > self._end:
            raise XenrunError(f"{path}: no room for it in the machine's "
                              "memory")
        self._next = -(-max(end, self._next + 1) // ALIGN) * ALIGN
        self.payloads.append(payload)
        return payload

    @staticmethod
    def pretend(path, address):
        """Say that a file lies there, and load nothing."""
        return Payload(path, address, pathlib.Path(path).stat().st_size)


def _module(kind, payload, bootargs=None):
    node = fdt.Node(f"module@{payload.address:x}",
                    compatible=fdt.strings(f"multiboot,{kind}",
                                           "multiboot,module"),
                    reg=payload.reg())
    if bootargs is not None:
        node.props["bootargs"] = fdt.strings(bootargs)
    return node


def _switches(node, off, known, where):
    for word in off:
        if word not in known:
            raise XenrunError(f"{where}: \"off\" has {word!r}, there are: "
                              + ", ".join(known))
        node.props[f"no-{word}"] = b""


def _disk(index, disk, image, in_dom0):
    node = fdt.Node(f"disk@{index}", compatible=fdt.strings("xenlet,disk"))
    props = node.props
    if in_dom0:
        props["backend-in-dom0"] = b""
    if image:
        props["reg"] = image.reg()
        props["size-kib"] = fdt.cells64(image.size >> 10)
    else:
        props["size-kib"] = fdt.cells64(disk.size_mib << 10)
    props["vdev"] = fdt.cells(disk.vdev)
    props["mode"] = fdt.strings(disk.mode)
    props["sector-size"] = fdt.cells(disk.sector_size)
    props["physical-sector-size"] = fdt.cells(disk.physical_sector_size or
                                              disk.sector_size)
    props["queues"] = fdt.cells(disk.queues)
    _switches(node, disk.off, DISK_SWITCHES, disk.where)
    return node


def default_mac(domain_index, vif_index):
    """An address in Xen's own range."""
    return f"00:16:3e:00:{domain_index + 1:02x}:{vif_index:02x}"


def _vif(index, vif, mac, in_dom0):
    node = fdt.Node(f"vif@{index}", compatible=fdt.strings("xenlet,vif"))
    if in_dom0:
        node.props["backend-in-dom0"] = b""
    node.props["mac-address"] = bytes.fromhex(mac.replace(":", ""))
    node.props["queues"] = fdt.cells(vif.queues)
    _switches(node, vif.off, VIF_SWITCHES, vif.where)
    return node


def domain_node(index, domain, kernel, ramdisk, images, in_dom0=False):
    """The node of one domain; @images has a payload or None a disk. dom0 has
    the backends, or else the hypervisor itself.
    """
    node = fdt.Node(domain.name, compatible=fdt.strings("xen,domain"))
    node.props["#address-cells"] = fdt.cells(2)
    node.props["#size-cells"] = fdt.cells(2)
    node.props["cpus"] = fdt.cells(domain.vcpus)
    node.props["memory"] = fdt.cells64(domain.memory_mib << 10)
    node.props["xen,enhanced"] = fdt.strings("enabled")
    if domain.vpl011:
        node.props["vpl011"] = b""
    if in_dom0 or domain.paused:
        # Until dom0 can serve it, or an action says so.
        node.props["xenlet,paused"] = b""
    node.add(_module("kernel", kernel, domain.cmdline))
    if ramdisk:
        node.add(_module("ramdisk", ramdisk))
    for i, (disk, image) in enumerate(zip(domain.disks, images)):
        node.add(_disk(i, disk, image, in_dom0))
    for i, vif in enumerate(domain.vifs):
        node.add(_vif(i, vif, vif.mac or default_mac(index, i), in_dom0))
    return node


def dom0_modules(node, kernel, ramdisk, bootargs):
    """What Xen boots as dom0, below /chosen."""
    node.add(_module("kernel", kernel, bootargs))
    if ramdisk:
        node.add(_module("ramdisk", ramdisk))


def chosen(root):
    """/chosen, with the cells that the domains' nodes are written in."""
    node = root.get_or_add("chosen")
    node.props["#address-cells"] = fdt.cells(2)
    node.props["#size-cells"] = fdt.cells(2)
    return node
