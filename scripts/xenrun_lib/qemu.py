# SPDX-License-Identifier: GPL-2.0
"""QEMU: its command line and its life."""

import collections
import pathlib
import shutil
import socket
import subprocess

from . import XenrunError, XenrunSkip, fdt

# Where an image goes that gets no device tree: any 2 MiB boundary will do.
BARE_ENTRY = 0x40200000
CPU_16K = "cortex-a76"
VIRT = "virt,virtualization=on,gic-version={gic}"
Kind = collections.namedtuple("Kind", "program machine model memory tree",
                              defaults=(0x40000000, None))
# What lies above 4 GiB is nothing to a 32-bit dom0. A board that QEMU makes no
# device tree for has one in the kernel's source.
KINDS = {
    ("arm64", "virt"): Kind("qemu-system-aarch64", VIRT, "cortex-a57"),
    ("arm", "virt"): Kind("qemu-system-arm", VIRT + ",highmem=off",
                          "cortex-a15"),
    ("arm", "vexpress"): Kind(
        "qemu-system-arm", "vexpress-a15,secure=off,virtualization=on",
        "cortex-a15", 0x80000000,
        "arch/arm/boot/dts/arm/vexpress-v2p-ca15-tc1.dts"),
}


def kind(arch, board):
    """The Kind of a machine."""
    if (arch, board) not in KINDS:
        raise XenrunSkip(f"no {board} of {arch}: see --arch")
    return KINDS[arch, board]


def _find(program):
    path = shutil.which(program)
    if not path:
        raise XenrunSkip(f"no {program}: run scripts/deps")
    return path


class Machine:
    """The machine that a scenario runs on."""

    def __init__(self, kind_of, cpus, memory_mib, icount=False, model=None,
                 gic=2):
        self.memory_mib, self._icount = memory_mib, icount
        self._kind = kind_of
        self._gic = gic
        self._model = model or self._kind.model
        self._cpus = 1 if icount else cpus

    def _base(self, option=""):
        return [_find(self._kind.program), "-M",
                self._kind.machine.format(gic=self._gic) + option,
                "-cpu", self._model, "-smp", str(self._cpus),
                "-m", f"{self.memory_mib}M", "-display", "none",
                "-audiodev", "none,id=silence", "-nodefaults", "-no-reboot"]

    @property
    def memory(self):
        """Where its memory begins."""
        return self._kind.memory

    def device_tree(self, folder, source):
        """The device tree that QEMU itself would hand over, or the board's;
        @source gives the kernel's source.
        """
        path = pathlib.Path(folder) / "qemu.dtb"
        if self._kind.tree:
            return self._compile(source(), path)
        done = subprocess.run(self._base(f",dumpdtb={path}"),
                              capture_output=True, text=True, check=False)
        if done.returncode or not path.exists():
            raise XenrunError(f"{self._kind.program} gave no device tree: "
                              + done.stderr.strip())
        return path.read_bytes()

    def _compile(self, source, path):
        """The board's tree, with the CPUs that this machine has; memory and
        virtio are QEMU's to add.
        """
        text = pathlib.Path(source) / self._kind.tree
        plain = subprocess.run(
            [_find("cpp"), "-nostdinc", "-undef", "-D__DTS__", "-x",
             "assembler-with-cpp", "-I", f"{source}/include", text],
            capture_output=True, check=False)
        done = subprocess.run(
            [_find("dtc"), "-q", "-I", "dts", "-O", "dtb", "-o", path, "-"],
            input=plain.stdout, capture_output=True, check=False)
        if plain.returncode or done.returncode:
            raise XenrunError(f"{text}: "
                              + (plain.stderr + done.stderr).decode().strip())
        root = fdt.parse(path.read_bytes())
        cpus = root.child("cpus")
        cpus.children = cpus.children[:self._cpus]
        return fdt.serialise(root)

    def command(self, hypervisor, dtb, payloads, channel, attached):
        """The whole command line; @channel has the options that connect the
        chardev "harness" to whatever speaks there.
        """
        line = self._base()
        if dtb:
            line += ["-kernel", str(hypervisor), "-dtb", str(dtb)]
        else:
            # Entered as it is, with nothing in its registers.
            line += ["-device", f"loader,file={hypervisor},"
                     f"addr={BARE_ENTRY:#x},force-raw=on",
                     "-device", f"loader,addr={BARE_ENTRY:#x},cpu-num=0"]
        for payload in payloads:
            if payload.size:
                line += ["-device", f"loader,file={payload.path},"
                         f"addr={payload.address:#x},force-raw=on"]
        line += channel
        if attached:
            # Ctrl-A belongs to the hypervisor, so QEMU listens to Ctrl-].
            line += ["-chardev", "stdio,id=console,mux=on,signal=off",
                     "-mon", "chardev=console", "-echr", "0x1d"]
        else:
            line += ["-chardev", "stdio,id=console,signal=off"]
        line += ["-serial", "chardev:console"]
        if self._icount:
            line += ["-icount", "shift=0,sleep=off"]
        return line


def harness_chardev(path):
    """The chardev "harness", connected to the runner's socket."""
    return ["-chardev", f"socket,id=harness,path={path}"]


class Process:
    """A running QEMU, its console and its harness socket."""

    def __init__(self, command, listener, attached):
        self._listener = listener
        stdin = None if attached else subprocess.PIPE
        self._popen = subprocess.Popen(command, stdin=stdin,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT)
        self.console = self._popen.stdout.fileno()

    def accept(self):
        """The harness socket, once QEMU has connected to it."""
        connection, _ = self._listener.accept()
        return connection

    def type(self, text):
        """Type on the console; a terminal that is attached has its own
        keyboard.
        """
        if self._popen.stdin is None:
            return
        try:
            self._popen.stdin.write(text.encode())
            self._popen.stdin.flush()
        except BrokenPipeError:
            pass

    def exit_code(self):
        """None while it runs."""
        return self._popen.poll()

    def wait(self, seconds):
        """Wait for its end; False if it goes on."""
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self):
        """End it, kindly first."""
        if self._popen.poll() is None:
            self._popen.terminate()
            if not self.wait(3):
                self._popen.kill()
                self._popen.wait()
        self._popen.stdout.close()
        if self._popen.stdin:
            self._popen.stdin.close()


def listen(folder):
    """(path, socket) for QEMU's harness to connect to."""
    path = str(pathlib.Path(folder) / "harness")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(1)
    return path, listener
