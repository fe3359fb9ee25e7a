"""The page: whole, self-contained, safe against hostile words, small, and it says what the document says."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import msgspec
import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.config import load_profile, profile_ids
from bench.config.languages import load_language
from bench.model.diagnosis import Compound, CompoundPart, Measurement, VerdictDocument
from bench.model.faults import title_of
from bench.model.names import HYPOTHESES
from bench.model.observations import Answer, Current, StepMark
from bench.model.record import RunRecord, StepSpan
from bench.report.page import html_report
from bench.report.page_script import SCRIPT, source_hash
from bench.report.sources import source_text
from bench.report.tables import looked_at
from bench.report.wording import hypothesis_title, reason_sentence

Sample = tuple[VerdictDocument, RunRecord]
ALL = {
    "healthy": samples.healthy, "stuck_closed": samples.stuck_closed, "stiff": samples.stiff, "dead": samples.dead,
    "inconclusive": samples.inconclusive, "aborted": samples.aborted,
}  # fmt: skip
EACH = pytest.mark.parametrize("sample", [make() for make in ALL.values()], ids=list(ALL))
VOID = {"meta", "path", "circle", "rect", "use", "br"}
RUSSIAN = load_language("ru")
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x00\x1b[31m\udc80"


class Tags(HTMLParser):
    """Reads a page: that tags close in order, every attribute, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data + " "


def page_of(sample: Sample, **more: object) -> str:
    document, record = sample
    return html_report(document, record, samples.envelopes(), profile=samples.PROFILE, door=samples.door_states(record))


def plain(page: str) -> str:
    return " ".join(Tags(page).text.split())


@EACH
def test_the_page_is_well_formed_and_asks_for_nothing(sample: Sample) -> None:
    """Tags close in order; one script of ours, no source, no link but within the page; a policy forbids the rest."""
    page = page_of(sample)
    tags = Tags(page)
    assert tags.open == []
    assert page.startswith("<!DOCTYPE html>")
    assert not {"img", "link", "iframe", "object", "image", "base", "form"} & set(tags.tags)
    assert re.findall("<script.*?</script>", page, re.DOTALL) == [f"<script>{SCRIPT}</script>"]
    assert f"script-src {source_hash(SCRIPT)}" in page
    assert "unsafe-inline'; script-src 'unsafe" not in page
    names = {name for name, _ in tags.attributes}
    assert "src" not in names
    assert not {n for n in names if n.startswith("on")}
    assert all(value.startswith("#") for name, value in tags.attributes if name in ("href", "xlink:href"))
    assert "://" not in page
    assert not re.search(r"fetch|XMLHttp|import|eval|innerHTML|localStorage|parent|opener", SCRIPT)
    assert "@import" not in page
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= set(re.findall(r"url\((#c\d+o)\)", page))
    assert "default-src 'none'" in page


@EACH
def test_the_page_is_small(sample: Sample) -> None:
    """Under 400 kB, also with a reference run drawn beside it."""
    document, record = sample
    page = html_report(document, record, samples.envelopes(), profile=samples.PROFILE, reference=samples.healthy()[1])
    assert len(page.encode()) < 400_000


@EACH
def test_the_first_screen_says_verdict_fault_reason_and_what_to_do(sample: Sample) -> None:
    """Verdict word, title, group, remedy, next test and the answer about driving stand before the curves."""
    document, _ = sample
    text = plain(page_of(sample))
    first = text[: text.index("What was measured")]
    assert document.verdict in first
    assert reason_sentence(document) in first
    assert "May the car be driven?" in first
    for diagnosis in document.diagnoses:
        if document.verdict == "FAIL":
            assert diagnosis.title in first
            assert all(title_of(other) in first for other in diagnosis.group)
            assert all(sentence in first for sentence in diagnosis.remedy.split(". ")[1:])


def test_each_verdict_has_its_own_colour_sign_and_word() -> None:
    """Nobody needs to tell red from green: band, sign and word all differ."""
    seen = set()
    for verdict in ("PASS", "FAIL", "INCONCLUSIVE", "ABORTED", "ERROR"):
        document, record = samples.healthy()
        page = page_of((msgspec.structs.replace(document, verdict=verdict), record))
        sign = re.search(r'aria-hidden="true">(<path d="[^"]+"/>)', page)
        assert sign is not None
        assert re.search(rf'class="band {verdict}( long)?"', page)
        seen.add(sign[1])
    assert len(seen) == 5


def test_a_weak_hypothesis_is_no_order_to_replace_a_part() -> None:
    """INCONCLUSIVE names the next test and the candidates; the candidate's remedy and tools are not shown."""
    document, record = samples.inconclusive()
    text = plain(page_of((document, record)))
    assert "Do not replace anything yet" in text
    assert document.next_test is not None
    assert document.next_test.rstrip(".") in text
    assert "It could be Door switch chatters (41 %)" in text
    assert document.diagnoses[0].remedy not in text


