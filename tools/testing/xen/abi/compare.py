#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compare the Xen interface in Linux's headers with Xen's own.

Both are compiled for the target, each expression of abi.list into a word of a
section, and the words are compared: nothing is typed twice, nothing is run.
KTAP on the standard output, a fact for each line of the list.
"""

import argparse
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(TREE / "scripts"))

# pylint: disable=wrong-import-position
from xenrun_lib import XenrunError, verdict  # noqa: E402

CROSS = {"arm64": "aarch64-linux-gnu-", "arm": "arm-linux-gnueabihf-"}


class Fact:
    """A line of the list: pairs of expressions that must agree, or differ."""

    def __init__(self, name, pairs, differs=False, why=""):
        self.name, self.pairs = name, pairs
        self.differs, self.why = differs, why


def _split(text, separator):
    left, sep, right = text.partition(separator)
    return left.strip(), right.strip() if sep else left.strip()


def read_type(text):
    """type TYPE [= TYPE]: FIELD..."""
    types, _, fields = text.partition(":")
    ours, theirs = _split(types, "=")
    pairs = [(f"sizeof({ours})", f"sizeof({theirs})")]
    pairs += [(f"__builtin_offsetof({ours}, {f})",
               f"__builtin_offsetof({theirs}, {f})") for f in fields.split()]
    return Fact(ours, pairs)


def read_offsets(text):
    """offsets TYPE [= TYPE]: FIELD..."""
    fact = read_type(text)
    fact.pairs = fact.pairs[1:]
    return fact


def read_const(text):
    """const NAME..."""
    names = text.split()
    stem = os.path.commonprefix(names) if len(names) > 1 else names[0]
    name = stem if len(names) == 1 else f"{len(names)} of {stem}*"
    return Fact(f"constants, {name}", [(n, n) for n in names])


def read_same(text):
    """same WHAT: LINUX = XEN"""
    name, _, both = text.partition(":")
    return Fact(name, [_split(both, " = ")])


def read_differs(text):
    """differs EXPRESSION # WHY"""
    expression, why = _split(text, "#")
    return Fact(f"known difference: {expression}",
                [(expression, expression)], True, why)


READERS = {"type": read_type, "offsets": read_offsets, "const": read_const,
           "same": read_same, "differs": read_differs}


def read_list(path):
    """(headers, facts) of the list."""
    text = re.sub(r"\n[ \t]+", " ", path.read_text(encoding="utf-8"))
    headers, facts = [], []
    for line in text.splitlines():
        if line.startswith("["):
            headers.append(line.strip("[] "))
        elif line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            if word not in READERS:
                raise XenrunError(f"{path}: what is this: {line!r}")
            facts.append(READERS[word](rest))
            facts[-1].name = f"{headers[-1]}: {facts[-1].name}"
    return headers, facts


class Side:
    """One set of headers, with the compiler's options for it."""

    def __init__(self, name, includes, options, prologue):
        self.name, self._prologue = name, prologue
        self._includes, self._options = includes, options

    def _source(self, headers, expressions):
        lines = [f"#include <{h}>" for h in self._prologue]
        lines += [f"#include <{self._includes}{h}>" for h in headers]
        lines += ["#define offsetof(t, m) __builtin_offsetof(t, m)"]
        lines += [f"const unsigned long long abi_{i} "
                  "__attribute__((__section__(\".abi\"))) = "
                  f"(unsigned long long)({e});"
                  for i, e in enumerate(expressions)]
        return "\n".join(lines) + "\n"

    def values(self, arch, headers, expressions):
        """What the target's compiler makes of the expressions."""
        cross = CROSS[arch]
        with tempfile.TemporaryDirectory() as folder:
            obj, raw = f"{folder}/abi.o", f"{folder}/abi.bin"
            options = [o.replace("@ARCH@", arch) for o in self._options]
            done = subprocess.run(
                [f"{cross}gcc", "-std=gnu11", "-ffreestanding", "-w",
                 "-fno-toplevel-reorder", *options, "-c", "-o", obj,
                 "-x", "c", "-"], input=self._source(headers, expressions),
                capture_output=True, text=True, check=False)
            if done.returncode:
                raise XenrunError(f"{arch}: {self.name}'s headers: "
                                  f"{done.stderr[:2000]}")
            subprocess.run([f"{cross}objcopy", "-O", "binary",
                            "--only-section=.abi", obj, raw], check=True)
            data = pathlib.Path(raw).read_bytes()
        return struct.unpack(f"<{len(expressions)}Q", data)


def check(fact, ours, theirs, facts, arch):
    """State one fact."""
    name = f"{arch}: {fact.name}"
    wrong = [(p[0], a, b) for p, a, b in zip(fact.pairs, ours, theirs)
             if a != b]
    if fact.differs:
        facts.check(bool(wrong), f"{name} ({fact.why})",
                    "it differs no more: take it off the list")
        return
    facts.check(not wrong, name,
                "; ".join(f"{e.replace('__builtin_', '')} is {a:#x} in Linux,"
                          f" {b:#x} in Xen" for e, a, b in wrong))


def compare(arch, sides, headers, wanted, facts):
    """State all facts for one architecture."""
    columns = []
    for index, side in enumerate(sides):
        expressions = [p[index] for f in wanted for p in f.pairs]
        columns.append(iter(side.values(arch, headers, expressions)))
    for fact in wanted:
        ours, theirs = ([next(c) for _ in fact.pairs] for c in columns)
        check(fact, ours, theirs, facts, arch)


def main():
    """Compare for each architecture."""
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--linux", metavar="TREE", required=True,
                   help="a kernel source tree")
    p.add_argument("--xen", metavar="FOLDER", default="/usr/include/xen",
                   help="Xen's public headers")
    p.add_argument("arch", nargs="*", default=["arm64", "arm"])
    args = p.parse_args()
    facts = verdict.Verdict("abi: Linux's and Xen's headers agree")
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(pathlib.Path(args.xen).resolve(), f"{folder}/xen")
        sides = [Side("Linux", "xen/interface/",
                      [f"-I{HERE}/stubs", f"-I{args.linux}/include",
                       f"-I{args.linux}/arch/@ARCH@/include"],
                      ["linux/types.h"]),
                 Side("Xen", "xen/", [f"-I{folder}", "-D__XEN_TOOLS__"],
                      ["stdint.h", "stddef.h", "string.h",
                  "sys/types.h"])]
        try:
            headers, wanted = read_list(HERE / "abi.list")
            for arch in args.arch:
                compare(arch, sides, headers, wanted, facts)
        except (XenrunError, OSError) as err:
            facts.note(str(err))
            facts.fact(verdict.ERROR, "abi", str(err).splitlines()[0])
    return facts.finish()


if __name__ == "__main__":
    sys.exit(main())
