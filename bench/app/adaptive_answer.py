"""Is the answer firm already? An adaptive test asks after each step; the same judge answers that judges the whole run."""

from typing import Final

import msgspec

from bench.analysis.judge import judge
from bench.config import load_families
from bench.model.diagnosis import VerdictDocument
from bench.model.names import Kind
from bench.model.observations import End, time_of
from bench.model.profile import Profile
from bench.model.record import RunRecord

SURE: Final = 0.95
"""A group must hold this much before the rest is left out: more than the rule's 0.7, for what is left out might have spoken against it."""
QUIET: Final = 0.02
"""And two faults at once, or a broken bench, at most this much."""


RETURNING: Final = frozenset(("cable_stretched", "motor_weak", "motor_short", "gear_stiff", "frozen", "spring_weak"))
"""What a tailgate's first release cannot tell from a return spring that has gone weak: its lever then starts the next one part-way."""


class Firmness:
    """Asked after a step: would the run, if it ended now, be a fault beyond doubt? A good lock never is: it passes on the whole test."""

    def __init__(self, profile: Profile, reference: RunRecord | None) -> None:
        self._profile, self._reference = profile, reference
        self._families = load_families(profile)

    def __call__(self, record: RunRecord) -> bool:
        """Judge what was seen so far."""
        document = judge(ended(record), self._profile, self._families, version="", reference=self._reference).document
        return is_firm(document) and not awaits_second_stroke(document, record, self._profile.kind)


def ended(record: RunRecord) -> RunRecord:
    """Return the record as if the run had ended after its last line."""
    last_ns = max((time_of(line) for line in record.observations), default=0)
    return RunRecord(
        run_id=record.run_id, header=msgspec.structs.replace(record.header, plan=None), observations=(*record.observations, End(t=last_ns)),
        steps=record.steps, warnings=record.warnings,
    )  # fmt: skip


def awaits_second_stroke(document: VerdictDocument, record: RunRecord, kind: Kind) -> bool:
    """Is a fault named of which only the second release of a tailgate can tell, and that is still to come?"""
    if kind != "tailgate" or sum(span.name == "release" and span.end_ns is not None for span in record.steps) >= 2:
        return False
    return any(RETURNING & set(d.group) for d in document.diagnoses[:1])


def is_firm(document: VerdictDocument) -> bool:
    """Is this a fault of lock or bench that nothing left out is likely to change?"""
    p = document.probabilities
    if p is None:
        return False
    if document.verdict == "ERROR":
        return p["bench_fault"] >= SURE
    two = document.compound.probability if document.compound is not None else 0.0
    held = sum(p[f] for f in document.diagnoses[0].group) if document.diagnoses else 0.0
    return document.verdict == "FAIL" and held >= SURE and two <= QUIET and p["bench_fault"] <= QUIET
