"""Booting a guest, showing what it says as it says it, and reading its counts from its own last line."""

import contextlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
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
NATIVE_MODULES: Final = ("vcan", "gpio-sim", "i2c-stub")
_HABITS: Final = ("converts_no_more", "reads_its_own_voltage", "ready_flag")
"""Tests whose names hold this: the stub of an ordinary kernel keeps a ready flag that was read, and ends no conversion."""
_WITH_ITS_PARENT: Final = ("setpriv", "--pdeathsig")
"""What is started so dies with whoever started it, killed or not: the kernel itself sends the signal (prctl(2), PR_SET_PDEATHSIG)."""
_MEMORY: Final = 1 << 30
_HIDDEN: Final = tuple(map(Path, ("/mnt", "/run", "/dev", "/proc", "/sys")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One boot: which kernel, what pytest is given in it, and how long it may take, s.

    `travels`: its clock stands still while anything computes and jumps when all sleep. No lack of CPU can make anything late in it:
    what it shows is what the programs do, never how fast. User-mode Linux only.
    """

    name: str
    kind: str
    tests: tuple[str, ...]
    limit_s: int
    travels: bool = False

    def with_tests(self, tests: tuple[str, ...]) -> "Guest":
        """Return the same guest with another suite, and half an hour for it."""
        return replace(self, tests=tests, limit_s=1800)


_REAL_TIME: Final = "not kernel_whole and not kernel_stops and not kernel_slow"
GUESTS: Final = (
    Guest(name="stops", kind="uml", tests=("tests/kernel", "-m", "kernel_stops", "-k", "at_the_pins"), limit_s=480, travels=True),
    Guest(name="screen", kind="uml", tests=("tests/kernel", "-m", "kernel_stops", "-k", "at_the_screen"), limit_s=480, travels=True),
    Guest(name="whole", kind="uml", tests=("tests/kernel", "-m", "kernel_whole"), limit_s=480, travels=True),
    Guest(name="ports", kind="uml", tests=("tests/rig/ports", *_FAR, *_TWICE, "tests/kernel", "-m", _REAL_TIME), limit_s=420),
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
    # nothing that a guest compiles is kept, and every program in it would compile all that it imports
    subprocess.run([work / ".venv/bin/python", "-m", "compileall", "-q", "bench", "tests"], cwd=work, check=False)
    clear_away(cache())
    folder = Path(tempfile.mkdtemp(prefix=f"boot-{os.getpid()}-", dir=cache()))
    try:
        shutil.copy(_HERE / "guest.sh", folder / "guest.sh")
        settings = {"KIND": guest.kind, "WORK": str(work), "KERNEL": str(kernel)}
        (folder / "settings").write_text("".join(f"{key}={shlex.quote(value)}\n" for key, value in settings.items()))
        (folder / "command").write_text(f"exec {shlex.join(pytest_of(guest))} 2>&1\n")
        return watched(guest, _machine(guest, kernel, folder / "guest.sh"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_away(folder: Path) -> None:
    """Remove what runs that were killed have left there."""
    for left in folder.glob("boot-*-*"):
        if not Path(f"/proc/{left.name.split('-')[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)


def native(guests: Sequence[Guest], has: Callable[[str], bool] = lambda module: _has_module(module)) -> Outcome:
    """Run what can be run on this machine's own kernel, in a mount namespace of its own; raise CannotRun where it has not the modules."""
    if os.geteuid() != 0:
        raise CannotRun("NATIVE=1 makes CAN and GPIO devices, which needs root")
    missing = [module for module in NATIVE_MODULES if not has(module)]
    if missing:
        raise CannotRun(f"NATIVE=1: the kernel of this machine ({platform.release()}) has no module {', '.join(missing)}")
    guest = native_guest(guests)
    return watched(guest, native_command(guest))


def native_guest(guests: Sequence[Guest]) -> Guest:
    """Return what runs natively: the suites in real time, less what needs an I2C register with the habits of a chip (build_uml.sh)."""
    return Guest(
        name="native",
        kind="native",
        tests=("tests/rig/ports", *_FAR, *_TWICE, "tests/kernel", "-m", _REAL_TIME, "-k", f"not ({' or '.join(_HABITS)})"),
        limit_s=sum(guest.limit_s for guest in guests if guest.kind == "uml" and not guest.travels),
    )


def native_command(guest: Guest) -> list[str]:
    """Return the command: the guest's devices are made in a mount namespace of its own, then the suite runs."""
    return ["unshare", "-m", "bash", str(_HERE / "native.sh"), shlex.join(["exec", *pytest_of(guest)])]


def _has_module(module: str) -> bool:
    try:
        return subprocess.run(["modprobe", "--dry-run", module], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


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
        first += ["time-travel=inf-cpu"] if guest.travels else []
        priority = ["nice", "-n", "-5" if guest.travels else "-15"] if os.geteuid() == 0 else []
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


def watched(guest: Guest, command: list[str]) -> Outcome:
    """Run it under its limit, in a session of its own so that a hung guest leaves nothing behind; it dies with this program."""
    outcome, begun_s = Outcome(name=guest.name), time.monotonic()
    limited = [*_WITH_ITS_PARENT, "TERM", "timeout", "--kill-after=5", str(guest.limit_s), *_WITH_ITS_PARENT, "KILL", *command]
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
            if line.startswith("ready "):
                _hurry(running.pid, guest)
            _read(line, outcome)
            sys.stdout.write(f"{guest.name:>8} | {line}\n")
            sys.stdout.flush()
    if guest.kind == "native":
        outcome.code = running.returncode
    outcome.took_s = time.monotonic() - begun_s
    return outcome


def _hurry(pid: int, guest: Guest) -> None:
    """Let a guest go before others where that is allowed: Linux shares the CPU out by session first, and by niceness within one.

    A user-mode kernel makes a session of its own when it starts, so that this comes when it has said its first word.
    """
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            Path(f"/proc/{child}/autogroup").write_text("-5" if guest.travels else "-15")


def _read(line: str, outcome: Outcome) -> None:
    if found := _LAST.match(line):
        outcome.counts = {
            word.removesuffix("s") if word == "errors" else word: int(count) for count, word in _COUNTS.findall(found["counts"])
        }
    if found := _EXIT.match(line):
        outcome.code = int(found[1])
