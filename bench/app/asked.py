"""What a user may give along with a test: VIN, job and symptom, checked before anything is opened."""

import re
from typing import Final

from bench.errors import UsageError
from bench.model.names import SYMPTOMS, Symptom

JOB_MAX: Final = 1000
"""Longest job text, characters: it stands on the run line and in every report."""
_VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")


def check_vin(vin: str | None) -> str | None:
    """Return the VIN in capitals; raise UsageError where it cannot be one (17 characters, never I, O or Q: ISO 3779)."""
    if vin is None:
        return None
    plain = vin.strip().upper()
    if len(plain) != 17:
        raise UsageError(f"VIN {vin!r} has {len(plain)} characters, a VIN has 17")
    if not _VIN.fullmatch(plain):
        odd = sorted(set(re.sub(r"[A-HJ-NPR-Z0-9]", "", plain)))
        raise UsageError(f"VIN {vin!r} contains {', '.join(odd)}; only digits and letters but I, O and Q are used")
    return plain


def check_job(job: str | None) -> str | None:
    """Return the workshop's reference; raise UsageError where it is too long for a record's line or is no text."""
    if job is None:
        return None
    if len(job) > JOB_MAX:
        raise UsageError(f"--job has {len(job)} characters, limit {JOB_MAX}")
    if any("\ud800" <= letter <= "\udfff" for letter in job):
        raise UsageError("--job is no valid text: it has bytes that this locale cannot read")
    return job


def check_symptom(symptom: str | None) -> Symptom | None:
    """Return the symptom; raise UsageError that lists the known ones."""
    found = next((s for s in SYMPTOMS if s == symptom), None)
    if symptom is not None and found is None:
        raise UsageError(f"--symptom {symptom}: not one of {', '.join(SYMPTOMS)}")
    return found
