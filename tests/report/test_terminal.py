"""What the terminal shows: the verdict first, never wider than the screen, never obeying what it prints."""

import re
from collections.abc import Callable

import msgspec
import pytest
import report_samples as samples

from bench.model.diagnosis import Measurement, VerdictDocument
from bench.model.record import RunRecord
from bench.report.terminal import terminal_report
from bench.report.wording import limits_text, number_text, percent_text, step_title, value_text, words_of

ALL = [samples.healthy, samples.stuck_closed, samples.stiff, samples.dead, samples.inconclusive, samples.aborted]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 80, 132])
@pytest.mark.parametrize("make", ALL)
def test_no_line_is_wider_than_the_terminal(make: Callable[[], tuple[VerdictDocument, RunRecord]], width: int) -> None:
    """With and without colour, at any width from 40 columns."""
    document, _ = make()
    for colour in (False, True):
        shown = ESCAPES.sub("", terminal_report(document, width=width, colour=colour))
        assert max(map(len, shown.splitlines())) < width


def test_the_verdict_comes_first_and_the_report_last() -> None:
    """Verdict and fault in the bar; group, remedy, next test and driving below; the path whole on its own line."""
    document, _ = samples.stuck_closed()
    path = "/home/pi/" + "long/" * 30 + "report.html"
    shown = terminal_report(document, where=path)
    assert shown.splitlines()[1] == " [X] FAIL   The car always thinks OPEN (door switch welded or wet)"
    flat = " ".join(shown.split())
    for words in ("Certainty Probability 98 %", "cannot tell it from: Switch wire chafed to ground", "What to do Replace the switch",
                  "Next test Unplug the lock.", "Drive? With care.", "Against it Winding resistance"):  # fmt: skip
        assert words in flat
    assert shown.splitlines()[-1] == f"Report      {path}"


def test_without_colour_there_is_no_escape_and_with_it_every_bar_line_is_reset() -> None:
    """Colour is asked for; PASS and FAIL do not share one."""
    bad, good = samples.stiff()[0], samples.healthy()[0]
    assert "\x1b" not in terminal_report(bad)
    coloured = terminal_report(bad, colour=True)
    assert coloured.count("\x1b[0m") == 3
    assert coloured[:8] != terminal_report(good, colour=True)[:8]


def test_foreign_escapes_do_not_reach_the_terminal() -> None:
    """A reason, a title or a warning with control characters is shown without them."""
    document, _ = samples.stiff()
    hostile = "\x1b]0;owned\x07\x1b[2J\r\nnext"
    bad = msgspec.structs.replace(document, reason=hostile, run=hostile, warnings=(hostile,), next_test=hostile)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", terminal_report(bad, where=hostile))


def test_measurements_outside_their_windows_are_listed_with_units() -> None:
    """The step, the value, the unit and the window."""
    assert "Lock 1: travel time 235 ms [60; 190]" in terminal_report(samples.stiff()[0])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (112.0, "112"), (3.14159, "3.14"), (0.05, "0.05"), (0.7213, "0.721"), (12345.6, "12346"), (2e7, "2e+07"),
     (1e-6, "1e-06"), (float("nan"), "no finite number"), (-3.2, "-3.2"), (9999.99, "10000"), (0.99999, "1"), (100.0, "100")],
)  # fmt: skip
def test_numbers_are_short_and_without_exponent(value: float, text: str) -> None:
    """Three digits that count, no trailing zeros, and no number for what is none."""
    assert number_text(value) == text


def test_not_seen_is_never_a_zero_and_an_open_end_is_a_dash() -> None:
    """None is `not seen`; booleans are yes and no."""
    assert [value_text(v) for v in (None, True, False, "open")] == ["not seen", "yes", "no", "open"]
    half = Measurement(name="x", value=1.0, unit="A", low=None, high=2.0, source="", outcome="pass")
    assert limits_text(half) == " [-; 2]"


def test_probabilities_are_never_rounded_to_certainty() -> None:
    """0 % and 100 % mean exactly that."""
    assert [percent_text(p) for p in (0.0, 0.004, 0.5, 0.996, 1.0)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]


def test_contract_names_become_words() -> None:
    """`travel_ms` is travel, `lock#1` is Lock 1, an unknown name is shown as it is."""
    assert [words_of(n) for n in ("travel_ms", "can_latency_ms", "a", "held")] == ["travel", "can latency", "a", "held"]
    assert [step_title(k) for k in ("lock#1", "shake_it#2", "odd")] == ["Lock 1", "Shake it 2", "Odd"]
