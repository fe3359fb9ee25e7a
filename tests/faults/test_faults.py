"""The fault texts are complete, short enough for their places, and say about driving what must be said."""

import json
import re

import pytest

from bench.app.catalogue import faults_json, faults_text
from bench.errors import UsageError
from bench.model import fault_texts_care as care
from bench.model.faults import FAULT_TEXTS, FaultText, title_of
from bench.model.names import FAULTS, HYPOTHESES, SYMPTOMS

EACH = pytest.mark.parametrize("text", FAULT_TEXTS.values(), ids=FAULT_TEXTS.keys())


def test_every_hypothesis_has_a_text_in_the_order_of_the_catalogue() -> None:
    """Nothing that a verdict can name lacks a text."""
    assert list(FAULT_TEXTS) == [*FAULTS, "other", "healthy"]
    assert set(FAULT_TEXTS) == set(HYPOTHESES)
    assert all(id_ == text.id for id_, text in FAULT_TEXTS.items())


@EACH
def test_each_text_is_whole(text: FaultText) -> None:
    """Sentences end, lists hold something, titles fit a screen and carry no id."""
    for sentence in (text.gives_away, text.remedy, text.next_test, text.drive_reason, *text.warnings):
        assert sentence.strip() == sentence
        assert sentence[-1] in ".:!?)", sentence
        assert len(sentence) > 15
    assert 5 < len(text.title) <= 60
    assert "_" not in text.title
    assert text.tools
    assert text.causes or text.id == "healthy"


def test_titles_are_all_different() -> None:
    """Two faults are never shown under one name."""
    assert len({text.title for text in FAULT_TEXTS.values()}) == len(FAULT_TEXTS)


def test_the_switch_faults_are_named_by_what_the_car_thinks() -> None:
    """An open contact reads shut, a closed one open: people see the car's belief, not the contact's state."""
    for id_ in ("switch_stuck_open", "wire_open_switch"):
        assert "car always thinks SHUT" in FAULT_TEXTS[id_].title
    for id_ in ("switch_stuck_closed", "wire_short_switch"):
        assert "car always thinks OPEN" in FAULT_TEXTS[id_].title


def test_what_may_let_the_door_open_while_moving_forbids_driving() -> None:
    """Latch faults say no, a sound latch never does, and the unknown is not called safe."""
    by = {drive: {t.id for t in FAULT_TEXTS.values() if t.drive == drive} for drive in ("no", "care", "yes", None)}
    assert by["no"] == {"lever_broken", "cable_stretched", "wire_intermittent", "striker_misaligned", "spring_weak", "reopens"}
    assert by[None] == {"bench_fault", "other"}
    assert "healthy" in by["yes"]
    assert all("while moving" in FAULT_TEXTS[id_].drive_reason for id_ in by["no"])


def test_a_member_of_a_known_group_names_the_test_that_splits_it() -> None:
    """Faults that the rig cannot tell apart have a next test that names its own outcome."""
    grouped = ("motor_open", "wire_open_motor", "switch_stuck_open", "wire_open_switch", "switch_stuck_closed", "frozen",
               "wire_short_switch", "wire_high_r", "gear_jam", "rod_bent", "cable_stretched", "gear_stiff")  # fmt: skip
    for id_ in grouped:
        assert re.search(r"[.:?] .*[:.]", FAULT_TEXTS[id_].next_test), id_


def test_an_unknown_id_of_a_later_version_is_shown_as_it_is() -> None:
    """A report of an old run never fails on a name."""
    assert title_of("motor_open") == "Lock motor is dead"
    assert title_of("flux_low") == "flux_low"


def test_every_symptom_has_its_row_and_names_only_faults_of_the_catalogue() -> None:
    """What --symptom takes is what the table explains."""
    assert {row.id for row in care.SYMPTOM_TABLE} == set(SYMPTOMS)
    assert {f for row in care.SYMPTOM_TABLE for f in row.faults} <= set(FAULTS)


@pytest.mark.parametrize(
    "words",
    ["WD-40", "graphite", "silicone", "lithium", "six months", "15 to 20 minutes", "VIN", "10,000 to 20,000 roubles",
     "hair dryer", "3,000 to 5,000 roubles", "1 to 2 hours", "trim", "waterproof film", "keyless", "door gaps", "antifreeze",
     "key", "seals", "reflash", "inside handle", "compressed air", "slam", "immobiliser", "reads SHUT", "10 and 12 mm"],
)  # fmt: skip
def test_the_catalogue_tells_what_the_article_told(words: str) -> None:
    """Each warning, routine, remedy and price of the article is found by `lockbench faults`."""
    every = " ".join([faults_text(), *(faults_text(id_) for id_ in FAULT_TEXTS)])
    assert words in " ".join(every.split())


@EACH
def test_one_fault_is_readable_in_80_columns(text: FaultText) -> None:
    """Title, remedy, next test, tools and the answer about driving are there, and no line is wider."""
    shown = faults_text(text.id)
    assert max(map(len, shown.splitlines())) < 80
    flat = " ".join(shown.split())
    for part in (text.title, text.remedy, text.next_test, text.drive_reason, *text.warnings, *text.causes):
        assert part in flat


def test_the_list_is_readable_in_80_columns_and_holds_every_id() -> None:
    """`lockbench faults` alone shows every id and every symptom word."""
    shown = faults_text()
    assert max(map(len, shown.splitlines())) < 80
    assert all(word in shown for word in (*HYPOTHESES, *SYMPTOMS))


def test_an_unknown_fault_is_refused_with_the_list() -> None:
    """The message names what was asked for and everything there is."""
    for ask in (faults_text, faults_json):
        with pytest.raises(UsageError, match=r"no fault 'door'; there are: motor_open, .*healthy"):
            ask("door")


def test_the_json_is_one_document_with_everything() -> None:
    """All faults and all tables, or one fault."""
    whole = json.loads(faults_json())
    assert whole["schema"] == "lockbench.faults/1"
    assert [f["id"] for f in whole["faults"]] == list(FAULT_TEXTS)
    assert len(whole["symptoms"]) == len(SYMPTOMS)
    assert [f["title"] for f in json.loads(faults_json("frozen"))["faults"]] == ["Mechanism is frozen or wet"]
