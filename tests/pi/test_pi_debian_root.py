"""The set-up of a Pi in clean Debian roots: run, run again, updated, refused, rolled back, removed; all of it as its owner would.

A first run makes the roots (200 MB each) and fetches packages; they are kept in $XDG_CACHE_HOME/lockbench/debootstrap.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from debian_root import CHECKOUT, DebianRoot, lacking
from pi_files import PI, changed

from tests.command_runs import DOOR, ROOT

pytestmark = pytest.mark.slow
SCRIPT = ("sh", f"/{CHECKOUT}/firmware-notes/pi/install.sh")
CHOICES = {"bookworm": ("--hat", "mcp251xfd:40000000"), "trixie": ("--no-kiosk", "--access-point", "rig 7", "--hat", "mcp2515:12000000")}
BOOT = "boot/firmware/config.txt"
UNITS = ("lockbench-panel.service", "lockbench-listen@can0.service", "lockbench-acknowledge@can0.service")
EXPOSED_MAX = 3.0
"""systemd's own measure runs from 0 to 10; a unit without any of its fences has 9.6."""


@pytest.fixture(params=list(CHOICES))
def pi(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DebianRoot]:
    if (why := lacking()) is not None:
        pytest.skip(why)
    root = DebianRoot(request.param, tmp_path / "root")
    (root.path / "boot/firmware").mkdir(parents=True)
    (root.path / BOOT).write_text("dtparam=audio=on\n")
    yield root
    shutil.rmtree(root.path)


def test_from_a_clean_root_to_a_rig_and_back(pi: DebianRoot, tmp_path: Path) -> None:
    """One story, for each chapter needs the one before it."""
    choices = CHOICES[pi.suite]
    bare = pi.tree()
    rehearsed = pi.says(*SCRIPT, "install", *choices, "--dry-run")
    assert changed(bare, pi.tree()) == {}, "a rehearsal touches nothing"
    packaged = pi.says(*SCRIPT, "packages", *choices)
    before = pi.tree()
    done = packaged + pi.says(*SCRIPT, "install", *choices)
    assert steps(done) == steps(rehearsed), "what was rehearsed is what was done"
    installed = pi.tree()
    assert pi.says(*SCRIPT, "install").splitlines()[-1] == "nothing to do: all of it is there"
    assert changed(installed, pi.tree()) == {}
    the_rig_works(pi)
    the_units_are_sound(pi)
    updates_and_back(pi, tmp_path)
    pi.says("lockbench-pi", "uninstall")
    left = {path: how for path, how in changed(before, pi.tree()).items() if not path.startswith("var/lib/lockbench")}
    assert left == {}, "an uninstall leaves nothing but data"
    assert list((pi.path / "var/lib/lockbench/runs").iterdir()), "and it leaves the data"


def steps(said: str) -> list[str]:
    """Return what was done, without remarks and without folders: a rehearsal cannot know which ones a package brings."""
    return [line for line in said.splitlines() if line.startswith("+ ") and not line.startswith("+ install -d -m 755 ")]


def the_rig_works(pi: DebianRoot) -> None:
    """What was installed tests a lock, as anybody and as the rig's own user, and has a driver for the pins."""
    assert " PASS " in pi.says("sh", "-c", f"cd /tmp && lockbench test --rig sim --profile {DOOR}")
    assert " PASS " in pi.says("lockbench-rig", "test", "--rig", "sim", "--profile", DOOR)
    assert "lockbench" in pi.says("stat", "-c", "%U", "/var/lib/lockbench/runs")
    pi.says("lockbench", "wiring", "check", "wiring/rpi-bench.toml")
    if pi.suite == "trixie":  # Raspberry Pi OS has a package of it, Debian has none: what would lie there stands in for it
        (pi.path / "usr/lib/python3/dist-packages/lgpio.py").touch()
    told = "import lgpio, numpy; print(lgpio.__file__, numpy.__file__)"
    where = pi.says("env", "-C", "/tmp", "/opt/lockbench/current/bin/python", "-B", "-c", told).split()  # lgpio leaves a pipe where it is
    (pi.path / "usr/lib/python3/dist-packages/lgpio.py").unlink(missing_ok=True)
    assert where[0].startswith("/usr/lib/python3" if pi.suite == "trixie" else "/opt/lockbench")
    assert where[1].startswith("/opt/lockbench"), "all else is the lock's"
    groups = pi.says("id", "-nG", "lockbench").split()
    assert {"gpio", "i2c", "spi", "dialout"} <= set(groups)
    assert "overlay=mcp" in (pi.path / BOOT).read_text()


