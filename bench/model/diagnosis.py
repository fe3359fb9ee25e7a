"""The verdict document (DESIGN 3.2): what was found, how sure, why, and what to do. Field names are its JSON keys."""

from typing import Literal

import msgspec

from bench.model.names import Drive

Outcome = Literal["pass", "fail", "not_seen"]


class _Doc(msgspec.Struct, frozen=True):
    """Base of the parts of the document."""


class Measurement(_Doc, frozen=True, kw_only=True):
    """One number of one step beside its limit. `value` None: not seen; never 0 for that."""

    name: str
    value: float | bool | str | None
    unit: str
    low: float | None
    high: float | None
    source: str
    outcome: Outcome


class StepResult(_Doc, frozen=True, kw_only=True):
    """What one step showed."""

    name: str
    verdict: str
    measurements: tuple[Measurement, ...] = ()


class Evidence(_Doc, frozen=True, kw_only=True):
    """One observation that moved the posterior; the ratio is against `healthy`, natural logarithm, > 0 speaks for the fault."""

    feature: str
    step: str | None
    value: float | bool | str | None
    expected: float | bool | str | None
    t_ns: int | None
    log_likelihood_ratio: float
    text: str = ""


class Diagnosis(_Doc, frozen=True, kw_only=True):
    """One fault, the group that this evidence cannot tell it from (itself included), why, and what to do.

    `hides`: what of the lock could not be seen behind this fault; empty where it hides nothing.
    """

    fault: str
    probability: float
    group: tuple[str, ...]
    title: str
    remedy: str
    next_test: str
    evidence: tuple[Evidence, ...]
    hides: str = ""


class Confirmation(_Doc, frozen=True, kw_only=True):
    """What a confirmation test says of a repair. `repaired` None: not known yet, for want of the answers that are `unanswered`."""

    run: str
    repaired: bool | None
    unanswered: tuple[str, ...]
    upset: tuple[str, ...]


class CompoundPart(_Doc, frozen=True, kw_only=True):
    """One of two faults, what else could stand in its place, and what speaks for it beyond the other one."""

    fault: str
    group: tuple[str, ...]
    title: str
    remedy: str
    evidence: tuple[Evidence, ...]


class Compound(_Doc, frozen=True, kw_only=True):
    """Two faults at once: how likely that any pair is there (a share of `other` in the probabilities), and the likeliest two."""

    probability: float
    faults: tuple[str, ...]
    parts: tuple[CompoundPart, ...]


class Undone(_Doc, frozen=True, kw_only=True):
    """Steps of the whole test that an adaptive run or a run that only watched left out, and the motor's actuations that this saved."""

    steps: tuple[str, ...]
    actuations_saved: int


class VerdictDocument(_Doc, frozen=True, kw_only=True):
    """The whole answer of `test --json`, `judge --json` and RUN/verdict.json."""

    schema: str = "lockbench.verdict/1"
    run: str
    profile: str
    verdict: str
    diagnoses: tuple[Diagnosis, ...]
    probabilities: dict[str, float] | None
    steps: tuple[StepResult, ...]
    abstained: bool
    next_test: str | None
    not_tested: tuple[str, ...]
    drive: Drive | None
    scope: str
    reason: str
    warnings: tuple[str, ...] = ()
    confirms: Confirmation | None = None
    versions: dict[str, str]
    compound: Compound | None = None
    undone: Undone | None = None


class Envelope(_Doc, frozen=True, kw_only=True):
    """The band in which a good part's motor current stays, sampled from the relay's closing on; for drawing only."""

    step: str
    t_ms: tuple[float, ...]
    low_a: tuple[float, ...]
    high_a: tuple[float, ...]
    source: str
