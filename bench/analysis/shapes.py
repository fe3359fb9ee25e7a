"""What several faults have in common: how a mode is written, and the shapes that rows of the dictionary are put together from.

Numbers from facts/actuator.md section 2 where it has them; odds are estimates (E).
"""

from dataclasses import dataclass, field
from typing import Final

from bench.analysis.likelihood import GROWS, SIGNATURE, Odds, Shift
from bench.model.names import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Mode:
    """One way in which a fault shows. Weights of a row's modes (of one kind of lock) are relative.

    `grows`: power of severity with which its numbers move, 1 where an early fault shows in proportion.
    """

    weight: float
    moves: dict[str, Shift | Odds] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = KINDS
    grows: float = GROWS

    def extent(self, severity: float) -> float:
        """Return how much of the signature shows at a severity: 0 nothing, 1 at 0.85."""
        return float((severity / SIGNATURE) ** self.grows)


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
WANDERS: Final[dict[str, Shift | Odds]] = {
    "lambda_vs": times(0.6, 0.45), "stroke": {"full": 0.75, "mixed": 0.17}, "lambda_spread": whole(0.45, 0.25),
    "lambda_later": whole(-0.1, 0.4), "trend": whole(0.0, 0.25), "running_share": times(1.3, 0.4), "inertia_f": times(1.5, 0.6),
    "edge_fraction": whole(0.95, 0.15), "release_fraction": whole(0.9, 0.2), "hump_fraction": whole(0.7, 0.2),
}  # fmt: skip
NOW_AND_THEN: Final[dict[str, Shift | Odds]] = {
    "lock_follows": {"some": 0.85, "none": 0.1}, "knob_follows": {"some": 0.8, "none": 0.12}, "lambda_ways": whole(0.25, 0.25),
}  # fmt: skip
NOW_AND_THEN_GATE: Final[dict[str, Shift | Odds]] = {
    "opens": {"some": 0.85, "none": 0.1}, "opened": {"some": 0.8, "none": 0.12}, "line_open_share": whole(0.95, 0.1),
}  # fmt: skip
"""What bars the way wanders with the teeth: some strokes get past it."""
DOOR: Final[tuple[Kind, ...]] = ("rear_door",)
GATE: Final[tuple[Kind, ...]] = ("tailgate",)
DEAD: Final[dict[str, Shift | Odds]] = {"current_flows": {"none": 0.93, "some": 0.06, "one_way": 0.001}, **NO_FOLLOW, **NO_RELEASE}
DEAD_DOOR: Final[dict[str, Shift | Odds]] = {"current_flows": {"none": 0.93, "some": 0.06, "one_way": 0.001}, **NO_FOLLOW}
NOTCHED: Final[dict[str, Shift | Odds]] = {
    "gaps_still": {"many": 0.7, "few": 0.18}, "gaps_flexed": {"many": 0.55, "few": 0.25}, "current_flows": {"all": 0.6, "some": 0.4},
    "lock_follows": {"all": 0.4, "some": 0.4, "none": 0.2}, "knob_follows": {"all": 0.4, "some": 0.4, "none": 0.2},
    "stroke": {"full": 0.45, "mixed": 0.3, "runs_on": 0.06, "endless": 0.03},
    "lambda_vs": times(1.0, 0.2), "running_share": times(0.85, 0.3), "ripple": times(3.0, 0.8),
}  # fmt: skip
LOOSE: Final[dict[str, Shift | Odds]] = {
    "gaps_still": {"many": 0.6, "few": 0.25}, "gaps_flexed": {"many": 0.65, "few": 0.2}, "current_flows": {"all": 0.75, "some": 0.25},
    "lock_follows": {"all": 0.5, "some": 0.3, "none": 0.2}, "knob_follows": {"all": 0.5, "some": 0.3, "none": 0.2},
    "opens": {"all": 0.6, "some": 0.3}, "opened": {"all": 0.6, "some": 0.3},
    "stroke": {"full": 0.6, "mixed": 0.2, "runs_on": 0.04}, "lambda_vs": times(0.9, 0.3), "running_share": times(1.1, 0.3),
    "lambda_spread": whole(0.25, 0.25), "lambda_later": whole(0.0, 0.3), "lambda_ways": whole(0.15, 0.15), "trend": whole(0.0, 0.2),
    "inertia_f": times(1.3, 0.5), "edge_fraction": to(0.83, 0.08), "release_fraction": to(0.83, 0.1), "hump_fraction": to(0.65, 0.1),
}  # fmt: skip
"""A broken wire whose ends still touch: the current comes and goes by itself, at rest as much as flexed, and no two strokes are alike."""
PARTED: Final[dict[str, Shift | Odds]] = {
    "current_flows": {"some": 0.9}, "gaps_flexed": {"many": 0.5, "few": 0.25, "one": 0.1},
    "gaps_still": {"zero": 0.5, "one": 0.2, "few": 0.2},
}  # fmt: skip
"""A broken wire that stood apart through whole pulses, and carried as a good one does in the others."""
CREEPS: Final[dict[str, Shift | Odds]] = {
    "plateau_over_peak": whole(0.86, 0.05), "resistance_ohm": Shift(factor=1.15, width=0.12, whole=True),
    "lambda_vs": Shift(factor=0.97, width=0.15, whole=True), "running_share": Shift(factor=1.15, width=0.2, whole=True),
    "stroke": {"full": 0.75, "runs_on": 0.22}, "release_fraction": whole(0.68, 0.1), "edge_fraction": whole(0.73, 0.06),
    "edge_early": whole(0.41, 0.2),
}  # fmt: skip
"""Teeth that slip just below the stall current: the motor never quite stands, so that R reads high, and what follows from it is off."""
UNSTEADY: Final[dict[str, Shift | Odds]] = {
    "lambda_spread": whole(0.05, 0.1), "lambda_later": whole(0.0, 0.1), "trend": whole(0.0, 0.15), "release_fraction": whole(0.6, 0.2),
}  # fmt: skip
"""No two strokes alike, for the lever comes back as far as it happens to."""
RUNS_OUT: Final[dict[str, Shift | Odds]] = {"stroke": {"endless": 0.85, "runs_on": 0.12}}
STARVED: Final[dict[str, Shift | Odds]] = {
    "resistance_ohm": Shift(factor=8.0, width=0.65, whole=True), "stroke": {"flat": 0.55, "full": 0.3, "mixed": 0.12},
    "lambda_vs": Shift(factor=0.15, width=1.0, whole=True),
    "running_share": Shift(factor=3.0, width=0.5, whole=True),
    "ripple": times(4.0, 1.0, 4), "plateau_over_peak": whole(0.97, 0.07),  # E: a monitor's noise beside so little current
}  # fmt: skip
FAINT: Final[dict[str, Shift | Odds]] = {
    "resistance_ohm": Shift(factor=6.0, width=0.5, whole=True), "running_share": Shift(factor=3.0, width=0.5, whole=True),
    "lambda_vs": Shift(factor=0.9, width=0.25, whole=True), "inertia_f": times(2.0, 0.8),
    "stroke": {"full": 0.7, "flat": 0.15, "mixed": 0.12},
    "lock_follows": {"all": 0.5, "some": 0.2, "none": 0.3}, "knob_follows": {"all": 0.5, "some": 0.2, "none": 0.3},
    "opens": {"all": 0.5, "some": 0.2, "none": 0.3}, "opened": {"all": 0.5, "some": 0.2, "none": 0.3},
}  # fmt: skip
"""What is left of a contact lets through a tenth of the stall current, and the motor still creeps home on it."""
NO_RETURN: Final[dict[str, Shift | Odds]] = {
    "lambda_later": to(-0.45, 0.3), "lambda_spread": to(0.45, 0.3), "trend": to(-0.2, 0.25), "lambda_vs": times(0.4, 0.5),
    "running_share": times(1.6, 0.3), "hump_fraction": whole(0.62, 0.15),
}  # fmt: skip
"""Friction that the tailgate's return spring no longer overcomes: later strokes start part-way."""
PAWL_LIFTED: Final[dict[str, Shift | Odds]] = {
    "closes": {"sometimes_reopened": 0.6, "reopened": 0.2, "sometimes_never": 0.1}, "held": {"some": 0.65, "none": 0.2},
    "half": {"none": 0.6, "some": 0.3}, "line_closed_share": whole(0.1, 0.3, 2), "stroke": {"full": 0.5, "mixed": 0.42, "runs_on": 0.05},
    "release_fraction": to(0.75, 0.1),
}  # fmt: skip
"""A tailgate's release lever that does not come back in time: the claw is shut on a lifted pawl, and the next stroke finds no way to go."""
SHORTED_TURNS: Final[dict[str, Shift | Odds]] = {
    "resistance_ohm": times(2.5 / 3.8, 0.1), "lambda_vs": times(0.45 / 0.72, 0.1), "running_share": times(0.33 / 0.22, 0.15),
    "inertia_f": times(2.0, 0.35), "hump_fraction": to(0.7, 0.15), "trip": {"none": 0.7, "plateau": 0.24, "at_once": 0.04},
}  # fmt: skip
SHORT: Final[dict[str, Shift | Odds]] = {
    "lambda_vs": times(0.5, 0.35), "stroke": {"full": 0.78, "mixed": 0.15}, "running_share": times(1.3, 0.35),
    "inertia_f": times(1.5, 0.6), "hump_fraction": whole(0.8, 0.15),
}  # fmt: skip
"""A stroke that is cut short: often before the motor has come up to speed, so that it never runs light and its run-up is half seen."""
SHORT_DOOR: Final[dict[str, Shift | Odds]] = {
    "lambda_ways": to(0.06, 0.12), "lock_follows": {"none": 0.9, "some": 0.08}, "knob_follows": {"none": 0.66, "all": 0.24},
}  # fmt: skip
SAG: Final = to(9.5, 2.5)
"""A short pulls the feed down with it, V (E)."""
SHUT: Final[dict[str, Shift | Odds]] = {"opens": {"none": 0.78, "some": 0.2}, "line_open_share": whole(0.98, 0.06)}
OPEN: Final[dict[str, Shift | Odds]] = {"closes": {"never": 0.78, "sometimes_never": 0.2}, "line_closed_share": whole(0.03, 0.05)}
