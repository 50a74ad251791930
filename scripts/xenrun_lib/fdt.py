# SPDX-License-Identifier: GPL-2.0
"""Flattened device trees: read one, change it, write it (spec v0.4, 5)."""

import struct

from . import XenrunError

MAGIC = 0xd00dfeed
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
HEADER = struct.Struct(">10I")
VERSION, LAST_COMPATIBLE = 17, 16


def cells(*values):
    """Numbers as 32-bit cells."""
    return struct.pack(f">{len(values)}I", *values)


def cells64(*values):
    """Numbers as pairs of cells, for #address-cells or #size-cells of 2."""
    return struct.pack(f">{len(values)}Q", *values)


def strings(*values):
    """A list of strings as a property has it."""
    return b"".join(v.encode() + b"\0" for v in values)


class Node:
    """A node: its properties as bytes, and its children, both in order."""

    def __init__(self, name, **props):
        self.name = name
        self.props = {k.replace("_", "-"): v for k, v in props.items()}
        self.children = []

    def add(self, child):
        """Append a child; a second one of that name is an error."""
        if self.child(child.name):
            raise XenrunError(f"device tree: two nodes {child.name} "
                              f"in {self.name or '/'}")
        self.children.append(child)
        return child

    def child(self, name):
        """The child of that name, or None."""
        return next((c for c in self.children if c.name == name), None)

    def get_or_add(self, name):
        """The child of that name, made if there is none."""
        return self.child(name) or self.add(Node(name))


def _align(offset):
    return (offset + 3) & ~3


def _string_at(blob, offset):
    end = blob.index(b"\0", offset)
    return blob[offset:end].decode(), end + 1


def parse(blob):
    """The root node of a device tree blob."""
    magic, total, off_struct, off_strings = HEADER.unpack_from(blob)[:4]
    if magic != MAGIC or total > len(blob):
        raise XenrunError("not a device tree blob, or cut short")
    offset, stack, root = off_struct, [], None
    while True:
        (token,) = struct.unpack_from(">I", blob, offset)
        offset += 4
        if token == BEGIN_NODE:
            name, end = _string_at(blob, offset)
            offset = _align(end)
            node = Node(name)
            if stack:
                stack[-1].children.append(node)
            root = root or node
            stack.append(node)
        elif token == END_NODE:
            stack.pop()
        elif token == PROP:
            size, nameoff = struct.unpack_from(">II", blob, offset)
            name, _ = _string_at(blob, off_strings + nameoff)
            stack[-1].props[name] = blob[offset + 8:offset + 8 + size]
            offset = _align(offset + 8 + size)
        elif token == END:
            return root
        elif token != NOP:
            raise XenrunError(f"device tree: token {token} at {offset - 4}")


class _Writer:
    def __init__(self):
        self.body = bytearray()
        self.names = bytearray()
        self.offsets = {}

    def name_offset(self, name):
        if name not in self.offsets:
            self.offsets[name] = len(self.names)
            self.names += name.encode() + b"\0"
        return self.offsets[name]

    def pad(self):
        self.body += b"\0" * (-len(self.body) % 4)

    def node(self, node):
        self.body += cells(BEGIN_NODE) + node.name.encode() + b"\0"
        self.pad()
        for name, value in node.props.items():
            self.body += cells(PROP, len(value), self.name_offset(name))
            self.body += value
            self.pad()
        for child in node.children:
            self.node(child)
        self.body += cells(END_NODE)


def serialise(root):
    """The blob of a tree, with no memory reservations."""
    out = _Writer()
    out.node(root)
    out.body += cells(END)
    off_rsv = HEADER.size
    off_struct = off_rsv + 16
    off_strings = off_struct + len(out.body)
    total = off_strings + len(out.names)
    header = HEADER.pack(MAGIC, total, off_struct, off_strings, off_rsv,
                         VERSION, LAST_COMPATIBLE, 0, len(out.names),
                         len(out.body))
    return header + bytes(16) + bytes(out.body) + bytes(out.names)
