# SPDX-License-Identifier: GPL-2.0
"""What the real Xen and its toolstack want to be told, as text: its command
line, xl's configuration of a domain, and the script that makes its disks."""

import re

from . import XenrunSkip, bootplan, channel

FOLDER = "/xen"
BRIDGE = "xenbr0"
XVDA, DISK_MINORS, MAX_DISKS = 51712, 16, 16
BLOCK = 4096

# How the hypervisor tells on its console what became of dom0.
ENDS = {"halted": ("shutdown", "poweroff"), "crashed": ("shutdown", "crash"),
        "shutdown": ("shutdown", "reboot")}
END = re.compile(r"\(XEN\) Hardware Dom0 (\w+):")


def command_line(vcpus, memory_mib):
    """Xen's own, with dom0's size."""
    return (f"console=dtuart dtuart=/pl011@9000000 dom0_mem={memory_mib}M "
            f"dom0_max_vcpus={vcpus}")


def check_toolstack(spec):
    """Skip what xl has no way to do."""
    for domain in spec.domains.values():
        if domain.paused:
            raise XenrunSkip(f"{domain.where}: the harness's xl starts what "
                             "it creates")


def check(spec):
    """Skip what dom0 has no way to give to a domain."""
    for domain in spec.domains.values():
        if domain.kernel_at or domain.kernel.startswith("junk:"):
            raise XenrunSkip(f"{domain.where}: xl has no such domain")
        for disk in domain.disks:
            if disk.sector_size != 512 or disk.off or \
               disk.physical_sector_size not in (0, 512):
                raise XenrunSkip(f"{disk.where}: blkback has no such disk")
        for vif in domain.vifs:
            if vif.off:
                raise XenrunSkip(f"{vif.where}: netback has no such vif")


def vdev(number):
    """A disk's number in xl's words: xvda, or the number itself."""
    index, rest = divmod(number - XVDA, DISK_MINORS)
    if not rest and 0 <= index < MAX_DISKS:
        return "xvd" + chr(ord("a") + index)
    return str(number)


def _quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(values):
    return "[ " + ", ".join(_quote(v) for v in values) + " ]"


def config(index, domain, ramdisk):
    """xl's configuration of a domain."""
    home = f"{FOLDER}/{domain.name}"
    disks = [f"format=raw, vdev={vdev(d.vdev)}, access={d.mode}, "
             f"target={home}/disk{i}" for i, d in enumerate(domain.disks)]
    vifs = [f"mac={v.mac or bootplan.default_mac(index, i)}, bridge={BRIDGE}"
            for i, v in enumerate(domain.vifs)]
    pairs = {
        "name": _quote(domain.name),
        "kernel": _quote(f"{home}/kernel"),
        "cmdline": _quote(domain.cmdline),
        "memory": domain.memory_mib,
        "vcpus": domain.vcpus,
        # Said, because "xl mem-set" of 4.17 asserts that somebody did.
        "acpi": 0,
        "disk": _list(disks),
        "vif": _list(vifs),
        "on_poweroff": _quote("preserve"),
        "on_reboot": _quote("restart"),
        "on_crash": _quote("preserve"),
    }
    if domain.linux and domain.linux.arch:
        # QEMU 7.2 keeps a part of a 32-bit vCPU in the CPU that it is on,
        # where no hypervisor can see it: it must stay there.
        pairs["cpus"] = _list(str(n) for n in range(domain.vcpus))
    if ramdisk:
        pairs["ramdisk"] = _quote(f"{home}/ramdisk")
    if domain.vpl011:
        pairs["vuart"] = _quote("sbsa_uart")
    return "".join(f"{key} = {value}\n" for key, value in pairs.items()) + \
        "".join(f"{line}\n" for line in domain.xl)


def extents(image):
    """[(block, bytes)] of an image: the stretches that are not all zero."""
    found, start, zero = [], None, bytes(BLOCK)
    for offset in range(0, len(image), BLOCK):
        empty = image[offset:offset + BLOCK] == zero[:len(image) - offset]
        if empty and start is not None:
            found.append((start, image[start * BLOCK:offset]))
            start = None
        elif not empty and start is None:
            start = offset // BLOCK
    if start is not None:
        found.append((start, image[start * BLOCK:]))
    return found


def prepare(domain, images):
    """The script that makes a domain's disks in dom0, and the data that goes
    with each: @images has the bytes of each disk, or None for an empty one.
    """
    lines, data = [f"cd {FOLDER}/{domain.name}"], {}
    for index, (disk, image) in enumerate(zip(domain.disks, images)):
        name = f"disk{index}"
        lines.append(f"truncate -s {disk.size_mib}M {name}")
        at = 0
        for block, content in extents(image) if image else []:
            count = -(-len(content) // BLOCK)
            lines.append(f"dd if={name}.data of={name} bs={BLOCK} "
                         f"skip={at} seek={block} count={count} "
                         "conv=notrunc status=none")
            data.setdefault(name + ".data", bytearray()).extend(content)
            at += count
        if name + ".data" in data:
            lines.append(f"rm {name}.data")
    return "\n".join(lines) + "\n", data


class ToolstackTranslator(channel.Translator):
    """The harness in dom0: xl and a system that shuts down take a while."""

    quit_seconds = 60
    traces = False


class BareTranslator(channel.Translator):
    """A micro-guest's lines, without anybody between it and the runner.
    @names: its own, and those of the domains that start beside it.
    """

    answers = False
    traces = False

    def __init__(self, names):
        self._names = names
        self._known = False

    def _introduce(self):
        if self._known:
            return []
        self._known = True
        return [channel.Hello("Xen")] + [
            channel.Domain(domid, name, "running", "")
            for domid, name in enumerate(self._names)]

    def from_channel(self, line):
        return self._introduce() + [channel.read(f"report 0 0 - {line}")]

    def from_console(self, line):
        match = END.search(line)
        if not match:
            return []
        state, reason = ENDS.get(match[1], ("shutdown", match[1]))
        return self._introduce() + [channel.Domain(0, self._names[0], state,
                                                   reason)]
