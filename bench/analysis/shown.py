"""What a run shows: its signals, its strokes, and what they say in the words and numbers that the dictionary has columns for."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.evidence import Value
from bench.analysis.features import Features, features_of
from bench.analysis.gaps import gaps_of, without_doubt
from bench.analysis.margin import Margin, margin_of, without_margin
from bench.analysis.readings import readings_of
from bench.analysis.strokes_of_run import Occasion, occasions
from bench.analysis.testable import AJAR_COLUMNS, not_tested
from bench.analysis.trace import Trace, trace_of
from bench.model.family import Family
from bench.model.observations import Gap
from bench.model.profile import Profile
from bench.model.record import RunRecord


@dataclass(frozen=True, slots=True)
class Shown:
    """A run as it is judged: `record` is the run without its voltage margin, `whole` is all of it; `untested`: what it cannot show."""

    whole: RunRecord
    record: RunRecord
    margin: Margin | None
    trace: Trace
    strokes: list[Occasion]
    features: Features
    readings: Mapping[str, Value]
    gaps: tuple[Gap, ...]
    untested: frozenset[str]

    @property
    def ambient_c(self) -> float | None:
        """Return the temperature, degrees C; None without a thermometer."""
        ambient = self.features.get("ambient_c")
        return float(ambient.value) if ambient is not None else None


def shown_by(whole: RunRecord, profile: Profile, families: tuple[Family, ...]) -> Shown:
    """Return what a run shows."""
    margin, record = margin_of(whole, profile), without_margin(whole)
    trace = trace_of(record)
    strokes = occasions(record, trace, profile)
    features = features_of(record, trace, strokes, profile, families)
    if margin is not None and margin.feature is not None:
        features[margin.feature.name] = margin.feature
    readings = readings_of(features, stalls_out_of_range=clips_at_stall(record, profile))
    untested = not_tested(record, readings, profile)
    gaps = gaps_of(record)
    readings = without_doubt(readings, gaps)
    if "switch_stuck_open" in untested:
        readings = {name: value for name, value in readings.items() if name not in AJAR_COLUMNS}
    return Shown(whole, record, margin, trace, strokes, features, readings, gaps, untested)


def clips_at_stall(record: RunRecord, profile: Profile) -> bool:
    """Return whether the rig's monitor ends below the stall current that a good lock may have."""
    plateau = profile.limits.get("plateau_a")
    return plateau is not None and record.header.current_max_a < plateau.high
