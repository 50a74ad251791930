# SPDX-License-Identifier: GPL-2.0
"""The real Xen: what its toolstack reads, what its dom0 says, and whether it
agrees with xenlet."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from .. import (XenrunError, XenrunSkip, agree, channel, cpio, dom0root,
                scenario, xen)
from .test_session import OPEN, play, report

DEBGET = pathlib.Path(__file__).resolve().parents[2] / "debget"
FAKE_APT = """#!/bin/sh
case "$*" in
*indextargets*)	echo "deb [arch=x] file:///nowhere a main" ;;
*update*)	: ;;
*-s*install*)
	echo "Reading package lists..."
	echo "Inst libb:arm64 (2.0-1 Debian:12 [arm64]) []"
	echo "Inst a (1:1.0 Debian:12 [arm64])"
	echo "Inst python3-minimal (3 Debian:12 [arm64])"
	echo "Conf a (1:1.0 Debian:12 [arm64])" ;;
*download*)
	shift 4
	for p; do echo "$p" >>"$APT_LOG"; cp "$DEB" "${p%%=*}.deb"; done ;;
esac
"""


def domain(**data):
    """A domain of a scenario on the real Xen."""
    return scenario.Scenario("t", {
        "title": "t", "hypervisor": "xen",
        "domains": {"d1": data}}).domains["d1"]


class XlTest(unittest.TestCase):
    """What xl reads."""

    def test_config(self):
        """A domain's configuration has its disks and vifs."""
        text = xen.config(0, domain(
            memory_mib=128, vcpus=1, cmdline='a="b"', vifs=[{}],
            disks=[{"size_mib": 8}, {"vdev": 51728, "mode": "r"}]), None)
        lines = text.splitlines()
        self.assertIn('name = "d1"', lines)
        self.assertIn('cmdline = "a=\\"b\\""', lines)
        self.assertIn("memory = 128", lines)
        self.assertIn('disk = [ "format=raw, vdev=xvda, access=w, '
                      'target=/xen/d1/disk0", "format=raw, vdev=xvdb, '
                      'access=r, target=/xen/d1/disk1" ]', lines)
        self.assertIn('vif = [ "mac=00:16:3e:00:01:00, bridge=xenbr0" ]',
                      lines)
        self.assertNotIn("ramdisk", text)
        self.assertNotIn("cpus = [", text)

    def test_config_of_32_bits(self):
        """Each vCPU of 32 bits has a CPU for itself."""
        text = xen.config(0, domain(kernel="modules+arm", vcpus=2), None)
        self.assertIn('cpus = [ "0", "1" ]', text.splitlines())

    def test_more_config(self):
        """What else xl is to read comes last, and is for xl only."""
        line = "pvcalls = [ 'backend=0' ]"
        text = xen.config(0, domain(xl=[line]), None)
        self.assertEqual(text.splitlines()[-1], line)
        with self.assertRaisesRegex(XenrunError, "d1: \"xl\" wants"):
            scenario.Scenario("t", {"title": "t",
                                    "domains": {"d1": {"xl": [line]}}})

    def test_vdev(self):
        """Disks have names where xl has them."""
        self.assertEqual(xen.vdev(51712), "xvda")
        self.assertEqual(xen.vdev(51712 + 15 * 16), "xvdp")
        self.assertEqual(xen.vdev(51713), "51713")
        self.assertEqual(xen.vdev(768), "768")

    def test_prepare(self):
        """Of an image only what is not zero is carried over."""
        block = xen.BLOCK
        image = bytearray(8 * block)
        image[block] = 1
        image[2 * block] = 2
        image[7 * block + 5] = 3
        script, data = xen.prepare(
            domain(disks=[{"size_mib": 1}, {"size_mib": 2}]),
            [bytes(image), None])
        self.assertIn("truncate -s 1M disk0\n", script)
        self.assertIn("skip=0 seek=1 count=2 ", script)
        self.assertIn("skip=2 seek=7 count=1 ", script)
        self.assertIn("truncate -s 2M disk1\n", script)
        self.assertEqual(list(data), ["disk0.data"])
        self.assertEqual(bytes(data["disk0.data"]),
                         bytes(image[block:3 * block] + image[7 * block:]))

    def test_prepare_makes_the_image(self):
        """The script gives back what was cut up."""
        image = b"".join(bytes([n % 3]) * xen.BLOCK for n in range(256))
        script, data = xen.prepare(domain(disks=[{"size_mib": 1}]), [image])
        with tempfile.TemporaryDirectory() as folder:
            for name, content in data.items():
                (pathlib.Path(folder) / name).write_bytes(content)
            subprocess.run(["sh", "-e", "-c",
                            script.replace("/xen/d1", folder)], check=True)
            self.assertEqual((pathlib.Path(folder) / "disk0").read_bytes(),
                             image)

    def test_skips(self):
        """What xl and the backends have no word for is a skip."""
        for data in ({"disks": [{"sector_size": 4096}]},
                     {"disks": [{"off": ["discard"]}]},
                     {"vifs": [{"off": ["sg"]}]}, {"kernel_at": 4096},
                     {"kernel": "junk:9"}):
            spec = scenario.Scenario("t", {"title": "t",
                                           "domains": {"d1": data}})
            with self.assertRaises(XenrunSkip):
                xen.check(spec)
        spec = scenario.Scenario("t", {
            "title": "t", "domains": {"d1": {"paused": True}}})
        xen.check(spec)
        with self.assertRaises(XenrunSkip):
            xen.check_toolstack(spec)


