# SPDX-License-Identifier: GPL-2.0
"""A scenario: what boots with what, what the runner does when, and what must
have come of it.  It is data; Documentation/virt/xen-guest/testing.rst has
the format.  A mistake in a file is answered with file and key."""

import collections
import json
import pathlib
import re

from . import XenrunError, XenrunSkip, expand

FOLDER = pathlib.Path(__file__).resolve().parents[2] / \
    "tools/testing/xen/scenarios"

ENDS = ("poweroff", "reboot", "halt", "crash", "destroyed", "running",
        "refused")
# How many words may follow.
COMMANDS = {"destroy": (1,), "pause": (1,), "unpause": (1,), "reboot": (1,),
            "shutdown": (2,), "vcpu": (3,), "memory": (2,), "note": (1,),
            "as-noted": range(1, 9), "list": (0,), "stats": (0,),
            "trace": (0,)}
# What only a dom0 can carry out: (fewest words, a domain comes first).
DOM0_COMMANDS = {"xl": (1, False), "xl-says": (2, False), "dom0": (1, False),
                 "console": (3, True)}
HYPERVISORS = ("xenlet", "xen")
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$")
MAC = re.compile(r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")


class Field:
    """One key: its type, its default, and what it may be."""

    def __init__(self, kind, default=None, required=False, check=None,
                 says=""):
        self.kind, self.default, self.required = kind, default, required
        self.check, self.says = check, says


def _between(low, high):
    return {"check": lambda v: low <= v <= high,
            "says": f"from {low} to {high}"}


def _one_of(*values):
    return {"check": lambda v: v in values,
            "says": "one of " + ", ".join(map(str, values))}


def _list_of(kind):
    return {"check": lambda v: all(isinstance(e, kind) for e in v),
            "says": f"a list of {kind.__name__}"}


def _kernel_ok(value):
    kind, _, rest = value.partition(":")
    if rest:
        return kind in ("micro", "file", "junk")
    return parse_kernel(value) is not None


DISK = {
    "size_mib": Field(int, 0, **_between(0, 4096)),
    "fs": Field(str, "", **_one_of("", "ext4")),
    "loaded": Field(bool, False),
    "root": Field(bool, False),
    "system": Field(str, "", **_one_of("", "debian")),
    "vdev": Field(int, 51712, **_between(0, 0x0fffffff)),
    "mode": Field(str, "w", **_one_of("w", "r")),
    "sector_size": Field(int, 512, **_one_of(512, 4096)),
    "physical_sector_size": Field(int, 0),
    "queues": Field(int, 1, **_between(1, 8)),
    "off": Field(list, [], **_list_of(str)),
}
VIF = {
    "mac": Field(str, "", check=MAC.match, says="six bytes, aa:bb:…"),
    "queues": Field(int, 1, **_between(1, 8)),
    "off": Field(list, [], **_list_of(str)),
}
DOM0 = {
    "kernel": Field(str, "debian", check=lambda v: dom0_kernel_ok(v),
                    says="debian, debian-6.12, builtin or "
                         "builtin+debug"),
    "vcpus": Field(int, 2, **_between(1, 8)),
    "memory_mib": Field(int, 1024, **_between(256, 4096)),
    "cmdline": Field(str, ""),
    "store": Field(str, "built-in", **_one_of("built-in", "dom0")),
    "packages": Field(list, [], **_list_of(str)),
    "steps": Field(list, [], **_list_of(str)),
}
DOMAIN = {
    "kernel": Field(str, "modules", check=_kernel_ok,
                    says="modules, builtin, linux, linux+ours, each with "
                         "+debug, +arm, +16k or +64k, debian, debian-6.12, "
                         "each with +arm, micro:NAME, micro:NAME+arm, "
                         "file:PATH or junk:BYTES"),
    "vcpus": Field(int, 2, **_between(1, 8)),
    "memory_mib": Field(int, 256, **_between(1, 1 << 20)),
    "cmdline": Field(str, ""),
    "steps": Field(list, [], **_list_of(str)),
    "disks": Field(list, [], **_list_of(dict)),
    "vifs": Field(list, [], **_list_of(dict)),
    "vpl011": Field(bool, False),
    "paused": Field(bool, False),
    "end": Field(str, "poweroff", **_one_of(*ENDS)),
    "done": Field(bool, None),
    "kernel_at": Field(int, 0),
    "xl": Field(list, [], **_list_of(str)),
}
MACHINE = {
    "cpus": Field(int, 2, **_between(1, 8)),
    "memory_mib": Field(int, 2048, **_between(256, 8192)),
    "device_tree": Field(str, "full", **_one_of("full", "none")),
    "icount": Field(bool, False),
    "gic": Field(int, 2, **_one_of(2, 3)),
    "board": Field(str, "virt", **_one_of("virt", "vexpress")),
}
ACTION = {
    "when": Field(dict, required=True),
    "do": Field(list, required=True, **_list_of(str)),
    "delay": Field(float, 0.0, **_between(0, 600)),
    "every": Field(bool, False),
}
STAT = {
    "name": Field(str, required=True),
    "key": Field(str, required=True),
    "is": Field((int, str), required=True),
}
EXPECT = {
    "stats": Field(list, [], **_list_of(dict)),
    "console": Field(dict, {}),
    "no_console": Field(dict, {}),
    "own_percent": Field(dict, {}),
    "boots": Field(bool, True),
}
SCENARIO = {
    "title": Field(str, required=True),
    "hypervisor": Field(str, "xenlet", **_one_of(*HYPERVISORS)),
    "dom0": Field(dict, {}),
    "timeout": Field(int, 120, **_between(1, 7200)),
    "machine": Field(dict, {}),
    "domains": Field(dict, required=True),
    "actions": Field(list, [], **_list_of(dict)),
    "expect": Field(dict, {}),
}


class Part:
    """An object of a scenario whose attributes are the keys of its schema."""

    def __init__(self, where, schema, data):
        self.where = where
        for key in data:
            if key not in schema:
                raise XenrunError(
                    f"{where}: unknown key \"{key}\"; there are: "
                    + ", ".join(schema))
        for key, field in schema.items():
            setattr(self, key, self._value(key, field, data))

    def _value(self, key, field, data):
        if key not in data:
            if field.required:
                raise XenrunError(f"{self.where}: \"{key}\" is missing")
            return field.default
        value = data[key]
        if field.kind is float and isinstance(value, int):
            value = float(value)
        wrong_bool = isinstance(value, bool) and field.kind is not bool
        if not isinstance(value, field.kind) or wrong_bool:
            kinds = field.kind if isinstance(field.kind, tuple) \
                else (field.kind,)
            names = " or ".join(k.__name__ for k in kinds)
            raise XenrunError(f"{self.where}: \"{key}\" must be {names}")
        if field.check and not field.check(value):
            raise XenrunError(f"{self.where}: \"{key}\" is {value!r}, "
                              f"must be {field.says}")
        return value


# arch is "" for the machine's own.
Kernel = collections.namedtuple("Kernel", "guest frontends debug pages arch",
                                defaults=(False, "4k", ""))
# Debian's own kernels: the release's, and a newer one.
DEBIAN = ("debian", "debian-6.12")
PAGES = ("16k", "64k")
ARCHES = ("arm",)


def parse_kernel(text):
    """The Kernel that a Linux kernel's name stands for, or None."""
    guest, *flags = text.split("+")
    if guest == "debug" and not flags:
        return Kernel("modules", "ours", True)
    if guest in DEBIAN and flags in ([], ["arm"]):
        return Kernel(guest, "linux", arch="".join(flags))
    if guest not in ("modules", "builtin", "linux") or \
       any(f not in ("ours", "debug", *PAGES, *ARCHES) for f in flags):
        return None
    if guest == "builtin" and "ours" in flags:
        return None
    ours = guest != "linux" or "ours" in flags
    pages = [f for f in flags if f in PAGES] or ["4k"]
    if len(pages) > 1:
        return None
    return Kernel(guest, "ours" if ours else "linux", "debug" in flags,
                  pages[0], "arm" if "arm" in flags else "")


def parse_micro(text):
    """The name of a micro-guest, and its architecture if it is not the
    machine's: NAME or NAME+arm.
    """
    name, plus, arch = text.partition("+")
    if plus and arch not in ARCHES:
        raise XenrunError(f"micro:{text}: no such architecture")
    return name, arch


def dom0_kernel_ok(value):
    """May this one boot as dom0?"""
    kernel = parse_kernel(value)
    return kernel is not None and not kernel.arch and \
        kernel.guest in (*DEBIAN, "builtin")


class Dom0(Part):
    """The domain that holds the toolstack; it goes last, when told to."""

    name, end, done = "dom0", "running", True

    def __init__(self, where, data):
        super().__init__(where, DOM0, data)

    @property
    def linux(self):
        """The Linux Kernel that it boots, or None."""
        return parse_kernel(self.kernel)


class Domain(Part):
    """A domain, with its disks and vifs."""

    def __init__(self, where, name, data):
        super().__init__(where, DOMAIN, data)
        if not NAME.match(name):
            raise XenrunError(f"{where}: not a name for a domain")
        self.name = name
        self.disks = [Part(f"{where}, disk {i}", DISK, d)
                      for i, d in enumerate(self.disks)]
        self.vifs = [Part(f"{where}, vif {i}", VIF, v)
                     for i, v in enumerate(self.vifs)]
        for disk in self.disks:
            if (disk.root or disk.system) and \
               (not disk.fs or not self.is_linux):
                raise XenrunError(f"{disk.where}: \"root\" and \"system\" want "
                                  "an \"fs\" and a Linux kernel")
        if self.done is None:
            self.done = self.end in ("poweroff", "reboot", "halt", "running")

    @property
    def linux(self):
        """The Linux Kernel that it boots, or None."""
        return parse_kernel(self.kernel)

    @property
    def is_linux(self):
        """Does it need a user space of ours?"""
        return self.linux is not None

    @property
    def has_root_disk(self):
        """Is its user space on a disk, and not in an initramfs?"""
        return any(disk.root for disk in self.disks)


def _check_command(action, command, names, with_dom0):
    """A command of an action's: its verb, its arguments, its domain."""
    verb, *args = command.split()
    least, names_domain = DOM0_COMMANDS.get(verb, (0, True))
    if verb in DOM0_COMMANDS:
        if not with_dom0:
            raise XenrunError(f"{action.where}: {command!r} wants "
                              "\"hypervisor\": \"xen\"")
        if len(args) < least:
            raise XenrunError(f"{action.where}: cannot do {command!r}")
    elif len(args) not in COMMANDS.get(verb, ()):
        raise XenrunError(f"{action.where}: cannot do {command!r}")
    if names_domain and args and args[0] not in names:
        raise XenrunError(f"{action.where}: {command!r}: no domain "
                          f"{args[0]!r}")


def _check_actions(scenario):
    with_xl = scenario.hypervisor == "xen"
    speakers = set(scenario.domains) | (
        {"dom0"} if scenario.with_dom0 else set())
    for action in scenario.actions:
        for name, text in action.when.items():
            if name not in speakers or not isinstance(text, str):
                raise XenrunError(f"{action.where}: \"when\" names {name!r},"
                                  " which is no domain, or lacks its text")
        for command in action.do:
            if not command.startswith("type "):
                _check_command(action, command, speakers, with_xl)


def _check_xl(scenario):
    for domain in scenario.domains.values():
        if domain.xl and scenario.hypervisor != "xen":
            raise XenrunError(f"{domain.where}: \"xl\" wants "
                              "\"hypervisor\": \"xen\"")


def _check_console(expect):
    for table in (expect.console, expect.no_console):
        for name, pattern in table.items():
            try:
                re.compile(pattern)
            except (re.error, TypeError) as err:
                raise XenrunError(f"{expect.where}: {name!r}: {err}") \
                    from None


def _check_shares(expect):
    for span, most in expect.own_percent.items():
        if not isinstance(most, (int, float)):
            raise XenrunError(f"{expect.where}: own_percent {span!r} wants "
                              "a number")


class Scenario(Part):
    """The whole; from a dict, as json.load() makes it."""

    def __init__(self, name, data, where=None):
        where = where or name
        if not isinstance(data, dict):
            raise XenrunError(f"{where}: a scenario is an object")
        super().__init__(where, SCENARIO, data)
        self.name = name
        self.in_dom0 = False
        self.beside_dom0 = ""
        self.has_dom0 = "dom0" in data
        self.machine = Part(f"{where}: machine", MACHINE, self.machine)
        self.domains = {n: Domain(f"{where}: domain {n}", n, d)
                        for n, d in self.domains.items()}
        self.actions = [Part(f"{where}: action {i}", ACTION, a)
                        for i, a in enumerate(self.actions)]
        self.expect = Part(f"{where}: expect", EXPECT, self.expect)
        self.expect.stats = [Part(f"{where}: expect stats {i}", STAT, s)
                             for i, s in enumerate(self.expect.stats)]
        self.dom0 = Dom0(f"{where}: dom0", self.dom0)
        if not self.domains and not self.expect.console:
            raise XenrunError(f"{where}: no domain, and nothing to expect")
        _check_xl(self)
        _check_actions(self)
        _check_console(self.expect)
        _check_shares(self.expect)

    def use_kernel(self, kernel):
        """Boot all Linux domains with another kernel."""
        if parse_kernel(kernel) is None:
            raise XenrunError(f"no such guest kernel: {kernel}")
        for domain in self.domains.values():
            if domain.is_linux:
                domain.kernel = kernel

    def use_hypervisor(self, name):
        """Run on another hypervisor than the file says."""
        if self.hypervisor != name and (
                self.machine.device_tree == "none" or not self.expect.boots):
            raise XenrunSkip(f"{self.name} is about {self.hypervisor}")
        self.hypervisor = name
        if name == "xen" and self.is_micro:
            self.put_in_dom0()
        _check_xl(self)
        _check_actions(self)

    def use_dom0(self, kernel):
        """Boot dom0 with another kernel."""
        if not dom0_kernel_ok(kernel):
            raise XenrunError(f"no such dom0 kernel: {kernel}")
        self.dom0.kernel = kernel

    @property
    def with_dom0(self):
        """Is there a dom0 with a user space? The real Xen always has one."""
        return (self.hypervisor == "xen" or self.has_dom0) and \
            not self.in_dom0

    @property
    def is_micro(self):
        """Is it about a micro-guest and nothing else?"""
        return [d.kernel.partition(":")[0]
                for d in self.domains.values()] == ["micro"]

    def put_in_dom0(self):
        """Boot the only domain in dom0's place, and by its name."""
        if self.in_dom0:
            return
        if not self.is_micro:
            raise XenrunError(f"{self.name}: only a micro-guest can be dom0 "
                              "by itself")
        self.in_dom0 = True
        (domain,) = self.domains.values()
        domain.name = Dom0.name
        self.domains = {domain.name: domain}
        if self.beside_dom0:
            self.domains[self.beside_dom0] = Domain(
                f"{self.name}: beside dom0", self.beside_dom0, {
                    "kernel": f"micro:{self.beside_dom0}", "vcpus": 1,
                    "memory_mib": domain.memory_mib, "end": "running",
                    "done": False})


def micro(name, options, arch=""):
    """The scenario of one micro-guest: one domain that says it all. In dom0's
    place it may have another one beside it.
    """
    options = dict(options)
    beside = options.pop("beside", "")
    suffix = f"+{arch}" if arch else ""
    domain = {"kernel": f"micro:{name}{suffix}", "memory_mib": 64}
    machine = {}
    for key, value in options.items():
        value = {"true": True, "false": False}.get(value, value)
        (machine if key in MACHINE else domain)[key] = value
    spec = Scenario(f"micro-{name}{suffix}", {
        "title": f"micro-guest {name}{suffix}", "timeout": 60,
        "machine": machine, "domains": {name: domain}})
    spec.beside_dom0 = beside
    return spec


def load(name, settings=None):
    """Read a scenario by its name or its path; @settings has values of its
    parameters.
    """
    path = pathlib.Path(name)
    if path.suffix != ".json":
        path = FOLDER / f"{name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise XenrunError(f"no scenario {name}; there are: "
                          + ", ".join(names())) from None
    except json.JSONDecodeError as err:
        raise XenrunError(f"{path}: line {err.lineno}: {err.msg}") from None
    data = expand.expand(str(path), data, settings or {})
    return Scenario(path.stem, data, str(path))


def names():
    """All scenarios by name."""
    return sorted(p.stem for p in FOLDER.glob("*.json"))
