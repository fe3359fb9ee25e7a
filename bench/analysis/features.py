"""Everything that a run says, as features by name. Each is absent where it was not seen; nothing here knows a fault."""

from bench.analysis.evidence import Feature
from bench.analysis.features_body import body_features
from bench.analysis.features_drive import drive_features
from bench.analysis.features_latch import latch_features
from bench.analysis.manual import manual_features
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.trace import Trace
from bench.model.family import Family
from bench.model.profile import Profile
from bench.model.record import RunRecord

Features = dict[str, Feature]


def features_of(record: RunRecord, trace: Trace, occasions: list[Occasion], profile: Profile, families: tuple[Family, ...]) -> Features:
    """Return the features of a run by name."""
    found = [
        *drive_features(record, trace, occasions, profile),
        *latch_features(record, trace, occasions, profile),
        *body_features(record, trace, profile, families),
        *manual_features(record),
    ]
    return {feature.name: feature for feature in found}
