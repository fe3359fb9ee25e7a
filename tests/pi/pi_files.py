"""The set-up of a Pi, run as its owner would: the script below a folder of its own, and what a tree looks like before and after."""

import hashlib
import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.command_runs import ROOT

PI = ROOT / "firmware-notes" / "pi"
SCRIPT = PI / "install.sh"


def lockbench_pi(*words: object, script: Path = SCRIPT, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the script; its answer is the caller's to judge."""
    return subprocess.run(
        ["sh", str(script), *map(str, words)], input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


def tree(root: Path, but: Iterable[str] = ()) -> dict[str, str]:
    """Return every path below a root with its mode, owner and content; `but`: folders that are left out, from the root."""
    skipped = {root / name for name in but}
    seen: dict[str, str] = {}
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if here / name not in skipped)
        for path in (*(here / name for name in folders), *(here / name for name in files)):
            if path not in skipped:
                seen[str(path.relative_to(root))] = _described(path)
    return seen


def _described(path: Path) -> str:
    state = path.lstat()
    if stat.S_ISLNK(state.st_mode):
        content = f"-> {path.readlink()}"
    elif stat.S_ISREG(state.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    else:
        content = ""
    return f"{stat.filemode(state.st_mode)} {state.st_uid}:{state.st_gid} {content}"


def changed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Return what is new, gone or other, each path with a word for it."""
    words = dict.fromkeys(after.keys() - before.keys(), "new") | dict.fromkeys(before.keys() - after.keys(), "gone")
    return words | {path: "other" for path in before.keys() & after.keys() if before[path] != after[path]}
