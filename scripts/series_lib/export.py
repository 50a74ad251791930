# SPDX-License-Identifier: GPL-2.0
"""The patches as files that "git am" applies: a repository of the kernel's
files that they touch, a commit each, and git format-patch."""

import os
import pathlib
import subprocess
import tempfile

from . import SeriesError, description

COVER = description.FOLDER / "cover.txt"


def identity():
    """Who signs off, as git knows."""
    done = subprocess.run(["git", "-C", str(description.TREE), "var",
                           "GIT_AUTHOR_IDENT"], capture_output=True,
                          text=True, check=False)
    if done.returncode:
        raise SeriesError(f"whose patches? {done.stderr.strip()}")
    return done.stdout.rpartition(">")[0] + ">"


def date():
    """When the sources were last changed: the same patches each time."""
    done = subprocess.run(["git", "-C", str(description.TREE), "log", "-1",
                           "--format=%cI"], capture_output=True, text=True,
                          check=True)
    return done.stdout.strip()


class Repository:
    """A repository with the files of a kernel that the series touches."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        name, _, mail = identity().rstrip(">").rpartition(" <")
        when = date()
        self._environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": mail,
            "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": mail,
            "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.git("init", "-q", "-b", "series")

    def git(self, *words, text=None):
        """Run git in it."""
        done = subprocess.run(["git", "-C", str(self.folder), *words],
                              input=text, capture_output=True, text=True,
                              env=self._environment, check=False)
        if done.returncode:
            raise SeriesError(f"git {words[0]}: "
                              f"{done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def commit(self, contents, message):
        """Write files, and commit them."""
        for name, data in contents.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if data.startswith(b"#!"):
                path.chmod(0o755)
        self.git("add", "-A")
        self.git("commit", "-q", "-F", "-", text=message)


def _write_cover(path, version):
    """Fill in what git leaves open in a cover letter."""
    subject, _, text = COVER.read_text(encoding="utf-8").partition("\n\n")
    letter = path.read_text(encoding="utf-8")
    letter = letter.replace("*** SUBJECT HERE ***", subject)
    letter = letter.replace("*** BLURB HERE ***",
                            text.strip().replace("@VERSION@", version))
    path.write_text(letter, encoding="utf-8")


def write(kernel, patches, out):
    """Write the series for a pristine kernel tree; the files' paths."""
    if kernel.installed:
        raise SeriesError(f"{kernel.path}: has the overlay in it")
    out = pathlib.Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("[0-9][0-9][0-9][0-9]-*.patch"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="series-") as folder:
        repository = Repository(folder)
        touched = {n: kernel.pristine(n) for p in patches for n in p.paths()}
        repository.commit({n: d for n, d in touched.items()
                           if d is not None}, "pristine")
        contents = {}
        for patch in patches:
            kernel.add(patch, contents)
            repository.commit(
                {n: contents[n] for n in patch.paths()},
                f"{patch.subject}\n\n{patch.body}\n\n"
                f"Signed-off-by: {identity()}\n")
        repository.git("format-patch", "-q", "--cover-letter", "--no-renames",
                       "--stat=72", "-o", str(out), "--root",
                       f"HEAD~{len(patches)}..HEAD")
    files = sorted(out.glob("[0-9][0-9][0-9][0-9]-*.patch"))
    _write_cover(files[0], kernel.version)
    return files
