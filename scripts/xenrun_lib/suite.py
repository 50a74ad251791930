# SPDX-License-Identifier: GPL-2.0
"""What "make check" runs, level by level, and how it is counted.

Each level catches what the one before cannot: the host tests need nothing,
the KUnit suites a guest, the micro-guests no Linux, the scenarios all of it.
"""

import argparse
import subprocess
import sys
import time

from . import XenrunError, agree, build, cli, scenario, verdict

TREE = build.TREE
KUNIT = [("kunit", None)]
# (scenario, kernel of its Linux domains); None takes the scenario's own.
LINUX = [("demo", None), ("demo", "debian"), ("rootdisk", None)]
# On Linux's own core, which takes a kernel more: in "make check-all".
UPSTREAM = ("linux", "linux+ours")
# The demo comes first, those that take long come last.
FURTHER = ["block", "block-plain", "network", "network-plain", "hotplug",
           "balloon", "two-level", "gicv3", "kill", "power", "console",
           "control", "reload", "neighbours", "budget", "idle", "bad-domains",
           "no-device-tree", "random", "dom0"]
# Linux's own core leaves it to user space to bring a CPU online.
OURS = ["vcpu"]
# Ten domains: nothing for kernels that need much memory.
LARGE = ["dom0-crowd"]
# On the real Xen: (scenario, kernel of the domains, dom0's kernel).
REAL = [("xen", None, None), ("xen", "builtin", "builtin"),
        ("xen-memory", None, None)]
# On xenlet: a dom0 on a machine with GICv3, and one that has the store.
CORES = [("dom0", None, None, "gic=3"), ("dom0", None, None, "store=dom0")]
# A domain of 32 bits on the 64-bit hypervisors: ours, and the real one.
NARROW = [("demo", "modules+arm"), ("xen", "modules+arm")]
# Each core in dom0 and in a domain, in "make check-all".
ALL_CORES = [("dom0", kernel, dom0, f"vcpus={vcpus}")
             for kernel in ("debian", "linux", "modules", "builtin")
             for dom0 in ("debian", "builtin")
             for vcpus in (2, 4)]
# Debian's newer kernel on both sides, on both hypervisors, a store in dom0 by
# core, a Debian system on a disk, and a longer crowd: in "make check-all", too.
SYSTEMS = [("dom0", "debian-6.12", "debian-6.12"),
           ("xen", "debian-6.12", "debian-6.12"),
           *[("dom0", kernel, dom0, "store=dom0")
             for dom0, kernel in (("debian", "modules"), ("builtin", "builtin"),
                                  ("debian-6.12", "debian-6.12"))],
           ("dom0-store", None, None),
           ("debian", None, None),
           ("dom0-crowd", None, None, "seconds=120")]
# Pages larger than the hypervisor's, in "make check-all".
PAGES = [(name, f"modules+{pages}")
         for pages in ("16k", "64k")
         for name in ("kunit", "demo", "balloon", "xen")]
# And all that xl can do, by dom0's kernel and the domains'.
TOOLSTACK = [(dom0, kernel) for dom0 in ("debian", "builtin")
             for kernel in ("modules", "builtin", "debian")]
# Who else uses the interface: programs, by dom0's kernel, and PV calls.
USERS = [("users", None, "debian"), ("users", None, "builtin"),
         ("pvcalls", None, None)]
DEBUG_TOOLSTACK = [("builtin+debug", "builtin+debug")]
# A kernel that watches itself takes twice as long to build.
DEBUG = [("debug", None)] + [(name, "modules+debug") for name in FURTHER]
# ARMv7 has no GICv3; it has a board that has no 64 bits.
NOT_ON_ARM = ("gicv3",)
ON_ARM = ["vexpress", "vexpress-dom0"]


class Tally:
    """All facts so far, and which of them failed."""

    def __init__(self):
        self.counts = dict.fromkeys((verdict.PASS, verdict.FAIL,
                                     verdict.SKIP, verdict.ERROR), 0)
        self.broken = []
        self._began = time.monotonic()

    def head(self, text):
        """Say what comes next, and how long it took to get there."""
        print(f"# {time.monotonic() - self._began:.0f} s: {text}",
              flush=True)

    def add(self, where, outcome, name="", why=""):
        """Count a fact."""
        self.counts[outcome] += 1
        if outcome in (verdict.FAIL, verdict.ERROR):
            self.broken.append(f"{where}: {outcome}: {name} {why}".rstrip())

    def add_verdict(self, where, facts):
        """Count all facts of a run."""
        for outcome, count in facts.counts.items():
            self.counts[outcome] += count
        self.broken += [f"{where}: {o}: {n} {w}".rstrip()
                        for o, n, w in facts.broken]

    def finish(self):
        """Name what failed; the last line is the sum."""
        for line in self.broken:
            print(f"# {line}")
        failed = self.counts[verdict.FAIL] + self.counts[verdict.ERROR]
        print(f"{self.counts[verdict.PASS]} passed, {failed} failed, "
              f"{self.counts[verdict.SKIP]} skipped", flush=True)
        return 1 if failed else 0


