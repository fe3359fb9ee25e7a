"""`wiring show` and `wiring check`: the table names every pin of the file, and a contradiction is refused with both parties."""

from pathlib import Path

import pytest

from bench.config import load_wiring
from bench.model.pi_header import GROUND_PINS, HEADER_PIN
from tests.command_runs import DOOR, ROOT, lockbench

FILES = sorted(p for p in (ROOT / "wiring").glob("*.toml") if p.stem != "in-car")
"""Those that test; tests/wiring has the one that only listens."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_table_names_every_pin_and_where_it_is_on_the_header(path: Path) -> None:
    wiring = load_wiring(path)
    said = lockbench("wiring", "show", path)
    assert said.code == 0
    pins = {str(role): pin.pin for role, pin in wiring.output_pins.items()}
    pins |= {str(role): pin.pin for role, pin in wiring.gpio.inputs.items()}
    for pin in pins.values():
        on_header = f"GPIO{pin} = header pin {HEADER_PIN[pin]} "
        assert (on_header if wiring.gpio.on_pi_header else f"line {pin} of {wiring.gpio.chip}") in said.out
    document = lockbench("wiring", "show", path, "--json").document
    assert set(pins) <= {row["role"] for row in document["rows"]}


def test_the_header_has_each_pin_once_and_no_gpio_on_a_ground() -> None:
    assert len(set(HEADER_PIN.values())) == len(HEADER_PIN) == 28
    assert not set(HEADER_PIN.values()) & {*GROUND_PINS, 1, 2, 4, 17}, "ground, 3.3 V and 5 V pins carry no GPIO"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_shipped_files_are_sound_on_paper(path: Path) -> None:
    assert lockbench("wiring", "check", path, "--profile", DOOR).code == 0


def test_a_contradiction_is_refused_with_both_parties(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text((ROOT / "wiring" / "rpi-bench.toml").read_text().replace("pin = 21", "pin = 20"))
    lockbench("wiring", "check", bad).refused("GPIO20", "drive_lock", "drive_unlock")
    lockbench("wiring", "show", tmp_path / "none.toml").refused("none.toml")


def test_a_shunt_that_clips_at_stall_is_warned_of(tmp_path: Path) -> None:
    poor = tmp_path / "poor.toml"
    text = (ROOT / "wiring" / "rpi-bench.toml").read_text()
    poor.write_text(text.replace("shunt_ohm = 0.01", "shunt_ohm = 0.03").replace("ceiling_a = 7.5", "ceiling_a = 2.7"))
    said = lockbench("wiring", "check", poor)
    assert said.code == 2, "the circuit has the right shunt, and neither stall nor trip is covered by this one"
    assert "clips at 2.73 A" in said.err
    assert "shunt: R1: 0.01 ohm" in said.err
    without = tmp_path / "without.toml"
    without.write_text("".join(line for line in poor.read_text().splitlines(keepends=True) if not line.startswith("circuit")))
    assert lockbench("wiring", "check", without).code == 0
