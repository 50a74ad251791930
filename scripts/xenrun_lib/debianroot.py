# SPDX-License-Identifier: GPL-2.0
"""A Debian system on a disk: packages unpacked, what their scripts would have
configured, and a service that takes the test's steps."""

from . import copytree

PACKAGES = """systemd systemd-sysv udev kmod dbus login passwd bash dash
coreutils util-linux mount iproute2 sed grep mawk base-files base-passwd
libpam-modules libpam-runtime fio iperf3 ethtool""".split()
# Of the kernel's modules: what needs no hardware.
MODULES = ("arch", "block", "crypto", "fs", "lib", "mm", "net")
WITHOUT = ("python3*", "libpython3*", "perl*", "libperl*", "dpkg", "debconf",
           "adduser")
LEFT_OUT = (*(f"usr/share/{d}" for d in (
    "bash-completion", "doc", "info", "locale", "man", "mime", "perl5",
    "zoneinfo")), "usr/include", "var/run", "var/lock", ".packages")
INIT = "usr/lib/xen-test/init"
SWITCH = "switch-root"
UNIT = f"""[Unit]
Description=The steps of a test

[Service]
Type=exec
ExecStart=/{INIT} steps
StandardOutput=journal+console
"""
WANTS = "etc/systemd/system/multi-user.target.wants/xen-test.service"
PAM = {"auth": "nullok", "account": "", "password": "nullok", "session": ""}
FILES = {
    "etc/systemd/system/xen-test.service": UNIT,
    # An emulated machine that is busy takes its time.
    "etc/systemd/system.conf.d/patience.conf":
        "[Manager]\nDefaultTimeoutStartSec=900\n"
        "DefaultDeviceTimeoutSec=900\n",
    "etc/fstab": "/dev/xvda / ext4 defaults 0 0\n",
    "etc/shadow": "root::19000:0:99999:7:::\n",
    "etc/machine-id": "",
    **{f"etc/pam.d/common-{kind}":
       f"{kind} required pam_unix.so {option}\n"
       for kind, option in PAM.items()},
    "etc/pam.d/common-session-noninteractive":
        "session required pam_unix.so\n",
}
MODES = {"etc/shadow": 0o640}
# Users and groups that the packages' scripts would add.
USERS = (("messagebus", 101), ("systemd-network", 102))
GROUPS = (*USERS, ("systemd-journal", 103), ("input", 104), ("sgx", 105),
          ("kvm", 106), ("render", 107))


def split_steps(steps):
    """The steps before the system on the disk takes over, and those that it
    takes itself.
    """
    for index, step in enumerate(steps):
        if step.split()[:1] == [SWITCH]:
            return steps[:index + 1], steps[index + 1:]
    return steps, []


def _accounts(tree):
    master = tree / "usr/share/base-passwd"
    passwd = (master / "passwd.master").read_text(encoding="ascii") \
        .replace("root:*:", "root:x:")
    group = (master / "group.master").read_text(encoding="ascii")
    passwd += "".join(f"{name}:*:{uid}:{uid}::/nonexistent:"
                      "/usr/sbin/nologin\n" for name, uid in USERS)
    return {"etc/passwd": passwd,
            "etc/group": group + "".join(f"{name}:*:{gid}:\n"
                                         for name, gid in GROUPS)}


def fill(out, tree, modules, init, domain):
    """Put it where cpio.Archive or copytree.Folder put it: packages, the
    kernel's modules, and the domain's steps for our init program.
    """
    copytree.add(out, tree, LEFT_OUT)
    copytree.add(out, modules, place="usr/")
    for name, text in {**FILES, **_accounts(tree)}.items():
        out.file(name, text.encode(), MODES.get(name, 0o644))
    out.link("usr/bin/awk", "mawk")
    out.link("var/run", "/run")
    out.link("var/lock", "/run/lock")
    out.link(WANTS, "../xen-test.service")
    out.file(INIT, init.read_bytes(), 0o755)
    out.file("etc/hostname", f"{domain.name}\n".encode())
    _, steps = split_steps(domain.steps)
    out.file("etc/steps", "".join(f"{step}\n" for step in steps).encode())
