# SPDX-License-Identifier: GPL-2.0
"""A stand-in for QEMU and the hypervisor, played from a script.

    fake_machine.py HARNESS SCRIPT

Lines of SCRIPT:  "> text" goes to the harness, "# text" to the console,
"< text" waits for exactly that command, "~ seconds" for some time, "= code"
exits, "..." hangs.
"""

import socket
import sys
import time


def play(harness, line):
    """Play one line of the script."""
    kind, _, text = line.partition(" ")
    if kind == ">":
        harness.write(text + "\n")
        harness.flush()
    elif kind == "#":
        print(text, flush=True)
    elif kind == "<":
        got = harness.readline().strip()
        if got != text:
            print(f"fake: wanted {text!r}, got {got!r}", flush=True)
            sys.exit(9)
    elif kind == "=":
        sys.exit(int(text))
    elif kind == "~":
        time.sleep(float(text))
    elif kind == "...":
        time.sleep(60)


def main():
    """Connect and play."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(sys.argv[1])
    with connection.makefile("rw") as harness:
        for line in sys.argv[2].splitlines():
            play(harness, line.strip())


main()
