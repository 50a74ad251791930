# SPDX-License-Identifier: GPL-2.0
"""A file of ours as a kernel tree has it: without what only modules need.

In C, that stands between #ifdef XEN_GUEST_MODULE and its #else or #endif.
"""

import re

from . import SeriesError

GUARD = "XEN_GUEST_MODULE"


def _ends(ours, depth):
    """Is the innermost of our own blocks the one at this depth?"""
    return bool(ours) and ours[-1][0] == depth


def for_kernel(name, data):
    """The bytes of file @name for a kernel tree."""
    if GUARD.encode() not in data:
        return data
    out, depth, ours = [], 0, []
    for line in data.decode().splitlines(keepends=True):
        word = re.match(r"#\s*(ifdef|ifndef|if|else|elif|endif)\b\s*(\w*)",
                        line)
        kind = word.group(1) if word else ""
        if kind.startswith("if"):
            depth += 1
            if word.group(2) == GUARD:
                ours.append([depth, kind == "ifndef"])
                continue
        elif kind == "else" and _ends(ours, depth):
            ours[-1][1] = not ours[-1][1]
            continue
        elif kind == "endif":
            depth -= 1
            if _ends(ours, depth + 1):
                ours.pop()
                continue
        if all(keep for _, keep in ours):
            out.append(line)
    text = re.sub(r"\n{3,}", "\n\n", "".join(out))
    if GUARD in text or ours:
        raise SeriesError(f"{name}: a use of {GUARD} that is not understood")
    return text.encode()
