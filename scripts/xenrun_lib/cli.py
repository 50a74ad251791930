# SPDX-License-Identifier: GPL-2.0
"""The command line of xenrun."""

import argparse
import os
import pathlib
import signal
import sys
import tempfile
import termios

from . import (XenrunError, XenrunSkip, build, costs, disk, hypervisor, qemu,
               scenario, session, table, verdict)

EPILOG = """\
The verdict is KTAP on the standard output.  Exit code: 0 all passed, 1 a
fact failed, 2 the test itself is broken, 4 all skipped.  With --console,
Ctrl-A three times switches between the hypervisor's and the domains' input,
and Ctrl-] x ends QEMU.
Documentation/virt/xen-guest/testing.rst describes scenarios."""


def parser():
    """The options."""
    p = argparse.ArgumentParser(
        prog="xenrun", description="Run a test scenario of Xen guests.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("scenario", nargs="*",
                   help="name or path of a scenario, or micro:NAME")
    p.add_argument("--list", action="store_true",
                   help="name the scenarios and stop")
    p.add_argument("--arch", default="arm64", choices=["arm64", "arm"])
    p.add_argument("--build", action="store_true",
                   help="make the parts that are missing or out of date")
    p.add_argument("--guest", metavar="KERNEL",
                   help="boot the Linux domains with another kernel: "
                        "modules, builtin, linux, linux+ours, each +debug, "
                        "+arm (32 bits), +16k or +64k (pages); debian, "
                        "debian-6.12, each +arm")
    p.add_argument("--hypervisor", choices=scenario.HYPERVISORS,
                   help="run on another hypervisor than the scenario says: "
                        "our own, or the real Xen with its toolstack")
    p.add_argument("--image", metavar="FILE",
                   help="another image of the hypervisor")
    p.add_argument("--in-dom0", action="store_true",
                   help="boot a micro-guest in dom0's place, as always on "
                        "the real Xen")
    p.add_argument("--dom0", metavar="KERNEL",
                   help="boot dom0 with another kernel: debian, "
                        "debian-6.12, builtin or builtin+debug")
    p.add_argument("--set", metavar="NAME=VALUE", action="append",
                   default=[], help="another value for a parameter of the "
                                    "scenario's")
    p.add_argument("--kernel", metavar="FILE",
                   help="another image for the Linux domains")
    p.add_argument("--timeout", type=int, metavar="SECONDS",
                   help="bound for the whole run (the scenario has one)")
    p.add_argument("--icount", action="store_true",
                   help="one CPU, guest time counts instructions")
    p.add_argument("--table", action="store_true",
                   help="end with what each step took")
    p.add_argument("--compare", metavar="KERNEL",
                   help="run with this guest kernel too, and show the "
                        "ratios")
    p.add_argument("--costs", action="store_true",
                   help="what hypercalls cost in instructions, beside the "
                        "real Xen")
    p.add_argument("--console", action="store_true",
                   help="attach the terminal to the console")
    p.add_argument("--verbose", action="store_true",
                   help="show the console while it runs")
    p.add_argument("--dry-run", action="store_true",
                   help="show QEMU's command line and stop")
    return p


def settings(words):
    """NAME=VALUE words as a dict."""
    pairs = [word.partition("=") for word in words]
    for name, sep, _ in pairs:
        if not name or not sep:
            raise XenrunError(f"--set {name}: not NAME=VALUE")
    return {name: value for name, _, value in pairs}


def load(name, parts, words=()):
    """The scenario of that name, with settings."""
    if name.startswith("micro:"):
        want, arch = scenario.parse_micro(name.partition(":")[2])
        for micro, options in parts.of(arch).micro_list():
            if micro == want:
                return scenario.micro(micro, options, arch)
        raise XenrunError(f"no micro-guest {want}")
    return scenario.load(name, settings(words))


class Files:
    """The files of a scenario's domains, made where they aren't there."""

    def __init__(self, parts):
        self.parts = parts

    def kernel(self, domain, folder):
        """What a domain boots."""
        kind, _, rest = domain.kernel.partition(":")
        if kind == "micro":
            name, arch = scenario.parse_micro(rest)
            return self.parts.of(arch).micro(name)
        if kind == "file":
            return pathlib.Path(rest)
        if kind == "junk":
            path = folder / f"{domain.name}.junk"
            path.write_bytes(b"\xa5" * int(rest))
            return path
        return self.parts.of(domain.linux.arch).linux_image(
            domain.linux, domain.name != "dom0")

    def ramdisk(self, domain, folder):
        """Its user space, or None."""
        if not domain.is_linux or domain.has_root_disk:
            return None
        root = self.parts.of(domain.linux.arch).guest_root(domain.linux)
        path = folder / f"{domain.name}.cpio"
        path.write_bytes(root.archive(domain))
        return path

    def root_folder(self, domain, folder):
        """Its user space, as a folder to make a disk of."""
        root = self.parts.of(domain.linux.arch).guest_root(domain.linux)
        return root.folder(domain, folder / f"{domain.name}.root")

    def system_folder(self, domain, folder):
        """Debian with systemd, for the same purpose."""
        parts = self.parts.of(domain.linux.arch)
        return parts.guest_root(domain.linux).debian(
            domain, *parts.debian_system(domain.linux),
            folder / f"{domain.name}.system")

    def images(self, domain, folder):
        """An image for each disk, or None for an empty one."""
        for index, spec in enumerate(domain.disks):
            content = self.root_folder(domain, folder) if spec.root else None
            if spec.system:
                content = self.system_folder(domain, folder)
            if disk.needs_image(spec):
                yield disk.make(spec, folder / f"{domain.name}.{index}.img",
                                content)
            else:
                yield None


