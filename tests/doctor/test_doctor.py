"""Doctor: three stages through the guard; what is sound passes, each bench fault is found in its stage, a bad lock is no bad bench."""

import io
import json
from hashlib import sha256
from pathlib import Path

import pytest

from bench.app.doctor import DoctorDocument, DoctorOrder, examine
from bench.app.doctor_checks import Check, stage_a, stage_b, stage_c
from bench.app.doctor_person import DoctorPerson
from bench.app.doctor_pins import limits_set
from bench.app.pin_gate import check_doctor
from bench.app.rigs import parse_rig
from bench.cli.main import run
from bench.config import load_wiring
from bench.errors import NobodyToAsk, UsageError, WiringError
from bench.model.names import OutputRole
from bench.model.observations import Bus, Can, Current, End, Gap, Input, LineVoltage, Observation, Output, Stop, Supply
from bench.store.doctor_state import DoctorState, doctor_path, write_doctor_state

MS = 1_000_000
ROOT = Path(__file__).parents[2]


def told(rig: str, **more: object) -> DoctorDocument:
    said: list[str] = []
    return examine(DoctorOrder(choice=parse_rig(rig), **more), say=said.append)  # type: ignore[arg-type]


def failed(document: DoctorDocument) -> list[str]:
    return [f"{stage.stage}: {c.name}" for stage in document.stages for c in stage.checks if c.outcome == "fail"]


def test_a_sound_bench_passes_all_three_stages() -> None:
    document = told("sim")
    assert document.sound, failed(document)
    assert [stage.stage for stage in document.stages] == ["A", "B", "C"]
    assert document.kept is None, "nothing is kept for a rig that moves nothing"


@pytest.mark.parametrize(
    ("rig", "where"),
    [("sim:fuse_blown", "A: supply"), ("sim:bench_fault", "B: drive_lock motor_lock"), ("sim:motor_open", "C: pulse")],
)
def test_a_fault_is_found_in_its_stage_and_nothing_is_tried_after_it(rig: str, where: str) -> None:
    document = told(rig)
    assert not document.sound
    assert failed(document) == [where]
    assert document.stages[-1].stage == where[0]


def test_a_worn_lock_is_no_unsound_bench() -> None:
    document = told("sim:gear_stiff")
    assert document.sound, failed(document)


def test_stage_a_alone_energises_no_drive() -> None:
    document = told("sim", upto="A")
    assert document.sound
    assert [stage.stage for stage in document.stages] == ["A"]


# The checks, on records that were never simulated


