# SPDX-License-Identifier: GPL-2.0
"""The file formats, the protocol's lines, the scenario's checks, the table."""

import io
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from .. import (XenrunError, backends, bootplan, channel, cpio, expand,
                fdt, scenario, session, table, verdict)


class FdtTest(unittest.TestCase):
    """Device trees."""

    def tree(self):
        """A small tree."""
        root = fdt.Node("", compatible=fdt.strings("a,b", "c"))
        node = root.add(fdt.Node("chosen"))
        node.props["reg"] = fdt.cells64(0x40000000, 0x1000)
        node.add(fdt.Node("x@1"))
        return root

    def test_round_trip(self):
        """What is written reads back the same."""
        blob = fdt.serialise(self.tree())
        again = fdt.parse(blob)
        self.assertEqual(fdt.serialise(again), blob)
        self.assertEqual(again.child("chosen").props["reg"],
                         fdt.cells64(0x40000000, 0x1000))
        self.assertIsNotNone(again.child("chosen").child("x@1"))

    @unittest.skipUnless(shutil.which("dtc"), "no dtc")
    def test_dtc_reads_it(self):
        """The reference compiler understands it."""
        done = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts"],
                              input=fdt.serialise(self.tree()),
                              capture_output=True, check=True)
        self.assertIn(b'compatible = "a,b\\0c"', done.stdout)

    def test_bad_blob(self):
        """Not a device tree: an error, no traceback."""
        with self.assertRaises(XenrunError):
            fdt.parse(bytes(64))

    def test_no_twins(self):
        """Two children of one name are a mistake."""
        with self.assertRaises(XenrunError):
            self.tree().add(fdt.Node("chosen"))


class CpioTest(unittest.TestCase):
    """Archives."""

    @unittest.skipUnless(shutil.which("cpio"), "no cpio")
    def test_cpio_reads_it(self):
        """GNU cpio lists what was put in, parents first."""
        archive = cpio.Archive()
        archive.file("a/b/c", b"hello", 0o755)
        archive.link("bin/sh", "busybox")
        archive.device("dev/console", 5, 1)
        done = subprocess.run(["cpio", "-tv"], input=archive.finish(),
                              capture_output=True, check=True)
        lines = done.stdout.decode().splitlines()
        names = [line.split()[-1] if "->" not in line
                 else line.split()[-3] for line in lines]
        self.assertEqual(names, ["a", "a/b", "a/b/c", "bin", "bin/sh",
                                 "dev", "dev/console"])
        self.assertTrue(lines[2].startswith("-rwxr-xr-x"))
        self.assertTrue(lines[6].startswith("crw"))


class ChannelTest(unittest.TestCase):
    """Lines of the harness channel."""

    def test_report(self):
        """A step with its counters and values."""
        got = channel.read("report 2 99 hc=1,send=2,exit=3,upcall=4 "
                           "step end:fill ms=5 bytes=64")
        self.assertEqual((got.domid, got.time_ns, got.kind),
                         (2, 99, "step"))
        self.assertEqual(got.counters["send"], 2)
        self.assertEqual(got.values, {"ms": 5, "bytes": 64})

    def test_free_text(self):
        """A step's words may be anything."""
        got = channel.read("report 2 99 hc=1 step failed: a = b =c")
        self.assertEqual(got.kind, "step")

    def test_garbled(self):
        """Nothing unreadable passes for something else."""
        for line in ("", "helo", "domain x y z", "report 1", "stats - a",
                     "domain 1 d1 flying", "report 1 2 hc=1 maybe x",
                     "report 1 2 hc=1 plan many"):
            self.assertIsInstance(channel.read(line), channel.Garbled, line)

    def test_lines(self):
        """Lines come whole, however the bytes were cut."""
        lines = channel.LineBuffer()
        self.assertEqual(lines.feed(b"a\nb"), ["a"])
        self.assertEqual(lines.feed(b"c\r\n"), ["bc"])
        self.assertEqual(lines.flush(), [])


