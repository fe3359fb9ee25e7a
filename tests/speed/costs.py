"""`make bench`: what reading recordings and listening costs, beside a plain C parser and beside python-can with cantools, in one run.

Every contestant runs as a process of its own, in turn, several rounds; figures are medians of CPU seconds (user + system), so a
busy machine disturbs all alike. A frame's cost is the slope between a small and a large recording, so that start-up is not in it;
start-up, the same command on 40 frames, stands beside it. Nothing here asserts a time. `--quick` takes fewer frames and rounds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bus_recordings import FOREIGN, foreign, recording, signals

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parents[1]
CACHE: Final = ROOT / ".cache" / "bench"
Command = Sequence[str | Path]
_TIMES: Final = 5


class Cost(NamedTuple):
    """One run: CPU seconds, the most memory held in MB, and seconds elapsed."""

    cpu_s: float
    peak_mb: float
    elapsed_s: float


class Line(NamedTuple):
    """A row of the table: start-up CPU s, ns a frame without it, the most memory in MB."""

    start_s: float
    frame_ns: float
    peak_mb: float


def run(command: Command) -> Cost:
    """Run a command to its end; analysis exits with 1 where it finds something."""
    began = time.perf_counter()
    with subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command}: exit code {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.perf_counter() - began)


def in_turn(contestants: dict[str, Command], rounds: int) -> dict[str, Cost]:
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


def compiled(name: str) -> Path:
    """Return a C floor, built with -O2."""
    program = CACHE / name
    subprocess.run(["cc", "-O2", "-o", program, HERE / f"{name}.c"], check=True)
    return program


def candump_lines(rounds: int, small: int, large: int) -> dict[str, Line]:
    """Measure each reader of candump text on two sizes; python-can takes minutes for the large one, so its slope ends at the small."""
    dbc, table = signals(CACHE)
    commands: dict[str, list[Command]] = {}
    sizes = [recording(CACHE, n) for n in (40, small, large)]
    plain: dict[str, Command] = {
        "C, door changes": [compiled("floor")], "lockbench analyze --doors-only": lockbench("analyze", "--json", "--doors-only"),
        "lockbench analyze": lockbench("analyze", "--json"),
    }  # fmt: skip
    for name, command in plain.items():
        commands[name] = [[*command, path] for path in sizes]
    commands["python-can + cantools, 3 ids"] = [script("with_python_can", path) for path in sizes[:2]]
    commands["C, 200 signals"] = [[compiled("floor_signals"), path, table] for path in sizes]
    commands["lockbench analyze --signals"] = [lockbench("analyze", "--json", "--signals", "--dbc", dbc, path) for path in sizes]
    cost = in_turn({f"{name} {n}": command for name, many in commands.items() for n, command in enumerate(many)}, rounds)
    lines = {}
    for name, many in commands.items():
        found = [cost[f"{name} {n}"] for n in range(len(many))]
        first, last = (found[1], found[2]) if len(found) == 3 else (found[0], found[1])
        span = large - small if len(found) == 3 else small - 40
        lines[name] = Line(found[0].cpu_s, (last.cpu_s - first.cpu_s) / span * 1e9, found[-1].peak_mb)
    return lines


def verdict(name: str, value: float, wanted: float, *, at_most: bool, form: str = ".2f") -> None:
    """Print a figure beside what is wanted, and whether it is met."""
    is_met = value <= wanted if at_most else value >= wanted
    print(f"  {name:58} {value:8{form}}   wanted {'<=' if at_most else '>='} {wanted:g}   {'met' if is_met else 'NOT MET'}")


def candump_table(rounds: int, small: int, large: int) -> None:
    """Compare ours, the C floors and python-can with cantools on candump text."""
    lines = candump_lines(rounds, small, large)
    print(f"\ncandump text, 40 ids; slope between {small:,} and {large:,} frames (python-can: up to {small:,})")
    print(f"  {'':34} {'start-up':>9} {'a frame':>10} {'most memory':>12}")
    for name, line in lines.items():
        print(f"  {name:34} {line.start_s:7.3f} s {line.frame_ns:7.1f} ns {line.peak_mb:9.0f} MB")
    floor, doors, whole, theirs, floor_signals, ours = (line.frame_ns for line in lines.values())
    verdict("door changes (--doors-only) / C", doors / floor, 3, at_most=True)
    verdict("python-can + cantools / door changes (--doors-only)", theirs / doors, 50, at_most=False, form=".1f")
    verdict("everything, bus load of each frame included / C", whole / floor, 3, at_most=True)
    verdict("python-can + cantools / everything", theirs / whole, 50, at_most=False, form=".1f")
    verdict("all of 200 signals / C", ours / floor_signals, 6, at_most=True)
    verdict(
        "most memory of lockbench, MB", max(lines[n].peak_mb for n in lines if n.startswith("lockbench")), 100, at_most=True, form=".0f"
    )


def format_table(rounds: int, frames: int) -> None:
    """Compare our readers of other formats with python-can's own; ours read the file several times, for one time is soon over."""
    print(f"\nother formats: slope between 40 and {frames:,} frames")
    for suffix in FOREIGN:
        little, big = foreign(CACHE, 40, suffix), foreign(CACHE, frames, suffix)
        cost = in_turn({
            "ours": script("with_lockbench", big, str(_TIMES)), "our start": script("with_lockbench", little, str(_TIMES)),
            "theirs": script("with_python_can", "--count", big), "their start": script("with_python_can", "--count", little),
        }, rounds)  # fmt: skip
        ours = (cost["ours"].cpu_s - cost["our start"].cpu_s) / (frames * _TIMES) * 1e6
        theirs = (cost["theirs"].cpu_s - cost["their start"].cpu_s) / frames * 1e6
        verdict(f"{suffix}: lockbench {ours:.2f} us, python-can {theirs:.2f} us, times", theirs / ours, 2, at_most=False)


