"""What must be seen in each step of a good lock: one table for the procedure that asks and the judge that compares."""

from dataclasses import dataclass
from typing import Final, Literal

from bench.model.names import Kind

Signal = Literal["current", "ajar", "lock", "door_bit", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One signal and the state that it must reach; `within_ms` counts from the stimulus' last moment."""

    signal: Signal
    state: str
    within_ms: int

    def __str__(self) -> str:
        return f"{self.signal} {self.state} within {self.within_ms} ms"


_SEEN = 500  # a step ends >= 0.5 s after its last stimulus (DESIGN 3.4), so bounce, BCM latency and recoil are inside
_REST = Expected(signal="current", state="none", within_ms=0)
_STROKE = Expected(signal="current", state="stroke", within_ms=_SEEN)


def _ajar(state: str) -> tuple[Expected, Expected]:
    return Expected(signal="ajar", state=state, within_ms=_SEEN), Expected(signal="door_bit", state=state, within_ms=_SEEN)


def _answer(question: str, value: str) -> Expected:
    return Expected(signal="answer", state=f"{question}={value}", within_ms=_SEEN)


EXPECTED: Final[dict[tuple[Kind, str], tuple[Expected, ...]]] = {
    ("rear_door", "rest"): (_REST, Expected(signal="ajar", state="unchanged", within_ms=0)),
    ("rear_door", "close"): (*_ajar("closed"), _answer("held", "yes"), _answer("half", "no")),
    ("rear_door", "lock"): (_STROKE, Expected(signal="lock", state="locked", within_ms=_SEEN), *_ajar("unchanged"),
                            _answer("knob_moved", "yes")),
    ("rear_door", "unlock"): (_STROKE, Expected(signal="lock", state="unlocked", within_ms=_SEEN), *_ajar("unchanged"),
                              _answer("knob_moved", "yes")),
    ("rear_door", "open"): (*_ajar("open"), _answer("opened", "yes")),
    ("rear_door", "wiggle"): (Expected(signal="current", state="stall without gaps", within_ms=0), *_ajar("unchanged")),
    ("tailgate", "rest"): (_REST, Expected(signal="ajar", state="unchanged", within_ms=0)),
    ("tailgate", "close"): (*_ajar("closed"), _answer("held", "yes"), _answer("half", "no")),
    ("tailgate", "release"): (_STROKE, *_ajar("open"), _answer("opened", "yes")),
    ("tailgate", "open"): (*_ajar("open"), _answer("opened", "yes")),
    ("tailgate", "wiggle"): (Expected(signal="current", state="stall without gaps", within_ms=0), *_ajar("unchanged")),
}  # fmt: skip
"""Expected states by kind of lock and step name. The lock switch and the door bit count only where they are fitted."""