class ScenarioTest(unittest.TestCase):
    """Mistakes in scenario files are named."""

    def check(self, data, *words):
        """This scenario is refused with these words in the message."""
        with self.assertRaises(XenrunError) as caught:
            scenario.Scenario("s", data)
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_mistakes(self):
        """File and key stand in each message."""
        ok = {"title": "t", "domains": {"d1": {}}}
        scenario.Scenario("s", ok)
        self.check({"domains": {"d1": {}}}, "title", "missing")
        self.check({**ok, "colour": 1}, "colour")
        self.check({**ok, "timeout": "x"}, "timeout", "int")
        self.check({**ok, "timeout": True}, "timeout", "int")
        self.check({**ok, "domains": {}}, "no domain")
        self.check({**ok, "domains": {"d1": {"vcpus": 99}}}, "d1", "vcpus")
        self.check({**ok, "domains": {"d1": {"kernel": "minix"}}}, "minix")
        self.check({**ok, "domains": {"d1": {"disks": [{"fs": "fat"}]}}},
                   "d1", "disk 0", "fat")
        self.check({**ok, "actions": [{"when": {"d2": "done"}, "do": []}]},
                   "action 0", "d2")
        self.check({**ok, "actions": [{"when": {}, "do": ["dance d1"]}]},
                   "dance")
        self.check({**ok, "expect": {"console": {"x": "("}}}, "expect", "x")
        self.check({**ok, "expect": {"own_percent": {"d1: x": "1"}}}, "d1: x")

    def test_json_mistake_names_the_line(self):
        """Broken JSON is found by its line."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write('{\n "title": \n}')
            file.flush()
            with self.assertRaises(XenrunError) as caught:
                scenario.load(file.name)
        self.assertIn("line 3", str(caught.exception))

    def test_kernels(self):
        """Names of kernels."""
        self.assertEqual(scenario.parse_kernel("modules"),
                         ("modules", "ours", False, "4k", ""))
        self.assertEqual(scenario.parse_kernel("linux+ours+debug"),
                         ("linux", "ours", True, "4k", ""))
        self.assertEqual(scenario.parse_kernel("debug"),
                         ("modules", "ours", True, "4k", ""))
        self.assertEqual(scenario.parse_kernel("modules+64k+debug"),
                         ("modules", "ours", True, "64k", ""))
        self.assertEqual(scenario.parse_kernel("linux+arm"),
                         ("linux", "linux", False, "4k", "arm"))
        self.assertEqual(scenario.parse_kernel("builtin"),
                         ("builtin", "ours", False, "4k", ""))
        self.assertEqual(scenario.parse_kernel("debian+arm"),
                         scenario.Kernel("debian", "linux", arch="arm"))
        self.assertIsNone(scenario.parse_kernel("debian+debug"))
        self.assertFalse(scenario.dom0_kernel_ok("debian+arm"))
        self.assertIsNone(scenario.parse_kernel("builtin+ours"))
        self.assertIsNone(scenario.parse_kernel("linux+theirs"))
        self.assertIsNone(scenario.parse_kernel("linux+16k+64k"))

    def test_micro_names(self):
        """Names of micro-guests."""
        self.assertEqual(scenario.parse_micro("event"), ("event", ""))
        self.assertEqual(scenario.parse_micro("event+arm"), ("event", "arm"))
        self.assertRaises(XenrunError, scenario.parse_micro, "event+sparc")

    def test_all_files_load(self):
        """Every scenario of the tree is good data."""
        for name in scenario.names():
            with self.subTest(name):
                scenario.load(name)

    def test_no_duplicate_keys(self):
        """JSON would take the last of two keys in silence."""
        def unique(pairs):
            keys = [k for k, _ in pairs]
            self.assertEqual(len(keys), len(set(keys)), keys)
            return dict(pairs)
        for path in scenario.FOLDER.glob("*.json"):
            json.loads(path.read_text(), object_pairs_hook=unique)


class ExpandTest(unittest.TestCase):
    """What a file says once and means several times."""

    def data(self):
        """Two domains alike, and a third."""
        return {"title": "t", "parameters": {"vcpus": 2, "where": "up"},
                "domains": {
                    "d": {"copies": 2, "vcpus": "$vcpus",
                          "steps": ["address eth0 10.0.0.$n",
                                    "say $where", "await-module $modules"]},
                    "late": {}},
                "actions": [{"when": {"d*": "done", "late": "done"},
                             "do": ["destroy d*", "stats"]}]}

    def test_parameters(self):
        """A whole string becomes the value, a part of one its text."""
        data = expand.expand("s", self.data(), {"vcpus": "4"})
        self.assertEqual(data["domains"]["d1"]["vcpus"], 4)
        self.assertEqual(data["domains"]["d2"]["steps"],
                         ["address eth0 10.0.0.2", "say up",
                          "await-module $modules"])
        self.assertNotIn("parameters", data)

    def test_actions(self):
        """A star stands for all such domains."""
        (action,) = expand.expand("s", self.data(), {})["actions"]
        self.assertEqual(action["when"], {"d1": "done", "d2": "done",
                                          "late": "done"})
        self.assertEqual(action["do"], ["destroy d1", "destroy d2", "stats"])
        spec = scenario.Scenario("s", expand.expand("s", self.data(), {}))
        self.assertEqual(list(spec.domains), ["d1", "d2", "late"])

    def test_mistakes(self):
        """A setting of nothing, and copies without number."""
        with self.assertRaisesRegex(XenrunError, "colour.*vcpus"):
            expand.expand("s", self.data(), {"colour": "red"})
        data = {"domains": {"d": {"copies": "many"}}}
        with self.assertRaisesRegex(XenrunError, "domain d"):
            expand.expand("s", data, {})


class BootPlanTest(unittest.TestCase):
    """Where things lie."""

    def test_payloads_do_not_touch(self):
        """Each has its own 2 MiB steps, none beyond memory."""
        with tempfile.TemporaryDirectory() as folder:
            big = pathlib.Path(folder) / "big"
            big.write_bytes(bytes((2 << 20) + 1))
            plan = bootplan.BootPlan(0x40000000, 256)
            first, second = plan.place(big), plan.place(big)
            self.assertEqual(second.address - first.address, 4 << 20)
            with self.assertRaises(XenrunError):
                bootplan.BootPlan(0x40000000, 162).place(big)

    def test_domain_node(self):
        """The dom0less binding."""
        spec = scenario.Scenario("s", {"title": "t", "domains": {"d1": {
            "vcpus": 2, "memory_mib": 128, "cmdline": "quiet",
            "disks": [{"size_mib": 8, "off": ["flush"]}],
            "vifs": [{}]}}}).domains["d1"]
        kernel = bootplan.Payload("k", 0x50000000, 4096)
        node = bootplan.domain_node(0, spec, kernel, None, [None])
        self.assertEqual(node.props["memory"], fdt.cells64(131072))
        self.assertEqual(node.props["cpus"], fdt.cells(2))
        module = node.child("module@50000000")
        self.assertEqual(module.props["bootargs"], b"quiet\0")
        self.assertEqual(module.props["compatible"],
                         b"multiboot,kernel\0multiboot,module\0")
        disk = node.child("disk@0")
        self.assertNotIn("reg", disk.props)
        self.assertIn("no-flush", disk.props)
        self.assertEqual(disk.props["size-kib"], fdt.cells64(8192))
        self.assertEqual(len(node.child("vif@0").props["mac-address"]), 6)

    def test_unknown_switch(self):
        """A feature that doesn't exist cannot be off."""
        spec = scenario.Scenario("s", {"title": "t", "domains": {"d1": {
            "vifs": [{"off": ["colour"]}]}}}).domains["d1"]
        kernel = bootplan.Payload("k", 0x50000000, 4096)
        with self.assertRaises(XenrunError):
            bootplan.domain_node(0, spec, kernel, None, [])