def test_measurements_stand_with_value_unit_limits_and_source() -> None:
    """`112 ms [60; 190]`; what was not seen says so and is no zero."""
    text = plain(page_of(samples.healthy()))
    assert "112 ms [60; 190]" in text
    assert "3.1 A [2; 4.8]" in text
    assert "not seen [0; 400]" in text
    assert "J11 BCS-18" in text


def test_every_hypothesis_is_in_the_table_of_probabilities() -> None:
    """All of them, by title, with nothing called 0 % that is not."""
    text = plain(page_of(samples.stiff()))
    table = text[text.index("How likely each fault is") :]
    assert all(title_of(h) in table for h in HYPOTHESES)
    assert "91 %" in table
    assert "< 1 %" in table


def test_what_was_used_is_on_the_page() -> None:
    """Run, profile, scope, versions, what was not tested, supply and ambient with units."""
    text = plain(page_of(samples.healthy()))
    for words in ("2026-11-23T10-15-02Z-a1b2", "qashqai-j11-rear-door", "door: lock in the door", "lockbench 0.1.0",
                  "Striker on the body has moved", "12.6 V", "21.5 °C", "SJNFAAJ11U1234567", "Numbers are priors"):  # fmt: skip
        assert words in text


def test_a_stopped_run_shows_why_and_the_over_current() -> None:
    """The stop line's reason and detail, the trip with its limit, and what is left of the step that was cut."""
    page = page_of(samples.aborted())
    assert "estop: pressed in unlock#1" in plain(page)
    assert "7.1 A, limit 6 A" in plain(page)
    assert 'class="triptext"' in page


@pytest.mark.parametrize("where", ["vin", "job", "rig", "answer", "step", "reason", "run", "evidence", "warning", "source", "profile"])
def test_hostile_words_stay_words(where: str) -> None:
    """Markup in any foreign text is shown, never obeyed, and the page is still whole."""
    document, record = samples.stiff()
    if where in ("vin", "job", "rig"):
        record = replace(record, header=msgspec.structs.replace(record.header, **{where: HOSTILE}))
    elif where == "answer":
        lines = (*record.observations, Answer(t=10**12, question=HOSTILE, value=HOSTILE, step=HOSTILE))
        record = replace(record, observations=lines)
    elif where == "step":
        steps = tuple(replace(s, name=HOSTILE) if s.name == "lock" else s for s in record.steps)
        record = replace(record, steps=steps)
        results = tuple(msgspec.structs.replace(s, name=HOSTILE) for s in document.steps)
        document = msgspec.structs.replace(document, steps=results)
    elif where in ("reason", "run"):
        document = msgspec.structs.replace(document, **{where: HOSTILE})
    elif where == "warning":
        document = msgspec.structs.replace(document, warnings=(HOSTILE,), not_tested=(HOSTILE,), versions={HOSTILE: HOSTILE})
    elif where == "evidence":
        bad = msgspec.structs.replace(document.diagnoses[0].evidence[0], text=HOSTILE)
        worse = msgspec.structs.replace(document.diagnoses[0], evidence=(bad,), title=HOSTILE, group=(HOSTILE, "gear_stiff"))
        document = msgspec.structs.replace(document, diagnoses=(worse,))
    elif where == "source":
        measured = msgspec.structs.replace(document.steps[1].measurements[0], source=HOSTILE, name=HOSTILE, unit=HOSTILE)
        step = msgspec.structs.replace(document.steps[1], measurements=(measured,), verdict=HOSTILE)
        document = msgspec.structs.replace(document, steps=(step,))
    profile = msgspec.structs.replace(samples.PROFILE, title=HOSTILE, notes=(HOSTILE,)) if where == "profile" else samples.PROFILE
    page = html_report(document, record, samples.envelopes(), profile=profile)
    tags = Tags(page)
    assert tags.open == []
    assert "img" not in tags.tags
    assert list(tags.tags).count("script") == 1
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    assert "alert(1)" in tags.text
    assert not re.search(r"[\x00\x1b\udc80]", page)
    assert page.encode()


def test_evidence_is_numbered_where_it_happened() -> None:
    """Marks 1 and 2 stand in the charts of the step that they belong to, and nowhere else."""
    page = page_of(samples.stiff())
    figures = page.split("<figure>")[1:]
    marked = [re.findall(r'<text class="mark"[^>]*>(\d)</text>', figure) for figure in figures]
    assert marked[0] == ["1", "2"]
    assert not any(marked[1:])


def test_excursions_are_painted_only_where_the_step_failed() -> None:
    """Orange over a curve means something is wrong: never in a step that passed."""
    assert 'class="out"' in page_of(samples.stiff())
    assert 'class="out"' not in page_of(samples.healthy())
    assert 'class="out"' not in page_of(samples.stuck_closed())


