"""A recording of the simulated car's bus: nothing is found on a healthy lock, and a lock that reopens is."""

from pathlib import Path

import pytest
from analyze_samples import EPOCH_NS, write_candump

from bench.app.analyze import analyze, exit_code
from bench.model.analysis_document import FileAnalysis
from bench.model.can_frame import CanFrame
from bench.model.names import Kind
from bench.sim.plant import build_plant

IDLE = {"enable": False, "drive_lock": False, "drive_unlock": False, "heartbeat": False}


def recorded(folder: Path, kind: Kind, family: str, fault: str | None = None) -> FileAnalysis:
    """Let a hand close the lock and, on a rear door, open it again, 5 s each; analyze the bus as a candump file."""
    plant = build_plant(kind=kind, fault=fault, seed=3, family=family)
    frames: list[CanFrame] = []
    for tick in range(3000):
        if tick in {200, 1200} and (kind == "rear_door" or tick == 200):
            plant.operator("close" if tick == 200 else "open")
        for at_s, identifier, data in plant.advance(0.005, IDLE).frames:
            frames.append(CanFrame(EPOCH_NS + round((tick * 0.005 + at_s) * 1e9), identifier, data, "vcan0"))
    document = analyze([write_candump(folder / f"{kind}-{family}.log", frames)])
    assert exit_code(document) == bool(document.files[0].findings)
    return document.files[0]


@pytest.mark.parametrize("family", ["60D", "454"])
@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
def test_a_healthy_lock_shows_its_doors_and_no_finding(kind: Kind, family: str, tmp_path: Path) -> None:
    one = recorded(tmp_path, kind, family)
    door = one.doors["rear_left" if kind == "rear_door" else "tailgate"]
    assert one.family == family
    assert [s.to for s in door.transitions] == (["closed", "open"] if kind == "rear_door" else ["closed"])
    assert one.findings == ()


@pytest.mark.parametrize("family", ["60D", "454"])
def test_a_door_that_reopens_is_found_on_the_bus_alone(family: str, tmp_path: Path) -> None:
    (found,) = recorded(tmp_path, "rear_door", family, "reopens").findings
    assert found.id == "closed_then_open"
    assert found.faults[0] == "reopens"