class BackendsTest(unittest.TestCase):
    """dom0 on xenlet."""

    def spec(self, **more):
        """Two domains with devices, and perhaps a dom0."""
        return scenario.Scenario("s", {"title": "t", "domains": {
            "a": {"disks": [{"size_mib": 8}], "vifs": [{}]},
            "b": {"disks": [{"size_mib": 8, "vdev": 51728}]}}, **more})

    def test_only_if_asked_for(self):
        """xenlet has a dom0 if the scenario says so, Xen always."""
        self.assertFalse(self.spec().with_dom0)
        self.assertTrue(self.spec(dom0={}).with_dom0)
        self.assertTrue(self.spec(hypervisor="xen").with_dom0)

    def test_steps(self):
        """Each device is served before the scenario's own steps."""
        steps = backends.Server(self.spec(dom0={"steps": ["own"]})).steps
        self.assertEqual(steps[1:], [
            "serve-disk 1 51712 /xen/a/disk0", "serve-vif 1 0 xenbr0",
            "serve-disk 2 51728 /xen/b/disk0", "say serving", "own",
            "stay"])
        spec = self.spec(dom0={})
        self.assertEqual([a.do for a in backends.start(spec)],
                         [["unpause a", "unpause b"]])
        spec.domains["a"].paused = True
        self.assertEqual([a.do for a in backends.start(spec)],
                         [["unpause b"]])

    def test_nodes(self):
        """What dom0 serves, xenlet does not."""
        kernel = bootplan.Payload("k", 0x50000000, 4096)
        node = bootplan.domain_node(0, self.spec().domains["a"], kernel,
                                    None, [None], True)
        for name in ("disk@0", "vif@0"):
            self.assertIn("backend-in-dom0", node.child(name).props)


