"""Broken and hostile files: one sentence, exit code 2, never a traceback, never a rule that falls over."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from circuits_read import circuit_of, wiring_of
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.circuit.check import violations
from bench.config import load_circuit
from bench.config.circuits import checked
from bench.config.typed import typed
from bench.errors import WiringError
from bench.model.circuit import Circuit
from tests.command_runs import ROOT, lockbench

RIG = (ROOT / "wiring" / "rpi-bench.toml").read_text(encoding="utf-8")
CAR = (ROOT / "wiring" / "in-car" / "circuit.toml").read_text(encoding="utf-8")
NAMED = 'circuit = "rpi-bench/circuit.toml"'
FILES = {
    "binary": (b"\x00\x01\xff" * 99, "is binary"),
    "no UTF-8": (b"schema = 1\nname = '\xff'", "is not UTF-8"),
    "nothing": (b" \n", "is empty"),
    "huge": (RIG.encode() + b"#" * (1 << 20), "limit 1048576 bytes"),
    "a number without end": (RIG.replace("pin = 16", "pin = " + "9" * 5000).encode(), "number is too long"),
    "lists in lists": (f"{RIG}\n[x]\ny = {'[' * 3000}{']' * 3000}".encode(), "nested too deeply"),
    "a key without end": (f"{RIG}\n[{'.'.join('a' * 3000)}]".encode(), "nested more than 32 deep"),
    "a wrong type": (RIG.replace("ceiling_a = 7.5", "ceiling_a = 1979-05-27").encode(), "ceiling_a: Expected `float`, got `date`"),
    "no number": (RIG.replace("ceiling_a = 7.5", "ceiling_a = nan").encode(), "nan is not a finite number"),
    "a circuit's name without end": (RIG.replace(NAMED, f'circuit = "{"a" * 5000}"').encode(), "no such file beside it"),
    "a circuit's name of two lines": (RIG.replace(NAMED, 'circuit = "a\\nb"').encode(), "no such file beside it"),
    "a device as its circuit": (RIG.replace(NAMED, 'circuit = "/dev/zero"').encode(), "is not a plain file"),
    "itself as its circuit": (RIG.replace(NAMED, 'circuit = "mine.toml"').encode(), "unknown key"),
}  # fmt: skip
CIRCUITS = [
    ("includes itself", "grounds =", 'include = ["c.toml"]\ngrounds =', "an included file includes no other"),
    ("a part that plugs into itself", 'value = "16-pin plug"', 'value = "16-pin plug"\nmates = "P1"', "cannot plug into itself"),
    ("a resistor of one pin", 'pins = { 1 = "CAN_TERM", 2 = "CAN_L" }', 'pins = { 1 = "CAN_L" }', "1 pins, a resistor has 2"),
    ("a diode of numbers", 'kind = "resistor"', 'kind = "diode"', "a diode has A, K"),
    ("a supply without a limit", 'kind = "module"', 'kind = "supply"', "parts.A1.ratings.limit_a: 0 A is not above 0"),
    ("more relays than can be searched", "[can.car]", "".join(
        f'[parts.K{n}]\nkind = "relay"\nwhat = "x"\npins = {{}}\n' for n in range(30)) + "[can.car]", "30 relays, limit 8"),
]  # fmt: skip


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_is_none_is_refused_in_one_sentence(what: str, tmp_path: Path) -> None:
    content, words = FILES[what]
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    for action in ("check", "show") if "circuit" not in what else ("check",):
        lockbench("wiring", action, path).refused(words)


@pytest.mark.parametrize(("what", "old", "new", "words"), CIRCUITS, ids=[case[0] for case in CIRCUITS])
def test_a_circuit_that_no_rule_could_read_is_refused(what: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in CAR, what
    (tmp_path / "c.toml").write_text(CAR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WiringError) as caught:
        load_circuit(tmp_path / "c.toml")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", "GND_LOGIC", "FEED", "3V3", "COIL_12V", "NOWHERE", "1", 0, -1.0, 1e300, True, [], {}, None, "relay", "diode"]
)


@cache
def table(rig: str) -> Any:
    """Return a rig's circuit as plain data, its included files in it."""
    return msgspec.json.decode(msgspec.json.encode(circuit_of(rig)))


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value below a node."""
    below = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [way for key, value in below for way in ((*path, key), *places(value, (*path, key)))]


PLACES = {rig: places(table(rig)) for rig in ("rpi-bench", "usb-relay", "in-car")}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(PLACES)), st.lists(st.tuples(st.integers(0, 10**6), ODD, st.booleans()), min_size=1, max_size=3))
def test_whatever_stands_in_a_circuit_is_checked_or_refused(rig: str, changes: list[tuple[int, Any, bool]]) -> None:
    """Values replaced or taken out anywhere: violations, or a WiringError that names the key; nothing else comes out."""
    broken = copy.deepcopy(table(rig))
    for number, value, gone in changes:
        *above, last = PLACES[rig][number % len(PLACES[rig])]
        node = broken
        for key in above:
            node = node[key] if isinstance(node, dict | list) and (key in node if isinstance(node, dict) else key < len(node)) else None
        if isinstance(node, dict) and last in node:
            node.pop(last) if gone else node.update({last: value})
    told: list[str] = []
    try:
        whole = checked(typed(broken, Circuit, "c.toml", error=WiringError), "c.toml")
        told = [f"{violation}" for violation in violations(whole, wiring_of(rig)) if "limit " not in str(violation)]
    except WiringError as exc:
        told = [line for line in str(exc).splitlines()[1:] if line]
    assert told == [], "a sentence without its limit, or one of two lines"