def run_program(tally, where, command, cwd=None):
    """Run a program that speaks KTAP, and count its facts."""
    tally.head(where)
    process = subprocess.Popen([str(c) for c in command], cwd=cwd,
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True,
                               errors="replace")
    failed, planned = 0, False
    for line in process.stdout:
        print(line, end="", flush=True)
        planned |= line.startswith("1..")
        fact = verdict.read_line(line)
        if fact:
            tally.add(where, *fact)
            failed += fact[0] in (verdict.FAIL, verdict.ERROR)
    code = process.wait()
    if not planned:
        tally.add(where, verdict.FAIL, "runs to its end",
                  f"(exit code {code}, no plan)")
    elif code not in (0, 4) and not failed:
        tally.add(where, verdict.FAIL, "exits with success",
                  f"(exit code {code})")


def source_tree(arch):
    """The kernel source, for its headers and libfdt."""
    return build.last_line([TREE / "scripts/kernel", "--arch", arch,
                            "--source"])


def host_tests(tally, arch):
    """Build and run each host test."""
    source = source_tree(arch)
    command = ["make", "-s", "-k", "-j2", "-C",
               str(TREE / "tools/testing/xen/host"),
               f"O={TREE / 'out'}", f"KSRC={source}"]
    tally.head("build the host tests")
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        print("\n".join("# " + li for li in done.stdout.splitlines()[-40:]))
    sources = TREE / "tools/testing/xen"
    for test in sorted([*sources.glob("host/test_*.c"),
                        *sources.glob("scenarios/tests/test_*.c")]):
        program = TREE / "out/host" / test.stem
        if not program.exists():
            tally.add("host", verdict.ERROR, f"{test.stem} is built")
            continue
        run_program(tally, f"host: {test.stem}",
                    ["timeout", "120", program])


def fast(tally, arch):
    """What needs no QEMU."""
    run_program(tally, "runner", [sys.executable, "-B", "-m",
                                  "xenrun_lib.tests"], TREE / "scripts")
    run_program(tally, "tree", [TREE / "scripts/checktree"])
    run_program(tally, "abi", [TREE / "tools/testing/xen/abi/compare.py",
                               "--linux", source_tree(arch)])
    host_tests(tally, arch)


def state(tally, where, outcome, name, why=""):
    """A fact of the suite's own."""
    tally.add(where, outcome, name, why)
    good = "ok" if outcome == verdict.PASS else "not ok"
    print(f"{good} - {where}: {name}{why and ' # '}{why}", flush=True)


