"""What does the judge say of a lock with two faults at once? Every pair, through the real engine: `python -m tests.pairs`.

A benchmark, not a test; its runs are cached beside those of the population. Each answer falls into one of these:

    both       both faults are named (in `compound`, or in one group)
    open       abstained: INCONCLUSIVE, nothing is claimed
    masked     one of the two is named, and the other cannot be seen by any evidence: but for noise this run reads, column by
               column, like that of the same lock with the named fault alone (tests/pairs_traces.py)
    inside     one of the two is named; the other left a trace, but every reading occurs among other locks with the named fault alone
    one        one of the two is named although a reading shows the other
    wrong      something else is named for certain
    blind      PASS
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.diagnosis import VerdictDocument
from bench.model.names import FAULTS, KINDS, Kind
from tests.pairs_traces import readings_of, trace_of_second, why
from tests.population_bounds import wilson
from tests.population_cases import CACHE, PROFILES, Case, observed, source_hash

SURE = 0.9
"""A single answer is called certain from this probability on."""
FAULTY = tuple(f for f in FAULTS if f != "bench_fault")
ANSWERS = ("both", "open", "masked", "inside", "one", "wrong", "blind")


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
    why: str = ""


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
    case = Case(kind=kind, fault="+".join(pair), severity=severity, seed=seed)
    document = judge_record(record_of("run", observed(case, folder)), load_profile(PROFILES[kind])).document
    said, sure, named = answer_of(document, pair)
    reason = ""
    if said == "one":
        alone = pair[0] if pair[0] in named else pair[1]
        single = readings_of(Case(kind=kind, fault=alone, severity=severity, seed=seed), folder)
        found = trace_of_second(kind, readings_of(case, folder), single, alone, folder)
        said, reason = ("one", "") if found == "seen" else (found, why(alone))
    return Answer(kind=kind, pair=pair, severity=severity, seed=seed, said=said, sure=sure, named=named, why=reason)


def reasons(answers: list[Answer]) -> Iterator[str]:
    """Yield why a second fault could not be seen, and how often."""
    unseen = [a for a in answers if a.said in ("masked", "inside")]
    yield f"cannot be seen by any evidence of one run: {len(unseen)} of {len(answers)}"
    for (said, why_not), count in Counter((a.said, a.why) for a in unseen).most_common():
        yield f"  {count:>4} {said:<7} {why_not}"


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
            + f" {wrong / len(part):>11.3f} {wilson(wrong, len(part))[1]:>6.3f} {one / len(part):>9.3f}"
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
    for line in (*table(answers), *reasons(answers)):
        print(line)
    for a in answers:
        if a.said in arguments.list:
            print(f"{a.said} {'sure' if a.sure else ''} {a.kind} {'+'.join(a.pair)}@{a.severity:g}:{a.seed} -> {' '.join(a.named)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
