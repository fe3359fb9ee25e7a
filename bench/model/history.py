"""What the index over run folders knows of a run: one row a run, one a judgement, one a measurement.

The folders are the truth; all of this can be made again from them. A VIN is personal: `vin` stands in a rig's own index only
(and where the user says so), `vin_hash` is the keyed hash that a chain of workshops shares.
"""

import hashlib
from typing import Final

import msgspec

HISTORY_SCHEMA: Final = "lockbench.history/1"


class IndexedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What was tested: facts that no later judgement changes. `utc`: ISO 8601, UTC; `key`: the same on every machine."""

    key: str
    run: str
    station: str
    utc: str | None
    profile: str
    rig: str | None
    scope: str
    symptom: str | None
    job: str | None
    vin: str | None = None
    vin_hash: str | None = None


class IndexedVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement of a run. `digest` tells judgements apart; "" for a run that reached no verdict (listed as ABORTED)."""

    key: str
    digest: str
    judged_utc: str
    verdict: str
    fault: str | None
    group: tuple[str, ...]
    probability: float | None
    drive: str | None
    abstained: bool
    version: str


class IndexedMeasurement(msgspec.Struct, frozen=True, kw_only=True):
    """One number of one step of one judgement; `place` counts them in the document, from 0."""

    key: str
    digest: str
    place: int
    step: str
    name: str
    value: float
    unit: str
    low: float | None
    high: float | None
    outcome: str


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True):
    """All that the index keeps of one run folder."""

    run: IndexedRun
    verdict: IndexedVerdict
    measurements: tuple[IndexedMeasurement, ...]


class FoundRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its latest judgement, as a search returns it. `path`: the folder, where it is on this machine."""

    run: IndexedRun
    verdict: IndexedVerdict
    path: str | None = None


class RunFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None: anything. `since` and `until` are the beginnings of UTC dates or times, until is excluded."""

    vin: str | None = None
    vin_hash: str | None = None
    job: str | None = None
    fault: str | None = None
    verdict: str | None = None
    profile: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int | None = None


def run_key(run: str, utc: str | None, rig: str | None, profile_sha256: str | None) -> str:
    """Return the run's key, 32 hexadecimal digits. It holds nothing personal, so that forgetting a VIN does not change it."""
    return hashlib.sha256("\n".join((run, utc or "", rig or "", profile_sha256 or "")).encode("utf-8", "replace")).hexdigest()[:32]
