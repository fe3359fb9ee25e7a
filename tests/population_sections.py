"""The rest of the report: who is right under which conditions, with which signals, in which world, and what it cost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from bench.model.names import KINDS
from tests.population_bounds import percent_text, share_text
from tests.population_results import Result
from tests.population_tables import GRAVE, MEDIUM, calibration_error, sure_text

Part = Callable[[Result], bool]
CONDITIONS: dict[str, Part] = {
    "scope door": lambda r: r.case.scope == "door",
    "scope lock": lambda r: r.case.scope == "lock",
    **{f"sensor {name}": lambda r, name=name: r.case.monitor == name for name in ("ina226", "ina260", "leg_shunt", "slow", "ina219")},  # type: ignore[misc]
    "with answers": lambda r: "answers" not in r.case.without,
    "without answers": lambda r: "answers" in r.case.without,
    "with CAN": lambda r: "can" not in r.case.without and r.case.scope == "door",
    "without CAN": lambda r: "can" in r.case.without or r.case.scope == "lock",
    "below 0 degrees C": lambda r: (r.case.ambient_c or 0.0) < 0,
    "above 30 degrees C": lambda r: (r.case.ambient_c or 0.0) > 30,
    "supply below 11.5 V": lambda r: (r.case.supply_v or 12.6) < 11.5,
    "supply above 13.5 V": lambda r: (r.case.supply_v or 12.6) > 13.5,
}
HEAD = (
    f"{'':<28} {'faults >= 0.6: right':>28} {'>= 0.85: right':>22} {'abstained':>9} {'wrong':>6} {'PASS':>5}   healthy called faulty; PASS"
)


def conditions(home: Sequence[Result]) -> Iterator[str]:
    """Yield one row for each condition of the home world."""
    yield "by condition (home world)"
    yield HEAD
    for name, holds in CONDITIONS.items():
        yield _row(name, [r for r in home if holds(r)])


def ablations(whole: Sequence[Result], poorer: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Yield one row for what each missing signal costs; the same stored runs, judged again without it."""
    yield "the same runs judged without a signal"
    yield HEAD
    yield _row("everything", whole)
    for name, results in poorer.items():
        yield _row(f"without {name}", results)


def worlds(home: Sequence[Result], foreign: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Yield one row for each foreign world beside home, then the drop by severity."""
    yield "worlds whose structure differs from the one that the likelihoods were reasoned from (tests/plants)"
    yield HEAD
    everywhere = {"home": home, **foreign}
    for name, results in everywhere.items():
        yield _row(name, results)
    together = [r for results in foreign.values() for r in results]
    yield _row("all foreign", together)
    yield (
        f"{'right, by severity':<20}"
        + "".join(f"{s:>9g}" for s in _severities(together))
        + f"{'drop at >= 0.6':>16}   calibration error; claims above 0.9"
    )
    met = set(_severities(together))
    base = _right([r for r in home if r.case.severity in met], MEDIUM)
    for name, results in {**everywhere, "all foreign": together}.items():
        row = "".join(f"{_right(results, s, s):>9.3f}" for s in _severities(together))
        known = [r for r in results if not r.untestable]
        yield f"{name:<20}{row}{base - _right(results, MEDIUM):>16.3f}   {calibration_error(known):.4f}; {sure_text(known)}"


def car(results: Sequence[Result]) -> Iterator[str]:
    """Yield what a listener in a car makes of a door that is shut and opened twice by hand: its frames alone, no lock driven."""
    yield "scope car: findings in the frames of a door opened and shut by hand"
    for kind in KINDS:
        healthy = [r for r in results if r.case.kind == kind and r.case.fault is None]
        yield f"  {kind:<10} healthy accused {percent_text(sum(r.verdict == 'FAIL' for r in healthy), len(healthy))}"
        faulty = [r for r in results if r.case.kind == kind and r.case.fault]
        right, wrong = sum(r.is_right for r in faulty), sum(r.verdict == "FAIL" and not r.is_right for r in faulty)
        nothing = len(faulty) - right - wrong
        yield f"  {kind:<10} faults named {share_text(right, len(faulty))}, others named {wrong}, nothing found {nothing}"
        by_name = {f: [r for r in faulty if r.case.fault == f] for f in sorted({r.case.fault or "" for r in faulty})}
        yield "    " + ", ".join(f"{f} {sum(r.is_right for r in part)}/{len(part)}" for f, part in by_name.items())


def timings(results: Sequence[Result], wall_s: float, jobs: int, fresh: int) -> Iterator[str]:
    """Yield what it cost: CPU time of the runs and of judging, whenever that was, and the wall time of this call."""
    home = [r for r in results if r.case.world == "home" and not r.without and r.case.scope != "car"]
    run_s, home_s, judging_s = (
        fmean(times or [0.0])
        for times in (
            [r.run_seconds for r in results if r.run_seconds], [r.run_seconds for r in home if r.run_seconds],
            [r.seconds for r in home if not r.run_seconds] or [r.seconds for r in home],
        )
    )  # fmt: skip
    yield (
        f"CPU time: a run {1000 * run_s:.0f} ms (at home {1000 * home_s:.0f} ms), reading and judging it {1000 * judging_s:.1f} ms; "
        f"on {jobs} cores 5,000 stored runs are judged in {5000 * judging_s / jobs:.0f} s, 5,000 tests run and judged in "
        f"{5000 * (home_s + judging_s) / jobs / 60:.1f} min"
    )
    whole_s = sum(r.run_seconds + r.seconds for r in results)
    yield f"the whole of this report: {whole_s:.0f} s of CPU, {whole_s / jobs:.0f} s on {jobs} cores that do nothing else"
    yield f"this call: {fresh} of {len(results)} answers made now, in {wall_s:.0f} s on {jobs} processes; the others were kept"


def _row(name: str, results: Sequence[Result]) -> str:
    faulty = [r for r in results if r.case.fault and not r.case.outside and not r.untestable and r.case.severity >= MEDIUM]
    grave = [r for r in faulty if r.case.severity >= GRAVE]
    healthy = [r for r in results if r.case.fault is None and not r.case.outside]
    right = sum(r.is_right for r in faulty)
    abstained, passed = (sum(r.verdict == word for r in faulty) for word in ("INCONCLUSIVE", "PASS"))
    accused, good = sum(r.verdict in ("FAIL", "ERROR") for r in healthy), sum(r.verdict == "PASS" for r in healthy)
    severe = share_text(sum(r.is_right for r in grave), len(grave))
    return (
        f"{name:<28} {len(faulty):>5} {share_text(right, len(faulty)):>22} {severe:>22} {abstained / max(len(faulty), 1):>9.3f} "
        f"{len(faulty) - right - abstained - passed:>6} {passed:>5}   {accused} of {len(healthy)}; {good}"
    )


def _right(results: Sequence[Result], low: float, high: float = 1.0) -> float:
    part = [r for r in results if r.case.fault and not r.case.outside and not r.untestable and low <= r.case.severity <= high]
    return sum(r.is_right for r in part) / max(len(part), 1)


def _severities(results: Sequence[Result]) -> list[float]:
    return sorted({r.case.severity for r in results if r.case.fault})
