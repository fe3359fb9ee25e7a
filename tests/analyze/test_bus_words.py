"""What the judge says about a bus is told in the reader's language: every kind of finding, with its reasons, and what to do next."""

import re
from pathlib import Path

import pytest
from analyze_samples import drive, opened, write_candump

from bench.analysis.body_next import NEXT_TEST
from bench.app.analyze import analyze
from bench.config.languages import load_language
from bench.report.bus_words import NEXT, told
from bench.report.timeline import timeline_page
from tests.command_runs import lockbench

RUSSIAN = load_language("ru")
SAID = (
    "The rear left door signal flickers: 12 of 14 changes came faster than a hand can move a door.",
    "The rear left door signal flickers while driving, at up to 42 km/h: 12 of 14 changes came faster than a hand can move a door.",
    "The tailgate closed and at once came open again (2 x): the latch did not hold.",
    "SAFETY: the rear right door read open while the car moved. Do not drive on before the latch is seen to hold.",
    "The open and the closed bit of the front left door contradict each other.",
    "Frame 0x60D stayed away while others went on: a gateway, the recorder or sleep; no door was watched.",
    (
        "The car was unlocked and at once locked again, with no door opened (1 x). Presses on the remote or the lock switch would look the "
        "same."
    ),
    (
        "time stamps run backwards (2 x, first behind 60.00 s): a clock that was set, or recordings put together; nothing was judged "
        "across such a place"
    ),
    "door frames came on 2 channels (1, 2); 1 has more and was taken",
    "SAFETY: the lock state was lost while the car moved (3 x). A press on the lock switch would look the same.",
    "The rear left door read closed throughout while every other door opened and closed.",
    "The supply fell to 7.9 V, a lock needs 9 V (2 x, cranking not counted).",
    "open 12.00 s, closed 12.20 s, open 12.40 s", "shortest state 0.20 s", "closed at 3.10 s, open again 0.25 s later",
    "7 frames read open at up to 42 km/h, first at 3.00 s",
    (
        "7 frames read open at up to 42 km/h, first at 3.00 s; it never read closed in this recording, so a false signal is the likelier "
        "reading"
    ),
    "from 3.00 s for 4.00 s, 120 other frames meanwhile", "below 9 V from 3.00 s for 1.20 s, down to 7.9 V",
)  # fmt: skip
LATIN = re.compile(r"[A-Za-z]{3,}")
TERMS = {"BCM"}


@pytest.mark.parametrize("sentence", [*SAID, *NEXT_TEST.values()])
def test_it_is_told_in_russian_with_its_values(sentence: str) -> None:
    """No English word is left, and every number is carried over with its separator."""
    russian = told(sentence, RUSSIAN)
    assert [word for word in LATIN.findall(russian) if word not in TERMS] == []
    numbers = re.findall(r"\d+(?:\.\d+)?", re.sub(r"0x\w+", "", sentence))
    assert sorted(re.findall(r"\d+(?:,\d+)?", re.sub(r"0x\w+", "", russian))) == sorted(n.replace(".", ",") for n in numbers)
    assert told(sentence) == sentence


def test_what_to_do_next_is_known_to_the_languages() -> None:
    """The catalogue here and the judge's own table hold the same sentences."""
    assert set(NEXT) == set(NEXT_TEST.values())


def test_a_recordings_findings_are_russian_in_text_and_page(tmp_path: Path) -> None:
    """A door that flickers: English is the default, Russian comes with --lang, the JSON stays as the contract has it."""
    log = write_candump(tmp_path / "a.log", drive(20, opened(*[(12 + n * 0.4, 12.2 + n * 0.4) for n in range(8)])))
    english, russian = lockbench("analyze", log), lockbench("analyze", log, "--lang", "ru")
    assert "signal flickers" in english.out
    assert "Сигнал мерцает: задняя левая дверь" in russian.out
    assert "signal flickers" not in russian.out
    assert lockbench("analyze", log, "--lang", "ru", "--json").out == lockbench("analyze", log, "--json").out
    page = timeline_page(analyze([log]), RUSSIAN)
    assert '<html lang="ru">' in page
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL).replace(str(log), "")
    assert [word for word in LATIN.findall(text) if word not in TERMS] == []
