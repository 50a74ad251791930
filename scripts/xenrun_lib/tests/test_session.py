# SPDX-License-Identifier: GPL-2.0
"""A run against a machine that is played from a script."""

import io
import os
import pathlib
import select
import sys
import tempfile
import unittest
from unittest import mock

from .. import channel, qemu, scenario, session, verdict

FAKE = pathlib.Path(__file__).with_name("fake_machine.py")
OPEN = """\
> hello xenlet 1
< stats
> stats - pages=100
> ok
> domain 1 d1 built
> domain 1 d1 running
"""
CLOSE = """\
< destroy 1
> domain 1 d1 destroyed
> ok
< stats
> stats - pages=100
> ok
< quit
> ok
"""


def report(text, time_ns=5, domid=1, more=""):
    """A report line."""
    return (f"> report {domid} {time_ns} hc=1,send=2,exit=3,upcall=4{more} "
            f"{text}\n")


def play(script, timeout=60, data=None, traces=False, **domain):
    """Run a scenario against a script: (session, KTAP). @traces: after a
    failure the script must be ready to be asked for a trace.
    """
    translator = channel.Translator()
    translator.traces = traces
    data = data or {}
    data = {"title": "t", "domains": {"d1": domain}, **data}
    out = io.StringIO()
    facts = verdict.Verdict("t", out)
    with tempfile.TemporaryDirectory() as folder:
        path, listener = qemu.listen(folder)
        process = qemu.Process([sys.executable, str(FAKE), path, script],
                               listener, False)
        with listener:
            # Its start is not what the time is for.
            select.select([listener], [], [], 60)
            ses = session.Session(scenario.Scenario("t", data), process,
                                  facts, timeout, lambda data: None,
                                  translator)
            ended = ses.run(listener,
                            lambda: os.read(process.console, 4096))
            process.wait(20 if ended else 0)
            ses.conclude(ended)
            process.stop()
    facts.finish()
    return ses, out.getvalue()