class Run:
    """One scenario from its data to its verdict."""

    def __init__(self, spec, parts, args):
        self.spec, self.parts, self.args = spec, parts, args
        self.hypervisor = hypervisor.make(spec, parts, Files(parts))
        self.machine = qemu.Machine(qemu.kind(parts.arch, spec.machine.board),
                                    spec.machine.cpus,
                                    self.hypervisor.memory_mib(),
                                    args.icount or spec.machine.icount,
                                    self._cpu_model(), spec.machine.gic)
        name = [spec.name]
        if spec.hypervisor != "xenlet":
            name.append(spec.hypervisor)
        elif spec.in_dom0:
            name.append("dom0")
        self.log = parts.out / "log" / ".".join([*name, "console"])

    def _cpu_model(self):
        """Most CPUs of that time have no 16 KiB pages."""
        kernels = [d.linux for d in self.spec.domains.values() if d.linux]
        return qemu.CPU_16K if any(k.pages == "16k" for k in kernels) \
            else None

    def start(self, folder):
        """Everything up to QEMU's command line."""
        payloads, dtb = self.hypervisor.plan(self.machine, folder)
        if self.spec.machine.device_tree == "none":
            dtb = None
        harness, listener = qemu.listen(folder)
        command = self.machine.command(self.hypervisor.image(), dtb, payloads,
                                       self.hypervisor.channel(harness),
                                       self.args.console)
        return command, listener

    def run(self, facts):
        """Run it; return the session."""
        with tempfile.TemporaryDirectory(prefix="xenrun-") as name:
            command, listener = self.start(pathlib.Path(name))
            if self.args.dry_run:
                facts.note(" ".join(command))
                raise XenrunSkip("--dry-run")
            with listener:
                return self._supervise(command, listener, facts)

    def _supervise(self, command, listener, facts):
        process = qemu.Process(command, listener, self.args.console)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        timeout = self.args.timeout or self.spec.timeout
        with self.log.open("wb", buffering=0) as log:
            def sink(data):
                log.write(data)
                if self.args.console or self.args.verbose:
                    sys.stderr.buffer.write(data)
                    sys.stderr.flush()
            try:
                ses = session.Session(self.spec, process, facts, timeout,
                                      sink, self.hypervisor.translator)
                ended = ses.run(listener,
                                lambda: os.read(process.console, 65536))
                if ended and self.hypervisor.translator.answers:
                    process.wait(self.hypervisor.translator.quit_seconds)
                ses.conclude(ended)
                return ses
            finally:
                process.stop()

    def explain(self, ses, facts):
        """After a failure: what to look at."""
        for domid, values in ses.stats.items():
            who = "hypervisor" if domid is None else f"domain {domid}"
            facts.note(f"{who}: " + " ".join(f"{k}={v}"
                                             for k, v in values.items()))
        for line in ses.trace:
            facts.note(f"trace: CPU {line}")
        facts.note(f"the console's last lines; all of it: {self.log}")
        for line in ses.tail:
            facts.note("| " + line)


def run_one(name, parts, args, out=None, guest=None):
    """Run a scenario by its name: (exit code, its verdict)."""
    facts = None
    try:
        spec = load(name, parts, args.set)
        if guest or args.guest:
            spec.use_kernel(guest or args.guest)
        if args.hypervisor:
            spec.use_hypervisor(args.hypervisor)
        if args.in_dom0:
            spec.put_in_dom0()
        if args.dom0:
            spec.use_dom0(args.dom0)
        facts = verdict.Verdict(f"{spec.name}: {spec.title}", out)
        run = Run(spec, parts, args)
        ses = run.run(facts)
        if facts.outcome not in (verdict.PASS, verdict.SKIP):
            run.explain(ses, facts)
        code = facts.finish()
        facts.steps = ses.steps
        if args.table:
            print("\n".join([""] + table.render(ses.steps, args.icount)),
                  file=out or sys.stdout)
        return code, facts
    except XenrunSkip as err:
        facts = facts or verdict.Verdict(name, out)
        facts.fact(verdict.SKIP, name, str(err))
    except (XenrunError, OSError) as err:
        facts = facts or verdict.Verdict(name, out)
        facts.note(str(err))
        facts.fact(verdict.ERROR, name, str(err).splitlines()[0])
    return facts.finish(), facts


def run_and_compare(name, parts, args):
    """Run a scenario, with --compare a second time: the worse exit code."""
    code, facts = run_one(name, parts, args)
    if not args.compare:
        return code
    other, theirs = run_one(name, parts, args, guest=args.compare)
    if not code and not other:
        print("\n".join([""] + table.compare(facts.steps, theirs.steps,
                                             args.compare)))
    return code or other


def _interrupt(_signum, _frame):
    raise KeyboardInterrupt


def main(argv=None):
    """Run what the command line names; the worst exit code of all."""
    args = parser().parse_args(argv)
    if args.list:
        print("\n".join(scenario.names()))
        return 0
    if args.costs:
        parts = build.Parts(args.arch, args.build)
        return costs.main(lambda argv: run_one(
            argv[-1], parts, parser().parse_args(argv)))
    if not args.scenario:
        parser().error("which scenario? --list names them")
    signal.signal(signal.SIGTERM, _interrupt)
    terminal = termios.tcgetattr(0) if os.isatty(0) else None
    parts = build.Parts(args.arch, args.build, args.image, args.kernel)
    try:
        codes = [run_and_compare(name, parts, args)
                 for name in args.scenario]
    except KeyboardInterrupt:
        print("Bail out! interrupted", flush=True)
        return 130
    finally:
        if terminal:
            termios.tcsetattr(0, termios.TCSADRAIN, terminal)
    return next((c for c in (1, 2) if c in codes), max(codes))
