# SPDX-License-Identifier: GPL-2.0
"""The facts of a run and how they are told: KTAP version 1.

A fact is one of four, and they never blur:
    pass   the subject did what it should
    fail   the subject did not
    skip   this environment cannot tell
    error  the test is broken and says nothing about the subject
"""

import re
import sys

PASS, FAIL, SKIP, ERROR = "pass", "fail", "skip", "error"
EXIT = {PASS: 0, FAIL: 1, ERROR: 2, SKIP: 4}


class Verdict:
    """Facts in the order they came; each is printed as it comes."""

    def __init__(self, title, out=None):
        self.out = out or sys.stdout
        self.counts = {PASS: 0, FAIL: 0, SKIP: 0, ERROR: 0}
        self.broken = []
        self.outcomes = {}
        self.steps = []
        self._say("KTAP version 1")
        self.note(title)

    def _say(self, line):
        print(line, file=self.out, flush=True)

    def note(self, text):
        """A line for the reader, no fact."""
        for line in text.splitlines() or [""]:
            self._say(f"# {line}".rstrip())

    @property
    def facts(self):
        """How many facts there are."""
        return sum(self.counts.values())

    def fact(self, outcome, name, why=""):
        """State a fact."""
        self.counts[outcome] += 1
        self.outcomes[name] = outcome
        if outcome in (FAIL, ERROR):
            self.broken.append((outcome, name, why))
        name = name.replace("#", "_")
        line = f"{'ok' if outcome in (PASS, SKIP) else 'not ok'} " \
               f"{self.facts} - {name}"
        if outcome == SKIP:
            line += f" # SKIP {why}".rstrip()
        elif outcome == ERROR:
            line += f" # ERROR {why}".rstrip()
        elif outcome == FAIL and why:
            line += f" # {why}"
        self._say(line)

    def check(self, holds, name, why=""):
        """State that something holds, or not, and then why not."""
        self.fact(PASS if holds else FAIL, name, "" if holds else why)

    @property
    def outcome(self):
        """All facts taken together; no fact at all is a broken test."""
        for outcome in (FAIL, ERROR, PASS, SKIP):
            if self.counts[outcome]:
                return outcome
        return ERROR

    def finish(self):
        """Print the plan; return the exit code."""
        self._say(f"1..{self.facts}")
        return EXIT[self.outcome]


RESULT = re.compile(r"^\s*(not )?ok \d+(?: -)? ?(.*?)(?: # ?(.*))?$")


def read_line(line):
    """(outcome, name, why) of a KTAP result line, or None for another."""
    match = RESULT.match(line)
    if not match:
        return None
    bad, name, why = match.group(1), match.group(2), match.group(3) or ""
    word = why.split(" ", 1)[0].upper()
    if bad:
        return (ERROR if word == "ERROR" else FAIL), name, why
    return (SKIP if word == "SKIP" else PASS), name, why