class SessionTest(unittest.TestCase):
    """What the runner makes of what a machine does."""

    def test_good_run_passes(self):
        """Facts, done and poweroff make a pass."""
        _, out = play(OPEN + report("ok one") + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE)
        self.assertIn("ok 1 - d1: one\n", out)
        self.assertIn("ok 2 - d1: ends with poweroff\n", out)
        self.assertNotIn("not ok", out)

    def test_outcomes_stay_apart(self):
        """Fail, skip and error keep their words."""
        _, out = play(OPEN + report("not ok a # bad") + report("skip b # no")
                      + report("error c # broken") + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE)
        self.assertIn("not ok 1 - d1: a # bad\n", out)
        self.assertIn("ok 2 - d1: b # SKIP no\n", out)
        self.assertIn("not ok 3 - d1: c # ERROR broken\n", out)

    def test_crash_fails(self):
        """A crash is a fact, and so is the missing done."""
        _, out = play(OPEN + report("ok one")
                      + "> domain 1 d1 crashed bad trap\n" + CLOSE)
        self.assertIn("not ok 2 - d1: ends with poweroff # ended with crash "
                      "bad trap", out)
        self.assertIn("not ok 3 - d1: says that it is done", out)

    def test_expected_crash_passes(self):
        """A scenario may want a crash."""
        _, out = play(OPEN + "> domain 1 d1 crashed wild\n" + CLOSE,
                      end="crash")
        self.assertNotIn("not ok", out)

    def test_dom0_is_ended_last(self):
        """On xenlet by the runner, and that is no failure."""
        _, out = play("> hello xenlet 1\n< stats\n> stats - pages=100\n> ok\n"
                      + "> domain 0 dom0 running\n> domain 1 d1 running\n"
                      + report("ok zero", domid=0) + report("done", domid=0)
                      + report("ok one")
                      + report("done")
                      + "> domain 1 d1 shutdown poweroff\n"
                      + "< destroy 1\n> domain 1 d1 destroyed\n> ok\n"
                      + "< destroy 0\n> domain 0 dom0 destroyed\n> ok\n"
                      + "< stats\n> stats - pages=100\n> ok\n"
                      + "< quit\n> ok\n", data={"dom0": {}})
        self.assertIn("hypervisor: goes when told to", out)
        self.assertNotIn("not ok", out)

    def test_early_exit_fails(self):
        """QEMU gone in the middle is a failed fact."""
        _, out = play(OPEN + "= 3\n")
        self.assertIn("QEMU ended (exit code 3), still waiting for d1: done",
                      out)

    def test_no_hello_fails(self):
        """A hypervisor that never speaks is named."""
        _, out = play("# nothing\n= 0\n")
        self.assertIn("not ok 1 - hypervisor: says hello", out)

    def test_timeout_says_what_it_waited_for(self):
        """Time is up: who is missing, and what it said last."""
        _, out = play(OPEN + report("ok one") + "...\n", timeout=2)
        self.assertIn("after 2 s, still waiting for d1: done (running, "
                      "last said: ok one)", out)

    def test_failure_shortens_the_wait(self):
        """After a failed fact nobody is waited for to the timeout."""
        with mock.patch.object(session, "AFTERMATH_SECONDS", 1):
            _, out = play(OPEN + report("not ok one # broken") + "...\n",
                          timeout=30)
        self.assertIn("after 1 s, still waiting for d1: done", out)

    def test_actions(self):
        """A step triggers a command, with the domain's number in it."""
        actions = [{"when": {"d1": "step waits"},
                    "do": ["shutdown d1 poweroff"]}]
        _, out = play(OPEN + report("ok one") + report("step waits")
                      + "< shutdown 1 poweroff\n> ok\n" + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE,
                      data={"actions": actions})
        self.assertNotIn("not ok", out)

    def test_reboot_comes_back(self):
        """A domain that reboots is waited for, and then given back."""
        _, out = play(OPEN + report("ok one") + report("done")
                      + "> domain 1 d1 shutdown reboot\n"
                      + "> domain 1 d1 destroyed\n"
                      + "> domain 2 d1 built\n> domain 2 d1 running\n"
                      + CLOSE.replace(" 1", " 2"), end="reboot")
        self.assertNotIn("not ok", out)
        self.assertIn("d1: is back", out)

    def test_refused_command_fails(self):
        """An error for an answer is a failed fact."""
        actions = [{"when": {"d1": "step now"}, "do": ["pause d1"]}]
        _, out = play(OPEN + report("ok one") + report("step now")
                      + "< pause 1\n> error no such domain\n"
                      + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE,
                      data={"actions": actions})
        self.assertIn("not ok 2 - harness: pause d1 # no such domain", out)

    def test_stats_return_to_the_start(self):
        """A counter that doesn't return is a leak."""
        expect = {"stats": [{"name": "no page leaks", "key": "pages",
                             "is": "start"}]}
        good = OPEN + report("ok one") + report("done") \
            + "> domain 1 d1 shutdown poweroff\n" + CLOSE
        _, out = play(good, data={"expect": expect})
        self.assertIn("- no page leaks\n", out)
        head, _, tail = good.rpartition("pages=100")
        _, out = play(head + "pages=99" + tail, data={"expect": expect})
        self.assertIn("no page leaks # pages is 99, not 100", out)

    def test_trace_after_a_failure(self):
        """A fact fails, or time is up: the trace is asked for."""
        trace = "< trace\n> trace 0 7 us d1v0 irq 0 at 4000\n> ok\n"
        ses, out = play(OPEN + report("not ok one") + report("done")
                        + "> domain 1 d1 shutdown poweroff\n" + trace
                        + CLOSE, traces=True)
        self.assertEqual(ses.trace, ["0 7 us d1v0 irq 0 at 4000"])
        self.assertIn("goes when told to", out)
        late = trace.replace("> trace", "~ 1\n> trace")
        ses, _ = play(OPEN + report("ok one") + late + "...\n", timeout=2,
                      traces=True)
        self.assertEqual(len(ses.trace), 1)
        ses, _ = play(OPEN + report("ok one") + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE,
                      traces=True)
        self.assertFalse(ses.trace)

    def test_list(self):
        """A list of domains must say what the session knows."""
        def run(state):
            actions = [{"when": {"d1": "step a"}, "do": ["list"]}]
            _, out = play(OPEN + report("ok one") + report("step a")
                          + f"< list\n> domain 1 d1 {state}\n> ok\n"
                          + report("done")
                          + "> domain 1 d1 shutdown poweroff\n" + CLOSE,
                          data={"actions": actions})
            return out
        self.assertIn("- hypervisor: lists the domains as they are\n",
                      run("running"))
        self.assertIn("lists the domains as they are # it lists",
                      run("paused"))

    def test_as_noted(self):
        """What a domain holds can be compared with what it held."""
        def run(ports):
            actions = [{"when": {"d1": "step a"}, "do": ["note d1"]},
                       {"when": {"d1": "step b"}, "do": ["as-noted d1"]}]
            _, out = play(OPEN + report("ok one") + report("step a")
                          + "< stats 1\n> stats 1 pages=7 ports=2 maps=0\n"
                          + "> ok\n" + report("step b") + "< stats 1\n"
                          + f"> stats 1 pages=5 ports={ports} maps=0\n> ok\n"
                          + report("done")
                          + "> domain 1 d1 shutdown poweroff\n" + CLOSE,
                          data={"actions": actions})
            return out
        self.assertIn("- d1: ports are what they were\n", run(2))
        self.assertIn("- d1: maps are what they were\n", run(2))
        self.assertNotIn("pages", run(2))
        self.assertIn("d1: ports are what they were # 3, were 2", run(3))

    def test_plan_is_kept(self):
        """A guest that stops early is found out by its plan."""
        _, out = play(OPEN + report("plan 2") + report("ok one")
                      + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE)
        self.assertIn("d1: keeps to its plan # 1 facts of 2", out)

    def test_silent_guest_fails(self):
        """Done without a fact is no pass."""
        _, out = play(OPEN + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE)
        self.assertIn("not ok 1 - d1: states a fact", out)

    def test_garbage_fails(self):
        """What cannot be read is the hypervisor's fault."""
        _, out = play(OPEN + "> wibble\n" + report("ok one")
                      + report("done")
                      + "> domain 1 d1 shutdown poweroff\n" + CLOSE)
        self.assertIn("not ok 1 - harness: speaks the protocol", out)

    def spend(self, *more):
        """What is said of a span of 1,000 ns with counters at both ends."""
        script = OPEN + report("ok one")
        for text, time_ns, counters in zip(("begin", "end"), (1000, 2000),
                                           more):
            script += report(f"step {text}:idle", time_ns, more=counters)
        script += report("done") + "> domain 1 d1 shutdown poweroff\n"
        _, out = play(script + CLOSE,
                      data={"expect": {"own_percent": {"d1: idle": 1}}})
        return out

    def test_own_percent(self):
        """xenlet's part of a span's time; nobody may have counted it."""
        name = "hypervisor: under 1 % of the time of d1: idle"
        self.assertRegex(self.spend(",own=50,slept=0", ",own=59,slept=980"),
                         f"\nok [0-9]+ - {name}\n")
        self.assertRegex(self.spend(",own=50,slept=0", ",own=61,slept=980"),
                         f"\nnot ok [0-9]+ - {name} # it was 1.1 %")
        self.assertRegex(self.spend("", ""),
                         f"\nok [0-9]+ - {name} # SKIP nobody counts")
        self.assertRegex(self.spend(",own=50,slept=0"),
                         f"\nnot ok [0-9]+ - {name} # it was never over")

    def test_console_expectations(self):
        """Patterns are looked for in the console."""
        expect = {"console": {"it says so": "unknown hypercall"},
                  "no_console": {"no oops": "Oops"}}
        script = OPEN + "# (XEN) unknown hypercall 99\n" + report("ok one") \
            + report("done") + "> domain 1 d1 shutdown poweroff\n" + CLOSE
        _, out = play(script, data={"expect": expect})
        self.assertIn("- it says so\n", out)
        self.assertIn("- no oops\n", out)
        self.assertNotIn("not ok", out)


if __name__ == "__main__":
    unittest.main()
