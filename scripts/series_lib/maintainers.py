# SPDX-License-Identifier: GPL-2.0
"""Entries of our MAINTAINERS, for the kernel's."""

import pathlib
import re

from . import SeriesError

OURS = pathlib.Path(__file__).resolve().parents[2] / "MAINTAINERS"
# A title, and the lines with a letter and a colon below it.
ENTRY = re.compile(r"^(\S[^\n]*)\n((?:[A-Z]:\t[^\n]*\n)+)", re.M)


def entry(title):
    """Our entry of that title: (title, its lines)."""
    found = dict(ENTRY.findall(OURS.read_text(encoding="utf-8")))
    if title not in found:
        raise SeriesError(f"MAINTAINERS has no entry {title}")
    return title, found[title].splitlines()


def only(ours, paths):
    """An entry without the files that the kernel does not get."""
    title, lines = ours
    kept = [line for line in lines if not line.startswith("F:")
            or any(covers(line[3:], p) for p in paths)]
    return title, kept


def covers(pattern, path):
    """Does a pattern of MAINTAINERS name that path?"""
    if pattern.endswith("/"):
        return path.startswith(pattern)
    return pathlib.PurePosixPath(path).match(pattern)


def merge(text, entries):
    """The kernel's MAINTAINERS with ours at their places in the alphabet."""
    for title, lines in entries:
        later = next((m for m in ENTRY.finditer(text)
                      if m.group(1)[0] == title[0] and m.group(1) > title),
                     None)
        if later is None:
            raise SeriesError(f"no place for {title} in MAINTAINERS")
        new = "\n".join([title, *lines]) + "\n\n"
        text = text[:later.start()] + new + text[later.start():]
    return text
