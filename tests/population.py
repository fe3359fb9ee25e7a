"""How often is the verdict right? Many simulated locks through the real engine, judged, counted: `make population`.

A benchmark, not a test. Without options it prints the whole report in one go: the home world by severity and condition, the
reliability diagram, confusions, ablations, foreign worlds beside home, a listener's findings in a car, and what it cost. One world
alone: `--world`, `--tuning` or `--without`.

Runs are kept under .cache/population by what made them (world, conditions, seed and a hash of everything that a run depends on), answers
beside them by what judged them. So a call that was cut off goes on where it was; a new classifier judges the same runs again; and
`--part i/n` (i from 1) makes every n-th case and prints no tables: when all parts are done, a call without it prints the whole.
The classifier was tuned on runs of other seeds (`--tuning`) and on these it was not.
"""

import argparse
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.ablation import ABLATIONS
from tests.population_cases import CACHE, Case, cases, in_car, recorded, source_hash
from tests.population_readme import put, sentence
from tests.population_results import Answers, Job, Result, judged
from tests.population_sections import ablations, car, conditions, timings, worlds
from tests.population_source import judge_hash
from tests.population_tables import by_fault, table

__all__ = ["Case", "Result", "judged", "recorded"]

REPORT_SEED, TUNING_SEED = 120_000, 1000
QUICK = {"seeds": 1, "healthy": 122, "outside": 5}
MISSING = {"CAN": "can", "answers": "answers", "lock switch": "lock", "line voltage": "lines"}
"""What the report takes away, and its name among ABLATIONS."""
FOREIGN = ("b", "c", "d", "e", "f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The jobs of the whole report, by its sections."""

    home: list[Job]
    poorer: dict[str, list[Job]]
    foreign: dict[str, list[Job]]
    car: list[Job]

    def jobs(self) -> list[Job]:
        """Return all of them, those that share a run next to each other."""
        poorer = [job for jobs in self.poorer.values() for job in jobs]
        return [*self.home, *poorer, *(job for jobs in self.foreign.values() for job in jobs), *self.car]


def plan_of(numbers: dict[str, int], severities: Sequence[float], folder: Path, *, quick: bool) -> Plan:
    """Return what the whole report judges."""
    home = [Job(case=case, folder=folder) for case in cases(severities=severities, first=REPORT_SEED, world="home", **numbers)]
    inside = [job.case for job in home if not job.case.outside]
    far = {"seeds": 1, "healthy": 6, "outside": 0} if quick else {"seeds": 3, "healthy": 60, "outside": 0}
    hard = [s for s in severities if s == 0.85] if quick else severities
    listening = in_car(seeds=1, healthy=10, first=REPORT_SEED) if quick else in_car(seeds=8, healthy=100, first=REPORT_SEED)
    return Plan(
        home=home, poorer={said: [Job(case=c, folder=folder, without=(name,)) for c in inside] for said, name in MISSING.items()},
        foreign={w: [Job(case=c, folder=folder) for c in cases(severities=hard, first=REPORT_SEED, world=w, **far)] for w in FOREIGN},
        car=[Job(case=case, folder=folder) for case in listening],
    )  # fmt: skip


def answered(jobs: Iterable[Job], answers: Answers, processes: int) -> int:
    """Make and keep the answers that are not known yet; return how many they were."""
    todo = [job for job in jobs if answers.get(job) is None]
    pool = ProcessPoolExecutor(processes)
    try:
        for job, result in zip(todo, pool.map(judged, todo, chunksize=8), strict=True):
            answers.keep(job, result)
    finally:
        pool.shutdown(cancel_futures=True)  # ended from outside: no worker is left behind
    return len(todo)


def report(plan: Plan, answers: Answers, *, wall_s: float, processes: int, fresh: int) -> Iterable[str]:
    """Yield the lines of the whole report."""

    def known(jobs: Iterable[Job]) -> list[Result]:
        return [result for job in jobs if (result := answers.get(job)) is not None]

    home = known(plan.home)
    inside = [r for r in home if not r.case.outside]
    foreign = {f"world {name}": known(jobs) for name, jobs in plan.foreign.items()}
    blocks = (
        [f"home world: {len(home)} tests (scopes lock and door)", *table(home)], conditions(inside),
        ablations(inside, {name: known(jobs) for name, jobs in plan.poorer.items()}),
        worlds(inside, foreign), car(known(plan.car)), timings(known(plan.jobs()), wall_s, processes, fresh),
        ["the README's line (--readme puts it there):", sentence(inside, foreign)],
    )  # fmt: skip
    for block in blocks:
        yield from block
        yield ""


def main(argv: list[str]) -> int:
    """Run the population and print its tables."""
    parser = argparse.ArgumentParser(prog="make population", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="500 tests at home and as many elsewhere, under three minutes")
    parser.add_argument("--part", help="i/n: only every n-th case from the i-th on, no tables; repeat with each i, then without --part")
    parser.add_argument("--seeds", type=int, default=18, help="locks of each kind, fault and severity")
    parser.add_argument("--healthy", type=int, default=500, help="good locks of each kind")
    parser.add_argument("--outside", type=int, default=14, help="cases of each kind and situation that is no lock's fault")
    parser.add_argument("--severities", type=float, nargs="+", default=[0.35, 0.6, 0.85, 1.0])
    parser.add_argument("--world", choices=("home", *FOREIGN), help="this world only: home, or a foreign one of tests/plants")
    parser.add_argument("--without", nargs="+", default=[], choices=sorted(ABLATIONS), help="one world, as a poorer rig would have seen it")
    parser.add_argument("--tuning", action="store_true", help="one world, the seeds that the classifier was tuned on")
    parser.add_argument("--first", type=int, help="one world, seeds from this one on, that nobody has looked at")
    parser.add_argument("--runs", type=Path, help="keep and look for runs in this folder, whatever made them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--faults", action="store_true", help="accuracy by fault and severity too")
    parser.add_argument("--wrong", action="store_true", help="list every case of the home world that was not right")
    parser.add_argument("--readme", action="store_true", help="put the figures of the whole report into README.md")
    arguments = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = arguments.runs or CACHE / source_hash()
    folder.mkdir(parents=True, exist_ok=True)
    numbers = QUICK if arguments.quick else {name: getattr(arguments, name) for name in QUICK}
    answers, started = Answers(folder, judge_hash()), time.monotonic()
    if arguments.world or arguments.tuning or arguments.without or arguments.first is not None:
        first = TUNING_SEED if arguments.tuning else REPORT_SEED if arguments.first is None else arguments.first
        found = cases(severities=arguments.severities, first=first, world=arguments.world or "home", **numbers)
        home = [Job(case=case, folder=folder, without=tuple(arguments.without)) for case in found]
        plan = None
    else:
        plan = plan_of(numbers, arguments.severities, folder, quick=arguments.quick)
        home = plan.home
    jobs = home if plan is None else plan.jobs()
    if arguments.part:
        fresh = answered(part_of(jobs, arguments.part), answers, arguments.jobs)
        print(f"part {arguments.part}: {fresh} answers made in {time.monotonic() - started:.0f} s, the others of it were there")
        return 0
    fresh = answered(jobs, answers, arguments.jobs)
    wall_s = time.monotonic() - started
    results = [result for job in home if (result := answers.get(job)) is not None]
    lines = list(table(results) if plan is None else report(plan, answers, wall_s=wall_s, processes=arguments.jobs, fresh=fresh))
    print("\n".join(lines))
    if plan is not None and arguments.readme:
        put(lines[-2])
    if plan is None:
        print("\n".join(timings(results, wall_s, arguments.jobs, fresh)))
    if arguments.faults:
        print("\n".join(by_fault(results)))
    if arguments.wrong:
        print("\n".join(_wrong(results)))
    return 0


def part_of(jobs: Sequence[Job], words: str) -> list[Job]:
    """Return the jobs of every n-th case from the i-th on; those that share a run stay together."""
    try:
        i, n = (int(word) for word in words.split("/"))
    except ValueError:
        raise SystemExit(f"--part {words}: i/n, two whole numbers, is what it takes") from None
    if not 1 <= i <= n:
        raise SystemExit(f"--part {words}: i is from 1 to n")
    order = {case: place for place, case in enumerate(dict.fromkeys(job.case for job in jobs))}
    return [job for job in jobs if order[job.case] % n == i - 1]


def _wrong(results: list[Result]) -> list[str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for r in results:
        if not r.is_right:
            where = r.case.outside or f"{r.case.fault}@{r.case.severity:g}"
            found[f"{r.case.kind} {where}"].append(f"{r.case.seed}:{r.verdict[:4]}:{r.named}:{r.mass:.2f}")
    return [f"{name} {' '.join(cases)}" for name, cases in sorted(found.items())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
