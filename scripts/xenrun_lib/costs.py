# SPDX-License-Identifier: GPL-2.0
"""What hypercalls cost on xenlet and on the real Xen, in instructions: the
micro-guests "cost" and "ping" in dom0's place on both, with -icount."""

from . import table, verdict

GUESTS = ("cost", "ping")
# Steps of the micro-guests, and what part of Xen's cost is aimed at. No more
# than all of it is a fact.
AIMS = {"boot": 0.25, "version": 0.5, "send": 0.6, "copy-page": 1.0,
        "yield": 1.0, "event": 1.0}


def figures(steps):
    """{name: instructions} of the steps that tell a cost."""
    return {step.name.partition(":")[2]: step.values["ns"]
            for step in steps
            if step.name.startswith("cost:") and "ns" in step.values}


def compare(ours, theirs, facts):
    """The lines of the table; a fact for each line."""
    rows = []
    for name, aim in AIMS.items():
        mine, other = ours.get(name), theirs.get(name)
        if not mine or not other:
            facts.fact(verdict.ERROR, f"cost: {name}", "one side has none")
            continue
        ratio = mine / other
        rows.append((name, mine, other, f"{ratio:.2f}", aim))
        facts.check(ratio <= 1, f"cost: {name} is no more than Xen's",
                    f"it is {ratio:.2f} times that")
    return table.columns(rows, ("instructions", "xenlet", "Xen", "ratio",
                                "aim"))


def main(run):
    """Run both, print the table: the exit code. @run takes a command line and
    gives an exit code and the facts.
    """
    steps = []
    for where in (["--in-dom0"], ["--hypervisor", "xen"]):
        found = {}
        for guest in GUESTS:
            code, facts = run(["--icount", *where, f"micro:{guest}"])
            if code:
                return code
            found.update(figures(facts.steps))
        steps.append(found)
    facts = verdict.Verdict("costs of xenlet beside Xen's")
    lines = compare(*steps, facts)
    code = facts.finish()
    print("\n".join(["", *lines]))
    return code
