"""The languages: what is said, how numbers and dates are written, and that no sentence is left in English."""

import re
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from message_ids import all_message_ids, in_errors, in_sources

from bench.config.languages import LOCALE, chosen_language, language_codes, load_language, read_language
from bench.errors import ConfigError, UsageError
from bench.model.language import ENGLISH, Language

RUSSIAN = load_language("ru")
PLACES = re.compile(r"\{[^{}]*\}")
SHOUTING = Language(
    code="xx", decimal=",", date_form="{d}.{m}.{y}",
    texts={
        "The motor draws {value} A": "DER MOTOR ZIEHT {value} A",
        "{seen} (a good lock: about {expected}): {how}.": "{seen} (GUT: {expected}): {how}!",
        "strong": "STARK",
    },
)  # fmt: skip


def test_english_and_russian_are_there() -> None:
    assert language_codes()[:1] == ("en",)
    assert "ru" in language_codes()
    assert (RUSSIAN.code, RUSSIAN.name) == ("ru", "Русский")


def test_numbers_and_dates_are_written_as_the_language_writes_them() -> None:
    assert RUSSIAN.number(12.345, 1) == "12,3"
    assert ENGLISH.number(12.345, 1) == "12.3"
    assert RUSSIAN.moment("2026-11-23T10:15:02.120Z") == "23.11.2026 10:15 UTC"
    assert ENGLISH.moment("2026-11-23T10:15:02Z") == "2026-11-23 10:15 UTC"
    assert RUSSIAN.date("not a date") == "not a date"


def test_only_numbers_get_the_separator() -> None:
    """A version, a path or an id is no number."""
    assert SHOUTING.localised("3.14 A, -0.5 V, lockbench 0.1.0, a.b, report.html") == "3,14 A, -0,5 V, lockbench 0.1.0, a.b, report.html"


def test_a_stored_sentence_is_told_again_in_another_language() -> None:
    """Verdict documents hold English; the pattern is found, the values are carried over, a part that is known is translated too."""
    assert SHOUTING.retell("The motor draws 1.50 A (a good lock: about 0.7): strong.") == "DER MOTOR ZIEHT 1,50 A (GUT: 0,7): STARK!"


def test_a_pattern_with_hardly_a_word_of_its_own_does_not_swallow_long_texts() -> None:
    """`{low} to {high} {unit}` is met by chance in many a sentence about sources."""
    source = "lumped model 3.1 A; window widened from there to six standard deviations: estimate [E]"
    assert RUSSIAN.retell(source) == RUSSIAN.localised(source)
    assert RUSSIAN.retell("12.1 to 12.6 V") == "12,1–12,6 В"


def test_a_colon_inside_of_what_was_seen_cuts_no_sentence_in_two() -> None:
    """Of both ways to cut it the one is taken whose pieces are known."""
    said = RUSSIAN.retell("Strokes differ: some run to the end stop, some do not: strong evidence for this fault.")
    assert not re.search("[a-z]", said)
    assert said.startswith(RUSSIAN.say("Strokes differ: some run to the end stop, some do not"))


def test_what_is_not_known_stays_as_it_is() -> None:
    assert SHOUTING.retell("Never heard of it") == "Never heard of it"
    assert SHOUTING.say("Never heard of it") == "Never heard of it"
    assert ENGLISH.retell("The motor draws 1.50 A") == "The motor draws 1.50 A"


@given(st.text(max_size=60))
def test_whatever_a_document_holds_is_told_and_never_breaks_a_report(stored: str) -> None:
    assert isinstance(SHOUTING.retell(stored), str)
    assert isinstance(SHOUTING.retell(f"The motor draws {stored} A"), str)


def test_a_new_language_is_one_more_file(tmp_path: Path) -> None:
    file = tmp_path / "tt.po"
    file.write_text('msgid ""\nmsgstr "X-Decimal: ,\\n"\n\nmsgid "yes"\nmsgstr "әйе"\n\nmsgid "no"\nmsgstr ""\n', encoding="utf-8")
    language = read_language(file)
    assert (language.code, language.say("yes"), language.say("no"), language.number(0.5, 1)) == ("tt", "әйе", "no", "0,5")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.po"
    file.write_text('msgid "a\nmsgstr\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"bad\.po"):
        read_language(file)


def test_the_language_is_the_one_asked_for_else_the_environments_else_english() -> None:
    assert chosen_language("ru", None).code == "ru"
    assert chosen_language(None, "ru").code == "ru"
    assert chosen_language("en", "ru").code == "en"
    assert chosen_language(None, None).code == chosen_language(None, "").code == "en"


@pytest.mark.parametrize(("given", "environment"), [("xx", None), (None, "klingon"), ("../ru", None)])
def test_an_unknown_language_is_refused_with_those_that_exist(given: str | None, environment: str | None) -> None:
    with pytest.raises(UsageError, match="en, ru"):
        chosen_language(given, environment)


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_every_sentence_that_is_said_is_translated(path: Path) -> None:
    """`make texts` adds what is missing here to the file."""
    done = {e.msgid for e in polib.pofile(str(path)) if e.msgstr and not e.fuzzy}
    assert [f"{where}: {english}" for english, where in all_message_ids().items() if english not in done] == []
    assert len({**in_errors(), **in_sources()}) > 200, "wrong use, and where limits come from, are among them"


def test_the_sentences_are_found_where_they_are_said() -> None:
    """The search for sentences sees tables, methods and local names; a search that finds nothing would pass every test above."""
    found = all_message_ids()
    assert {"May the car be driven?", "FAIL", "Customer", "Lock motor is dead", "Never fit a bigger fuse."} <= found.keys()
    assert len(found) > 800


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_a_translation_has_the_places_of_its_original(path: Path) -> None:
    """A place that is lost loses a number; one that is invented ends in an error."""
    wrong = [e.msgid for e in polib.pofile(str(path)) if e.msgstr and sorted(PLACES.findall(e.msgid)) != sorted(PLACES.findall(e.msgstr))]
    assert not wrong