class Dom0Test(unittest.TestCase):
    """Scenarios with a dom0."""

    def scenario(self, **data):
        """A scenario on the real Xen."""
        return scenario.Scenario("t", {
            "title": "t", "hypervisor": "xen", "domains": {"d1": {}},
            **data})

    def test_commands(self):
        """dom0's commands need one; a wrong one is named."""
        action = {"when": {"dom0": "done"}, "do": ["xl list"]}
        self.scenario(actions=[action])
        action = {"when": {"d1": "done"}, "do": ["xl list"]}
        with self.assertRaisesRegex(XenrunError, "'xl list' wants"):
            self.scenario(actions=[action], hypervisor="xenlet")
        action = {"when": {"d1": "done"}, "do": ["console d2 a b"]}
        with self.assertRaisesRegex(XenrunError, "no domain 'd2'"):
            self.scenario(actions=[action])
        action = {"when": {"d1": "done"}, "do": ["xl"]}
        with self.assertRaisesRegex(XenrunError, "cannot do 'xl'"):
            self.scenario(actions=[action])

    def test_kernels(self):
        """dom0 needs a kernel with backends."""
        for kernel in ("debian", "debian-6.12", "builtin", "builtin+debug"):
            self.scenario(dom0={"kernel": kernel})
        for kernel in ("modules", "linux", "micro:event", "x"):
            with self.assertRaisesRegex(XenrunError, "dom0: \"kernel\""):
                self.scenario(dom0={"kernel": kernel})

    def test_micro_goes_into_dom0(self):
        """A micro-guest on the real Xen is dom0."""
        spec = scenario.micro("event", {})
        spec.use_hypervisor("xen")
        self.assertTrue(spec.in_dom0)
        self.assertEqual(list(spec.domains), ["dom0"])
        with self.assertRaises(XenrunError):
            self.scenario().put_in_dom0()

    def test_beside_dom0(self):
        """A micro-guest's companion comes once, however often it is asked."""
        spec = scenario.micro("ping", {"beside": "echo"})
        self.assertEqual(list(spec.domains), ["ping"])
        spec.use_hypervisor("xen")
        spec.put_in_dom0()
        self.assertEqual(list(spec.domains), ["dom0", "echo"])
        self.assertEqual(spec.domains["echo"].kernel, "micro:echo")

    def test_without_device_tree(self):
        """What is about xenlet stays with it."""
        spec = scenario.Scenario("t", {
            "title": "t", "domains": {"d1": {}},
            "machine": {"device_tree": "none"}})
        with self.assertRaises(XenrunSkip):
            spec.use_hypervisor("xen")

    def test_run(self):
        """dom0 reports, carries out commands, and is not destroyed."""
        data = {"hypervisor": "xen", "actions": [
            {"when": {"d1": "step now"}, "do": ["xl list -v"]},
            {"when": {"d1": "state shutdown"}, "do": ["dom0 sleep 0"]}]}
        script = OPEN.replace("xenlet 1", "xen 4.17") \
            .replace("> ok\n", "> ok\n> domain 0 dom0 running\n", 1) \
            + report("ok toolstack", domid=0) + report("done", domid=0) \
            + report("ok one") + report("step now") \
            + "< xl list -v\n> ok\n" + report("done") \
            + "> domain 1 d1 shutdown poweroff\n" \
            + "< dom0 sleep 0\n> error why\n" \
            + "< destroy 1\n> domain 1 d1 destroyed\n> ok\n" \
            + "< stats\n> stats -\n> ok\n< quit\n> ok\n"
        _, out = play(script, data=data)
        self.assertIn("- dom0: toolstack\n", out)
        self.assertIn("- dom0: xl list -v\n", out)
        self.assertIn("- harness: dom0 sleep 0 # why\n", out)
        self.assertEqual(out.count("not ok"), 1)

    def test_bare_lines(self):
        """A micro-guest's lines are reports; the console tells its end."""
        bare = xen.BareTranslator(["dom0", "echo"])
        first = bare.from_channel("ok a # b")
        self.assertEqual([type(m) for m in first],
                         [channel.Hello, channel.Domain, channel.Domain,
                          channel.Report])
        self.assertEqual(bare.from_channel("done")[0].kind, "done")
        self.assertEqual(bare.from_console("(XEN) something"), [])
        for line, end in (("halted: halting machine", "poweroff"),
                          ("crashed: rebooting machine", "crash")):
            (message,) = bare.from_console("(XEN) Hardware Dom0 " + line)
            self.assertEqual((message.state, message.reason),
                             ("shutdown", end))
        self.assertIsInstance(bare.from_channel("wibble")[0],
                              channel.Garbled)

    def test_archives_follow_each_other(self):
        """The second archive leaves the first one's links alone."""
        out = cpio.Archive()
        out.known("usr")
        out.file("usr/bin/x", b"")
        self.assertNotIn(b"usr\0", out.finish())

    def test_base_archive(self):
        """Of the packages, what nobody reads is left out."""
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            for name in ("usr/bin/xl", "usr/share/doc/xl", "etc/xen/xl.conf"):
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_text("x")
            data = dom0root.base_archive(tree)
        self.assertIn(b"usr/bin/xl\0", data)
        self.assertIn(b"etc/xen/xl.conf\0", data)
        self.assertNotIn(b"usr/share", data)


