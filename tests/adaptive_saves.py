"""How many actuations does an adaptive test save, and does its verdict differ from the whole test's? `python -m tests.adaptive_saves`.

A benchmark, not a test: each simulated lock is tested twice, whole and adaptively, with the same seed.
"""

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

from bench.analysis.session import Session
from bench.app.adaptive_answer import Firmness
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.engine.run import run_procedure
from bench.model.names import FAULTS, KINDS, Kind
from bench.model.observations import Run
from bench.procedure.adaptive import in_order, until_firm
from bench.procedure.plan import procedure_for
from bench.procedure.step import Step
from bench.sim.plant import build_plant
from bench.sim.virtual import virtual_rig
from tests.population_cases import PROFILES


@dataclass(frozen=True, slots=True)
class Both:
    """The verdicts and groups of the whole and of the adaptive test of one lock, and what was saved of how many actuations."""

    kind: Kind
    fault: str | None
    severity: float
    whole: tuple[str, frozenset[str]]
    adaptive: tuple[str, frozenset[str]]
    saved: int
    of: int

    @property
    def agrees(self) -> bool:
        """Same verdict, and where a fault is named the two groups share one."""
        return self.whole[0] == self.adaptive[0] and (not self.whole[1] or bool(self.whole[1] & self.adaptive[1]))

    @property
    def hurts(self) -> bool:
        """Did the adaptive test name something for certain that is not the fault, where the whole test did not?"""

        def wrong(said: tuple[str, frozenset[str]]) -> bool:
            return (said[0] == "PASS" and self.fault is not None) or (said[0] == "FAIL" and self.fault not in said[1])

        return wrong(self.adaptive) and not wrong(self.whole)


class _Seen:
    def __init__(self) -> None:
        self.session = Session("run")

    def __call__(self, line: object) -> None:
        self.session.feed(line)  # type: ignore[arg-type]

    def step_end(self) -> None:
        """Nothing to make durable."""


def tested(job: tuple[Kind, str | None, float, int]) -> Both:
    """Test one lock twice."""
    kind, fault, severity, seed = job
    profile = load_profile(PROFILES[kind])
    steps = in_order(procedure_for(profile, scope="door"), kind)
    firm = Firmness(profile, None)

    def said(*, adaptively: bool) -> tuple[tuple[str, frozenset[str]], int]:
        rig = virtual_rig(
            build_plant(kind=kind, fault=fault, severity=severity, seed=seed), name="sim", default_roles=frozenset(profile.roles), kind=kind
        )
        seen = _Seen()
        todo: Iterable[Step] = until_firm(steps, kind, lambda: firm(seen.session.record())) if adaptively else steps
        plan = tuple(s.key for s in steps)
        header = Run(schema=1, profile=profile.id, rig="sim", scope="door", current_max_a=rig.current_max_a, plan=plan)
        run_procedure(todo, rig, header=header, profile=profile, sink=seen)
        d = judge_record(seen.session.record(), profile).document
        group = frozenset(d.diagnoses[0].group) if d.diagnoses and d.verdict == "FAIL" else frozenset()
        return (d.verdict, group), d.undone.actuations_saved if d.undone else 0

    adaptive, saved = said(adaptively=True)
    return Both(kind, fault, severity, said(adaptively=False)[0], adaptive, saved, sum(s.drive is not None for s in steps))


def main(argv: list[str]) -> int:
    """Test the population twice and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.adaptive_saves", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--severities", type=float, nargs="+", default=[0.6, 0.85, 1.0])
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args(argv)
    jobs = [(k, f, s, 300 + n) for k, f, s, n in product(KINDS, FAULTS, arguments.severities, range(arguments.seeds))]
    jobs += [(k, None, 0.0, 600 + n) for k, n in product(KINDS, range(10 * arguments.seeds))]  # type: ignore[misc]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(tested, jobs, chunksize=4))
    print(f"{'kind':<10} {'severity':>8} {'locks':>6} {'stopped early':>14} {'actuations saved':>17} {'agree':>6} {'harmed':>7}")
    for kind, severity in sorted({(b.kind, b.severity) for b in found}):
        part = [b for b in found if (b.kind, b.severity) == (kind, severity)]
        early, saved, of = sum(b.saved > 0 for b in part), sum(b.saved for b in part), sum(b.of for b in part)
        agree, harmed = sum(b.agrees for b in part) / len(part), sum(b.hurts for b in part)
        print(f"{kind:<10} {severity:>8g} {len(part):>6} {early:>14} {f'{saved} of {of}':>17} {agree:>6.3f} {harmed:>7}")
    for b in found:
        if not b.agrees:
            print(f"  {b.kind} {b.fault}@{b.severity:g}: {b.whole[0]} {sorted(b.whole[1])} -> {b.adaptive[0]} {sorted(b.adaptive[1])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
