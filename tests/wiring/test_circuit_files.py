"""Circuit files: what names something that is not there is refused; sums are reckoned and nothing is ever run."""

import math
import tomllib
from pathlib import Path

import pytest
from circuits_read import RIGS, circuit_file, circuit_of, wiring_of
from hypothesis import given
from hypothesis import strategies as st

from bench.circuit.rule_ratings import WIRE_A, wire_rating_a
from bench.circuit.sums import reckon, reckoned
from bench.config import load_circuit, load_rig_file, load_wiring
from bench.errors import WiringError
from bench.model.pi_header import HEADER_PIN
from bench.model.wiring import Wiring
from tests.command_runs import DOOR, ROOT, lockbench

CAR = circuit_file("in-car").read_text(encoding="utf-8")
REFUSED = [
    ('end = "A1"', 'end = "A9"', "cables.W1: there is no part 'A9'"),
    ('["6", "H", "YE"]', '["7", "H", "YE"]', "cables.W1: P1 has no pin '7'"),
    ("mm2 = 0.35", "mm2 = 0.0", "cables.W1: 0 mm2 and 1.5 m, both must be above 0"),
    ('labels = { H = "CAN-H"', 'labels = { X = "CAN-H"', "parts.A1: it has no pin 'X'"),
    ("ohm = 120.0", "ohm = 0.0", "parts.R40.ratings.ohm: 0 ohm is not above 0"),
    ('kind = "switch"', 'kind = "swich"', "parts.S4.kind"),
    ('value = "jumper, open"', 'worth = 1', "parts.S4.worth: unknown key"),
    ("[can.car]", '[can.car]\nclosed = ["S9"]', "can.car.closed: there is no part 'S9'"),
    ('board = "adapter"\npins = { 1 = "CAN_TERM"', 'lead = "x"\npins = { 1 = "CAN_TERM"', "parts.R40.lead: 'x' is not among the leads"),
    ('title = "lock', 'include = ["none.toml"]\ntitle = "lock', "none.toml: no such file"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_what_is_not_there_is_refused_by_file_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in CAR
    path = tmp_path / "circuit.toml"
    path.write_text(CAR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WiringError) as caught:
        load_circuit(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_part_that_is_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(CAR, encoding="utf-8")
    (tmp_path / "two.toml").write_text(CAR.replace('title = "lock', 'include = ["one.toml"]\ntitle = "lock'), encoding="utf-8")
    with pytest.raises(WiringError, match=r"A1.* also in one\.toml"):
        load_circuit(tmp_path / "two.toml")


def test_the_check_names_each_violation_on_a_line_and_ends_with_2(tmp_path: Path) -> None:
    text = (ROOT / "wiring" / "rpi-bench.toml").read_text(encoding="utf-8")
    bad = tmp_path / "mine.toml"
    bad.write_text(text.replace("drive_lock = { pin = 20 }", "drive_lock = { pin = 25 }"), encoding="utf-8")
    said = lockbench("wiring", "check", bad)
    assert (said.code, said.out) == (2, "")
    assert "driver_pins: J1.22: drive_lock on net CAN_INT has GPIO25, which is A1's, limit GPIO 16, 17" in said.err
    assert said.err.strip().splitlines()[-1].startswith(f"lockbench: {bad}: ")
    document = lockbench("wiring", "check", bad, "--json")
    assert document.code == 2
    assert {"pins", "driver_pins"} <= {found["rule"] for found in document.document["violations"]}
    assert set(document.document["violations"][0]) == {"rule", "ref", "net", "text", "value", "limit"}


@pytest.mark.parametrize("rig", RIGS)
def test_the_check_says_which_rules_hold(rig: str) -> None:
    said = lockbench("wiring", "check", f"wiring/{rig}.toml")
    assert said.code == 0
    assert "electrical rules hold: harness, pins" in said.out
    assert lockbench("wiring", "check", f"wiring/{rig}.toml", "--json").document["violations"] == []


def test_a_file_without_a_circuit_says_that_the_rules_were_not_held_against_it() -> None:
    assert "names no circuit" in lockbench("wiring", "check", "wiring/ci.toml").out


def test_a_circuit_that_is_not_there_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "mine.toml"
    bad.write_text(
        (ROOT / "wiring" / "rpi-bench.toml").read_text(encoding="utf-8").replace("rpi-bench/circuit.toml", "none/c.toml"), encoding="utf-8"
    )
    lockbench("wiring", "check", bad).refused("mine.toml", "circuit", "none/c.toml")


def test_a_rig_that_listens_tests_nothing(tmp_path: Path) -> None:
    """It is refused with what to use instead, and a bus that acknowledges in a car is refused too."""
    with pytest.raises(WiringError, match="use lockbench monitor -i socketcan -c can0"):
        load_wiring(ROOT / "wiring" / "in-car.toml")
    lockbench("test", "--rig", "wiring/in-car.toml", "--profile", DOOR).refused("in-car only listens", "lockbench monitor")
    lockbench("wiring", "check", "wiring/in-car.toml", "--profile", DOOR).refused("only listens")
    bad = tmp_path / "car.toml"
    bad.write_text(
        (ROOT / "wiring" / "in-car.toml").read_text(encoding="utf-8").replace('"listen_only"', '"acknowledge"'), encoding="utf-8"
    )
    with pytest.raises(WiringError, match=r"can\.mode: 'acknowledge' in a car, limit 'listen_only'"):
        load_rig_file(bad)


RPI = circuit_of("rpi-bench")


NO_FORMULAS = ["__import__('os')", "R1.__class__", "().__len__()", "9**9**9", "1/0", "ln(0)", "par(0)", "max()", "True", "F1", "given.no"]


@given(st.text(max_size=40) | st.sampled_from(["R1.ohm", "-2 ** 0.5", "par(R1.ohm, 1)"]))
def test_whatever_stands_as_a_formula_is_a_number_or_refused(formula: str) -> None:
    """Nothing runs, nothing hangs, and nothing but WiringError comes out."""
    try:
        value: float | str = reckon(formula, RPI, "here")
    except WiringError as exc:
        value = str(exc)
    assert math.isfinite(value) if isinstance(value, float) else value.startswith("here: ")


@pytest.mark.parametrize("formula", NO_FORMULAS)
def test_what_is_no_formula_is_refused_with_its_place(formula: str) -> None:
    with pytest.raises(WiringError, match=r"^sums\.x: "):
        reckon(formula, RPI, "sums.x")


def test_formulas_know_arithmetic_ratings_and_given_numbers() -> None:
    assert reckon("2 + 3 * 4 ** 2 - -1", RPI, "x") == 51
    assert reckon("par(100, 100) + max(1, 2) + min(1, 2)", RPI, "x") == 53
    assert reckon("F1.amps * given.logic_v", RPI, "x") == pytest.approx(7.5 * 3.3)
    assert reckon("ln(given.copper / given.copper)", RPI, "x") == 0


def test_the_figures_of_the_first_safety_ring() -> None:
    """60 ms within 15 %, feed dead within 90 ms, a pulse of 1 s at most, a shunt to 8 A: reckoned here a second time, by hand."""
    low, high = 0.99 * 0.95 * 0.92, 1.01 * 1.05 * 1.08
    values = {name: reckoned(name, RPI).value for name in RPI.sums}
    assert values["heartbeat_ms"] == pytest.approx(0.7 * 84.5e3 * 1e-6 * 1e3)
    assert values["heartbeat_min_ms"] == pytest.approx(59.15 * low)
    assert 50 <= values["heartbeat_min_ms"] <= values["heartbeat_max_ms"] <= 69
    assert values["feed_dead_ms"] == pytest.approx(59.15 * high + 5 + 10)
    assert values["feed_dead_ms"] <= 90
    assert 590 <= values["one_shot_min_ms"] <= values["one_shot_max_ms"] <= 1000
    assert values["shunt_range_a"] == pytest.approx(81.92 / 10 / 1.01)


@pytest.mark.parametrize("rig", RIGS)
def test_every_sum_names_its_parts_reason_and_a_bound(rig: str) -> None:
    circuit = circuit_of(rig)
    for name, entry in circuit.sums.items():
        assert entry.at_least or entry.at_most, name
        assert len(entry.because) >= 8, name
        assert set(entry.parts) <= set(circuit.parts), name
        assert reckoned(name, circuit).holds, name
    for name, number in circuit.given.items():
        assert len(number.source) >= 8, name


@pytest.mark.parametrize("rig", RIGS)
def test_every_part_to_buy_has_a_value_and_says_what_it_is(rig: str) -> None:
    for ref, part in circuit_of(rig).parts.items():
        assert len(part.what) >= 8, ref
        assert part.value, ref


def test_the_header_of_the_reference_rig_is_a_pi_s() -> None:
    for pin, bcm in RPI.parts["J1"].gpios.items():
        assert str(HEADER_PIN[bcm]) == pin
        assert RPI.parts["J1"].labels[pin].split()[0] == f"GPIO{bcm}"


def test_the_reference_rig_and_the_wiring_file_agree_on_the_ceiling() -> None:
    wiring = wiring_of("rpi-bench")
    assert isinstance(wiring, Wiring)
    assert RPI.given["ceiling_a"].value == wiring.ceiling_a == RPI.parts["F1"].ratings["amps"]


def test_a_thicker_wire_never_carries_less() -> None:
    sizes = [0.1, *sorted(WIRE_A), 6.0]
    carried = [wire_rating_a(size) for size in sizes]
    assert carried == sorted(carried)
    assert carried[0] == 0.0


def test_circuit_files_are_toml_of_which_each_part_stands_once() -> None:
    """Tomllib refuses a key that comes twice; the two shared files and a rig have no reference in common."""
    for path in sorted((ROOT / "wiring").rglob("*.toml")):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["schema"] == 1
