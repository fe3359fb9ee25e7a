"""The population: which locks, in which weather, on which supply, behind which rig; and their runs, kept on disk."""

import hashlib
import importlib
import os
import random
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Final

import msgspec

from bench.analysis.session import record_of
from bench.analysis.testable import NOT_WITH_LOCK, SEEN_IN_CAR
from bench.config import load_profile
from bench.engine.run import run_procedure
from bench.model.codec import Decoder, encode
from bench.model.names import FAULTS, KINDS, Kind, Scope
from bench.model.observations import Bus, Can, End, Observation, Run
from bench.model.record import RunRecord
from bench.ports.plant import Plant
from bench.procedure.plan import procedure_for
from bench.sim.plant import build_plant
from bench.sim.virtual import virtual_rig
from tests.ablation import ABLATIONS
from tests.plants.other_rigs import OtherMonitor
from tests.population_source import PROFILES, ROOT, source_hash

__all__ = ["CACHE", "OUTSIDE", "PROFILES", "Case", "cases", "changed", "in_car", "lines_of", "made", "observed", "recorded", "source_hash"]

CACHE: Final = ROOT / ".cache" / "population"
OUTSIDE: Final = ("relay_dead", "gain_wrong", "can_silent", "other_make")
"""Situations that are no fault of a lock: a dead relay, a monitor of the wrong gain, a bus that sleeps, a lock of another make."""
WRONG_GAINS: Final = (0.1, 0.25, 0.4, 2.5, 4.0)
"""A shunt of R100 taken for R010 reads ten times too much or a tenth; a board's jumper gives the factors between (E)."""
MONITORS: Final = {"ina226": 0.62, "ina260": 0.12, "leg_shunt": 0.1, "slow": 0.08, "ina219": 0.08}
"""Share of each current monitor: the reference rig's, an INA260, one in the motor's leg, one read each 5 ms, one that clips at 3.2 A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One simulated lock under test. `outside`: a situation of OUTSIDE, or empty. `without`: what the rig lacks."""

    kind: Kind
    fault: str | None
    severity: float
    seed: int
    world: str = "home"
    outside: str = ""
    scope: Scope = "door"
    ambient_c: float | None = None
    supply_v: float | None = None
    monitor: str = "ina226"
    without: tuple[str, ...] = ()
    pulse_ms: int | None = None


def _placed(case: Case) -> Case:
    """Return a case with its weather, supply and rig, drawn from what it is."""
    rng = random.Random(f"{case.kind}/{case.fault}/{case.severity}/{case.seed}/{case.outside}")
    frozen, flat = case.fault == "frozen", case.fault == "supply_low"
    monitor = rng.choices(tuple(MONITORS), tuple(MONITORS.values()))[0]
    without = tuple(name for name, share in (("answers", 0.2), ("can", 0.2)) if rng.random() < share)
    on_bench = case.fault not in NOT_WITH_LOCK and rng.random() < 0.25
    return changed(
        case,
        ambient_c=round(rng.uniform(-25.0, -2.0) if frozen else rng.uniform(-25.0, 55.0), 1),
        supply_v=round(rng.uniform(12.2, 13.2) if flat else rng.uniform(10.5, 14.5), 2),
        monitor="ina226" if case.outside else monitor,
        without=("can",) if case.outside == "can_silent" else () if case.outside else without,
        scope="lock" if on_bench and not case.outside else "door",
    )


def changed(case: Case, **changes: object) -> Case:
    """Return the case with some fields changed."""
    return Case(**{**asdict(case), **changes})


def cases(*, seeds: int, healthy: int, severities: Iterable[float], first: int, world: str, outside: int) -> Iterator[Case]:
    """Yield the population: every fault of both kinds at each severity and seed, the healthy ones, and what is no lock's fault.

    A foreign world draws unit, weather and supply from the seed alone: there each fault has seeds of its own, or three draws would stand
    for all of them.
    """
    home = world == "home"
    pulse_ms = None if home else getattr(importlib.import_module(f"tests.plants.world_{world}"), "PULSE_MS", None)
    for kind, fault, severity, seed in product(KINDS, FAULTS, severities, range(seeds)):
        own = 0 if home else seeds * FAULTS.index(fault)
        case = Case(kind=kind, fault=fault, severity=severity, seed=first + own + seed, world=world, pulse_ms=pulse_ms)
        yield _placed(case) if home else case
    for kind, seed in product(KINDS, range(healthy)):
        case = Case(kind=kind, fault=None, severity=0.0, seed=first + 5000 + seed, world=world, pulse_ms=pulse_ms)
        yield _placed(case) if home else case
    for kind, situation, seed in product(KINDS, OUTSIDE, range(outside if home else 0)):
        broken = {"relay_dead": "bench_fault", "can_silent": "bcm_stuck"}.get(situation)
        severity = 0.0 if broken is None else 0.9
        yield _placed(Case(kind=kind, fault=broken, severity=severity, seed=first + 8000 + seed, outside=situation))