def jobs_table(rounds: int, frames: int) -> None:
    """Compare one worker with two on eight files; elapsed time, since CPU time does not shrink; what CPU time grows by is shown too."""
    path = recording(CACHE, frames)
    commands = {str(jobs): lockbench("analyze", "--json", "--jobs", str(jobs), *[path] * 8) for jobs in (1, 2)}
    spent: dict[str, list[Cost]] = {"1": [], "2": []}
    for _ in range(rounds):
        for jobs, command in commands.items():
            spent[jobs].append(run(command))
    one, two = (min(cost.elapsed_s for cost in costs) for costs in spent.values())
    one_cpu, two_cpu = (min(cost.cpu_s for cost in costs) for costs in spent.values())
    print(f"\neight files of {frames:,} frames, the quickest of {rounds} rounds (other work on the machine only ever slows one)")
    print(f"  --jobs 1 {one:.2f} s, --jobs 2 {two:.2f} s elapsed; CPU {one_cpu:.2f} s and {two_cpu:.2f} s")
    verdict("two workers, times as quick as one", one / two, 1.7, at_most=False)
    verdict("what two free cores could give: 2 x CPU of one / CPU of two", 2 * one_cpu / two_cpu, 1.7, at_most=False)


def memory_table(frames: Sequence[int]) -> None:
    """Show that memory does not grow with the recording."""
    print("\nmost memory of lockbench analyze")
    for count in frames:
        verdict(
            f"{count:,} frames, MB", run(lockbench("analyze", "--json", recording(CACHE, count))).peak_mb, 100, at_most=True, form=".0f"
        )


def start_table(rounds: int) -> None:
    """Show what a start costs from cold."""
    cost = in_turn({
        "help": lockbench("--help"), "monitor": lockbench("monitor", "-i", "virtual", "-c", "bench", "--seconds", "0.01", "--json"),
    }, rounds)  # fmt: skip
    print("\nstart-up, CPU")
    verdict("lockbench --help, ms", cost["help"].cpu_s * 1e3, 100, at_most=True, form=".0f")
    verdict("lockbench monitor listening, and its end, ms", cost["monitor"].cpu_s * 1e3, 600, at_most=True, form=".0f")


def live_table(seconds: float) -> None:
    """Show what a live frame costs, as the monitor's own measure prints it."""
    print("\nlive, 4,000 frames/s over the kernel's structures in real time (wanted <= 4 us a frame)")
    for words in ((), ("--record",)):
        told = subprocess.run(
            [sys.executable, "-m", "tests.monitor.live_cost", "--seconds", str(seconds), *words], capture_output=True, text=True, cwd=ROOT,
            check=True,
        )  # fmt: skip
        print("".join(f"  {'recording: ' if words else ''}{line}\n" for line in told.stdout.splitlines()), end="")


def main() -> int:
    """Print every table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="a tenth of the frames, one round")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default 5)")
    arguments = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    rounds, part = (1, 10) if arguments.quick else (arguments.rounds, 1)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, Python {sys.version.split()[0]}, {rounds} rounds, medians")
    candump_table(rounds, 1_000_000 // part, 10_000_000 // part)
    format_table(rounds, 200_000 // part)
    memory_table((1_000_000 // part, 20_000_000 // part))
    start_table(rounds)
    live_table(2 if arguments.quick else 10)
    jobs_table(min(rounds, 3), 10_000_000 // part)
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
