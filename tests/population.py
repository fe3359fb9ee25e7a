"""How often is the verdict right? Many simulated locks through the real engine, judged, counted: `make population`.

A benchmark, not a test. Runs are kept under .cache/population by what made them (world, conditions, seed and a hash of
everything that a run depends on), so that a new classifier judges the same runs again in a minute.
"""

import argparse
import hashlib
import importlib
import math
import os
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

from bench.analysis.session import record_of
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.engine.run import run_procedure
from bench.model.codec import Decoder, encode
from bench.model.names import FAULTS, KINDS, Kind
from bench.model.observations import Observation, Run
from bench.model.record import RunRecord
from bench.ports.plant import Plant
from bench.procedure.plan import procedure_for
from bench.sim.plant import build_plant
from bench.sim.virtual import virtual_rig
from tests.ablation import ABLATIONS

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "population"
PROFILES: dict[Kind, str] = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One simulated lock under test."""

    kind: Kind
    fault: str | None
    severity: float
    seed: int
    world: str = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the verdict said of a case."""

    case: Case
    verdict: str
    named: str
    group: tuple[str, ...]
    healthy: float

    @property
    def is_right(self) -> bool:
        """Does the answer hold the injected fault? Abstaining is not being right."""
        if self.case.fault is None:
            return self.verdict == "PASS"
        if self.verdict == "ERROR":
            return self.case.fault == "bench_fault"
        return self.verdict == "FAIL" and self.case.fault in self.group


class Kept:
    """A sink that keeps lines in memory."""

    def __init__(self) -> None:
        self.lines: list[Observation] = []

    def __call__(self, line: Observation) -> None:
        self.lines.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


def cases(*, quick: bool, seeds: int, healthy: int, severities: Iterable[float], world: str = "home") -> Iterator[Case]:
    """Yield the population: every fault of both kinds at each severity and seed, and the healthy ones."""
    if quick:
        seeds, healthy = 3, 60
    for kind, fault, severity, seed in product(KINDS, FAULTS, severities, range(seeds)):
        yield Case(kind=kind, fault=fault, severity=severity, seed=1000 + seed, world=world)
    for kind, seed in product(KINDS, range(healthy)):
        yield Case(kind=kind, fault=None, severity=0.0, seed=5000 + seed, world=world)


def source_hash(world: str = "home") -> str:
    """Return a hash of everything that a run depends on: not of the analysis."""
    digest = hashlib.sha256()
    folders = [ROOT / "bench" / name for name in ("model", "ports", "procedure", "engine", "sim")]
    for folder in folders if world == "home" else [*folders, ROOT / "tests" / "plants"]:
        for path in sorted(folder.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def recorded(case: Case, folder: Path | None) -> RunRecord:
    """Return the record of a case; `folder`: the cache, or None."""
    return record_of("run", observed(case, folder) if folder is not None else lines_of(case))


def observed(case: Case, folder: Path) -> list[Observation]:
    """Return the run's lines, from the cache where it has them."""
    key = hashlib.sha256(repr(sorted(asdict(case).items())).encode()).hexdigest()[:20]
    path = folder / key
    if path.exists():
        lines = zlib.decompress(path.read_bytes()).splitlines(keepends=True)
        return list(Decoder(key).decode(lines))
    kept = lines_of(case)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(zlib.compress(b"".join(encode(line) for line in kept), 1))
    partial.replace(path)
    return kept


def lines_of(case: Case) -> list[Observation]:
    """Run a case through the real engine and return what was seen."""
    profile = load_profile(PROFILES[case.kind])
    plant = made(case)
    rig = virtual_rig(plant, name="sim", default_roles=frozenset(profile.roles), kind=case.kind)
    kept = Kept()
    header = Run(schema=1, profile=profile.id, rig="sim", scope="door", current_max_a=rig.current_max_a)
    run_procedure(procedure_for(profile, scope="door"), rig, header=header, profile=profile, sink=kept)
    return kept.lines


def made(case: Case) -> Plant:
    """Return the plant of a case: the built-in one, or one of the foreign worlds under tests/plants."""
    if case.world == "home":
        return build_plant(kind=case.kind, fault=case.fault, severity=case.severity, seed=case.seed)
    maker = importlib.import_module(f"tests.plants.world_{case.world}").make
    plant: Plant = maker(case.kind, case.fault, case.severity, case.seed)
    return plant


def judged(job: tuple[Case, Path, tuple[str, ...]]) -> Result:
    """Run, or read, take away what a poorer rig would not see, and judge one case."""
    case, folder, without = job
    lines = observed(case, folder)
    for name in without:
        lines = ABLATIONS[name](lines)
    document = judge_record(record_of("run", lines), load_profile(PROFILES[case.kind])).document
    best = document.diagnoses[0] if document.diagnoses else None
    probabilities = document.probabilities or {}
    named = best.fault if best else "healthy" if document.verdict == "PASS" else "bench_fault" if document.verdict == "ERROR" else "-"
    return Result(
        case=case, verdict=document.verdict, named=named if document.verdict != "INCONCLUSIVE" else f"({named})",
        group=best.group if best else (), healthy=probabilities.get("healthy", math.nan),
    )  # fmt: skip


def upper_bound(k: int, n: int) -> float:
    """Return the one-sided 95 % Clopper-Pearson upper bound of k in n, by bisection on the binomial tail."""
    if n == 0 or k >= n:
        return 1.0
    low, high = k / n, 1.0
    for _ in range(60):
        p = (low + high) / 2
        tail = sum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p))
                   for i in range(k + 1))  # fmt: skip
        low, high = (p, high) if tail > 0.05 else (low, p)
    return high


