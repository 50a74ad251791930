# SPDX-License-Identifier: GPL-2.0
"""A store in dom0: who says so, and what dom0 gets for it."""

import pathlib
import tempfile
import unittest

from .. import XenrunError, backends, cpio, hypervisor, scenario, store


def spec(**dom0):
    """Two domains with devices, and a dom0."""
    return scenario.Scenario("s", {"title": "t", "dom0": dom0, "domains": {
        "a": {"disks": [{"size_mib": 8}], "vifs": [{}]},
        "b": {"paused": True}}})


class FieldTest(unittest.TestCase):
    """The key of a scenario's dom0."""

    def test_values(self):
        """xenlet has the store unless dom0 is to."""
        self.assertEqual(spec().dom0.store, "built-in")
        self.assertEqual(spec(store="dom0").dom0.store, "dom0")

    def test_mistake(self):
        """Another word is told, with those that there are."""
        with self.assertRaisesRegex(
                XenrunError, "s: dom0: \"store\" is 'x', must be one of "
                             "built-in, dom0"):
            spec(store="x")


class StepsTest(unittest.TestCase):
    """What dom0 does before its own steps."""

    @staticmethod
    def wait_for(name):
        """The step that waits until the keeper has connected a domain."""
        return f"run until [ -e /xen/{name}/attached ]; do sleep 0.2; done"

    def test_keeper_first(self):
        """It is there before anything is reported."""
        steps = backends.Server(spec(store="dom0", steps=["own"])).steps
        self.assertEqual(steps, ["keep-store", "run sh /etc/backends",
                                 "run sh /etc/xenstored", "create",
                                 self.wait_for("a"), self.wait_for("b"),
                                 "say serving", "own", "stay"])

    def test_attach(self):
        """A domain's nodes, its ring, then its devices, by any id."""
        steps = list(backends.attach(0, spec().domains["a"]))
        at = steps.index("introduce $domid")
        self.assertTrue(all(s.startswith("store-") for s in steps[:at]))
        self.assertEqual(steps[at + 1:],
                         ["serve-disk $domid 51712 /xen/a/disk0",
                          "serve-vif $domid 0 xenbr0"])

    def test_start(self):
        """A domain runs when dom0 serves all, and each time it is back."""
        first, action = backends.start(spec(store="dom0"))
        self.assertEqual((first.when, first.do),
                         ({"dom0": "step serving"}, ["unpause a"]))
        self.assertEqual(action.when, {"dom0": "step again-a"})
        self.assertEqual(action.do, ["unpause a"])
        self.assertTrue(action.every)


class NodesTest(unittest.TestCase):
    """The steps that write a domain's nodes."""

    def steps(self):
        """Of a domain with a disk and a vif."""
        return store.nodes(0, spec().domains["a"])

    def test_id(self):
        """Every path is one of this domain's, whatever its id."""
        for step in self.steps():
            self.assertRegex(step.split()[1], r"^/vm/\$domid|"
                             r"^/local/domain/\$domid|"
                             r"^/local/domain/0/backend/v(bd|if)/\$domid/")

    def test_words(self):
        """No value is lost on the way to the keeper."""
        for step in self.steps():
            self.assertEqual(len(step.split()),
                             3 if step.startswith("store-write") else 4)

    def test_states_come_last(self):
        """A driver that sees the state finds all the rest."""
        steps = self.steps()
        for i, step in enumerate(steps):
            path, _, name = step.split()[1].rpartition("/")
            if name == "state":
                self.assertFalse([s for s in steps[i + 1:]
                                  if s.split()[1].startswith(path + "/")])

    def test_permissions_first(self):
        """They are there before what inherits them."""
        steps = self.steps()
        front = "/local/domain/$domid/device/vbd/51712"
        self.assertLess(steps.index(f"store-node {front} $domid 0"),
                        steps.index(f"store-write {front}/backend-id 0"))


class ProgramsTest(unittest.TestCase):
    """xenstored, its client, and what they need."""

    NEEDS = {"xenstored": ["liba.so.1"], "xenstore": ["liba.so.1"],
             "liba.so.1": ["libc.so.6"], "libc.so.6": ["ld.so.1"],
             "ld.so.1": []}

    def make(self, folder, names):
        """A tree with these files."""
        tree = pathlib.Path(folder)
        for name in names:
            path = tree / {"xenstored": "usr/lib/xen-1/bin/xenstored",
                           "xenstore": "usr/bin/xenstore"}.get(
                               name, f"usr/lib/any/{name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
        return tree

    def test_closure(self):
        """Libraries of libraries come along, each once."""
        with tempfile.TemporaryDirectory() as folder:
            out = cpio.Archive()
            store.add_programs(out, self.make(folder, self.NEEDS),
                               lambda path: self.NEEDS[path.name])
            data = out.finish()
        for name in (b"bin/xenstored", b"bin/xenstore", b"lib/liba.so.1",
                     b"lib/libc.so.6", b"lib/ld.so.1"):
            self.assertEqual(data.count(name + b"\0"), 1, name)

    def test_missing(self):
        """What is not there is named."""
        with tempfile.TemporaryDirectory() as folder:
            tree = self.make(folder, ["xenstored", "xenstore"])
            with self.assertRaisesRegex(XenrunError, "liba.so.1"):
                store.add_programs(cpio.Archive(), tree,
                                   lambda path: self.NEEDS[path.name])

    def test_files(self):
        """Each domain has its steps in dom0."""
        class Maker:
            """Disks without an image."""
            @staticmethod
            def images(domain, _):
                """One each."""
                return [None] * len(domain.disks)
        found = backends.files(spec(store="dom0"), Maker, None)
        for name in ("etc/xenstored", "xen/a/attach", "xen/b/attach"):
            self.assertIn(name, found)
        self.assertNotIn("etc/xenstored",
                         backends.files(spec(), Maker, None))


class DeviceTreeTest(unittest.TestCase):
    """What xenlet is told."""

    def test_property(self):
        """/chosen says it, if and only if dom0 has the store."""
        self.assertEqual(hypervisor.store_property(spec(store="dom0")),
                         {"xenlet,store": b"dom0\0"})
        self.assertEqual(hypervisor.store_property(spec()), {})
