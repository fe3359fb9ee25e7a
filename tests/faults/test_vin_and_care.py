"""What a VIN says, and when care is due."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.config.languages import load_language
from bench.model.care_due import next_care_due
from bench.model.vin import read_vin, vin_sentences


@pytest.mark.parametrize(
    ("vin", "maker", "model"),
    [
        ("SJNFAAJ11U1234567", "Sunderland", "J11"),
        ("SJNTAAJ12U1234567", "Sunderland", "J12"),
        ("Z8NFBAJ11E1234567", "Saint Petersburg", "J11"),
        ("SJNFAAJ10U1234567", "Sunderland", None),
        ("WVWZZZ1JZXW000001", None, None),
        ("JN1TAAJ11U1234567", None, None),
    ],
)
def test_what_is_known_is_read_and_nothing_else(vin: str, maker: str | None, model: str | None) -> None:
    reading = read_vin(vin)
    assert (reading.maker is None) == (maker is None)
    assert maker is None or (reading.maker is not None and maker in reading.maker)
    assert reading.platform == model
    assert (reading.model is None) == (model is None)


def test_it_is_honest_about_the_rest_in_both_languages() -> None:
    for language in (load_language("en"), load_language("ru")):
        said = " ".join(vin_sentences(read_vin("SJNFAAJ11U1234567"), language))
        assert language.say("Qashqai J11 (second generation)") in said
        assert "2013" not in said, "no year is invented"
        assert "WVW" in " ".join(vin_sentences(read_vin("WVWZZZ1JZXW000001"), language))


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_vin(text).vin == text
    assert vin_sentences(read_vin(text))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2200, 1, 1)))
def test_care_is_due_half_a_year_later_on_a_day_that_exists(day: dt.date) -> None:
    due = dt.date.fromisoformat(next_care_due(f"{day.isoformat()}T10:15:02Z") or "")
    months = (due.year - day.year) * 12 + due.month - day.month
    assert months == 6
    assert due.day == min(day.day, calendar.monthrange(due.year, due.month)[1])


@pytest.mark.parametrize("odd", [None, "", "yesterday", "2026-13-40T00:00:00Z"])
def test_without_a_day_nothing_is_due(odd: str | None) -> None:
    assert next_care_due(odd) is None
