"""What a report on paper is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model.diagnosis import Envelope, VerdictDocument
from bench.model.language import ENGLISH, Language
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.model.workshop import Workshop
from bench.report.series import DoorState


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All that a report is made of."""

    document: VerdictDocument
    record: RunRecord
    envelopes: Sequence[Envelope]
    profile: Profile
    reference: RunRecord | None = None
    door: Sequence[DoorState] = ()
    language: Language = ENGLISH
    workshop: Workshop | None = None
