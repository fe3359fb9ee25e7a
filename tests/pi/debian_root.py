"""A clean Debian of another suite in a folder: made once with debootstrap, kept outside of the tree, entered with chroot.

Its mirror, its proxies and pip's settings are those of this machine. What it lacks to be a Pi: a kernel of its own, systemd as process 1,
devices.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pi_files import tree

from tests.command_runs import ROOT

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lockbench" / "debootstrap"
"""Read when this file is imported, before tests get a cache of their own."""
CHECKOUT = "usr/src/lockbench"
NOT_OURS = ("proc", "sys", "dev", "run", "tmp", CHECKOUT, "var/cache", "var/log", "var/lib/apt", "etc/passwd-", "etc/group-",
            "etc/gshadow-", "etc/shadow-", "etc/subuid-", "etc/subgid-", "etc/.pwd.lock", "etc/resolv.conf")  # fmt: skip
"""What belongs to the kernel, to apt or to this test, and the back-ups that useradd makes."""
ENTER = """
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/run"
mount --bind "$1" "$0/var/cache/apt/archives"
mkdir -p "$0/run/lock" && root=$0 && shift && for file in ${TRUSTED:-}; do cp "$file" "$root/run/trusted.pem"; done
exec chroot "$root" env -i "$@"
"""
NEEDED = ("debootstrap", "unshare", "chroot", "mount", "apt-get")


def lacking() -> str | None:
    """Return why no root can be made here, None where one can."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        return f"not on this machine: {', '.join(missing)}"
    if os.getuid() != 0:
        return "only root can make and enter a Debian root"
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], check=False, capture_output=True).returncode != 0:
        return "this machine allows no mounts of one's own"
    return None if mirror() else "apt knows no mirror of Debian's"


def mirror() -> str:
    """Return the mirror that this machine's apt uses for Debian itself, '' for none."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT)", "Created-By: Packages", "Origin: Debian"]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    return next((line.split()[0] for line in lines if line.endswith(" main") and "security" not in line), "")


@dataclass(frozen=True, slots=True)
class Done:
    """What a command in the root said, and how it ended."""

    code: int
    out: str
    err: str


class DebianRoot:
    """One clean root; whatever a test does to it is gone with the test's folder."""

    def __init__(self, suite: str, folder: Path) -> None:
        self.suite, self.path = suite, folder
        self._packages = CACHE / f"debs-{suite}"
        (self._packages / "partial").mkdir(parents=True, exist_ok=True)
        kept = CACHE / f"{suite}.tar"
        if not kept.exists():
            self._make(folder.with_name("made"), kept)
        folder.mkdir()
        subprocess.run(["tar", "-xf", str(kept), "-C", str(folder)], check=True)
        self._settle()

    def _make(self, made: Path, kept: Path) -> None:
        argv = ["debootstrap", "--variant=minbase", f"--cache-dir={self._packages}", self.suite, str(made), mirror()]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
        subprocess.run(["tar", "-cf", f"{kept}.new", "-C", str(made), "."], check=True)
        Path(f"{kept}.new").rename(kept)
        shutil.rmtree(made)

    def _settle(self) -> None:
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout.splitlines()
        ours = [line for line in dumped if line.lower().startswith(("acquire::http", "acquire::https")) and '""' not in line]
        (self.path / "etc/apt/apt.conf.d/99lockbench-test").write_text("\n".join([*ours, ""]))
        (self.path / "etc/dpkg/dpkg.cfg.d/lockbench-test").write_text("force-unsafe-io\n")  # a root that lives for minutes
        listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
        for name in listed.decode().split("\0"):
            if name and (ROOT / name).is_file():
                target = self.path / CHECKOUT / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, target)

    def run(self, *words: str, seconds: float = 900) -> Done:
        """Run a command in the root, in mounts and processes of its own; nothing of it outlives the call."""
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        pip = [f"{k}={v}" for k, v in os.environ.items() if k.startswith("PIP_") and k.endswith(("_URL", "_HOST", "_TIMEOUT"))]
        trusted = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE") or ""
        pip += ["PIP_CERT=/run/trusted.pem"] if trusted else []
        argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, str(self.path), str(self._packages)]
        done = subprocess.run(
            [*argv, path, "HOME=/root", "LC_ALL=C.UTF-8", *pip, *words], env=os.environ | {"TRUSTED": trusted},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def says(self, *words: str) -> str:
        """Run a command that must end well; return what it said."""
        done = self.run(*words)
        assert done.code == 0, f"{' '.join(words)}\n{done.out[-3000:]}\n{done.err[-3000:]}"
        return done.out

    def tree(self) -> dict[str, str]:
        """Return the root as it stands, but for what is not the set-up's."""
        return tree(self.path, NOT_OURS)
