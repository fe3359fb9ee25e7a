"""Drawings, parts list and assembly order are what the circuit says: made anew here and compared with what is committed."""

import re
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from circuit_pages import filled
from circuits_read import RIGS, circuit_of
from harness_pages import GROUPS, harness
from make_drawings import can_draw, digest, drawn_by_wireviz, stamp_of, texts_of
from schematic import drawn_refs, rungs_of
from sheets import SHEETS

from tests.command_runs import ROOT, lockbench

PAGES = [(rig, name) for rig in RIGS for name in texts_of(circuit_of(rig))]
HARNESSES = [(rig, name) for rig, name in PAGES if name.endswith(".yml")]
_TSPAN = re.compile(r"<tspan[^>]*>([^<]*)<")
_WORDS = re.compile(r'<text x="([-\d.]+)" y="([-\d.]+)"[^>]*font-size="([\d.]+)"[^>]*text-anchor="(\w+)"><tspan[^>]*>([^<]*)<')
_VIEW = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"')
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


def committed(rig: str, name: str) -> str:
    """Return a committed file of a rig."""
    return (ROOT / "wiring" / rig / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("rig", "name"), PAGES, ids=[f"{rig}/{name}" for rig, name in PAGES])
def test_what_is_committed_is_what_the_circuit_gives(rig: str, name: str) -> None:
    """`make drawings` was run after the last change."""
    assert committed(rig, name) == texts_of(circuit_of(rig))[name]


@pytest.mark.parametrize(("rig", "name"), HARNESSES, ids=[f"{rig}/{name}" for rig, name in HARNESSES])
def test_a_harness_drawing_carries_the_mark_of_its_data(rig: str, name: str) -> None:
    """So that a stale one is found where Graphviz is not."""
    assert stamp_of(committed(rig, str(Path(name).with_suffix(".svg")))) == digest(committed(rig, name))


@pytest.mark.parametrize(("rig", "name"), HARNESSES, ids=[f"{rig}/{name}" for rig, name in HARNESSES])
def test_a_harness_drawing_says_what_wireviz_makes_of_its_data(rig: str, name: str) -> None:
    """Every word of it; where the lines run is Graphviz's own affair, and differs from version to version."""
    if not can_draw():
        pytest.skip("graphviz is not on this machine: only the mark of the data was compared")
    again = _TEXT.findall(drawn_by_wireviz(committed(rig, name)))
    assert len(again) > 10
    assert sorted(again) == sorted(_TEXT.findall(committed(rig, str(Path(name).with_suffix(".svg")))))


@pytest.mark.parametrize("rig", RIGS)
def test_no_drawing_is_left_over(rig: str) -> None:
    made = set(texts_of(circuit_of(rig)))
    made |= {str(Path(name).with_suffix(".svg")) for name in made if name.endswith(".yml")} | {"circuit.toml"}
    assert {path.name for path in (ROOT / "wiring" / rig).iterdir()} == made


@pytest.mark.parametrize("rig", RIGS)
def test_the_harness_pages_hold_every_wire_once(rig: str) -> None:
    """Read back as WireViz reads them: pin, wire and pin, with colour and cross-section."""
    circuit = circuit_of(rig)
    drawn = set()
    for group in GROUPS:
        page = yaml.safe_load(yaml.safe_dump(harness(circuit, group))) or {"connections": []}
        for start, cable, end in page["connections"]:
            ((one, pins),), ((name, numbers),), ((other, others),) = start.items(), cable.items(), end.items()
            colours = page["cables"][name]["colors"]
            drawn |= {
                (name, one, str(pin), other, str(far), colours[number - 1], page["cables"][name]["gauge"])
                for pin, number, far in zip(pins, numbers, others, strict=True)
            }
    wanted = {
        (name, cable.start, one, cable.end, other, colour, f"{cable.mm2:g} mm2")
        for name, cable in circuit.cables.items()
        for one, other, colour in cable.wires
    }
    assert drawn == wanted


@pytest.mark.parametrize("rig", RIGS)
def test_the_schematic_has_every_part_with_the_nets_of_its_pins(rig: str) -> None:
    circuit = circuit_of(rig)
    assert drawn_refs(circuit) == set(circuit.parts)
    drawings = [text for name, text in texts_of(circuit).items() if name.endswith(".svg")]
    words = {word.strip() for drawing in drawings for word in _TSPAN.findall(drawing)}
    words |= {part for word in words for part in word.split()}
    for ref, part in circuit.parts.items():
        assert ref in words, ref
        nets = {net for net in part.pins.values() if net}
        assert nets <= words, (ref, nets - words)


def boxes_of_words(drawing: str) -> list[tuple[str, float, float, float, float]]:
    """Return each piece of text with left, right, top and bottom: a letter is taken as 0.58 of its size wide, which is a wide one."""
    found = []
    for x, y, size, anchor, words in _WORDS.findall(drawing):
        wide = 0.58 * float(size) * len(words)
        left = float(x) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        found.append((words, left, left + wide, float(y) - 0.4 * float(size), float(y) + 0.4 * float(size)))
    return found


