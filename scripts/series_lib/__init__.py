# SPDX-License-Identifier: GPL-2.0
"""Putting our sources into a kernel tree, as files or as patches.

scripts/series.d says what goes there: a file each patch, with its message,
the files that it brings, and its edits of files that the kernel has.
"""


class SeriesError(Exception):
    """Said to the user as it is, without a traceback."""
