"""What does the judge say of a lock with two faults at once? Every pair, through the real engine: `python -m tests.pairs`.

A benchmark, not a test; its runs are cached beside those of the population. Each answer falls into one of these:

    both       both faults are named (in `compound`, or in one group)
    open       abstained: INCONCLUSIVE, nothing is claimed
    masked     one of the two is named for certain, and the other left no trace: but for noise this run reads, column by
               column, like that of the same lock with the named fault alone (TRACE says how near)
    one        one of the two is named for certain although the other could have shown
    wrong      something else is named for certain
    blind      PASS
"""

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench.analysis.evidence import Value
from bench.analysis.healthy import healthy_spreads
from bench.analysis.judge import Judgement
from bench.analysis.likelihood import Spread
from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.names import FAULTS, KINDS, Kind
from bench.model.profile import Profile
from tests.population_cases import CACHE, PROFILES, Case, observed, source_hash
from tests.population_tables import bound

SURE = 0.9
"""A single answer is called certain from this probability on."""
TRACE = 2.0
"""A number that moved by more than this many widths of a good lock's spread is a trace; a word that changed is one."""
FAULTY = tuple(f for f in FAULTS if f != "bench_fault")
ANSWERS = ("both", "open", "masked", "one", "wrong", "blind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was said of a pair. `sure`: with more than SURE on one fault or group."""

    kind: Kind
    pair: tuple[str, str]
    severity: float
    seed: int
    said: str
    sure: bool
    named: tuple[str, ...]


def left_a_trace(with_both: Judgement, with_one: Judgement, profile: Profile) -> bool:
    """Does anything but the weather read otherwise with both faults than with the named one alone?"""
    both, one = ({n: v for n, v in j.readings.items() if n != "cold"} for j in (with_both, with_one))
    if both.keys() != one.keys():
        return True
    spreads = healthy_spreads(profile, None)
    return any(_differs(both[name], one[name], spreads.get(name)) for name in both)


def _differs(a: Value, b: Value, spread: Spread | None) -> bool:
    if isinstance(a, str) or isinstance(b, str) or spread is None:
        return a != b
    apart = abs(math.log(max(a, 1e-3) / max(b, 1e-3))) if spread.scale == "log" else abs(a - b)
    return apart > TRACE * spread.width


def answer_of(document: VerdictDocument, pair: tuple[str, str]) -> tuple[str, bool, tuple[str, ...]]:
    """Sort a verdict on a pair into one of ANSWERS; `one` stands for `masked` too."""
    if document.verdict == "PASS":
        return "blind", True, ("healthy",)
    compound = document.compound
    named = document.diagnoses[0].group if document.diagnoses else ()
    mass = sum((document.probabilities or {}).get(f, 0.0) for f in named)
    if compound is not None and compound.probability > 0.5:
        groups = [part.group for part in compound.parts]
        found = tuple(f for group in groups for f in group)
        if any(pair[0] in a and pair[1] in b for a, b in (groups, groups[::-1])):
            return "both", False, found
        return "open", False, found
    if document.verdict == "INCONCLUSIVE":
        return "open", False, named
    if set(pair) <= set(named):
        return "both", mass > SURE, named
    return ("one" if set(pair) & set(named) else "wrong"), mass > SURE, named


def judged(job: tuple[Kind, tuple[str, str], float, int, Path]) -> Answer:
    """Run, or read, and judge one pair."""
    kind, pair, severity, seed, folder = job
    profile = load_profile(PROFILES[kind])

    def seen(*faults: str) -> Judgement:
        case = Case(kind=kind, fault="+".join(faults), severity=severity, seed=seed)
        return judge_record(record_of("run", observed(case, folder)), profile)

    judgement = seen(*pair)
    said, sure, named = answer_of(judgement.document, pair)
    if said == "one":
        alone = pair[0] if pair[0] in named else pair[1]
        said = "one" if left_a_trace(judgement, seen(alone), profile) else "masked"
    return Answer(kind=kind, pair=pair, severity=severity, seed=seed, said=said, sure=sure, named=named)


def table(answers: list[Answer]) -> Iterator[str]:
    """Yield the lines of the report."""
    heads = " ".join(f"{a:>7}" for a in ANSWERS)
    yield f"{'kind':<10} {'severity':>8} {'pairs':>6} {heads} {'sure wrong':>11} {'<':>6} {'sure one':>9}"
    for kind, severity in sorted({(a.kind, a.severity) for a in answers}):
        part = [a for a in answers if (a.kind, a.severity) == (kind, severity)]
        count = Counter(a.said for a in part)
        wrong = sum(a.sure for a in part if a.said == "wrong")
        one = sum(a.sure for a in part if a.said == "one")
        yield (
            f"{kind:<10} {severity:>8g} {len(part):>6} "
            + " ".join(f"{count[a] / len(part):>7.3f}" for a in ANSWERS)
            + f" {wrong / len(part):>11.3f} {bound(wrong, len(part)):>6.3f} {one / len(part):>9.3f}"
        )


def main(argv: list[str]) -> int:
    """Judge every pair and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.pairs", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--severities", type=float, nargs="+", default=[0.85])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="take each n-th pair only")
    parser.add_argument("--list", nargs="*", default=[], choices=ANSWERS, help="list every pair that was answered like this")
    arguments = parser.parse_args(argv)
    folder = CACHE / source_hash()
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (kind, pair, severity, 9000 + seed, folder)
        for kind in KINDS
        for pair in list(combinations(FAULTY, 2))[:: arguments.every]
        for severity in arguments.severities
        for seed in range(arguments.seeds)
    ]
    started = time.monotonic()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        answers = list(pool.map(judged, jobs, chunksize=4))
    print(f"{len(answers)} locks with two faults in {time.monotonic() - started:.0f} s on {arguments.jobs} processes")
    for line in table(answers):
        print(line)
    for a in answers:
        if a.said in arguments.list:
            print(f"{a.said} {'sure' if a.sure else ''} {a.kind} {'+'.join(a.pair)}@{a.severity:g}:{a.seed} -> {' '.join(a.named)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
