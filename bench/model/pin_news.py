"""What the pin process tells the writer beside the lines of the record (DESIGN 6, ring 2), and the two orders that no person gives.

Lines of the record travel in the same pipe, as they are written (`{"kind": ...}`); these begin with `{"news": ...}`.
"""

from typing import Literal

import msgspec

from bench.model.names import Hand

Waiting = Literal[
    "proof", "reset", "hand", "wiggle", "ask", "clear", "countdown", "hold", "paused", "drive", "watch", "rest"
]  # fmt: skip
"""Where a run stands. A person is waited for in:

reset      press RESET at the rig, then `clear`: the safety relay has dropped and nothing re-energises it but that button
hand       move the latch as `hand` says (close, open), then `done` with the step
clear      take the hands off the latch (`hand` "wiggle": to the harness), then `clear`; a countdown of 2 s follows
hold       press the hold button and keep it pressed: a line of the rig, there is no order for it
ask        look, and `answer` the questions of the step
paused     the operating screen was lost between two drives: its next `beat` goes on
"""


class _News(msgspec.Struct, frozen=True, kw_only=True, tag_field="news", omit_defaults=True):
    """Base."""


class Ready(_News, frozen=True, kw_only=True, tag="ready"):
    """The socket listens. `notes`: said once, about priority, memory and the like."""

    notes: tuple[str, ...] = ()


class Where(_News, frozen=True, kw_only=True, tag="where"):
    """The run stands here now. `left`: whole seconds of a countdown or a rest. `seen`: what a simulated hand saw."""

    phase: Waiting
    step: str | None = None
    hand: Hand | None = None
    questions: tuple[str, ...] = ()
    seen: dict[str, bool] = {}
    left: int = 0


class Said(_News, frozen=True, kw_only=True, tag="said"):
    """A sentence for people."""

    text: str


class Pulled(_News, frozen=True, kw_only=True, tag="pulled"):
    """An output, GPIO `pin`, as nobody holds it: does it rest off by its own resistor?"""

    role: str
    pin: int
    rests: bool


class StepIsOver(_News, frozen=True, kw_only=True, tag="step_over"):
    """A step has ended: what was written is to be made durable. `n` counts these from 1."""

    n: int


class Alive(_News, frozen=True, kw_only=True, tag="alive"):
    """The loop turns; told where nothing else was for 100 ms. `t`: ns of the run."""

    t: int


class Over(_News, frozen=True, kw_only=True, tag="over"):
    """The run has ended and its last line was told."""


class Refused(_News, frozen=True, kw_only=True, tag="refused"):
    """The run could not begin, or its record could not be kept; `exit_code` as bench.errors has it."""

    error: str
    exit_code: int = 5


PinNews = Ready | Where | Said | Pulled | StepIsOver | Alive | Over | Refused


class Ack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="order", tag="ack"):
    """The writer has handed `lines` lines of this run to the disk, and made `steps` step ends durable."""

    lines: int
    steps: int


class Judged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="order", tag="judged"):
    """An adaptive test: was the answer beyond doubt when this step had ended? The most that it can do is to leave out the rest."""

    step: str
    firm: bool