class VerdictTest(unittest.TestCase):
    """KTAP out, and in again."""

    def test_round_trip(self):
        """Each outcome reads back as itself."""
        for outcome in (verdict.PASS, verdict.FAIL, verdict.SKIP,
                        verdict.ERROR):
            out = io.StringIO()
            verdict.Verdict("t", out).fact(outcome, "a name", "why")
            line = out.getvalue().splitlines()[-1]
            self.assertEqual(verdict.read_line(line)[:2],
                             (outcome, "a name"))

    def test_exit_codes(self):
        """The worst of all facts decides; none at all is an error."""
        def code(*outcomes):
            facts = verdict.Verdict("t", io.StringIO())
            for outcome in outcomes:
                facts.fact(outcome, "x")
            return facts.finish()
        self.assertEqual(code(), 2)
        self.assertEqual(code("pass"), 0)
        self.assertEqual(code("pass", "skip"), 0)
        self.assertEqual(code("skip"), 4)
        self.assertEqual(code("pass", "error"), 2)
        self.assertEqual(code("error", "fail"), 1)


class TableTest(unittest.TestCase):
    """Spans become figures."""

    def test_span(self):
        """Throughput and hypercalls each."""
        steps = [
            session.Step("d1", 1.0, 10**9, {"hc": 10, "send": 5},
                         "begin:fill", {}),
            session.Step("d1", 3.0, 3 * 10**9, {"hc": 30, "send": 15},
                         "end:fill", {"bytes": 64 << 20, "ops": 40})]
        text = "\n".join(table.render(steps))
        self.assertRegex(text, r"d1: fill +2\.00 +32\.0 +40 +0\.500 +0\.250")
        self.assertNotIn("in xenlet", text)

    def test_shares(self):
        """Where instructions are counted, whose they were."""
        steps = [
            session.Step("d1", 1.0, 1000, {"own": 100, "slept": 0},
                         "begin:nap", {}),
            session.Step("d1", 3.0, 2000, {"own": 105, "slept": 900},
                         "end:nap", {})]
        text = "\n".join(table.render(steps, True))
        self.assertRegex(text, r"d1: nap +0\.5 % +5 %")


if __name__ == "__main__":
    unittest.main()
