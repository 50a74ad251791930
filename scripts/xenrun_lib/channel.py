# SPDX-License-Identifier: GPL-2.0
"""The harness channel: ASCII lines between the runner and the hypervisor, or
the harness in dom0.

    hello xenlet|xen VERSION
    domain DOMID NAME STATE [REASON]
    report DOMID NANOSECONDS COUNTERS|- TEXT
    stats DOMID|- KEY=VALUE...
    trace TEXT
    ok | error TEXT             the end of the answer to a command

Testing.rst has the whole of it.  What cannot be read is a broken hypervisor,
not a broken test, so it comes back as a Garbled message.
"""

from collections import namedtuple

Hello = namedtuple("Hello", "version")
Domain = namedtuple("Domain", "domid name state reason")
Report = namedtuple("Report", "domid time_ns counters kind text values")
Stats = namedtuple("Stats", "domid values")
Trace = namedtuple("Trace", "text")
Answer = namedtuple("Answer", "good text")
Garbled = namedtuple("Garbled", "line")

STATES = ("built", "running", "paused", "shutdown", "crashed", "destroyed",
          "refused")
KINDS = ("plan", "ok", "not ok", "skip", "error", "step", "done")


def _pairs(words):
    """KEY=VALUE words as a dict; numbers become numbers."""
    values = {}
    for word in words:
        key, sep, value = word.partition("=")
        if not sep or not key:
            raise ValueError(word)
        try:
            values[key] = int(value, 0)
        except ValueError:
            values[key] = value
    return values


def _step_values(words):
    """A step's text is free: only what reads as KEY=VALUE counts."""
    return _pairs(w for w in words if w.find("=") > 0)


def _report(rest):
    domid, time_ns, counters, text = (rest + " ").split(" ", 3)
    text = text.strip()
    for kind in KINDS:
        if text == kind or text.startswith(kind + " "):
            break
    else:
        raise ValueError(text)
    body = text[len(kind):].strip()
    values = _step_values(body.split()[1:]) if kind == "step" else {}
    if kind == "plan":
        int(body)
    pairs = [] if counters == "-" else counters.split(",")
    return Report(int(domid), int(time_ns), _pairs(pairs), kind, body,
                  values)


def _domain(rest):
    domid, name, state, reason = (rest.split(" ", 3) + [""])[:4]
    if state not in STATES:
        raise ValueError(state)
    return Domain(-1 if domid == "-" else int(domid), name, state,
                  reason.strip())


def _hello(rest):
    name, _, version = rest.partition(" ")
    if name not in ("xenlet", "xen"):
        raise ValueError(name)
    return Hello(version)


def _stats(rest):
    domid, *pairs = rest.split()
    return Stats(None if domid == "-" else int(domid), _pairs(pairs))


READERS = {
    "hello": _hello,
    "domain": _domain,
    "report": _report,
    "stats": _stats,
    "trace": Trace,
    "ok": lambda rest: Answer(True, rest),
    "error": lambda rest: Answer(False, rest),
}


def read(line):
    """The message in one line."""
    word, _, rest = line.strip().partition(" ")
    try:
        return READERS[word](rest)
    except (KeyError, ValueError):
        return Garbled(line)


class Translator:
    """Makes messages of lines; here the lines are the messages."""

    # Does the other end carry out commands?
    answers = True
    # Does it keep a trace of what the CPUs did last?
    traces = True
    # How long it may take to give everything back, and then to go.
    quit_seconds = 10

    def from_channel(self, line):
        """The messages that a line of the channel stands for."""
        return [read(line)]

    def from_console(self, _line):
        """The messages that a line of the console stands for."""
        return []


class LineBuffer:
    """Cuts a stream of bytes into lines; one endless line is cut too."""

    LIMIT = 65536

    def __init__(self):
        self._rest = b""

    def feed(self, data):
        """The lines completed by these bytes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > self.LIMIT:
            lines.append(self._rest)
            self._rest = b""
        return [line.decode("utf-8", "replace").rstrip("\r")
                for line in lines]

    def flush(self):
        """What is left without its newline."""
        rest, self._rest = self._rest, b""
        return [rest.decode("utf-8", "replace")] if rest else []
