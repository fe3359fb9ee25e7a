"""The wire finder under the panel's orders: in real time, shown as it goes, ended by a tap, stopped by STOP. Nothing is driven."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.app.asked import check_job, check_vin
from bench.app.paced_clock import PacedClock
from bench.app.panel_desk import Desk
from bench.app.panel_hands import DeskSource, TappedSource
from bench.app.panel_orders import FinishOrder, StopOrder, WatchOrder
from bench.app.panel_state import DropoutShown, StateBoard
from bench.app.pin_rigs import is_real
from bench.app.rigs import RigChoice, World
from bench.app.wire_at_rig import find_at_rig
from bench.app.wire_finder import SECONDS, WireOutcome, WireRequest, find_wire
from bench.engine.stopped import Stopped
from bench.model.names import Hand
from bench.ports.rig import Operator, Rig, Source

WATCH_S: Final = SECONDS[1]
"""A watch that nobody ends is ended after that, s."""


def watch(order: WatchOrder, desk: Desk, board: StateBoard, *, choice: RigChoice, out: Path, world: World, speed: float) -> WireOutcome:
    """Watch until a tap, the longest time or STOP; show each dropout as it is heard. Raises BenchError where it cannot begin."""
    request = WireRequest(
        rig=choice, profile=order.profile, seconds=WATCH_S, out=out, vin=check_vin(order.vin), job=check_job(order.job), world=world
    )

    def under(rig: Rig) -> Rig:
        sources: tuple[Source, ...] = (DeskSource(desk), *(TappedSource(source, board.see) for source in rig.sources))
        clock = rig.clock if rig.realtime else PacedClock(rig.clock, speed)
        return replace(rig, clock=clock, realtime=True, sources=sources, operator=_UntilTap(rig.operator, desk))

    if choice.sort == "wiring":
        found = find_at_rig(
            request, heard=board.drop, wanted=lambda: _ordered(desk), progress=lambda _: None, show=board.see,
            speed=1.0 if is_real(choice) else speed,
        )  # fmt: skip
    else:
        found = find_wire(request, heard=board.drop, is_over=lambda: desk.is_finished, progress=lambda _: None, under=under)
    shown = tuple(DropoutShown(line=d.line, t_s=round(d.t_s, 3), ms=d.ms) for d in found.dropouts)
    board.show(dropouts=shown, heard=len(shown))
    return found


def _ordered(desk: Desk) -> FinishOrder | StopOrder | None:
    """Return what the desk's orders are for the pin process."""
    try:
        desk.check()
    except Stopped as exc:
        return StopOrder(detail=exc.detail)
    return FinishOrder() if desk.is_finished else None


class _UntilTap:
    """Whoever bends, be it a simulated hand; a tap ends the movement that is under way."""

    def __init__(self, hands: Operator, desk: Desk) -> None:
        self._hands, self._desk = hands, desk

    def begin(self, step: str, hand: Hand) -> None:
        """Bend."""
        self._hands.begin(step, hand)

    def is_moving(self) -> bool:
        """Is it still being bent?"""
        return self._hands.is_moving() and not self._desk.is_finished

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None] | None:
        """The bending is asked nothing about."""
        return self._hands.answer(step, questions)
