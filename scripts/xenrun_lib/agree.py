# SPDX-License-Identifier: GPL-2.0
"""Do two hypervisors give the same verdicts, fact by fact?

Where they may differ stands in tools/testing/xen/guest/exceptions.json: by
micro-guest, a fact's name, or "*" for all, and the reason.  An exception that
is none any more has to go.
"""

import json
import pathlib

from . import XenrunError
from .verdict import FAIL, PASS

FILE = pathlib.Path(__file__).resolve().parents[2] / \
    "tools/testing/xen/guest/exceptions.json"


def exceptions(path=FILE):
    """{micro-guest: {fact: reason}}"""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as err:
        raise XenrunError(f"{path}: line {err.lineno}: {err.msg}") from None
    good = isinstance(data, dict) and all(
        isinstance(facts, dict) and all(isinstance(why, str) and why
                                        for why in facts.values())
        for facts in data.values())
    if not good:
        raise XenrunError(f"{path}: wants {{micro-guest: {{fact: reason}}}}")
    return data


def facts_of(outcomes, domain):
    """The facts that a domain stated, without what the runner found."""
    head = f"{domain}: "
    return {name.removeprefix(head): outcome
            for name, outcome in outcomes.items() if name.startswith(head)}


def compare(ours, theirs, allowed):
    """[(outcome, name, why)]: each fact on which they do not agree, each
    exception that is out of date, and if there are none, that they agree.
    """
    differ = {name for name in {**ours, **theirs}
              if ours.get(name) != theirs.get(name)}
    if "*" in allowed:
        allowed = {"*": allowed["*"], **dict.fromkeys(differ, "")}
        stale = set() if differ else {"*"}
    else:
        stale = set(allowed) - differ
    found = [(FAIL, name, f"xenlet: {ours.get(name, 'missing')}, "
              f"Xen: {theirs.get(name, 'missing')}")
             for name in sorted(differ - set(allowed))]
    found += [(FAIL, name, "they agree on it: no exception")
              for name in sorted(stale)]
    if not found:
        count = len(ours) - len(differ & set(ours))
        text = f", {len(differ)} differ for a reason" if differ else ""
        found.append((PASS, f"xenlet and Xen agree on {count} facts{text}",
                      ""))
    return found
