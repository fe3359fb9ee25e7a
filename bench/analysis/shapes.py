"""What several faults have in common: how a mode is written, and the shapes that rows of the dictionary are put together from.

Numbers from facts/actuator.md section 2 where it has them; odds are estimates (E).
"""

from dataclasses import dataclass, field
from typing import Final

from bench.analysis.likelihood import Odds, Shift
from bench.model.names import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a fault shows. Weights of a row's modes (of one kind of lock) are relative."""

    weight: float
    moves: dict[str, Shift | Odds] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = KINDS


def times(factor: float, width: float = 0.15, dof: float = 12.0) -> Shift:
    """Return a move by a factor at the signature severity; `width` is relative."""
    return Shift(factor=factor, width=width, dof=dof)


def whole(value: float, width: float, dof: float = 12.0) -> Shift:
    """Return a move to a value, all or nothing, in the feature's unit."""
    return Shift(to=value, width=width, dof=dof, whole=True)


def to(value: float, width: float, dof: float = 12.0) -> Shift:
    """Return a move to a value at the signature severity, in the feature's unit."""
    return Shift(to=value, width=width, dof=dof)


NO_FOLLOW: Final[dict[str, Shift | Odds]] = {
    "lock_follows": {"none": 0.9, "some": 0.08},
    "knob_follows": {"none": 0.88, "some": 0.09},
}
NO_RELEASE: Final[dict[str, Shift | Odds]] = {
    "opens": {"none": 0.85, "some": 0.12},
    "opened": {"none": 0.85, "some": 0.12},
    "line_open_share": whole(0.95, 0.1),
}
DOOR: Final[tuple[Kind, ...]] = ("rear_door",)
GATE: Final[tuple[Kind, ...]] = ("tailgate",)
DEAD: Final[dict[str, Shift | Odds]] = {"current_flows": {"none": 0.93, "some": 0.06, "one_way": 0.001}, **NO_FOLLOW, **NO_RELEASE}
DEAD_DOOR: Final[dict[str, Shift | Odds]] = {"current_flows": {"none": 0.93, "some": 0.06, "one_way": 0.001}, **NO_FOLLOW}
NOTCHED: Final[dict[str, Shift | Odds]] = {
    "gaps_still": {"many": 0.7, "few": 0.18}, "gaps_flexed": {"many": 0.55, "few": 0.25}, "current_flows": {"all": 0.6, "some": 0.4},
    "lock_follows": {"all": 0.4, "some": 0.4, "none": 0.2}, "knob_follows": {"all": 0.4, "some": 0.4, "none": 0.2},
    "stroke": {"full": 0.45, "mixed": 0.35}, "lambda_vs": times(1.0, 0.2), "running_share": times(0.85, 0.3),
}  # fmt: skip
RUNS_OUT: Final[dict[str, Shift | Odds]] = {"stroke": {"endless": 0.85, "runs_on": 0.12}}
STARVED: Final[dict[str, Shift | Odds]] = {
    "resistance_ohm": Shift(factor=8.0, width=0.65, whole=True), "stroke": {"flat": 0.55, "full": 0.3, "mixed": 0.12},
    "lambda_vs": Shift(factor=0.15, width=1.0, whole=True),
    "running_share": Shift(factor=3.0, width=0.5, whole=True),
}  # fmt: skip
NO_RETURN: Final[dict[str, Shift | Odds]] = {
    "lambda_later": to(-0.45, 0.3), "lambda_spread": to(0.45, 0.3), "trend": to(-0.2, 0.25), "lambda_vs": times(0.4, 0.5),
    "running_share": times(1.6, 0.3),
}  # fmt: skip
"""Friction that the tailgate's return spring no longer overcomes: later strokes start part-way."""
SHORT: Final[dict[str, Shift | Odds]] = {
    "lambda_vs": times(0.5, 0.35), "stroke": {"full": 0.78, "mixed": 0.15}, "running_share": times(1.3, 0.35),
}  # fmt: skip
"""A stroke that is cut short: often before the motor has come up to speed, so that it never runs light."""
SHORT_DOOR: Final[dict[str, Shift | Odds]] = {
    "lambda_ways": to(0.06, 0.12), "lock_follows": {"none": 0.9, "some": 0.08}, "knob_follows": {"none": 0.66, "all": 0.24},
}  # fmt: skip
SAG: Final = to(9.5, 2.5)
"""A short pulls the feed down with it, V (E)."""
SHUT: Final[dict[str, Shift | Odds]] = {"opens": {"none": 0.78, "some": 0.2}, "line_open_share": whole(0.98, 0.06)}
OPEN: Final[dict[str, Shift | Odds]] = {"closes": {"never": 0.78, "sometimes_never": 0.2}, "line_closed_share": whole(0.03, 0.05)}