def test_ids_in_a_reason_are_shown_as_titles() -> None:
    """People read `Lock motor is dead`, not motor_open; other words stay as they are."""
    document, record = samples.dead()
    said = msgspec.structs.replace(document, reason="motor_open or wire_open_motor with probability 0.98, not healthy nor other")
    text = plain(page_of((said, record)))
    assert '"Lock motor is dead" or "Broken motor wire in the door corrugation" with probability 98 %' in text
    assert 'not "Lock is good" nor other' in text


@pytest.mark.parametrize(
    ("verdict", "reason", "shown"),
    [
        ("FAIL", "gear_stiff with probability 0.87", ""),
        ("FAIL", "switch_stuck_closed or wire_short_switch with probability 1.00", ""),
        ("PASS", "healthy with probability 0.95, every step as expected", "Every step went as it does in a good lock."),
        ("INCONCLUSIVE", "looks healthy, but lock#1, close#2 failed", 'Looks healthy, but "Lock 1", "Close 2" failed.'),
        ("INCONCLUSIVE", "the evidence does not decide: the likeliest is gear_jam with 0.60, a firm answer needs 0.7",
         'The evidence does not decide: the likeliest is "Gearbox is jammed" with 60 %, a firm answer needs 70 %.'),
        ("ERROR", "the bench itself is at fault (probability 1.00)", "The bench itself is at fault (probability > 99 %)."),
        ("ERROR", "stopped by sensor: feed 0.5 V above 0.3 V", "Stopped by sensor: feed 0.5 V above 0.3 V."),
    ],
)  # fmt: skip
def test_the_rule_speaks_in_sentences(verdict: str, reason: str, shown: str) -> None:
    """Titles for ids, percentages for probabilities, volts left alone; nothing where the headline says the same."""
    document = msgspec.structs.replace(samples.healthy()[0], verdict=verdict, reason=reason)
    assert reason_sentence(document) == shown


def test_a_run_with_nothing_in_it_still_gives_a_page() -> None:
    """No steps, no diagnoses, no probabilities: the verdict and the reason are there."""
    document, record = samples.healthy()
    empty = replace(record, observations=(record.header,), steps=())
    bare = msgspec.structs.replace(document, verdict="ERROR", steps=(), probabilities=None, reason="proof test: feed 12.1 V", drive=None)
    text = plain(html_report(bare, empty, (), profile=samples.PROFILE))
    assert "ERROR" in text
    assert "Proof test: feed 12.1 V." in text
    assert "Not known." in text


def test_a_run_of_very_many_steps_and_samples_stays_small() -> None:
    """60 driven steps at 5 kS/s, each named and measured: still under 400 kB, and it says what is left out."""
    document, record = samples.healthy()
    span, lock = 10**9, record.steps[1]
    lines = list(record.observations)
    block = next(o for o in lines if isinstance(o, Current) and lock.start_ns + 200 * 10**6 < o.t0)
    dense = [k * 200_000 for k in range(250)]
    many: list[StepSpan] = []
    outputs = [o for o in lines if lock.start_ns <= getattr(o, "t", -1) <= (lock.end_ns or 0) and not isinstance(o, StepMark)]
    extra = []
    for n in range(60):
        shift = n * span * 2
        many.append(StepSpan(name="lock", n=n, start_ns=lock.start_ns + shift, end_ns=(lock.end_ns or 0) + shift))
        extra += [msgspec.structs.replace(o, t=o.t + shift) for o in outputs if hasattr(o, "t")]
        wild: list[float | None] = [float(k % 7) for k in range(250)]
        extra += [Current(t0=lock.start_ns + shift + b * 50 * 10**6, dt=dense, a=wild, v=block.v[:1] * 250) for b in range(20)]
    long = replace(record, observations=tuple(sorted([record.header, *extra], key=lambda o: getattr(o, "t", getattr(o, "t0", 0)))),
                   steps=tuple(many))  # fmt: skip
    steps = tuple(msgspec.structs.replace(document.steps[1], name=f"lock#{n}") for n in range(60))
    page = html_report(msgspec.structs.replace(document, steps=steps), long, samples.envelopes(), profile=samples.PROFILE)
    assert len(page.encode()) < 400_000
    assert "36 more steps" in page