def the_units_are_sound(pi: DebianRoot) -> None:
    """Held to systemd's, udev's and NetworkManager's own checks of that suite."""
    kiosk = ("lockbench-kiosk.service",) if "--no-kiosk" not in CHOICES[pi.suite] else ()
    verified = pi.run("systemd-analyze", "verify", *(f"/etc/systemd/system/{unit}" for unit in (*UNITS, *kiosk)))
    assert (verified.code, [line for line in verified.err.splitlines() if "lockbench" in line]) == (0, [])
    told = pi.says("systemd-analyze", "security", "--offline=true", "--no-pager", "/etc/systemd/system/lockbench-panel.service")
    exposure = re.search(r"exposure level.*?: ([0-9.]+)", told)
    assert exposure is not None
    assert float(exposure[1]) <= EXPOSED_MAX
    for unit in (UNITS[0], *kiosk):
        assert (pi.path / f"etc/systemd/system/multi-user.target.wants/{unit}").is_symlink(), "started at boot"
    if pi.suite == "trixie":  # udevadm of Bookworm knows no verify
        pi.says("udevadm", "verify", "/etc/udev/rules.d/60-lockbench.rules")
        keyfile = "/etc/NetworkManager/system-connections/lockbench-access-point.nmconnection"
        read = pi.says("sh", "-c", f"nmcli --offline connection modify connection.zone '' < {keyfile}")
        assert "ssid=rig 7" in read
        assert "method=shared" in read


def updates_and_back(pi: DebianRoot, tmp_path: Path) -> None:
    """A wrong hash and a version that fails change nothing; a good one is taken, and the one before comes back."""
    good, broken = wheel(pi, tmp_path, "0.9.1", ""), wheel(pi, tmp_path, "0.9.2", "raise SystemExit(5)\n")
    first, stands = version(pi), pi.tree()
    wrong = pi.run("lockbench-pi", "update", good[0], "0" * 64)
    assert (wrong.code, "nothing was changed" in wrong.err) == (2, True)
    failing = pi.run("lockbench-pi", "update", *broken)
    assert failing.code == 5, failing.out
    assert "lockbench test --rig sim" in failing.out.splitlines()[-1]
    assert changed(stands, pi.tree()) == {}
    pi.says("lockbench-pi", "update", *good)
    assert (version(pi), first) == ("0.9.1", "0.1.0")
    pi.says("lockbench-pi", "rollback")
    assert version(pi) == first
    pi.says("lockbench-pi", "rollback")
    assert version(pi) == "0.9.1"


def version(pi: DebianRoot) -> str:
    return pi.says("lockbench", "--version").split()[-1]


def wheel(pi: DebianRoot, tmp_path: Path, number: str, spoilt_by: str) -> tuple[str, str]:
    """Build another version into the root; return where it lies there and its SHA-256."""
    source = tmp_path / number
    for part in ("bench", "dbc", "wiring", "firmware-notes/pi"):
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "THIRD-PARTY.md"):
        shutil.copy(ROOT / name, source / name)
    start, main = source / "bench/__init__.py", source / "bench/__main__.py"
    start.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{number}"', start.read_text()))
    main.write_text(spoilt_by + main.read_text())
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(pi.path / "tmp")]
    assert subprocess.run(argv, cwd=source, capture_output=True, check=False).returncode == 0
    built = pi.path / f"tmp/lockbench-{number}-py3-none-any.whl"
    assert "bench/_shipped/pi/install.sh" in zipfile.ZipFile(built).namelist()
    return f"/tmp/{built.name}", hashlib.sha256(built.read_bytes()).hexdigest()


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_every_package_of_a_rig_has_a_wheel_for_64_bit_arm(python: str, tmp_path: Path) -> None:
    """Asked of the index, hash for hash. lgpio on 3.13 is Debian's, and its line stands for older Pythons only."""
    wanted = (PI / "requirements.lock").read_text()
    if python == "3.13":
        wanted = re.sub(r"^lgpio==.*?(?=^\w)", "", wanted, flags=re.MULTILINE | re.DOTALL)
        wanted = re.sub(r"^numpy==\S+ ; python_full_version < .*?(?=^\w)", "", wanted, flags=re.MULTILINE | re.DOTALL)
        wanted = wanted.replace(" ; python_full_version >= '3.12'", "")
    (tmp_path / "wanted.txt").write_text(wanted)
    platforms = [f"--platform=manylinux_{glibc}_aarch64" for glibc in ("2_36", "2_34", "2_28", "2_27", "2_17")]
    argv = [sys.executable, "-m", "pip", "install", "--dry-run", "-q", "--target", str(tmp_path / "x"), "--only-binary=:all:",
            "--require-hashes", "--implementation", "cp", "--python-version", python, *platforms, "--platform=manylinux2014_aarch64",
            "-r", str(tmp_path / "wanted.txt")]  # fmt: skip
    if python != f"{sys.version_info.major}.{sys.version_info.minor}":
        argv.append("--ignore-requires-python")  # `pip install` holds that to the Python that it runs on, not to the one that was asked for
    done = subprocess.run(argv, capture_output=True, text=True, timeout=500, check=False)
    if "Temporary failure" in done.stderr or "NewConnectionError" in done.stderr:
        pytest.skip("no package index is reached from here")
    assert done.returncode == 0, done.stderr[-2000:]
