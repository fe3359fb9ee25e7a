"""`make bench`: what reading a recording costs, beside a plain C parser and beside python-can with cantools, in one run.

Every contestant runs as a process of its own, in turn, several rounds; figures are medians of CPU seconds (user + system), so a
busy machine disturbs all alike. Nothing here asserts a time. `--quick` takes fewer frames and rounds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bus_recordings import FOREIGN, foreign, recording

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "bench"


class Cost(NamedTuple):
    """One run: CPU seconds and the most memory held, MB."""

    cpu_s: float
    peak_mb: float


def run(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end; analysis exits with 1 where it finds something."""
    with subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(contestants: dict[str, Sequence[str | Path]], rounds: int) -> dict[str, Cost]:
    """Run all contestants one after the other, `rounds` times; return the median of each."""
    seen: dict[str, list[Cost]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, command in contestants.items():
            seen[name].append(run(command))
    return {name: Cost(*(statistics.median(column) for column in zip(*costs, strict=True))) for name, costs in seen.items()}


def lockbench(*words: str | Path) -> list[str | Path]:
    """Return our own command line."""
    return [sys.executable, "-m", "bench", *words]


def script(name: str, *words: str | Path) -> list[str | Path]:
    """Return the command line of a script beside this one."""
    return [sys.executable, HERE / f"{name}.py", *words]


def candump_table(rounds: int, small: int, large: int) -> None:
    """Compare ours, the C floor and python-can with cantools on candump text."""
    floor = CACHE / "floor"
    subprocess.run(["cc", "-O2", "-o", floor, HERE / "floor.c"], check=True)
    little, big = recording(CACHE, small), recording(CACHE, large)
    cost = in_turn({
        "C floor, small": [floor, little], "C floor, large": [floor, big],
        "lockbench, small": lockbench("analyze", "--json", little), "lockbench, large": lockbench("analyze", "--json", big),
        "python-can + cantools, small": script("with_python_can", little),
        "lockbench start-up": lockbench("analyze", "--json", recording(CACHE, 40)),
        "lockbench --help": lockbench("--help"),
        "python-can + cantools start-up": script("with_python_can", recording(CACHE, 40)),
    }, rounds)  # fmt: skip
    print(f"candump text, 40 ids: small = {small:,} frames, large = {large:,}")
    for name, (cpu_s, peak_mb) in cost.items():
        print(f"  {name:32} {cpu_s:8.3f} s CPU {peak_mb:7.0f} MB")
    span = large - small
    floor_ns = (cost["C floor, large"].cpu_s - cost["C floor, small"].cpu_s) / span * 1e9
    ours_ns = (cost["lockbench, large"].cpu_s - cost["lockbench, small"].cpu_s) / span * 1e9
    theirs_s = cost["python-can + cantools, small"].cpu_s - cost["python-can + cantools start-up"].cpu_s
    theirs_ns = theirs_s / small * 1e9
    print(f"  a frame, without start-up: C {floor_ns:.0f} ns, lockbench {ours_ns:.0f} ns, python-can + cantools {theirs_ns:.0f} ns")
    print(
        f"  lockbench / C = {ours_ns / floor_ns:.2f} (wanted <= 3); python-can + cantools / lockbench = {theirs_ns / ours_ns:.1f} (>= 50)"
    )


def format_table(rounds: int, frames: int) -> None:
    """Compare our readers of other formats with python-can's own."""
    print(f"other formats, {frames:,} frames: CPU seconds without start-up")
    empty = {"ours": run(script("with_lockbench", "none")).cpu_s, "theirs": run(script("with_python_can", "none")).cpu_s}
    for suffix in FOREIGN:
        path = foreign(CACHE, frames, suffix)
        cost = in_turn({"ours": script("with_lockbench", path), "theirs": script("with_python_can", "--count", path)}, rounds)
        ours, theirs = (cost[name].cpu_s - empty[name] for name in ("ours", "theirs"))
        print(f"  {suffix:8} lockbench {ours:7.3f} s   python-can {theirs:7.3f} s   {theirs / ours:.2f} times (wanted >= 2)")


def jobs_table(rounds: int, frames: int) -> None:
    """Compare one worker with two on four files; elapsed time, since CPU time does not shrink."""
    import time

    path = recording(CACHE, frames)
    spent: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for jobs, times in spent.items():
            started = time.perf_counter()
            run(lockbench("analyze", "--json", "--jobs", str(jobs), path, path, path, path))
            times.append(time.perf_counter() - started)
    one, two = (statistics.median(times) for times in spent.values())
    print(f"four files of {frames:,} frames: --jobs 1 {one:.2f} s, --jobs 2 {two:.2f} s elapsed, {one / two:.2f} times (wanted >= 1.7)")


def main() -> int:
    """Print every table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="a tenth of the frames, one round")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default 5)")
    parser.add_argument("--huge", action="store_true", help="also the memory at 20 million frames")
    arguments = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    rounds, part = (1, 10) if arguments.quick else (arguments.rounds, 1)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, Python {sys.version.split()[0]}, {rounds} rounds")
    candump_table(rounds, 1_000_000 // part, 10_000_000 // part)
    format_table(rounds, 200_000 // part)
    jobs_table(min(rounds, 3), 10_000_000 // part)
    if arguments.huge:
        print(
            f"20 million frames: {run(lockbench('analyze', '--json', recording(CACHE, 20_000_000))).peak_mb:.0f} MB at most (wanted < 100)"
        )
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