@settings(max_examples=40, deadline=None)
@given(
    blocks=st.lists(
        st.tuples(st.integers(0, 3 * 10**9), st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), max_size=20)),
        max_size=8,
    ),
    ends=st.lists(st.none() | st.integers(0, 3 * 10**9), min_size=8, max_size=8),
)
def test_no_samples_whatever_break_the_page(blocks: list[tuple[int, list[float | None]]], ends: list[int | None]) -> None:
    """NaN, infinity, gaps, blocks out of order, steps that end before they begin: a whole page without `nan` or `inf` in a path."""
    document, record = samples.healthy()
    odd = [Current(t0=t0, dt=[k * 10**6 for k in range(len(a))], a=a, v=[None] * len(a)) for t0, a in blocks]
    kept = [o for o in record.observations if not isinstance(o, Current)]
    steps = tuple(replace(s, end_ns=end) for s, end in zip(record.steps, ends, strict=True))
    page = page_of((document, replace(record, observations=(*kept, *odd), steps=steps)))
    assert Tags(page).open == []
    assert not re.search(r'(?:d|x|y|width|cx)="[^"]*(?:nan|inf)', page)


def test_the_source_of_a_window_is_told_once() -> None:
    """The second step of one kind says `as above`, also where the window was carried to another tenth of a volt."""
    document, record = samples.healthy()
    long = "estimate for the class of actuator out of a service test; carried to 12."
    steps = tuple(
        msgspec.structs.replace(s, measurements=tuple(msgspec.structs.replace(m, source=f"{long}{n} V") for m in s.measurements))
        for n, s in enumerate(document.steps)
    )
    text = plain(page_of((msgspec.structs.replace(document, steps=steps), record)))
    assert text.count("estimate for the class of actuator") == 5
    assert text.count("as above") == 5 * 5


def test_a_wrong_word_stands_beside_its_chart() -> None:
    """A door switch that shows the wrong state is a chip in that step's caption; a right one is not."""
    document, record = samples.stuck_closed()
    bad = Measurement(name="ajar", value="open", unit="", low=None, high=None, source="expected: closed", outcome="fail")
    good = msgspec.structs.replace(bad, name="lock", value="unlocked", outcome="pass")
    steps = tuple(msgspec.structs.replace(s, measurements=(bad, good)) if s.name == "close#1" else s for s in document.steps)
    page = page_of((msgspec.structs.replace(document, steps=steps), record))
    assert '<span class="chip bad">door switch open</span>' in page
    assert "lock switch unlocked</span>" not in page


def test_what_leaves_the_band_is_painted_where_the_evidence_is_of_the_curve() -> None:
    """A step inside its wide windows may still be outside the band; with evidence off the curve it is painted, else not."""
    document, record = samples.stiff()
    passed = tuple(msgspec.structs.replace(s, verdict="PASS") for s in document.steps)
    assert 'class="out"' in page_of((msgspec.structs.replace(document, steps=passed), record))
    switch = tuple(msgspec.structs.replace(e, feature="closes") for e in document.diagnoses[0].evidence)
    other = (msgspec.structs.replace(document.diagnoses[0], evidence=switch),)
    assert 'class="out"' not in page_of((msgspec.structs.replace(document, steps=passed, diagnoses=other), record))


def test_the_sources_of_limits_are_told_in_russian() -> None:
    """Clause by clause, with what the judge adds: no English word is left but names, in nine of ten at least."""
    names = r"\b(BMW|Toyota|Mercury Scorpio|Omron|Nissan|Rogue|ST|FC|Ke|RF|BCS|DLK)\b|\S*[\d_#-]\S*"
    said = [
        source_text(f"{limit.source}; carried to 12.1 V, 25 degrees C [E]", RUSSIAN)
        for ref in profile_ids()
        for limit in load_profile(ref).limits.values()
    ]
    assert all("пересчитано на 12,1 В, 25 °C [E]" in one for one in said)
    assert sum(not re.search(r"[a-z]{3,}", re.sub(names, "", one)) for one in said) >= 0.9 * len(said)


def test_what_was_looked_at_by_hand_is_told_once_and_the_latest_counts() -> None:
    _, record = samples.healthy()
    given = [Answer(t=10**12 + n, step=None, question=q, value=v) for n, (q, v) in enumerate(
        [("check_levers", "whole"), ("check_ice", "dry"), ("check_levers", "cracked"), ("check_spring", None), ("unheard_of", "x")]
    )]  # fmt: skip
    found = looked_at(replace(record, observations=(*record.observations, *given)))
    assert found == ("There is no ice in seals or lock", "A lever of the lock is cracked or passes no force on")


def test_two_faults_at_once_are_not_called_something_unknown_in_the_table() -> None:
    """What lies outside of the catalogue of single faults is, in such a run, the two that the headline names."""
    document, _ = samples.inconclusive()
    part = CompoundPart(fault="motor_short", group=("motor_short",), title="a", remedy="b.", evidence=())
    both = Compound(probability=0.98, faults=("motor_short", "switch_bounce"), parts=(part, part))
    assert hypothesis_title(document, "other") == title_of("other")
    assert hypothesis_title(msgspec.structs.replace(document, compound=both), "other") == "Two faults at once"
    assert hypothesis_title(msgspec.structs.replace(document, compound=both), "frozen") == title_of("frozen")