class AgreeTest(unittest.TestCase):
    """Two hypervisors' verdicts."""

    def test_the_same(self):
        """What agrees is one fact."""
        facts = {"a": "pass", "b": "skip"}
        self.assertEqual(agree.compare(facts, dict(facts), {}),
                         [("pass", "xenlet and Xen agree on 2 facts", "")])

    def test_differences(self):
        """Another outcome, a fact more, a fact less."""
        found = agree.compare({"a": "pass", "b": "pass"},
                              {"a": "fail", "c": "pass"}, {})
        self.assertEqual(found, [
            ("fail", "a", "xenlet: pass, Xen: fail"),
            ("fail", "b", "xenlet: pass, Xen: missing"),
            ("fail", "c", "xenlet: missing, Xen: pass")])

    def test_exceptions(self):
        """One is no failure, and has to go when it is none any more."""
        self.assertEqual(agree.compare({"a": "pass"}, {"a": "skip"},
                                       {"a": "why"})[0][0], "pass")
        self.assertEqual(agree.compare({"a": "pass"}, {"a": "skip"},
                                       {"*": "why"})[0][0], "pass")
        for allowed in ({"a": "why"}, {"z": "why"}, {"*": "why"}):
            found = agree.compare({"a": "pass"}, {"a": "pass"}, allowed)
            self.assertEqual(found[0][0], "fail")

    def test_file(self):
        """The tree's exceptions have reasons; a bad file is named."""
        self.assertTrue(agree.exceptions())
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.json"
            path.write_text(json.dumps({"event": {"a": ""}}))
            with self.assertRaisesRegex(XenrunError, "x.json"):
                agree.exceptions(path)


class ClosureTest(unittest.TestCase):
    """scripts/debget with an apt that is played."""

    def run_debget(self, folder, *words):
        """(its result, what was downloaded)"""
        deb = folder / "x.deb"
        (folder / "pkg/DEBIAN").mkdir(parents=True, exist_ok=True)
        (folder / "pkg/lib").mkdir(exist_ok=True)
        (folder / "pkg/lib/file").write_text("x")
        (folder / "pkg/DEBIAN/control").write_text(
            "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\n"
            "Description: x\n")
        subprocess.run(["dpkg-deb", "-b", str(folder / "pkg"), str(deb)],
                       check=True, stdout=subprocess.DEVNULL)
        (folder / "bin").mkdir(exist_ok=True)
        apt = folder / "bin/apt-get"
        apt.write_text(FAKE_APT)
        apt.chmod(0o755)
        log = folder / "apt.log"
        log.write_text("")
        done = subprocess.run(
            [str(DEBGET), "--closure", *words], text=True, check=False,
            capture_output=True, env={
                **os.environ, "XDG_CACHE_HOME": str(folder / "cache"),
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "APT_LOG": str(log), "DEB": str(deb)})
        return done, log.read_text().split()

    def test_closure(self):
        """All that apt would install, but for what is left out."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            done, got = self.run_debget(folder, "--without", "python3*", "a")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(got, ["a=1:1.0", "libb=2.0-1"])
            tree = pathlib.Path(done.stdout.strip())
            self.assertTrue((tree / "lib").is_symlink())
            self.assertTrue((tree / "usr/lib/file").is_file())
            _, got = self.run_debget(folder, "--without", "python3*", "a")
            self.assertEqual(got, [], "it is not fetched again")

    def test_only(self):
        """Or only what is asked for."""
        with tempfile.TemporaryDirectory() as name:
            _, got = self.run_debget(pathlib.Path(name), "--only", "lib*",
                                     "a")
            self.assertEqual(got, ["libb=2.0-1"])


if __name__ == "__main__":
    unittest.main()