def series(tally):
    """The patches apply, and make the tree that the kernels are built from."""
    tally.head("series")
    done = subprocess.run([TREE / "scripts/series-check", "am"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    lines = done.stdout.splitlines()
    for line in lines[-20:]:
        print(f"# {line}")
    state(tally, "series", verdict.FAIL if done.returncode else verdict.PASS,
          "git am takes it, and the overlay makes the same tree",
          lines[-1] if done.returncode and lines else "")


class Scenarios:
    """Runs scenarios, all with the same parts."""

    def __init__(self, tally, arch):
        self.tally = tally
        self.parts = build.Parts(arch, build=True)

    def _run(self, argv, where):
        if self.parts.arch != "arm64":
            where = f"{self.parts.arch}: {where}"
        self.tally.head(where)
        _, facts = cli.run_one(argv[0], self.parts,
                               cli.parser().parse_args(["--build", *argv]))
        self.tally.add_verdict(where, facts)
        return facts

    def run(self, name, kernel=None, dom0=None, *settings):
        """Run one, with values for its parameters; True if nothing failed."""
        argv = [name] + (["--guest", kernel] if kernel else []) \
            + (["--dom0", dom0] if dom0 else []) \
            + [word for pair in settings for word in ("--set", pair)]
        where = f"{name} ({kernel})" if kernel else name
        if dom0:
            where += f", dom0 {dom0}"
        where = ", ".join([where, *settings])
        return self._run(argv, where).outcome in (verdict.PASS, verdict.SKIP)

    def micro(self, arch=""):
        """The micro-guests, the canary first: if it fails, no other can
        tell anything. @arch, if it is not the machine's.
        """
        suffix = f"+{arch}" if arch else ""
        try:
            names = [name + suffix
                     for name, _ in self.parts.of(arch).micro_list()]
        except XenrunError as err:
            print(f"# {err}")
            self.tally.add("micro-guests", verdict.ERROR, str(err))
            return False
        alive = True
        for index, name in enumerate(names):
            if not alive:
                self.tally.add(name, verdict.SKIP)
                print(f"ok - micro-guest {name} # SKIP the canary failed")
                continue
            alive = self.run(f"micro:{name}") or index > 0
        return alive

    def agree(self):
        """Each micro-guest in dom0's place, on xenlet and on the real Xen:
        the verdicts must be the same.
        """
        allowed = agree.exceptions()
        for name, _ in self.parts.micro_list():
            outcomes = []
            for hypervisor in scenario.HYPERVISORS:
                facts = self._run([f"micro:{name}", "--in-dom0",
                                   "--hypervisor", hypervisor],
                                  f"micro:{name} as dom0 ({hypervisor})")
                outcomes.append(agree.facts_of(facts.outcomes, "dom0"))
            for fact in agree.compare(*outcomes, allowed.get(name, {})):
                state(self.tally, f"micro:{name}", *fact)


def known(names):
    """Those of the scenarios that there are files for."""
    there = scenario.names()
    return [n for n in names if n in there]


def fitting(names, arch):
    """Those of them that this architecture has the machine for."""
    return [n for n in known(names)
            if arch == "arm64" or n not in NOT_ON_ARM]


def narrow(scenarios):
    """32-bit domains on a 64-bit machine, and a little of a 32-bit one; the
    rest is for "make check ARCH=arm".
    """
    scenarios.micro("arm")
    for what in NARROW:
        scenarios.run(*what)
    Scenarios(scenarios.tally, "arm").micro()


def usual(scenarios):
    """What "make check" runs of any architecture."""
    arch = scenarios.parts.arch
    for name, kernel in KUNIT + LINUX:
        scenarios.run(name, kernel)
    for name in fitting(FURTHER + OURS + LARGE, arch):
        scenarios.run(name)
    for name in known(ON_ARM if arch == "arm" else []):
        scenarios.run(name)
    for what in REAL + (CORES if arch == "arm64" else []):
        scenarios.run(*what)


def toolstack(scenarios, kernels, *settings):
    """All that xl can do, for each (dom0's kernel, the domains')."""
    for dom0, kernel in kernels:
        scenarios.run("toolstack", kernel, dom0, *settings)
        scenarios.run("toolstack-ends", kernel, dom0)


def matrix(scenarios):
    """What "make check-all" adds on any machine."""
    for what in ALL_CORES:
        scenarios.run(*what)
    toolstack(scenarios, TOOLSTACK)
    for name in ["demo", *fitting(FURTHER, scenarios.parts.arch)]:
        for kernel in UPSTREAM:
            scenarios.run(name, kernel)


def wide_matrix(scenarios):
    """What it adds on the 64-bit machine alone."""
    for what in SYSTEMS + USERS:
        scenarios.run(*what)
    for name, kernel in PAGES:
        scenarios.run(name, kernel)
    toolstack(scenarios, DEBUG_TOOLSTACK, "script=block-light")
    for name, kernel in DEBUG:
        scenarios.run(name, kernel)


def slow(tally, arch, everything):
    """What runs under QEMU."""
    scenarios = Scenarios(tally, arch)
    if not scenarios.micro():
        tally.add("scenarios", verdict.ERROR,
                  "the micro-guests can run: no scenario was tried")
        return
    scenarios.agree()
    if arch == "arm64":
        narrow(scenarios)
    usual(scenarios)
    if everything:
        matrix(scenarios)
        if arch == "arm64":
            wide_matrix(scenarios)


def main(argv=None):
    """Run the levels that the command line names."""
    p = argparse.ArgumentParser(prog="check", description="Run all tests.")
    p.add_argument("--arch", default="arm64", choices=["arm64", "arm"])
    p.add_argument("--fast", action="store_true", help="nothing with QEMU")
    p.add_argument("--all", action="store_true", help="the whole matrix")
    args = p.parse_args(argv)
    tally = Tally()
    try:
        fast(tally, args.arch)
        if not args.fast:
            series(tally)
            slow(tally, args.arch, args.all)
    except KeyboardInterrupt:
        tally.add("check", verdict.ERROR, "interrupted")
    except XenrunError as err:
        print(f"# {err}")
        tally.add("check", verdict.ERROR, str(err).splitlines()[0])
    return tally.finish()
