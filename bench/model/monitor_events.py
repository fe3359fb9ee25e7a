"""What the live monitor tells: events as they happen, a summary at the end, and the state that a screen shows."""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from bench.model.analysis_document import DoorTimeline, Finding, TimedState
from bench.model.names import BusState, Door

EventKind = Literal[
    "listening", "heard", "silent", "family", "door", "lock", "ignition", "finding", "stale", "bus", "dropped", "lost", "back",
    "recording", "not_recording", "note",
]  # fmt: skip


class MonitorEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of `monitor --json`. `t_s`: seconds since the monitor began to listen; `utc` by the wall clock, ISO 8601.

    `to`: the new state of a door, lock, ignition, bus or family; `finding`: as in the analysis document, on the same time axis.
    """

    event: EventKind
    t_s: float
    utc: str
    text: str
    door: Door | None = None
    to: str | None = None
    finding: Finding | None = None


class MonitorSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of `monitor --json`. All times as in the events; `bus_load`: share 0..1, stuff bits counted, or null.

    `ended`: why the monitor stopped. `dropped`: frames lost by kernel or adapter. `lost_s`: time without an adapter.
    """

    event: Literal["summary"] = "summary"
    schema: Literal["lockbench.monitor/1"] = "lockbench.monitor/1"
    ended: str
    utc: str
    seconds: float
    frames: int
    dropped: int
    error_reports: int
    lost_times: int
    lost_s: float
    bus_load: float | None
    family: str | None
    doors: dict[Door, DoorTimeline]
    lock: tuple[TimedState, ...]
    ignition: tuple[TimedState, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    recordings: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class DoorView:
    """One door as a screen shows it. `changes`: all since the start; `recent`: those of the last 10 s, the chatter counter."""

    is_open: bool | None = None
    changes: int = 0
    recent: int = 0
    changed_s: float | None = None


@dataclass(slots=True, kw_only=True)
class LiveView:
    """The state of the monitor at one moment. `load`: about, share 0..1 of the last second; None where filters hide frames."""

    where: str
    now_s: float = 0.0
    frames: int = 0
    rate: float = 0.0
    load: float | None = None
    dropped: int = 0
    error_reports: int = 0
    bus: BusState | None = None
    lost: str | None = None
    family: str | None = None
    stale_s: float | None = None
    lock: str | None = None
    ignition: str | None = None
    doors: dict[Door, DoorView] = field(default_factory=dict)
    findings: int = 0
    recording: str | None = None
