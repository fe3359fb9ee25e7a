"""How often is the verdict right? Many simulated locks through the real engine, judged, counted: `make population`.

A benchmark, not a test. Runs are kept under .cache/population by what made them (world, conditions, seed and a hash of
everything that a run depends on), so that a new classifier judges the same runs again in a minute. The classifier was tuned
on runs of other seeds (`--tuning`) and on these it was not.
"""

import argparse
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_profile
from tests.ablation import ABLATIONS
from tests.population_cases import CACHE, PROFILES, Case, cases, observed, recorded, source_hash
from tests.population_tables import Result, by_fault, table

__all__ = ["Case", "Result", "judged", "recorded"]

REPORT_SEED, TUNING_SEED = 40_000, 1000
QUICK = {"seeds": 1, "healthy": 120, "outside": 5}


def judged(job: tuple[Case, Path, tuple[str, ...]]) -> Result:
    """Run, or read, take away what a poorer rig would not see, and judge one case."""
    case, folder, without = job
    lines = observed(case, folder)
    for name in without:
        lines = ABLATIONS[name](lines)
    started = time.process_time()
    document = judge_record(record_of("run", lines), load_profile(PROFILES[case.kind])).document
    seconds = time.process_time() - started
    best = document.diagnoses[0] if document.diagnoses else None
    p = document.probabilities or {}
    claims = [frozenset({"healthy"}), frozenset({"bench_fault"}), frozenset({"other"}), frozenset(best.group if best else ())]
    claim = max(claims, key=lambda names: sum(p.get(name, 0.0) for name in names))
    named = best.fault if best else "healthy" if document.verdict == "PASS" else "bench_fault" if document.verdict == "ERROR" else "-"
    return Result(
        case=case, verdict=document.verdict, named=named if document.verdict != "INCONCLUSIVE" else f"({named})",
        group=best.group if best else (), claim=claim, mass=sum(p.get(name, 0.0) for name in claim),
        untestable=case.fault in document.not_tested, seconds=seconds,
    )  # fmt: skip


def main(argv: list[str]) -> int:
    """Run the population and print its tables."""
    parser = argparse.ArgumentParser(prog="make population", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a subset of about 500, under three minutes")
    parser.add_argument("--seeds", type=int, default=18, help="locks of each kind, fault and severity")
    parser.add_argument("--healthy", type=int, default=500, help="good locks of each kind")
    parser.add_argument("--outside", type=int, default=14, help="cases of each kind and situation that is no lock's fault")
    parser.add_argument("--severities", type=float, nargs="+", default=[0.35, 0.6, 0.85, 1.0])
    parser.add_argument("--world", default="home", help="home, or a foreign world of tests/plants: b, c, d, e, f")
    parser.add_argument("--without", nargs="+", default=[], choices=sorted(ABLATIONS), help="judge as a poorer rig would have seen it")
    parser.add_argument("--tuning", action="store_true", help="the seeds that the classifier was tuned on")
    parser.add_argument("--runs", type=Path, help="keep and look for runs in this folder, whatever made them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--faults", action="store_true", help="accuracy by fault and severity too")
    parser.add_argument("--wrong", action="store_true", help="list every case that was not right")
    arguments = parser.parse_args(argv)
    folder = arguments.runs or CACHE / source_hash()
    folder.mkdir(parents=True, exist_ok=True)
    numbers = QUICK if arguments.quick else {name: getattr(arguments, name) for name in QUICK}
    first = TUNING_SEED if arguments.tuning else REPORT_SEED
    everything = list(cases(severities=arguments.severities, first=first, world=arguments.world, **numbers))
    started = time.monotonic()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(judged, ((case, folder, tuple(arguments.without)) for case in everything), chunksize=4))
    judging_s = sum(r.seconds for r in results)
    print(
        f"{len(results)} tests in {time.monotonic() - started:.0f} s on {arguments.jobs} processes; "
        f"judging took {judging_s:.0f} s of CPU, {1000 * judging_s / max(len(results), 1):.1f} ms each"
    )
    for line in table(results):
        print(line)
    if arguments.faults:
        print("\n".join(by_fault(results)))
    if arguments.wrong:
        for line in _wrong(results):
            print(line)
    return 0


def _wrong(results: list[Result]) -> list[str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for r in results:
        if not r.is_right:
            where = r.case.outside or f"{r.case.fault}@{r.case.severity:g}"
            found[f"{r.case.kind} {where}"].append(f"{r.case.seed}:{r.verdict[:4]}:{r.named}:{r.mass:.2f}")
    return [f"{name} {' '.join(cases)}" for name, cases in sorted(found.items())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
