"""The gate is the pin process's own: whatever order comes, a real rig moves nothing before limits and doctor allow it.

Each start order goes to a real pin process before a real wiring file; `opened` says whether it ever opened the rig.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from gate_place import Place, placed
from rings_person import PROFILE, Worker

from bench.app.bench_session import Ended
from bench.app.doctor_link import ExaminedRig
from bench.app.doctor_parts import ExamineOrder, Part
from bench.app.doctor_person import DoctorPerson
from bench.app.panel_orders import Order, StopOrder
from bench.errors import BenchError, PortError
from bench.model.observations import Answer, Output, Stop
from bench.model.pin_news import Where
from bench.store.doctor_state import STAGES, Stage, doctor_path, read_doctor_state

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with placed(tmp_path) as made:
        yield made


def refused(ended: Ended, *words: str, code: int) -> None:
    assert ended.kept is None
    assert ended.exit_code == code
    for word in words:
        assert word in (ended.error or "")


def test_no_pass_no_motion(place: Place) -> None:
    refused(place.tried(), "doctor has not passed for", f"lockbench doctor --rig {place.path}", code=2)
    assert not place.was_opened


def test_a_pass_of_two_stages_is_none(place: Place) -> None:
    place.passed("A", "B")
    refused(place.tried(), "stages C have not passed", code=2)
    assert not place.was_opened


def test_a_file_that_passed_is_driven_and_the_motor_is_counted(place: Place) -> None:
    place.passed(*STAGES)
    kept = place.tried().kept
    assert kept is not None
    drives = [line for line in kept.record.observations if isinstance(line, Output) and line.role != "enable" and line.energised]
    assert drives
    counted = msgspec.json.decode(place.ledger.read_bytes())
    assert counted["count"] == 7, "three cycles both ways and the wiggle, which is one"


def test_a_changed_file_loses_its_pass(place: Place) -> None:
    """A remark is enough: what passed is that very file."""
    place.passed(*STAGES)
    place.path.write_text(f"{place.path.read_text()}\n# ceiling unchanged\n")
    refused(place.tried(), "has changed since doctor passed on 2026-11-25", code=2)
    assert not place.was_opened


def test_a_file_that_is_changed_while_the_rig_is_opened_is_refused_too(place: Place) -> None:
    place.passed(*STAGES)
    refused(place.tried(meddles="another shunt"), "has changed since doctor passed", code=2)
    assert place.was_opened, "it stood open, and nothing was driven"


def test_the_override_is_on_record_with_its_reason(place: Place) -> None:
    kept = place.tried(without_doctor="first light, RO 4711").kept
    assert kept is not None
    said = [line.value for line in kept.record.observations if isinstance(line, Answer) and line.question == "without_doctor"]
    assert said == ["first light, RO 4711"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_override_without_a_reason_is_none(place: Place, reason: str) -> None:
    refused(place.tried(without_doctor=reason), "needs a reason", code=2)
    assert not place.was_opened


@pytest.mark.parametrize("key", ["ceiling_a", "logic_min_v"])
def test_nothing_overrides_the_limits(place: Place, key: str) -> None:
    lines = [line for line in place.path.read_text().splitlines() if not line.startswith(key)]
    place.path.write_text("\n".join(lines))
    place.passed(*STAGES)
    refused(place.tried(without_doctor="in a hurry"), f"{key} must be set in the file", code=2)
    assert not place.was_opened


# Doctor's own orders


@pytest.mark.parametrize(
    ("part", "before", "says"),
    [("relays", (), "doctor has not passed"), ("pulse", ("A",), "stages B have not passed"), ("pulse", ("B",), "stages A have not passed")],
)
def test_doctor_s_stages_come_in_their_order_whoever_orders_them(place: Place, part: Part, before: tuple[Stage, ...], says: str) -> None:
    if before:
        place.passed(*before)
    rig = ExaminedRig(str(place.path), DoctorPerson(lambda _: None, yes=True), say=lambda _: None, command=place.command())
    try:
        with pytest.raises(PortError, match=says):
            rig.run(part, PROFILE)
    finally:
        rig.close()
    assert not place.was_opened


def test_a_panel_has_no_word_for_doctor_s_orders() -> None:
    with pytest.raises(msgspec.ValidationError, match="examine"):
        msgspec.json.decode(msgspec.json.encode(ExamineOrder(profile=PROFILE, part="pulse")), type=Order)


# What outlives a pin process


def test_the_count_outlives_a_killed_pin_process_and_the_next_one_rests(place: Place) -> None:
    """Nine actuations are in the file; the tenth is counted before its relay closes, so that a KILL under drive has counted it."""
    place.passed(*STAGES)
    place.count(9)
    worker = place.worker()

    def kill(at: Where) -> bool:
        counted_down = any(p.phase == "countdown" and p.step == "lock#1" for p in worker.places)
        if counted_down and at.phase == "drive" and at.step == "lock#1":
            until = time.monotonic() + 10
            while msgspec.json.decode(place.ledger.read_bytes())["count"] < 10 and time.monotonic() < until:
                time.sleep(0.001)
            os.kill(worker.session.pin_pid or 0, 9)
        return False

    worker.act = kill
    try:
        first = worker.play()
        assert first.kept is not None, first.error
        assert "SIGKILL" in next(line.detail for line in first.kept.record.observations if isinstance(line, Stop))
    finally:
        worker.session.close()
    assert msgspec.json.decode(place.ledger.read_bytes())["count"] == 10
    says: list[str] = []
    worker = place.worker()
    worker.session.listen(lambda news: _stop_at_the_rest(worker, says, getattr(news, "text", "")))
    try:
        second = worker.play()
    finally:
        worker.session.close()
    assert second.kept is not None, second.error
    assert says, "the motor's rest was told"
    assert not [o for o in second.kept.record.observations if isinstance(o, Output) and o.role == "drive_lock" and o.energised]


def _stop_at_the_rest(worker: Worker, says: list[str], text: str) -> None:
    if "the motor rests for" in text:
        says.append(text)
        worker.session.give(StopOrder(detail="seen"))


def test_one_program_a_rig(place: Place) -> None:
    """A second pin process at the same rig is refused with the first one's pid, before anything is opened."""
    place.passed(*STAGES)
    first = ExaminedRig(str(place.path), DoctorPerson(lambda _: None, yes=True), say=lambda _: None, command=place.command())
    try:
        with pytest.raises(BenchError, match=f"in use by process {first.pin_pid}"):
            place.tried()
    finally:
        first.close()
    assert not place.was_opened


def test_a_pass_is_kept_over_runs_that_end_well(place: Place) -> None:
    place.passed(*STAGES)
    assert place.tried().kept is not None
    state = read_doctor_state(doctor_path(place.name))
    assert state is not None
    assert state.stages == STAGES