@pytest.mark.parametrize("rig", RIGS)
def test_no_word_of_a_schematic_lies_on_another_or_beyond_the_page(rig: str) -> None:
    for name, drawing in texts_of(circuit_of(rig)).items():
        if not name.endswith(".svg"):
            continue
        view = _VIEW.search(drawing)
        assert view is not None
        x, y, wide, high = map(float, view.groups())
        words = boxes_of_words(drawing)
        assert len(words) > 10
        assert [w for w, left, right, top, low in words if left < x or right > x + wide or top < y or low > y + high] == [], name
        on = [
            (one[0], other[0])
            for n, one in enumerate(words)
            for other in words[n + 1 :]
            if one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]
        ]
        assert on == [], name


def test_a_rung_that_the_circuit_does_not_have_cannot_be_drawn() -> None:
    """The sheets only say what is drawn in which order: a part beside the net is refused, not drawn."""
    sheet = SHEETS[0]._replace(rungs=("@GND_SUPPLY GB1 K1:make",))
    with pytest.raises(ValueError, match="K1:make: lies between FEED_RAW and FUSED, not on BATT"):
        list(rungs_of(circuit_of("rpi-bench"), sheet))


@pytest.mark.parametrize("rig", RIGS)
def test_every_assembly_step_ends_with_a_measurement_and_names_parts_that_are_there(rig: str) -> None:
    circuit = circuit_of(rig)
    assert len(circuit.steps) >= 3
    for n, step in enumerate(circuit.steps):
        assert step.measure, n
        assert set(step.parts) <= set(circuit.parts)
        for sentence in (step.do, *step.measure):
            assert "{" not in filled(sentence, circuit, str(n))
            for ref, pin in re.findall(r"\b([A-Z]{1,2}\d{1,2})\.(\d+a?|IN[+-])(?![\d.])", sentence):
                assert pin in circuit.parts[ref].pins or (ref, pin) == ("P1", "16"), f"{ref}.{pin}"
            for ref, pin, net in re.findall(r"\b([A-Z]{1,2}\d{1,2})\.(\w+) \(([A-Z0-9]+_?[A-Z0-9]*)\)", sentence):
                nets = circuit.parts[ref].pins
                assert nets[pin] == net, f"{ref}.{pin} is on {nets[pin]}, the sentence says {net}"


def test_the_assembly_names_the_pins_of_the_header_that_the_drivers_are_on() -> None:
    """They stand there as bare numbers: held to the nets here."""
    circuit = circuit_of("rpi-bench")
    found = re.search(r"header pins (\d+), (\d+), (\d+) and (\d+) to pin (\d+)", committed("rpi-bench", "assembly.md"))
    assert found is not None
    assert [circuit.parts["J1"].pins[pin] for pin in found.groups()] == ["ENABLE", "LOCK_REQ", "UNLOCK_REQ", "HEARTBEAT", "GND_LOGIC"]


@pytest.mark.parametrize("rig", RIGS)
def test_the_parts_list_has_the_wire_for_every_cable(rig: str) -> None:
    """Whoever orders from it alone has enough of each: ours are summed here a second time, from the table of cables."""
    page = committed(rig, "parts.md")
    drawn = sum(
        float(length) * len(wires.split(", "))
        for wires, length in re.findall(r"^\| W\d+ \| \w+ \| \w+ \| ([^|]+) \| [\d.]+ \| ([\d.]+) \|", page, flags=re.MULTILINE)
    )
    ordered = sum(float(m) for m in re.findall(r"^\| [\d.]+ \| [A-Z]{2} \| ([\d.]+) \|$", page, flags=re.MULTILINE))
    assert 1.05 * drawn < ordered < 1.2 * drawn


def test_decision_records_are_numbered_without_a_gap_or_a_double() -> None:
    paths = sorted((ROOT / "firmware-notes" / "decisions").glob("*.md"))
    assert [path.name[:5] for path in paths] == [f"{n:04d}-" for n in range(1, len(paths) + 1)]
    assert [path.read_text(encoding="utf-8")[:8] for path in paths] == [f"# {n:04d}: " for n in range(1, len(paths) + 1)]


def test_the_heartbeat_note_says_what_the_circuit_gives() -> None:
    """Its figures stand there by hand: each is looked for."""
    note = (ROOT / "firmware-notes" / "heartbeat-circuit.md").read_text(encoding="utf-8")
    circuit = circuit_of("rpi-bench")
    names = ("heartbeat_ms", "heartbeat_min_ms", "heartbeat_max_ms", "feed_dead_ms", "one_shot_min_ms", "one_shot_max_ms")
    missing = [f"{name}: {text}" for name in names if (text := filled(f"{{{name}|ms}}", circuit, name)) not in note]
    assert missing == []
    assert filled("{pull_down_v|V}", circuit, "note") in note


@pytest.mark.parametrize("page", ["wiring/README.md", *sorted(f"firmware-notes/{p.name}" for p in (ROOT / "firmware-notes").glob("*.md"))])
def test_links_of_the_builders_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []
    named = re.findall(r"`((?:bench|tests|wiring|docs|dbc)/[\w./-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("rig", RIGS)
def test_the_commands_of_the_wiring_page_hold(rig: str) -> None:
    assert f"$ lockbench wiring check wiring/{rig}.toml" in (ROOT / "wiring" / "README.md").read_text(encoding="utf-8")
    assert lockbench("wiring", "check", f"wiring/{rig}.toml").code == 0
