# SPDX-License-Identifier: GPL-2.0
"""A store in dom0 on xenlet: Debian's xenstored with the libraries that it
needs, and what a toolstack would write there for each domain.  The keeper in
dom0 (tools/testing/xen/scenarios/dom0/keeper.c) does the rest."""

import subprocess

from . import XenrunError, bootplan, xen

SCRIPT = "etc/xenstored"
SCRIPT_TEXT = """\
for module in xenfs xen-evtchn xen-gntdev
do modprobe -q $module || : ; done
set -e
[ -e /proc/xen/xsd_port ] || mount -t xenfs xenfs /proc/xen
mkdir -p /run/xenstored /var/lib/xenstored
ln -sfn /run /var/run
xenstored --pid-file /run/xenstored.pid
tries=300
until [ -S /run/xenstored/socket ]
do
	: $((tries -= 1))
	[ $tries -gt 0 ] || { echo xenstored does not listen; exit 1; }
	sleep 0.1
done
xenstore write /local/domain/0/name Domain-0 /local/domain/0/domid 0
"""
# Of Debian's tree, and where dom0 has them.
PROGRAMS = {"usr/lib/xen-*/bin/xenstored": "bin/xenstored",
            "usr/bin/xenstore": "bin/xenstore"}
LIBRARIES = "lib"
# Below its home, what a domain may write, as libxl has it.
WRITABLE = """control/shutdown control/feature-poweroff control/feature-reboot
control/feature-suspend control/feature-halt control/sysrq
device/suspend/event-channel data drivers feature attr error""".split()


def _find(tree, pattern):
    found = next(iter(sorted(tree.glob(pattern))), None)
    if not found:
        raise XenrunError(f"{tree}: no {pattern} in it")
    return found


def needed(path):
    """The libraries that a program or a library names."""
    done = subprocess.run(["readelf", "-d", str(path)], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise XenrunError(f"readelf {path}: {done.stderr.strip()}")
    return [line.partition("[")[2].rstrip("]")
            for line in done.stdout.splitlines() if "(NEEDED)" in line]


def add_programs(out, tree, libraries=needed):
    """Put xenstored and its client into dom0's archive."""
    wanted, there = [], set()
    for pattern, place in PROGRAMS.items():
        path = _find(tree, pattern)
        out.file(place, path.read_bytes(), 0o755)
        wanted += libraries(path)
    while wanted:
        name = wanted.pop()
        if name in there:
            continue
        there.add(name)
        path = _find(tree, f"usr/lib/*/{name}")
        out.file(f"{LIBRARIES}/{name}", path.read_bytes(), 0o755)
        wanted += libraries(path)


HOME = "/local/domain/$domid"


def _writes(base, pairs):
    """The steps that write these nodes, in their order."""
    return [f"store-write {base}/{node} {value}"
            for node, value in pairs.items()]


def _device(kind, number, front_nodes, back_nodes):
    """Both ends of a device; the states come last, for they are watched."""
    front = f"{HOME}/device/{kind}/{number}"
    back = f"/local/domain/0/backend/{kind}/$domid/{number}"
    return [f"store-node {front} $domid 0", f"store-node {back} 0 $domid",
            *_writes(front, {"backend": back, "backend-id": 0, **front_nodes,
                             "state": 1}),
            *_writes(back, {"frontend": front, "frontend-id": "$domid",
                            "online": 1, **back_nodes, "state": 1})]


def _disk(disk):
    return _device("vbd", disk.vdev,
                   {"virtual-device": disk.vdev, "device-type": "disk"},
                   {"removable": 0, "bootable": 1, "type": "phy",
                    "device-type": "disk", "mode": disk.mode,
                    "dev": xen.vdev(disk.vdev)})


def _vif(index, mac):
    # Linux has no vif without a script, whoever runs it.
    return _device("vif", index, {"handle": index, "mac": mac},
                   {"mac": mac, "bridge": xen.BRIDGE, "handle": index,
                    "type": "vif", "script": "/etc/xen/scripts/vif-bridge"})


def nodes(index, domain):
    """The steps that write a domain's nodes. Those below one have its
    permissions unless they get their own.
    """
    memory = domain.memory_mib << 10
    steps = [
        "store-node /vm/$domid 0 $domid", f"store-node {HOME} 0 $domid",
        *_writes("/vm/$domid", {"name": domain.name}),
        *_writes(HOME, {
            "vm": "/vm/$domid", "name": domain.name, "domid": "$domid",
            "control/platform-feature-xs_reset_watches": 1,
            "control/platform-feature-multiprocessor-suspend": 1,
            "memory/target": memory, "memory/static-max": memory,
            **{f"cpu/{n}/availability": "online"
               for n in range(domain.vcpus)}}),
        *[f"store-node {HOME}/{node} $domid 0" for node in WRITABLE]]
    for disk in domain.disks:
        steps += _disk(disk)
    for i, vif in enumerate(domain.vifs):
        steps += _vif(i, vif.mac or bootplan.default_mac(index, i))
    return steps
