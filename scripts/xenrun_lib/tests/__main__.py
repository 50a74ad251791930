# SPDX-License-Identifier: GPL-2.0
"""Run the runner's own tests, and tell them in KTAP."""

import pathlib
import sys
import unittest

from .. import verdict


class Result(unittest.TestResult):
    """Turns each test into a fact."""

    def __init__(self, facts):
        super().__init__()
        self._facts = facts

    def _fact(self, outcome, test, why=""):
        name = test.shortDescription() or test.id()
        group = type(test).__name__.removesuffix("Test").lower()
        self._facts.fact(outcome, f"runner, {group}: {name.rstrip('.')}",
                         why)

    def addSuccess(self, test):
        self._fact(verdict.PASS, test)

    def addSkip(self, test, reason):
        self._fact(verdict.SKIP, test, reason)

    def _broken(self, outcome, test, err):
        text = self._exc_info_to_string(err, test)
        self._facts.note(text)
        self._fact(outcome, test, text.strip().splitlines()[-1])

    def addFailure(self, test, err):
        self._broken(verdict.FAIL, test, err)

    def addError(self, test, err):
        self._broken(verdict.ERROR, test, err)

    def addSubTest(self, test, subtest, err):
        if err:
            self._broken(verdict.FAIL, subtest, err)


def main():
    """Run all tests beside this file."""
    here = pathlib.Path(__file__).resolve().parent
    suite = unittest.defaultTestLoader.discover(
        str(here), top_level_dir=str(here.parents[1]))
    facts = verdict.Verdict("runner: its own tests")
    suite.run(Result(facts))
    return facts.finish()


if __name__ == "__main__":
    sys.exit(main())