def table(results: list[Result]) -> Iterator[str]:
    """Yield the lines of the report."""
    faulty = [r for r in results if r.case.fault is not None]
    for kind in KINDS:
        healthy = [r for r in results if r.case.fault is None and r.case.kind == kind]
        accused = sum(r.verdict in ("FAIL", "ERROR") for r in healthy)
        passed = sum(r.verdict == "PASS" for r in healthy)
        if healthy:
            yield (
                f"{kind}: {len(healthy)} healthy: called faulty {accused} ({accused / len(healthy):.2%}, "
                f"95 % upper bound {upper_bound(accused, len(healthy)):.2%}), PASS {passed}, abstained {len(healthy) - accused - passed}"
            )
    yield f"{'kind':<10} {'severity':>8} {'cases':>6} {'right':>6} {'accuracy':>9} {'wrong <':>8} {'group':>6} {'abstained':>9} {'PASS':>5}"
    for kind, severity in sorted({(r.case.kind, r.case.severity) for r in faulty}):
        part = [r for r in faulty if (r.case.kind, r.case.severity) == (kind, severity)]
        right = sum(r.is_right for r in part)
        sizes = [len(r.group) for r in part if r.verdict == "FAIL"]
        wrong, abstained = len(part) - right, sum(r.verdict == "INCONCLUSIVE" for r in part)
        yield (
            f"{kind:<10} {severity:>8g} {len(part):>6} {right:>6} {right / len(part):>9.3f} {upper_bound(wrong, len(part)):>8.3f} "
            f"{sum(sizes) / max(len(sizes), 1):>6.2f} {abstained / len(part):>9.3f} {sum(r.verdict == 'PASS' for r in part):>5}"
        )
    yield "worst confusions (injected -> answer; brackets: abstained, best guess):"
    confused = Counter((r.case.kind, r.case.fault or "healthy", r.named) for r in results if not r.is_right)
    total_of = Counter((r.case.kind, r.case.fault or "healthy") for r in results)
    for (kind, fault, named), count in confused.most_common(16):
        yield f"  {kind:<10} {fault:<20} -> {named:<22} {count:>4} of {total_of[kind, fault]}"


def main(argv: list[str]) -> int:
    """Run the population and print its table."""
    parser = argparse.ArgumentParser(prog="make population", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a subset, under three minutes")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--healthy", type=int, default=500)
    parser.add_argument("--severities", type=float, nargs="+", default=[0.85, 1.0])
    parser.add_argument("--world", default="home", help="home, or a foreign world of tests/plants: b, c, d")
    parser.add_argument("--without", nargs="+", default=[], choices=sorted(ABLATIONS), help="judge as a poorer rig would have seen it")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--wrong", action="store_true", help="list every case that was not right")
    arguments = parser.parse_args(argv)
    folder = CACHE / source_hash(arguments.world)
    folder.mkdir(parents=True, exist_ok=True)
    everything = list(
        cases(
            quick=arguments.quick, seeds=arguments.seeds, healthy=arguments.healthy, severities=arguments.severities, world=arguments.world
        )
    )
    started = time.monotonic()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(judged, ((case, folder, tuple(arguments.without)) for case in everything), chunksize=8))
    print(f"{len(results)} tests in {time.monotonic() - started:.0f} s on {arguments.jobs} processes")
    for line in table(results):
        print(line)
    if arguments.wrong:
        by_fault: defaultdict[str, list[str]] = defaultdict(list)
        for r in results:
            if not r.is_right:
                by_fault[f"{r.case.kind} {r.case.fault}@{r.case.severity:g}"].append(f"{r.case.seed}:{r.verdict[:4]}:{r.named}")
        for name, found in sorted(by_fault.items()):
            print(name, " ".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
