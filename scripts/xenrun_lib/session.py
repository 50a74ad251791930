# SPDX-License-Identifier: GPL-2.0
"""One run: what the machine says comes in, facts and commands go out, until
everything expected was seen, the machine ends, or time is up.

The session owns all state of the run.  Nothing here blocks but _wait().
"""

import collections
import re
import select
import selectors
import time

from . import channel, table
from .scenario import DOM0_COMMANDS
from .verdict import ERROR, FAIL, PASS, SKIP

CONSOLE_TAIL = 60
# What a domain holds, and gives back to where it was.
HELD = ("ports", "pins", "maps")
TRACE_SECONDS = 5
AFTERMATH_SECONDS = 60  # for all that is still to come after a failure
OUTCOMES = {"ok": PASS, "not ok": FAIL, "skip": SKIP, "error": ERROR}
ENDS = {("shutdown", "poweroff"): "poweroff", ("shutdown", "halt"): "poweroff",
        ("shutdown", "reboot"): "reboot", ("shutdown", "crash"): "crash"}


def end_of(state, reason):
    """How a domain ended, in a scenario's words; None if it goes on."""
    if state == "crashed":
        return "crash"
    if state in ("destroyed", "refused"):
        return state
    if state == "shutdown":
        return ENDS.get((state, reason.split(" ")[0]), reason or "shutdown")
    return None


class Peer:
    """A domain as the session sees it."""

    def __init__(self, spec, by_itself=False):
        self.spec, self._by_itself = spec, by_itself
        self.domid = None
        self.state = "not built"
        self.end = None
        self.why = ""
        self.done = False
        self.gone = False
        self.back = False
        self.plan = None
        self.facts = 0
        self.said = []

    @property
    def finished(self):
        """Is there nothing more to wait for?"""
        if self.spec.end == "running":
            there = self.domid is not None and not self.spec.done
            return self.done or there or self.end is not None
        if self.end == "reboot":
            return self.back
        return self.end is not None

    @property
    def leaves(self):
        """Is it gone, or will it go by itself, as the real Xen's dom0?"""
        return self.gone or self.domid is None or self._by_itself

    def waits_for(self):
        """What is missing, for the message when time is up."""
        last = f", last said: {self.said[-1]}" if self.said else ""
        what = "done" if self.spec.done and not self.done else self.spec.end
        if self.end == "reboot":
            what = "to be back"
        return f"{self.spec.name}: {what} ({self.state}{last})"


Step = collections.namedtuple("Step", "domain wall time_ns counters name "
                              "values")


