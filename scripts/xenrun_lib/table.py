# SPDX-License-Identifier: GPL-2.0
"""What the steps of a run took: from QEMU's start to each of them, and for
each measured span its throughput and what it cost in hypercalls.

A span is "step begin:NAME" ... "step end:NAME bytes= ops= packets=" of one
domain; the counters stand on every report line.  "step mark:WORD" puts WORD
behind the names of the spans that follow.

With -icount, where time is instructions, xenlet tells how many were its own,
and how long the machine slept.
"""

MIB = 1 << 20


def columns(rows, head):
    """The lines of a table; the first column is text."""
    widths = [max(len(str(r[i])) for r in [head] + rows)
              for i in range(len(head))]
    lines = []
    for row in [head] + rows:
        cells = [str(row[0]).ljust(widths[0])]
        cells += [str(c).rjust(w) for c, w in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * w for w in widths))
    return lines


def moments(steps):
    """When each step that measures nothing was reached."""
    rows = []
    for step in steps:
        if step.name.startswith(("begin:", "end:", "mark:")):
            continue
        domain = "" if step.domain == "-" else step.domain + ": "
        rows.append((domain + step.name, f"{step.wall:.2f} s"))
    return rows


def spans(steps):
    """(domain, name, begin, end) of all measured spans."""
    open_spans, marks, found = {}, {}, []
    for step in steps:
        kind, _, name = step.name.partition(":")
        key = (step.domain, name)
        if kind == "begin":
            open_spans[key] = step
        elif kind == "mark":
            marks[step.domain] = f" {name}"
        elif kind == "end" and key in open_spans:
            label = name + marks.get(step.domain, "")
            found.append((step.domain, label, open_spans.pop(key), step))
    return found


def _per(count, units):
    return f"{count / units:.3f}" if units else "-"


def shares(begin, end):
    """What part of a span's time xenlet was executing, and what part of all
    that was executed meanwhile; None if nobody counted.
    """
    if "own" not in begin.counters or "own" not in end.counters:
        return None
    time, own, slept = (
        end.time_ns - begin.time_ns,
        end.counters["own"] - begin.counters["own"],
        end.counters["slept"] - begin.counters["slept"])
    if time <= slept:
        return None
    return own / time, own / (time - slept)


def percent(share):
    """A share in words; few of them are far from 0."""
    return f"{100 * share:.3g} %"


def measure(begin, end):
    """Seconds, MiB/s, and hypercalls and sends per I/O or packet."""
    seconds = (end.time_ns - begin.time_ns) / 1e9
    units = end.values.get("ops") or end.values.get("packets") or 0
    size = end.values.get("bytes", 0)
    hypercalls = end.counters.get("hc", 0) - begin.counters.get("hc", 0)
    sends = end.counters.get("send", 0) - begin.counters.get("send", 0)
    rate = f"{size / MIB / seconds:.1f}" if size and seconds > 0 else "-"
    return (f"{seconds:.2f}", rate, units or "-", _per(hypercalls, units),
            _per(sends, units))


def compare(ours, theirs, name):
    """The ratios of two runs of one scenario, span by span."""
    other = {(d, n): measure(b, e) for d, n, b, e in spans(theirs)}
    rows = []
    for domain, span, begin, end in spans(ours):
        a, b = measure(begin, end), other.get((domain, span))
        if b:
            rows.append((f"{domain}: {span}", _ratio(a[0], b[0]),
                         _ratio(a[3], b[3]), _ratio(a[4], b[4])))
    return columns(rows, (f"this to {name}", "time", "hypercalls each",
                           "sends each"))


def _ratio(a, b):
    try:
        return f"{float(a) / float(b):.2f}"
    except (ValueError, ZeroDivisionError):
        return "-"


def render(steps, instructions=False):
    """The table, as lines of text."""
    lines = columns(moments(steps), ("reached", "after QEMU's start"))
    found = spans(steps)
    rows = [(f"{domain}: {name}", *measure(begin, end))
            for domain, name, begin, end in found]
    if rows:
        unit = "Ginstr" if instructions else "seconds"
        rate = "MiB/Ginstr" if instructions else "MiB/s"
        lines += [""] + columns(rows, ("measured", unit, rate,
                                        "I/Os or packets",
                                        "hypercalls each", "sends each"))
    rows = [(f"{domain}: {name}", *map(percent, shares(begin, end)))
            for domain, name, begin, end in found if shares(begin, end)]
    if instructions and rows:
        lines += [""] + columns(rows, ("instructions in xenlet",
                                       "of the span's time",
                                       "of all executed"))
    return lines
