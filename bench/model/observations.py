"""What was seen, one type for each kind of line in observations.jsonl (DESIGN 3.4, schema 1).

Every time is `t_ns` of the run: ns of the monotonic clock since the run's first line. Field names are the line's keys.
"""

from typing import Annotated, Literal

import msgspec

from bench.model.names import InputRole, LineRole, OutputRole, Question, Scope, StopReason, Symptom

Nanoseconds = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""A time or a distance in time: within +-104 days, so that floats and 64-bit sums of it stay exact."""


class _Line(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Base of all lines; what to do about an unknown key is the codec's business."""


class Run(_Line, frozen=True, kw_only=True, tag="run"):
    """The first line: what was tested with what, and the one anchor to UTC (ISO 8601).

    `plan`: keys of the steps that the whole test has, where a run may end before the last of them; such a run never passes early.
    `confirms`: the run whose repair this one tests.
    """

    schema: int
    profile: str
    utc: str | None = None
    profile_sha256: str | None = None
    rig: str | None = None
    scope: Scope = "door"
    symptom: Symptom | None = None
    vin: str | None = None
    job: str | None = None
    current_max_a: float = 8.19
    signed: bool = False
    plan: tuple[str, ...] | None = None
    confirms: str | None = None


class StepMark(_Line, frozen=True, kw_only=True, tag="step"):
    """A step starts or ends; `n` counts the steps of that name from 1."""

    t: Nanoseconds
    name: str
    n: int
    phase: Literal["start", "end"]


class Output(_Line, frozen=True, kw_only=True, tag="output"):
    """A relay was commanded."""

    t: Nanoseconds
    role: OutputRole
    energised: bool


class Current(_Line, frozen=True, kw_only=True, tag="current"):
    """Samples of the bridge feed after the enable relay: `dt` ns after `t0`, `a` amperes, `v` volts; None was not read."""

    t0: Nanoseconds
    dt: list[Nanoseconds]
    a: list[float | None]
    v: list[float | None]

    def __post_init__(self) -> None:
        if not len(self.dt) == len(self.a) == len(self.v):
            raise ValueError(f"dt, a and v have {len(self.dt)}, {len(self.a)} and {len(self.v)} elements, must be equal")


class Input(_Line, frozen=True, kw_only=True, tag="input"):
    """The level of the vehicle-side line after an edge (1 = high), or the first one seen."""

    t: Nanoseconds
    role: InputRole
    level: Literal[0, 1]


class LineVoltage(_Line, frozen=True, kw_only=True, tag="line_voltage"):
    """Voltage of a watched line, V."""

    t: Nanoseconds
    role: LineRole
    v: float


class Can(_Line, frozen=True, kw_only=True, tag="can"):
    """The same payload of one arbitration id, `count` times from `t` until `last`."""

    t: Nanoseconds
    channel: str
    id: int
    data: str
    count: int
    last: Nanoseconds

    def __post_init__(self) -> None:
        try:
            bytes.fromhex(self.data)
        except ValueError:
            raise ValueError(f"data {self.data[:32]!r} is not hexadecimal") from None


class Bus(_Line, frozen=True, kw_only=True, tag="bus", omit_defaults=True):
    """State of a CAN channel: active warning passive bus_off silent.

    `error_frames`: error reports heard so far; `tx_errors`, `rx_errors`: the controller's counters, 0..255. None: not known.
    """

    t: Nanoseconds
    channel: str
    state: Literal["active", "warning", "passive", "bus_off", "silent"]
    error_frames: int | None = None
    tx_errors: int | None = None
    rx_errors: int | None = None


class Gap(_Line, frozen=True, kw_only=True, tag="gap", omit_defaults=True):
    """From `t` to `until` nothing, or not all, was seen of `source` (an input role, a CAN channel, "current", "supply").

    `lost`: how many edges, frames or samples at least; None: nobody can tell. `reason`: for people.
    """

    t: Nanoseconds
    until: Nanoseconds
    source: str
    lost: int | None = None
    reason: str = ""


class Answer(_Line, frozen=True, kw_only=True, tag="answer"):
    """What the person at the lock saw; `value` None: could not say. Manual tests answer with text or numbers."""

    t: Nanoseconds
    question: Question | str
    value: bool | float | str | None
    step: str | None = None


class Ambient(_Line, frozen=True, kw_only=True, tag="ambient"):
    """Ambient temperature, degrees Celsius."""

    t: Nanoseconds
    c: float


class Supply(_Line, frozen=True, kw_only=True, tag="supply"):
    """Supply after the fuse, before the enable relay, V."""

    t: Nanoseconds
    v: float


class Stop(_Line, frozen=True, kw_only=True, tag="stop"):
    """The run was stopped: the verdict is ABORTED or ERROR, when judged again too."""

    t: Nanoseconds
    reason: StopReason
    detail: str = ""


class Trip(_Line, frozen=True, kw_only=True, tag="trip"):
    """Over-current: that direction is not driven again in this run. Not a stop."""

    t: Nanoseconds
    role: OutputRole
    a: float
    limit_a: float


class End(_Line, frozen=True, kw_only=True, tag="end"):
    """The last line of a run that was not cut short."""

    t: Nanoseconds


Observation = (
    Run | StepMark | Output | Current | Input | LineVoltage | Can | Bus | Gap | Answer | Ambient | Supply | Stop | Trip | End
)  # fmt: skip


def time_of(line: Observation) -> int:
    """Return the line's own time, ns since the run's first line (0 for the run line itself)."""
    if isinstance(line, Run):
        return 0
    return line.t0 if isinstance(line, Current) else line.t
