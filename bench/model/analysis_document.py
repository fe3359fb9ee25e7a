"""The analysis document (DESIGN 3.6): what recorded CAN logs showed. Field names are its JSON keys."""

from typing import Literal

import msgspec

from bench.model.names import Door

DoorState = Literal["open", "closed"]


class _Doc(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of the document."""


class TimedState(_Doc, frozen=True, kw_only=True):
    """A state was reached; `t_s` seconds after the first frame of the file."""

    t_s: float
    to: str


class DoorTimeline(_Doc, frozen=True, kw_only=True):
    """One door whose state was seen; `open_s` seconds it was seen open in all."""

    first: DoorState
    last: DoorState
    transitions: tuple[TimedState, ...]
    open_s: float


class Finding(_Doc, frozen=True, kw_only=True):
    """Something that a healthy car does not show. `faults`: catalogue ids that explain it, none where no lock fault does.

    `next_test`: what to do next, in a sentence or two.
    """

    id: str
    door: Door | None
    t_s: float
    faults: tuple[str, ...]
    probability: float
    text: str
    evidence: tuple[str, ...]
    next_test: str = ""


class SignalStory(_Doc, frozen=True, kw_only=True):
    """One signal of a database given by hand: physical values in `unit`; `frames` that carried it, `changes` of its value."""

    message: str
    name: str
    unit: str
    frames: int
    changes: int
    first: float
    last: float
    low: float
    high: float


class FileAnalysis(_Doc, frozen=True, kw_only=True, omit_defaults=True):
    """One recording. `family`: "60D", "454", a DBC's name, or null where no door frame was seen.

    `bus_load`: share 0..1 of the busiest channel, stuff bits counted; null where the file spans no time. `lock`: changes only.
    `ignition`: the states in their order, the first one seen included. `notes`: what a reader should know and is no finding.
    `signals`: every signal of the databases given, where they were asked for.
    """

    path: str
    frames: int
    skipped_lines: int
    span_s: float
    family: str | None
    bus_load: float | None
    doors: dict[Door, DoorTimeline]
    lock: tuple[TimedState, ...]
    ignition: tuple[TimedState, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    signals: tuple[SignalStory, ...] = ()


class FileError(_Doc, frozen=True, kw_only=True):
    """A file that could not be read, and why, in one sentence."""

    path: str
    error: str


class AnalysisDocument(_Doc, frozen=True, kw_only=True):
    """The whole answer of `analyze --json`: always one document, whatever the number of files."""

    schema: str = "lockbench.analysis/1"
    files: tuple[FileAnalysis, ...]
    errors: tuple[FileError, ...]
