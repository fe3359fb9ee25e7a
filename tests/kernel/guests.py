"""Booting a guest, showing what it says as it says it, and reading its counts from its own last line."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tests.kernel.kernels import CannotRun, NotBuilt, cache

_HERE: Final = Path(__file__).parent
_COUNTS: Final = re.compile(r"(\d+) (passed|failed|error|errors|skipped|xfailed|xpassed|deselected)\b")
_LAST: Final = re.compile(r"^(=+ )?(?P<counts>\d+ (passed|failed|error|skipped|deselected).*) in [\d.]+s")
_EXIT: Final = re.compile(r"^GUEST-EXIT=(\d+)")
_FAR: Final = ("--rig", "wiring/kernel.toml", "--far-side", "tests.kernel.port_far_side:far_side")
_TWICE: Final = (
    "--deselect",
    "tests/rig/ports/test_port_outputs.py::test_a_second_program_on_the_same_pins_is_refused_and_both_roles_are_named",
)
"""In one process a second opening on lgpio takes the first one's line; two programs, which is what a bench has: test_kernel_gpio.py."""
_MEMORY: Final = 1 << 30
_HIDDEN: Final = tuple(map(Path, ("/mnt", "/run", "/dev", "/proc", "/sys")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One boot: which kernel, what pytest is given in it, and how long it may take, s."""

    name: str
    kind: str
    tests: tuple[str, ...]
    limit_s: int

    def with_tests(self, tests: tuple[str, ...]) -> "Guest":
        """Return the same guest with another suite."""
        return replace(self, tests=tests)


GUESTS: Final = (
    Guest(name="ports", kind="uml", tests=("tests/rig/ports", *_FAR, *_TWICE, "tests/kernel", "-m", "not kernel_slow"), limit_s=300),
    Guest(name="qemu", kind="qemu", tests=("tests/kernel/test_kernel_listen_only.py", "-k", "controller and not killed"), limit_s=170),
)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a guest came to. `code` None: it never said its end (a panic, a hang, the limit)."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    code: int | None = None
    took_s: float = 0.0

    @property
    def is_good(self) -> bool:
        """Came to its end, passed something, failed nothing."""
        return self.code == 0 and self.counts.get("passed", 0) > 0

    @property
    def trouble(self) -> str:
        """In words."""
        return "the guest died or ran out of time" if self.code is None else f"exit {self.code}"


def boot(guest: Guest, kernel: Path, work: Path) -> Outcome:
    """Run a guest's suite; its lines are shown with its name before them."""
    for path in (kernel, work):
        if any(path.is_relative_to(hidden) for hidden in _HIDDEN):
            raise NotBuilt(f"{path} lies where the guest mounts its own: not under {', '.join(map(str, _HIDDEN))}")
    folder = Path(tempfile.mkdtemp(prefix="boot-", dir=cache()))
    try:
        shutil.copy(_HERE / "guest.sh", folder / "guest.sh")
        settings = {"KIND": guest.kind, "WORK": str(work), "KERNEL": str(kernel)}
        (folder / "settings").write_text("".join(f"{key}={shlex.quote(value)}\n" for key, value in settings.items()))
        (folder / "command").write_text(f"exec {shlex.join(pytest_of(guest))} 2>&1\n")
        return _watched(guest, _machine(guest, kernel, folder / "guest.sh"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def native(guests: list[Guest]) -> Outcome:
    """Run all suites but QEMU's on this machine's kernel, in a mount namespace of its own; raise CannotRun where it has not the modules."""
    if os.geteuid() != 0:
        raise CannotRun("NATIVE=1 makes CAN and GPIO devices, which needs root")
    for module in ("vcan", "gpio-sim", "i2c-stub"):
        if subprocess.run(["modprobe", "--dry-run", module], capture_output=True, check=False).returncode != 0:
            raise CannotRun(f"NATIVE=1: this machine's kernel has no {module}")
    guest = Guest(
        name="native",
        kind="native",
        tests=("tests/rig/ports", *_FAR, "tests/kernel", "-m", "not kernel_slow"),
        limit_s=sum(g.limit_s for g in guests),
    )
    script = shlex.join(["exec", *pytest_of(guest)])
    return _watched(guest, ["unshare", "-m", "bash", str(_HERE / "native.sh"), script])


def pytest_of(guest: Guest) -> list[str]:
    """Return the command that a guest runs, in the work folder."""
    return [
        ".venv/bin/python",
        "-m",
        "pytest",
        "-q",
        "--color=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--durations=5",
        *guest.tests,
    ]


def _machine(guest: Guest, kernel: Path, init: Path) -> list[str]:
    if " " in str(init):
        raise NotBuilt(f"{init}: a kernel's command line takes no space in a path; set XDG_CACHE_HOME to a folder without")
    if guest.kind == "uml":  # no block layer in it, so no default root device either
        first = ["root=none", "rootfstype=hostfs", "ro", "con=null", "con0=null,fd:2", "con1=fd:0,fd:1", "panic=-1", "quiet"]
        priority = ["nice", "-n", "-10"] if os.geteuid() == 0 else []
        return ["env", f"TMPDIR={_memory_folder()}", *priority, str(kernel / "linux"), "mem=1024M", f"init={init}", *first, "end=1"]
    version = (kernel / "version").read_text().strip()
    controllers = [part for _ in range(2) for part in ("-device", "kvaser_pci,canbus=bus0")]
    return [
        "qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024", "-nodefaults",
        "-display", "none", "-no-reboot", "-serial", "stdio",
        "-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
        "-device", "virtio-9p-pci,fsdev=host,mount_tag=host",
        "-object", "can-bus,id=bus0", *controllers, "-kernel", str(kernel / f"k/boot/vmlinuz-{version}"),
        "-initrd", str(kernel / "initrd.img"), "-append", f"console=ttyS0 mitigations=off panic=-1 quiet guestinit={init} end=1",
    ]  # fmt: skip


def _memory_folder() -> Path:
    """Return where the guest's memory lies, as a file: in shared memory where there is enough of it, else on disk."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() and shutil.disk_usage(shared).free > 3 * _MEMORY else cache()


def _watched(guest: Guest, command: list[str]) -> Outcome:
    """Run it under its limit, in a session of its own so that a hung guest leaves nothing behind."""
    outcome, begun_s = Outcome(name=guest.name), time.monotonic()
    limited = ["timeout", "--kill-after=5", str(guest.limit_s), *command]
    log = cache() / f"last-{guest.name}.log"
    with (
        log.open("w") as kept,
        subprocess.Popen(
            limited, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        ) as running,
    ):
        for raw in running.stdout or ():
            line = raw.decode(errors="replace").rstrip("\r\n")
            kept.write(f"{line}\n")
            _read(line, outcome)
            sys.stdout.write(f"{guest.name:>8} | {line}\n")
            sys.stdout.flush()
    if guest.kind == "native":
        outcome.code = running.returncode
    outcome.took_s = time.monotonic() - begun_s
    return outcome


def _read(line: str, outcome: Outcome) -> None:
    if found := _LAST.match(line):
        outcome.counts = {
            word.removesuffix("s") if word == "errors" else word: int(count) for count, word in _COUNTS.findall(found["counts"])
        }
    if found := _EXIT.match(line):
        outcome.code = int(found[1])
