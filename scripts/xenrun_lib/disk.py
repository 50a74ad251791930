# SPDX-License-Identifier: GPL-2.0
"""The images of disks that are loaded with the machine."""

import os
import pathlib
import shutil
import subprocess

from . import XenrunError


def _mke2fs():
    path = shutil.which("mke2fs", path="/sbin:/usr/sbin:/usr/bin:/bin")
    if not path:
        raise XenrunError("no mke2fs: run scripts/deps")
    return path


def needs_image(disk):
    """A disk with nothing on it needs no file: it is RAM of xenlet's."""
    return bool(disk.fs) or disk.loaded


def make(disk, path, content=None):
    """Make the image of a disk, with the files of a folder in it; without
    one, the same input gives the same bytes.
    """
    path = pathlib.Path(path)
    with path.open("wb") as image:
        image.truncate(disk.size_mib << 20)
    if disk.fs != "ext4":
        return path
    block = max(disk.sector_size, 4096)
    files = ["-d", str(content)] if content else []
    # Files belong to whoever runs this, and shall be root's.
    as_root = ["unshare", "--map-root-user"] if content and os.getuid() else []
    done = subprocess.run(
        [*as_root, _mke2fs(), "-q", "-F", "-t", "ext4", "-b", str(block),
         *files,
         "-U", "clear", "-E",
         "hash_seed=00000000-0000-0000-0000-000000000001,"
         "lazy_itable_init=0,nodiscard,root_owner=0:0", str(path)],
        capture_output=True, text=True, check=False,
        env={"E2FSPROGS_FAKE_TIME": "1", "PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
    if done.returncode:
        raise XenrunError(f"{disk.where}: mke2fs: {done.stderr.strip()}")
    return path
