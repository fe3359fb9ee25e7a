"""The stop matrix on real lines: whatever dies, the feed is dead in time as a world on the far side of the kernel's lines sees it.

The cells are those of tests/stop; here the outputs are read back through gpio-sim from another process, and the current comes
through the INA226's registers. After a KILL the world keeps the lines as they were: only the heartbeat is left to let go.
"""

from pathlib import Path

import pytest
from stop_cells import STOPS, Cell, run_cells
from stop_memory import Phase

from tests.kernel.line_rack import LINES

pytestmark = pytest.mark.second_guest
WHOLE = (Phase.IDLE, Phase.INRUSH, Phase.MID_STROKE, Phase.STALL, Phase.DEAD_TIME)
EVERYWHERE = ("pin KILL", "pin STOP")
"""The two where nobody is left to lower a line: in every phase, always."""
REST = tuple(stop for stop in STOPS if stop not in EVERYWHERE and not stop.startswith("pin dawdles"))


def check(cells: list[Cell], out: Path) -> None:
    seen = run_cells(cells, out, LINES, at_once=1)
    for each in seen:
        print(f"NUMBER {each.cell}: feed dead after {each.off_ms:.1f} ms, {each.verdict}, world {each.world_late_ms:.1f} ms late at worst")
    wrong = [f"{each.cell}: {'; '.join(each.wrongs)}" for each in seen if each.wrongs]
    assert not wrong, "\n".join(wrong)
    assert not [each.cell for each in seen if each.verdict == "PASS"]


@pytest.mark.parametrize("stop", EVERYWHERE)
@pytest.mark.parametrize("phase", WHOLE, ids=lambda phase: phase.name.lower())
def test_the_heartbeat_alone_lets_the_feed_die(stop: str, phase: Phase, tmp_path: Path) -> None:
    check([Cell(stop, phase)], tmp_path)


@pytest.mark.parametrize("stop", REST)
def test_the_feed_dies_in_time_in_mid_stroke(stop: str, tmp_path: Path) -> None:
    check([Cell(stop, Phase.MID_STROKE)], tmp_path)


@pytest.mark.kernel_slow
@pytest.mark.parametrize("stop", REST)
@pytest.mark.parametrize("phase", [phase for phase in WHOLE if phase != Phase.MID_STROKE], ids=lambda phase: phase.name.lower())
def test_the_rest_of_the_matrix(stop: str, phase: Phase, tmp_path: Path) -> None:
    check([Cell(stop, phase)], tmp_path)