def in_car(*, seeds: int, healthy: int, first: int) -> Iterator[Case]:
    """Yield what a listener in a car meets: good locks, and every fault that moves the door bit."""
    for kind, fault, severity, seed in product(KINDS, sorted(SEEN_IN_CAR), (0.6, 0.85), range(seeds)):
        yield Case(kind=kind, fault=fault, severity=severity, seed=first + 9000 + seed, scope="car")
    for kind, seed in product(KINDS, range(healthy)):
        yield Case(kind=kind, fault=None, severity=0.0, seed=first + 9500 + seed, scope="car")


def recorded(case: Case, folder: Path | None) -> RunRecord:
    """Return the record of a case; `folder`: the cache, or None."""
    return record_of("run", observed(case, folder) if folder is not None else lines_of(case))


def key_of(case: Case) -> str:
    """Return the name of a case's run in the cache."""
    return hashlib.sha256(repr(sorted(asdict(case).items())).encode()).hexdigest()[:20]


def observed(case: Case, folder: Path) -> list[Observation]:
    """Return the run's lines, from the cache where it has them."""
    key = key_of(case)
    path = folder / key
    if path.exists():
        lines = zlib.decompress(path.read_bytes()).splitlines(keepends=True)
        return list(Decoder(key).decode(lines))
    kept = lines_of(case)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(zlib.compress(b"".join(encode(line) for line in kept), 6))
    partial.replace(path)
    return kept


class Kept:
    """A sink that keeps lines in memory."""

    def __init__(self) -> None:
        self.lines: list[Observation] = []

    def __call__(self, line: Observation) -> None:
        self.lines.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


def lines_of(case: Case) -> list[Observation]:
    """Run a case through the real engine and return what its rig saw."""
    profile = load_profile(PROFILES[case.kind])
    if case.pulse_ms is not None:
        profile = msgspec.structs.replace(profile, drive=msgspec.structs.replace(profile.drive, pulse_ms=case.pulse_ms))
    rig = virtual_rig(made(case), name="sim", default_roles=frozenset(profile.roles), kind=case.kind)
    kept = Kept()
    header = Run(schema=1, profile=profile.id, rig="sim", scope=case.scope, current_max_a=rig.current_max_a)
    if case.scope == "car":
        # Hands only, and frames only: a listener in a car switches nothing and reads no line.
        by_hand = tuple(step for step in procedure_for(profile, scope="door") if step.drive is None)
        run_procedure(by_hand, rig, header=header, profile=profile, sink=kept, watch_only=True)
        return [line for line in kept.lines if isinstance(line, Run | Can | Bus | End)]
    run_procedure(procedure_for(profile, scope=case.scope), rig, header=header, profile=profile, sink=kept)
    lines = kept.lines
    poorer = {"leg_shunt": ("signed",), "slow": ("slow",)}.get(case.monitor, ())
    for name in (*case.without, *poorer):
        lines = ABLATIONS[name](lines)
    return lines


def made(case: Case) -> Plant:
    """Return the plant of a case: the built-in one, or one of the foreign worlds under tests/plants."""
    plant = _lock(case)
    if case.outside == "gain_wrong":
        return OtherMonitor(plant, gain=random.Random(case.seed).choice(WRONG_GAINS))
    if case.monitor == "ina260":
        return OtherMonitor(plant, max_a=15.0, every_s=0.0022)
    if case.monitor == "ina219":
        return OtherMonitor(plant, max_a=3.2, step_a=0.001, every_s=0.0012)
    return plant


def _lock(case: Case) -> Plant:
    world = "alien" if case.outside == "other_make" else case.world
    if world == "home":
        return build_plant(
            kind=case.kind, fault=case.fault, severity=case.severity, seed=case.seed, scope=case.scope,
            ambient_c=25.0 if case.ambient_c is None else case.ambient_c, supply_v=12.6 if case.supply_v is None else case.supply_v,
        )  # fmt: skip
    maker = importlib.import_module(f"tests.plants.world_{world}").make
    plant: Plant = maker(case.kind, case.fault, case.severity, case.seed, ambient_c=case.ambient_c, supply_v=case.supply_v)
    return plant
