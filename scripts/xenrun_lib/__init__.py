# SPDX-License-Identifier: GPL-2.0
"""Runs test scenarios of Xen guests under QEMU.

cli       the command line; everything below is called from here
scenario  what boots with what: the data, checked
build     where the parts are, and how to make the ones that are missing
guestroot the initramfs of a Linux guest
backends  what dom0 does on xenlet, where there is no xl
dom0root  that of dom0, with all that xl needs
hypervisor what differs between xenlet and the real Xen
xen       the texts that the real Xen and its xl read
bootplan  what lies where in memory, and the device tree that says so
qemu      the process
channel   the lines that runner and hypervisor exchange
session   one run: lines in, commands out, until all is said
verdict   the facts of a run, as KTAP
costs     what hypercalls cost, on xenlet and on Xen
table     what the steps of a run took
suite     what "make check" runs, in its order
fdt, cpio the two file formats
"""


class XenrunError(Exception):
    """The test itself is broken: it says nothing about the subject."""


class XenrunSkip(Exception):
    """This environment cannot run the test."""
