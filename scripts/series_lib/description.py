# SPDX-License-Identifier: GPL-2.0
"""The files of scripts/series.d: what each patch says, brings and edits."""

import pathlib
import re
import subprocess

from . import SeriesError, maintainers

TREE = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TREE / "scripts/series.d"
# What a kernel is not built from.
APART = ("Documentation/", "tools/", "MAINTAINERS")


class Edit:
    """A diff against files of the kernel, or of ours for a kernel in which
    something moved: then from version @since on.
    """

    def __init__(self, path, since):
        self.path, self.name = path, path.name
        self._since = [int(n) for n in since.split(".")] if since else []

    def is_for(self, version):
        """Does a kernel of that version need it?"""
        return [int(n) for n in version.split(".")] >= self._since

    @property
    def paths(self):
        """The paths that it changes."""
        return re.findall(r"^\+\+\+ b/(\S+)",
                          self.path.read_text(encoding="utf-8"), re.M)


class Patch:
    """One patch: @new and @replaced map a path in the kernel tree to a file
    of ours, @edits are diffs against files of the kernel, @maintainers
    entries for its MAINTAINERS.
    """

    def __init__(self, path, tracked):
        self.name = path.stem
        self.where = path.name
        self.new, self.replaced = {}, {}
        self.edits, self.maintainers = [], []
        message, *sections = re.split(r"^%(\w+(?: [\d.]+)?)\n",
                                      path.read_text(encoding="utf-8"),
                                      flags=re.M)
        self.subject, _, self.body = message.strip().partition("\n\n")
        for kind, text in zip(sections[::2], sections[1::2]):
            for line in text.splitlines():
                if line.strip():
                    self._add(kind, line.strip(), tracked)

    def _add(self, kind, line, tracked):
        kind, _, since = kind.partition(" ")
        if kind == "edits":
            edit = FOLDER / "edits" / line
            if not edit.exists():
                raise SeriesError(f"{self.where}: no edit {line}")
            self.edits.append(Edit(edit, since))
        elif kind == "maintainers":
            self.maintainers.append(maintainers.entry(line))
        elif kind in ("files", "replaces"):
            table = self.new if kind == "files" else self.replaced
            for name in self._match(line.removeprefix("!"), tracked):
                if line.startswith("!"):
                    table.pop(name, None)
                else:
                    table[name] = TREE / name
        else:
            raise SeriesError(f"{self.where}: unknown section %{kind}")

    def _match(self, pattern, tracked):
        """The paths that a line names: a star stays within one folder."""
        regex = re.compile(re.escape(pattern).replace(r"\*", "[^/]*") +
                           (".*" if pattern.endswith("/") else "$"))
        found = [n for n in tracked if regex.match(n)]
        if not found:
            raise SeriesError(f"{self.where}: nothing matches {pattern}")
        return found

    def leave_out_apart(self):
        """Keep only what a kernel is built from; False if nothing is left."""
        for table in (self.new, self.replaced):
            for name in [n for n in table if n.startswith(APART)]:
                del table[name]
        self.edits = [e for e in self.edits
                      if not all(n.startswith(APART) for n in e.paths)]
        self.maintainers = []
        return bool(self.paths())

    def paths(self):
        """All paths that it touches."""
        return [*self.new, *self.replaced,
                *(p for e in self.edits for p in e.paths),
                *(["MAINTAINERS"] if self.maintainers else [])]


def tracked_files():
    """The files of this tree, those not yet in git among them."""
    done = subprocess.run(["git", "-C", str(TREE), "ls-files", "--cached",
                           "--others", "--exclude-standard"],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        return sorted(str(p.relative_to(TREE)) for p in TREE.rglob("*")
                      if p.is_file() and "out" not in p.parts)
    return [n for n in done.stdout.splitlines() if (TREE / n).is_file()]


def load():
    """All patches, in their order; no path may be in two of them."""
    tracked = tracked_files()
    patches = [Patch(p, tracked) for p in sorted(FOLDER.glob("[0-9]*.txt"))]
    owner = {}
    for patch in patches:
        for name in [*patch.new, *patch.replaced]:
            if name in owner:
                raise SeriesError(f"{patch.where} and {owner[name]} both "
                                  f"have {name}")
            owner[name] = patch.where
    for patch in patches:
        patch.maintainers = [maintainers.only(entry, owner)
                             for entry in patch.maintainers]
    return patches
