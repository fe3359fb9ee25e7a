"""What the guests boot from: built or unpacked once, kept outside of the tree, and made anew when its recipe changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_RECIPES: Final = {"uml": ("build_uml.sh", "uml.config"), "qemu": ("build_qemu.sh",)}
_BUILD_LIMIT_S: Final = 900
_CANNOT: Final = 3


class CannotRun(Exception):
    """Kernel tests are not for this sort of machine; the message says why."""


class NotBuilt(SystemExit):
    """The machine should have been able to, and was not: loud, exit code 1."""

    def __init__(self, message: str) -> None:
        print(f"FAILED: kernel tests: {message}", file=sys.stderr)
        super().__init__(1)


def cache() -> Path:
    """Return the folder that outlives the tree ($XDG_CACHE_HOME/lockbench/kernel); made where it is missing."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "lockbench" / "kernel"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def packages() -> None:
    """Install Debian's packages; raise CannotRun where this machine cannot have them, NotBuilt where the installing fails."""
    done = subprocess.run([HERE / "packages.sh"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    said = done.stdout.strip()
    if done.returncode == _CANNOT:
        raise CannotRun(said.splitlines()[-1] if said else "packages.sh gave no reason")
    if said:
        print(said, flush=True)
    if done.returncode != 0:
        raise NotBuilt(f"packages.sh ended with {done.returncode}")


def kernel_for(kind: str) -> Path:
    """Return the folder with the kernel of a kind; one process at a time builds, the others wait for it."""
    recipe = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _RECIPES[kind])).hexdigest()[:12]
    folder, log = cache() / f"{kind}-{recipe}", cache() / f"{kind}-build.log"
    ready = folder / ("linux" if kind == "uml" else "ready")
    with (cache() / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            print(f"preparing the {kind} kernel, once: {folder}", flush=True)
            folder.mkdir(parents=True, exist_ok=True)
            with log.open("w") as out:
                done = subprocess.run(
                    [HERE / _RECIPES[kind][0], folder], stdout=out, stderr=subprocess.STDOUT, timeout=_BUILD_LIMIT_S, check=False
                )
            if done.returncode != 0 or not ready.exists():
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise NotBuilt(f"the {kind} kernel could not be made ({log}):\n{tail}")
            for old in cache().glob(f"{kind}-????????????"):
                if old != folder:
                    shutil.rmtree(old, ignore_errors=True)
    return folder
