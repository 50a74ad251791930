# SPDX-License-Identifier: GPL-2.0
"""dom0 on xenlet: no toolstack, only backends. xenlet writes the nodes that a
toolstack would, and dom0's first steps do what its hotplug scripts would: a
loop device for each disk, a bridge for the vifs. If dom0 has the store, it
does all of that for each domain when it finds it."""

from . import copytree, debianroot, scenario, store, xen

MODULES = ("xenfs", "xen-gntdev", "xen-blkback", "xen-netback", "loop",
           "bridge")
SCRIPT = "etc/backends"
# Where dom0 has programs of Debian's, to be run with chroot.
PACKAGES = "debian/"


class Server:
    """dom0 as its initramfs sees it: a name and steps."""

    name = "dom0"

    def __init__(self, spec):
        self.steps = [*_steps(spec), *spec.dom0.steps, "stay"]


def _script(spec):
    """What comes before the first device."""
    # In a kernel of ours some are built in.
    yield f"for module in {' '.join(MODULES)}"
    yield "do modprobe -q $module || : ; done"
    yield "set -e"
    yield f"busybox brctl addbr {xen.BRIDGE}"
    yield f"ip link set {xen.BRIDGE} up"
    for domain in spec.domains.values():
        yield f". {xen.FOLDER}/{domain.name}/prepare"


def _serve(domid, domain):
    """The steps that connect a domain's devices."""
    for index, disk in enumerate(domain.disks):
        yield (f"serve-disk {domid} {disk.vdev} "
               f"{xen.FOLDER}/{domain.name}/disk{index}")
    for index in range(len(domain.vifs)):
        yield f"serve-vif {domid} {index} {xen.BRIDGE}"


def attach(index, domain):
    """The steps that connect a domain, if dom0 has the store."""
    yield from store.nodes(index, domain)
    yield "introduce $domid"
    yield from _serve("$domid", domain)


def _steps(spec):
    if spec.dom0.store == "dom0":
        yield "keep-store"
        yield f"run sh /{SCRIPT}"
        yield f"run sh /{store.SCRIPT}"
        yield "create"
        for name in spec.domains:
            yield (f"run until [ -e {xen.FOLDER}/{name}/attached ]; "
                   "do sleep 0.2; done")
    else:
        yield f"run sh /{SCRIPT}"
        # xenlet numbers domains in the order of the device tree.
        for domid, domain in enumerate(spec.domains.values(), 1):
            yield from _serve(domid, domain)
    yield "say serving"


def _action(when, names, every=False):
    return scenario.Part("dom0", scenario.ACTION, {
        "when": {"dom0": f"step {when}"}, "every": every,
        "do": [f"unpause {name}" for name in names]})


def start(spec):
    """The actions that let the domains run, once dom0 can serve them, and
    with a store in dom0 again when it found one that came back.
    """
    names = [name for name, domain in spec.domains.items()
             if not domain.paused]
    again = [_action(f"again-{name}", [name], True) for name in names] \
        if spec.dom0.store == "dom0" else []
    return [_action("serving", names), *again]


def add_packages(out, tree):
    """Programs, and what they find below / there."""
    copytree.add(out, tree, debianroot.LEFT_OUT, PACKAGES)
    for name in ("dev", "tmp"):
        out.folder(PACKAGES + name)
    out.device(PACKAGES + "dev/null", 1, 3, 0o666)
    out.device(PACKAGES + "dev/urandom", 1, 9, 0o666)


def files(spec, maker, folder):
    """What the disks are made of, as names and contents."""
    found = {SCRIPT: "\n".join([*_script(spec), ""]).encode()}
    for domain in spec.domains.values():
        images = [path.read_bytes() if path else None
                  for path in maker.images(domain, folder)]
        script, data = xen.prepare(domain, images)
        home = f"{xen.FOLDER}/{domain.name}".lstrip("/")
        found[f"{home}/prepare"] = script.encode()
        for name, content in data.items():
            found[f"{home}/{name}"] = bytes(content)
    if spec.dom0.store == "dom0":
        found.update(_store_files(spec))
    return found


def _store_files(spec):
    found = {store.SCRIPT: store.SCRIPT_TEXT.encode()}
    for index, domain in enumerate(spec.domains.values()):
        home = f"{xen.FOLDER}/{domain.name}".lstrip("/")
        found[f"{home}/attach"] = "\n".join([*attach(index, domain),
                                             ""]).encode()
    return found