class Session:
    """Runs a scenario on a started machine."""

    def __init__(self, scenario, process, verdict, timeout, console_sink,
                 translator=channel.Translator()):
        self.scenario, self.process = scenario, process
        self.verdict = verdict
        self.peers = {n: Peer(d) for n, d in scenario.domains.items()}
        if scenario.with_dom0:
            self.peers["dom0"] = Peer(scenario.dom0,
                                      scenario.hypervisor == "xen")
        self.steps = []
        self.stats = {}
        self.start_stats = None
        self.trace = []
        self._noted = {}
        self._listed = {}
        self.version = None
        self.tail = collections.deque(maxlen=CONSOLE_TAIL)
        self._console_text = []
        self._sink, self._translator = console_sink, translator
        self._began = time.monotonic()
        self._deadline = self._began + timeout
        self._harness = None
        self._selector = selectors.DefaultSelector()
        self._commands = collections.deque()
        self._outstanding = None
        self._timers = []
        self._fired = set()
        self._closing = False
        self._asked = False
        self._over = False

    # What the machine says

    def _on_messages(self, messages):
        for message in messages:
            self._on_message(message)

    def _on_message(self, message):
        handler = {
            channel.Hello: self._on_hello,
            channel.Domain: self._on_domain,
            channel.Report: self._on_report,
            channel.Stats: self._on_stats,
            channel.Trace: lambda line: self.trace.append(line.text),
            channel.Answer: self._on_answer,
            channel.Garbled: self._on_garbled,
        }[type(message)]
        handler(message)

    def _on_hello(self, message):
        self.version = message.version
        self._step(None, "hypervisor", 0, {}, {})
        if self._translator.answers:
            self._queue("stats")

    def _on_garbled(self, message):
        self.verdict.fact(FAIL, "harness: speaks the protocol",
                          f"not understood: {message.line[:120]!r}")

    def _on_domain(self, message):
        if self._outstanding == "list":
            self._listed[message.name] = message.state
            return
        peer = self.peers.get(message.name)
        if not peer:
            self.verdict.note(f"a domain of nobody's: {message}")
            return
        if message.domid >= 0 and message.state != "refused":
            peer.domid = message.domid
        peer.state = f"{message.state} {message.reason}".strip()
        peer.gone = message.state in ("destroyed", "refused")
        if message.state == "running" and peer.end == "reboot" and \
           not peer.back:
            peer.back = True
            self.verdict.check(True, f"{peer.spec.name}: is back", "")
        end = end_of(message.state, message.reason)
        if message.state == "running" and peer.end is None:
            self._step(peer, "running", 0, {}, {})
        # What goes on is ended by us, last of all.
        ours = self._closing and peer.spec.end == "running"
        if end and peer.end is None and not ours:
            self._ended(peer, end, message.reason)
        self._said(peer, f"state {peer.state}")

    def _ended(self, peer, end, why):
        peer.end, peer.why = end, why
        want = {"halt": "poweroff"}.get(peer.spec.end, peer.spec.end)
        name = peer.spec.name
        self.verdict.check(end == want, f"{name}: ends with {peer.spec.end}",
                           f"ended with {end} {why}".rstrip())
        if peer.spec.done and not peer.done:
            self.verdict.fact(FAIL, f"{name}: says that it is done",
                              f"it ended ({end}) before")

    def _on_report(self, message):
        peer = next((p for p in self.peers.values()
                     if p.domid == message.domid), None)
        if not peer:
            self.verdict.fact(FAIL, "harness: reports come from domains",
                              f"no domain {message.domid}: {message.text}")
            return
        if message.kind in OUTCOMES:
            name, _, why = message.text.partition(" # ")
            peer.facts += 1
            self.verdict.fact(OUTCOMES[message.kind],
                              f"{peer.spec.name}: {name}", why)
            if OUTCOMES[message.kind] in (FAIL, ERROR):
                self._hurry()
        elif message.kind == "plan":
            peer.plan = int(message.text)
        elif message.kind == "done":
            self._on_done(peer)
        elif message.kind == "step":
            self._step(peer, message.text.split(" ")[0], message.time_ns,
                       message.counters, message.values)
        self._said(peer, f"{message.kind} {message.text}".strip())

    def _hurry(self):
        """Nothing that comes can undo a failure, and who depends on the one
        that failed waits in vain; but what the others say may explain it.
        """
        self._deadline = min(self._deadline,
                             time.monotonic() + AFTERMATH_SECONDS)

    def _on_done(self, peer):
        peer.done = True
        name = peer.spec.name
        if peer.plan is not None:
            self.verdict.check(peer.facts == peer.plan,
                               f"{name}: keeps to its plan",
                               f"{peer.facts} facts of {peer.plan}")
        elif not peer.facts and peer.spec.end != "crash":
            self.verdict.fact(FAIL, f"{name}: states a fact",
                              "it was done without one")

    def _step(self, peer, name, time_ns, counters, values):
        self.steps.append(Step(peer.spec.name if peer else "-",
                               time.monotonic() - self._began, time_ns,
                               counters, name, values))

    def _on_stats(self, message):
        self.stats.setdefault(message.domid, {}).update(message.values)

    def _on_answer(self, message):
        command, self._outstanding = self._outstanding, None
        if command is None:
            self.verdict.fact(FAIL, "harness: answers what it was asked",
                              f"an answer to nothing: {message.text}")
            return
        if command == "stats" and self.start_stats is None:
            self.start_stats = dict(self.stats)
        if not message.good and not self._closing:
            self.verdict.fact(FAIL, f"harness: {command}", message.text)
        elif command.split()[0] in DOM0_COMMANDS:
            self.verdict.fact(PASS, f"dom0: {command}")
        elif command == "list":
            self._compare_list()
        elif command.startswith("note "):
            self._noted[command.split()[1]] = self._counts(command)
        elif command.startswith("as-noted "):
            self._compare_noted(command)

    def _compare_list(self):
        """The domains that are there, and what they do."""
        there = {p.spec.name: p.state.split(" ")[0]
                 for p in self.peers.values()
                 if p.domid is not None and not p.gone}
        self.verdict.check(self._listed == there,
                           "hypervisor: lists the domains as they are",
                           f"it lists {self._listed}, there are {there}")
        self._listed = {}

    def _counts(self, command):
        """The counters of a command's domain."""
        domid = self.peers[command.split()[1]].domid
        return dict(self.stats.get(domid, {}))

    def _compare_noted(self, command):
        _, name, *keys = command.split()
        before, now = self._noted.get(name), self._counts(command)
        if before is None:
            self.verdict.fact(ERROR, f"runner: {command}", "never noted")
        elif not now:
            self.verdict.fact(SKIP, f"{name}: counts what it counted",
                              "nobody counts here")
        else:
            for key in keys or HELD:
                self.verdict.check(
                    now.get(key) == before.get(key),
                    f"{name}: {key} are what they were",
                    f"{now.get(key)}, were {before.get(key)}")

    # What the runner does

    def _said(self, peer, text):
        peer.said.append(text)
        for index, action in enumerate(self.scenario.actions):
            if action.every and peer.spec.name in action.when and \
               self._matches(text, action.when[peer.spec.name]):
                self._fire(action)
            elif not action.every and index not in self._fired and \
                    self._holds(action.when):
                self._fired.add(index)
                self._fire(action)

    @staticmethod
    def _matches(said, text):
        return said == text or said.startswith(text + " ")

    def _holds(self, when):
        return all(any(self._matches(s, text)
                       for s in self.peers[name].said)
                   for name, text in when.items())

    def _fire(self, action):
        if action.delay:
            due = time.monotonic() + action.delay
            self._timers.append((due, action.do))
            return
        for command in action.do:
            self._queue(command)

    def _fire_timers(self):
        now = time.monotonic()
        for timer in [t for t in self._timers if t[0] <= now]:
            self._timers.remove(timer)
            for command in timer[1]:
                self._queue(command)

    def _queue(self, command):
        verb, _, text = command.partition(" ")
        if verb == "type":
            self.process.type(text)
        else:
            self._commands.append(command)

    def _send_next(self):
        if self._outstanding is not None or not self._commands or \
           self._harness is None:
            return
        command = self._commands.popleft()
        words = command.split()
        if len(words) > 1 and DOM0_COMMANDS.get(words[0], (0, True))[1]:
            domid = self.peers[words[1]].domid
            if domid is None:
                self.verdict.fact(ERROR, f"runner: {command}",
                                  "that domain was never built")
                return
            words[1] = str(domid)
        if words[0] in ("note", "as-noted"):
            words[0] = "stats"
        self._outstanding = command
        if command == "stats":
            self.stats = {}
        try:
            self._harness.sendall((" ".join(words) + "\n").encode())
        except OSError:
            self._close_harness()

    def _close(self):
        """All is said: give everything back, count it, and go."""
        self._closing = True
        self._deadline = time.monotonic() + 2 * self._translator.quit_seconds
        for peer in self.peers.values():
            if not peer.leaves:
                self._queue(f"destroy {peer.spec.name}")

    def _ask_trace(self):
        """After a failure: what the CPUs did last, if they still answer."""
        if not self._translator.traces or not self._harness or \
           self._outstanding is not None:
            return
        self._commands.clear()
        self._queue("trace")
        self._send_next()
        end = time.monotonic() + TRACE_SECONDS
        while self._outstanding and time.monotonic() < end:
            if select.select([self._harness], [], [], 0.1)[0]:
                self._read_harness()

    def _ask_last(self):
        """Destroying takes a while: count when it is over, or hopeless."""
        late = time.monotonic() > self._deadline - \
            self._translator.quit_seconds
        if not self._asked and self._outstanding is None and (
                late or all(p.leaves for p in self.peers.values())):
            self._asked = True
            self._queue("stats")
            self._queue("quit")

    # The loop

    def _wait(self):
        limit = min([self._deadline] + [t[0] for t in self._timers])
        return self._selector.select(max(0, min(1, limit -
                                                time.monotonic())))

    def _on_console(self, data):
        self._sink(data)
        for line in self._console_lines.feed(data):
            self.tail.append(line)
            self._console_text.append(line)
            messages = self._translator.from_console(line)
            if messages:
                self._drain_harness()
            self._on_messages(messages)

    def _drain_harness(self):
        """What was said there before the console's line comes first."""
        while self._harness and \
                select.select([self._harness], [], [], 0)[0]:
            self._read_harness()

    def _read_harness(self):
        try:
            data = self._harness.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._close_harness()
            return
        for line in self._harness_lines.feed(data):
            if line:
                self._on_messages(self._translator.from_channel(line))

    def _close_harness(self):
        if self._harness:
            self._selector.unregister(self._harness)
            self._harness.close()
            self._harness = None
        self._outstanding = None

    def _read_console(self, read):
        data = read()
        if data:
            self._on_console(data)
        else:
            self._selector.unregister(self.process.console)
            self._over = True

    def _complete(self):
        if not self.peers or not self.scenario.expect.boots:
            return all(self._console_has(p)
                       for p in self.scenario.expect.console.values())
        return self.version is not None and not self._timers and \
            not self._commands and self._outstanding is None and \
            all(p.finished for p in self.peers.values())

    def _console_has(self, pattern):
        return any(re.search(pattern, line) for line in self._console_text)

    def run(self, listener, read_console):
        """Run to the end; True if it came to one by itself."""
        self._console_lines = channel.LineBuffer()
        self._harness_lines = channel.LineBuffer()
        self._selector.register(listener, selectors.EVENT_READ, "listener")
        self._selector.register(self.process.console, selectors.EVENT_READ,
                                "console")
        while not self._over and time.monotonic() < self._deadline:
            for key, _ in self._wait():
                self._dispatch(key, listener, read_console)
            self._fire_timers()
            if not self._closing and self._complete():
                if not self.scenario.expect.boots or \
                   not self._translator.answers:
                    return True
                if self.verdict.broken:
                    self._ask_trace()
                self._close()
            if self._closing and not self._commands:
                self._ask_last()
            self._send_next()
        if not self._over and not self._closing:
            self._ask_trace()
        return self._over or self._closing

    def _dispatch(self, key, listener, read_console):
        if key.data == "listener":
            self._harness = self.process.accept()
            self._selector.unregister(listener)
            self._selector.register(self._harness, selectors.EVENT_READ,
                                    "harness")
        elif key.data == "harness":
            # What the console said may have had it read to its end.
            if self._harness:
                self._read_harness()
        else:
            self._read_console(read_console)

    # What came of it

    def conclude(self, ended):
        """State the facts that only the end of the run can tell."""
        waiting = [p.waits_for() for p in self.peers.values()
                   if not p.finished]
        if not self.scenario.expect.boots:
            waiting = []
        elif self.version is None:
            self.verdict.fact(FAIL, "hypervisor: says hello",
                              "it never spoke on the harness channel")
        elif waiting:
            why = f"after {time.monotonic() - self._began:.0f} s" \
                if not ended else \
                f"QEMU ended (exit code {self.process.exit_code()})"
            self.verdict.fact(FAIL, "scenario: comes to its end",
                              f"{why}, still waiting for "
                              + "; ".join(waiting))
        self._conclude_console()
        self._conclude_shares()
        if not waiting and self.version is not None and \
           self._translator.answers:
            self._conclude_stats()
            code = self.process.exit_code()
            self.verdict.check(code == 0, "hypervisor: goes when told to",
                               "it did not" if code is None else
                               f"QEMU's exit code is {code}")

    def _conclude_console(self):
        for name, pattern in self.scenario.expect.console.items():
            self.verdict.check(self._console_has(pattern), name,
                               f"the console never said {pattern!r}")
        for name, pattern in self.scenario.expect.no_console.items():
            self.verdict.check(not self._console_has(pattern), name,
                               f"the console said {pattern!r}")

    def _conclude_shares(self):
        found = {f"{domain}: {name}": table.shares(begin, end)
                 for domain, name, begin, end in table.spans(self.steps)}
        for span, most in self.scenario.expect.own_percent.items():
            name = f"hypervisor: under {most} % of the time of {span}"
            if span not in found:
                self.verdict.fact(FAIL, name, "it was never over")
            elif not found[span]:
                self.verdict.fact(SKIP, name, "nobody counts instructions, "
                                  "or this is without -icount")
            else:
                self.verdict.check(found[span][0] < most / 100, name,
                                   "it was " + table.percent(found[span][0]))

    def _conclude_stats(self):
        now = self.stats.get(None)
        if now is None:
            self.verdict.fact(FAIL, "hypervisor: tells its last counters",
                              "it went before it was asked")
            return
        for key in [k for k in now if "start_" + k in now]:
            self.verdict.check(now[key] == now["start_" + key],
                               f"hypervisor: {key} is what it was",
                               f"{now[key]}, was {now['start_' + key]}")
        start = (self.start_stats or {}).get(None, {})
        for want in self.scenario.expect.stats:
            value = now.get(want.key)
            goal = want.__dict__["is"]
            if isinstance(goal, str):
                goal = start.get(want.key) if goal == "start" \
                    else now.get(goal)
            self.verdict.check(value is not None and value == goal,
                               want.name,
                               f"{want.key} is {value}, not {goal}")
