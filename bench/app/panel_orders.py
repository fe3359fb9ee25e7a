"""Every order that the panel can give to the process at the rig.

There is none that names a pin, a duration, a limit, a module, or a path of anything but a stored run.
"""

from typing import Literal

import msgspec

from bench.model.names import Scope


class OrderBase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="order"):
    """Base: an unknown key is no order."""


class StartOrder(OrderBase, frozen=True, kw_only=True, tag="start"):
    """Arm a test. `against`: the folder of a good lock's run; `asked`: what was asked before anything moves.

    `margin`: then ever lower voltages; `adaptive`: stop once a fault is beyond doubt; `confirms`: the id of the run whose repair
    is confirmed. Each names a procedure of the pin process's own, none of them a step.
    """

    profile: str
    scope: Scope = "door"
    symptom: str | None = None
    vin: str | None = None
    job: str | None = None
    against: str | None = None
    asked: dict[str, bool | None] = {}
    margin: bool = False
    adaptive: bool = False
    confirms: str | None = None


class WatchOrder(OrderBase, frozen=True, kw_only=True, tag="watch"):
    """Begin the wire finder: nothing is armed, nothing is driven, the loom is bent by hand."""

    profile: str
    vin: str | None = None
    job: str | None = None


class FinishOrder(OrderBase, frozen=True, kw_only=True, tag="finish"):
    """The bending is over: judge what was seen. Not a stop, which would make the record an aborted one."""


class LookOrder(OrderBase, frozen=True, kw_only=True, tag="look"):
    """Examine the rig by doctor's stage A, in which nothing moves. `released`: given at the rig's own screen; else it is only armed."""

    profile: str
    released: bool = False


class StopOrder(OrderBase, frozen=True, kw_only=True, tag="stop"):
    """Stop at once. `reason`: a person, a signal, or an error of whoever gives the order."""

    reason: Literal["operator", "signal", "error"] = "operator"
    detail: str = "STOP on the panel"


class BeatOrder(OrderBase, frozen=True, kw_only=True, tag="beat"):
    """The operating screen is there."""


class ClearOrder(OrderBase, frozen=True, kw_only=True, tag="clear"):
    """What was asked for is so: no hand is at the lock, RESET is pressed. `step`: the prompt that it answers, named by `prompt_of`.

    A second tap, or one that was long on its way, names a prompt that is gone: it lets nothing go.
    """

    step: str


class DoneOrder(OrderBase, frozen=True, kw_only=True, tag="done"):
    """The hand has done what this step asked for."""

    step: str


class AnswerOrder(OrderBase, frozen=True, kw_only=True, tag="answer"):
    """What the person saw at the end of a step."""

    step: str
    answers: dict[str, bool | None]


def prompt_of(step: str | None, phase: str) -> str:
    """Return the name of a prompt that a `ClearOrder` answers: its step's, or, where none is under way, its phase's."""
    return step or phase


Order = StartOrder | WatchOrder | FinishOrder | LookOrder | StopOrder | BeatOrder | ClearOrder | DoneOrder | AnswerOrder
