"""`lockbench learn`: runs of known-good locks become the windows of their part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bench.analysis.part_windows import STALL, Outlier, UnitReadings, learnt_windows, outliers, shown_by_too_few
from bench.analysis.reference import TOLERANCE, nominal_readings
from bench.app.judging import judge_record, load_run
from bench.config import load_families, load_profile
from bench.config.profile_writer import profile_toml
from bench.errors import PortError, UsageError
from bench.model.profile import Profile
from bench.model.record import RunRecord

FEW: Final = 5
"""Below this many units the windows are still mostly estimate, and it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The profile with the new windows, the old one, the units it comes from, who does not fit, and what each run is judged now."""

    profile: Profile
    before: Profile
    units: tuple[UnitReadings, ...]
    outliers: tuple[Outlier, ...]
    verdicts: tuple[tuple[str, str], ...]
    learnt_on: str


def learn(runs: Sequence[Path], *, profile: str | None, labels: Sequence[str], left_out: Sequence[str], new_id: str | None) -> Learnt:
    """Read the runs and lay the windows. `labels`: RUN=LABEL; `left_out`: labels of units that are not to count.

    Raises UsageError for runs of different kinds, aborted runs, unknown labels, or where nothing was measured.
    """
    loaded = [(path, *load_run(path)) for path in runs]
    base = load_profile(profile) if profile is not None else loaded[0][2]
    for path, record, own in loaded:
        _check(path, record, own, base, chosen=profile is not None)
    named = _labels(labels, [path for path, _, _ in loaded])
    units = _units([(named.get(path) or _label_of(record), record) for path, record, _ in loaded], base)
    known = [unit.label for unit in units]
    if unknown := [label for label in left_out if label not in known]:
        raise UsageError(f"--leave-out {unknown[0]}: no such unit; units are {', '.join(known)}")
    kept = tuple(unit for unit in units if unit.label not in left_out)
    if not any(unit.values for unit in kept):
        raise UsageError("nothing was measured in these runs that a window could be learnt from")
    learnt_on = max((record.header.utc or "")[:10] for _, record, _ in loaded) or "an unknown day"
    made = learnt_windows(base, kept, learnt_on)
    made = msgspec.structs.replace(made, id=new_id or f"{base.id.removesuffix('-learnt')}-learnt")
    kept_runs = {run for unit in kept for run in unit.runs}
    verdicts = tuple((r.run_id, judge_record(r, made).document.verdict) for _, r, _ in loaded if r.run_id in kept_runs)
    return Learnt(profile=made, before=base, units=kept, outliers=outliers(base, kept), verdicts=verdicts, learnt_on=learnt_on)


def write_profile(learnt: Learnt, path: Path) -> None:
    """Write the profile file; raise UsageError where there is one already, PortError where the disk refuses."""
    heading = (
        f"Learnt by lockbench from {len(learnt.units)} known-good units of {learnt.before.id}, newest run of {learnt.learnt_on}.",
        *(f"unit {unit.label}: {', '.join(unit.runs)}" for unit in learnt.units),
    )
    if path.exists():
        raise UsageError(f"-o {path}: there is such a file already, it is not overwritten")
    try:
        path.write_text(profile_toml(learnt.profile, [" ".join(line.split()) for line in heading]), encoding="utf-8")
    except OSError as exc:
        raise PortError(f"cannot write {path}: {exc.strerror or exc}") from exc


def learnt_text(learnt: Learnt, path: Path) -> str:
    """Return what was learnt, for people: units, windows before and after, who does not fit, how the runs are judged now."""
    lines = [f"{len(learnt.units)} units, {len(learnt.verdicts)} runs: {', '.join(unit.label for unit in learnt.units)}", ""]
    lines.append(f"{'window':<18}{'unit':<8}{'before':>18}{'learnt':>18}")
    for name, limit in learnt.profile.limits.items():
        old = learnt.before.limits[name]
        if limit != old:
            lines.append(f"{name:<18}{limit.unit:<8}{f'{old.low:.3g} .. {old.high:.3g}':>18}{f'{limit.low:.3g} .. {limit.high:.3g}':>18}")
    if len(learnt.units) < FEW:
        lines += ["", f"Fewer than {FEW} units: the windows are still mostly estimate, and wide. Add runs of more good locks."]
    for name, n in shown_by_too_few(learnt.before, learnt.units).items():
        lines.append(f"NOT LEARNT {name}: only {n} of {len(learnt.units)} units show it; where a monitor clips, those are no fair sample")
    for o in learnt.outliers:
        lines.append(f"OUTLIER unit {o.label}: {o.name} {o.value:.3g}, the others say {o.low:.3g} .. {o.high:.3g} (--leave-out {o.label})")
    for run, verdict in learnt.verdicts:
        if verdict != "PASS":
            lines.append(f"NOTE run {run} is {verdict} by the learnt windows: is this a good lock?")
    passed = sum(verdict == "PASS" for _, verdict in learnt.verdicts)
    return "\n".join([*lines, "", f"{passed} of {len(learnt.verdicts)} runs PASS by the learnt windows. Written: {path}", ""])


def learnt_json(learnt: Learnt, path: Path) -> bytes:
    """Return the same as one JSON document (schema lockbench.learn/1); `too_few`: numbers not learnt, and how many units show them."""
    changed = {name: limit for name, limit in learnt.profile.limits.items() if limit != learnt.before.limits[name]}
    return msgspec.json.encode({
        "schema": "lockbench.learn/1", "profile": learnt.profile.id, "path": str(path), "units": learnt.units, "limits": changed,
        "outliers": learnt.outliers, "verdicts": dict(learnt.verdicts), "too_few": shown_by_too_few(learnt.before, learnt.units),
    })  # fmt: skip


def _check(path: Path, record: RunRecord, own: Profile, base: Profile, *, chosen: bool) -> None:
    if own.kind != base.kind:
        raise UsageError(f"{path}: a run of a {own.kind}, but the profile is of a {base.kind}")
    if own.id != base.id and not chosen:
        raise UsageError(f"{path}: a run of {own.id}, the first one is of {base.id}; say with --profile which part is learnt")
    if record.stop is not None or not record.is_complete:
        raise UsageError(f"{path}: this run was cut short; only whole runs of good locks are learnt from")


def _labels(given: Sequence[str], paths: Sequence[Path]) -> Mapping[Path, str]:
    found = {}
    for text in given:
        run, equals, label = text.rpartition("=")
        path = Path(run)
        if not equals or not label.strip():
            raise UsageError(f"--unit {text!r}: write RUN=LABEL")
        if path not in paths:
            raise UsageError(f"--unit {text!r}: {run} is none of the runs")
        found[path] = label.strip()
    return found


def _label_of(record: RunRecord) -> str:
    """Return what a run says of its lock: VIN and job together, else the run itself: a unit of its own."""
    header = record.header
    return "/".join(part for part in (header.vin, header.job) if part) or record.run_id


def _units(labelled: Sequence[tuple[str, RunRecord]], profile: Profile) -> tuple[UnitReadings, ...]:
    """Join the runs of one unit: it counts once, by the middle of its runs."""
    families = load_families(profile)
    grouped: dict[str, list[RunRecord]] = {}
    for label, record in labelled:
        grouped.setdefault(label, []).append(record)
    units = []
    for label, records in grouped.items():
        read = [nominal_readings(record, profile, families) for record in records]
        names = [name for name in TOLERANCE if name not in STALL and any(name in r for r in read)]
        values = {name: median(r[name] for r in read if r.get(name, 0.0) > 0) for name in names if any(r.get(name, 0.0) > 0 for r in read)}
        units.append(UnitReadings(label=label, runs=tuple(r.run_id for r in records), values=values))
    return tuple(units)