def current(t0_ms: int, t1_ms: int, a: float, v: float, step_ms: int = 1) -> list[Observation]:
    return [
        Current(t0=t * MS, dt=[n * step_ms * MS for n in range(40 // step_ms)], a=[a] * (40 // step_ms), v=[v] * (40 // step_ms))
        for t in range(t0_ms, t1_ms, 40)
    ]


def output(t_ms: int, role: OutputRole, *, on: bool) -> Output:
    return Output(t=t_ms * MS, role=role, energised=on)


QUIET: list[Observation] = [
    Input(t=0, role="estop", level=1), Input(t=0, role="ajar", level=0), Supply(t=0, v=12.4),
    Can(t=5, channel="can0", id=1549, data="00", count=9, last=5),
    *current(0, 1000, 0.002, 0.0), End(t=1000 * MS),
]  # fmt: skip


def found_in_a(seen: list[Observation], *, can: bool = True) -> dict[str, str]:
    return {c.name: c.outcome for c in stage_a(None, seen, fitted=("estop", "ajar"), can=can)}


def without(kind: type, **fields: object) -> list[Observation]:
    return [o for o in QUIET if not (isinstance(o, kind) and all(getattr(o, k) == v for k, v in fields.items()))]


def test_a_quiet_record_passes_stage_a() -> None:
    assert set(found_in_a(QUIET).values()) == {"pass"}


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        ([*without(Input, role="estop"), Input(t=0, role="estop", level=0)], "estop"),
        (without(Input, role="ajar"), "inputs"),
        ([*without(Current), *current(0, 1000, 0.03, 0.0)], "shunt zero"),
        (without(Current), "shunt zero"),
        ([*without(Current), *current(0, 1000, 0.0, 0.0, step_ms=10), output(990, "enable", on=True)], "sampling"),
        ([*QUIET, *current(1500, 2000, 0.0, 0.0)], "sampling"),
        ([*without(Supply), Supply(t=0, v=8.9)], "supply"),
        ([*without(Supply), Supply(t=0, v=16.1)], "supply"),
        ([*QUIET, Bus(t=9, channel="can0", state="passive")], "can"),
        ([*QUIET, Gap(t=1, until=2, source="ajar", lost=1, reason="an edge is missing")], "gaps"),
        ([*QUIET, Stop(t=9, reason="error", detail="proof test: feed 12.1 V with the heartbeat withheld")], "heartbeat"),
    ],
)
def test_each_thing_that_is_wrong_fails_its_own_check(seen: list[Observation], name: str) -> None:
    outcomes = found_in_a(seen)
    assert [n for n, outcome in outcomes.items() if outcome == "fail"] == [name]


@pytest.mark.parametrize("volts", [9.0, 16.0])
def test_the_edges_of_the_supply_s_limit_pass(volts: float) -> None:
    assert found_in_a([*without(Supply), Supply(t=0, v=volts)])["supply"] == "pass"


def test_what_is_not_there_is_not_tested_and_never_passed() -> None:
    assert found_in_a(without(Can))["can"] == "not_tested"
    assert found_in_a(QUIET, can=False)["can"] == "not_tested"
    assert found_in_a(without(Supply))["supply"] == "not_tested"


def pulse(a: float, v: float, *, lock_v: float = 12.2, unlock_v: float = 0.0, after_a: float = 0.001) -> list[Observation]:
    return [
        *QUIET, output(1000, "drive_lock", on=True), output(1020, "enable", on=True), LineVoltage(t=1050 * MS, role="motor_lock", v=lock_v),
        LineVoltage(t=1050 * MS, role="motor_unlock", v=unlock_v), *current(1020, 1180, a, v), output(1180, "enable", on=False),
        output(1200, "drive_lock", on=False), *current(1200, 1800, after_a, 0.0),
    ]  # fmt: skip


def outcomes(checks: list[Check]) -> list[str]:
    return [c.name for c in checks if c.outcome == "fail"]


def test_the_relays_of_stage_b() -> None:
    assert outcomes(list(stage_b(pulse(0.0, 12.3), ["drive_lock"], motor_out=True))) == []
    assert outcomes(list(stage_b(pulse(0.0, 0.1), ["drive_lock"], motor_out=True)))[0] == "drive_lock feed"
    assert outcomes(list(stage_b(pulse(0.3, 12.3), ["drive_lock"], motor_out=True))) == ["drive_lock current"]
    assert outcomes(list(stage_b(pulse(0.0, 12.3, lock_v=0.0), ["drive_lock"], motor_out=True))) == ["drive_lock motor_lock"]
    assert outcomes(list(stage_b(pulse(0.0, 12.3, unlock_v=12.2), ["drive_lock"], motor_out=True))) == ["drive_lock motor_unlock"]
    assert outcomes(list(stage_b(QUIET, ["drive_lock"], motor_out=True))) == ["drive_lock"]


def test_the_pulse_of_stage_c() -> None:
    assert outcomes(list(stage_c(pulse(1.5, 11.9), "drive_lock"))) == []
    assert outcomes(list(stage_c(pulse(0.1, 12.3), "drive_lock"))) == ["pulse"]
    assert outcomes(list(stage_c(pulse(1.5, 11.9, after_a=0.2), "drive_lock"))) == ["pulse ends"]


# The file that lets a real rig move


def test_limits_must_stand_in_the_file_itself(tmp_path: Path) -> None:
    whole = (ROOT / "wiring" / "rpi-bench.toml").read_text()
    path = tmp_path / "rig.toml"
    path.write_text(whole)
    assert limits_set(path).outcome == "pass"
    path.write_text(whole.replace("ceiling_a = 7.5\n", ""))
    found = limits_set(path)
    assert (found.outcome, "ceiling_a" in found.text) == ("fail", True)


def test_real_motion_waits_for_doctor_and_for_that_very_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "rig.toml"
    path.write_bytes((ROOT / "wiring" / "rpi-bench.toml").read_bytes())
    wiring = load_wiring(path)
    with pytest.raises(WiringError, match="doctor has not passed for rpi-bench; run: lockbench doctor --rig"):
        check_doctor(path)
    digest = sha256(path.read_bytes()).hexdigest()
    write_doctor_state(doctor_path(wiring.name), DoctorState(wiring_sha256=digest, utc="2026-11-25T10:00:00Z", stages=("A", "B")))
    with pytest.raises(WiringError, match="stages C have not passed"):
        check_doctor(path)
    write_doctor_state(doctor_path(wiring.name), DoctorState(wiring_sha256=digest, utc="2026-11-25T10:00:00Z", stages=("A", "B", "C")))
    check_doctor(path)
    path.write_bytes(path.read_bytes() + b"# a word\n")
    with pytest.raises(WiringError, match="has changed since doctor passed"):
        check_doctor(path)


def test_a_real_rig_needs_a_person_at_a_terminal_or_the_word_that_nobody_is_near() -> None:
    with pytest.raises(NobodyToAsk, match="at a terminal, or with --yes"):
        DoctorPerson(lambda _: None, keys=io.StringIO(""))
    assert DoctorPerson(lambda _: None, yes=True, keys=io.StringIO("")).has_said_so()


def test_an_outside_plant_is_no_rig_of_ours() -> None:
    with pytest.raises(UsageError, match="doctor examines sim, or the rig of a wiring file"):
        told("plant:tests.plants.other_lock:healthy")


# The command


def test_the_command_prints_one_document_and_its_exit_code_says_whether_the_bench_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--rig", "sim:bench_fault", "--json"]) == 5
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["sound"], document["rig"]) == ("lockbench.doctor/1", False, "sim")
    assert run(["doctor", "--rig", "sim", "--stage", "A"]) == 0
    assert "sound (stages tried: A)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["--rig", "sim:nonsense"], ["--rig", "sim", "--stage", "D"], ["--rig", "sim", "--kind", "boat"], ["--rig", "wiring/none.toml"]],
)
def test_wrong_usage_is_exit_2(words: list[str]) -> None:
    assert run(["doctor", *words]) == 2


def test_a_real_rig_on_a_machine_without_its_chips_is_the_bench_s_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here has a GPIO chip of that label, so nothing is opened and nothing is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "rig.toml"
    path.write_text(
        (ROOT / "wiring" / "rpi-bench.toml").read_text().replace('factory = "lgpio"', 'factory = "lgpio"\nchip = "no-such-chip"')
    )
    assert run(["doctor", "--rig", str(path), "--yes"]) == 5
    assert not doctor_path("rpi-bench").exists()
