"""What is drawn is what was seen: windows, lanes, gaps, and no spike lost between pixels."""

import re
from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
import report_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from bench.model.observations import Current, Input
from bench.report.chart import Mark, chart
from bench.report.scale import Scale, broken_line, nice_step
from bench.report.series import AFTER_MS, BEFORE_MS, MS, Lane, StepView, views_of

PAPER = Scale(0, 1000, 0, 100)
UP = Scale(0, 10, 100, 0)


def view_of(key: str, *, follows: bool = True, shape: samples.Shape | None = None) -> StepView:
    record = samples.recorded(shape or samples.Shape())
    views = views_of(record, samples.PROFILE, samples.door_states(record) if follows else ())
    return next(v for v in views if v.step.key == key)


def lane(view: StepView, name: str) -> Lane:
    return next(found for found in view.lanes if found.name == name)


def test_a_driven_step_is_shown_around_its_feed() -> None:
    """The axis begins at the feed's closing: enable and a drive both energised, not the drive relay alone."""
    view = view_of("lock#1")
    assert view.feeds_ns == (view.step.start_ns + 160 * MS,)
    assert view.zero_ns == view.feeds_ns[0]
    assert view.start_ns == view.zero_ns - BEFORE_MS * MS
    assert view.end_ns == view.zero_ns + (500 + AFTER_MS) * MS


def test_lanes_carry_the_state_of_before_into_the_window_and_change_where_it_changed() -> None:
    """The door stays shut through `lock`; the lock switch changes once; the CAN bit follows 120 ms later."""
    view = view_of("lock#1")
    assert [s.word for s in lane(view, "door switch").segments] == ["shut"]
    assert [s.word for s in lane(view, "lock switch").segments][-1] == "locked"
    close = view_of("close#1")
    switch, bit = lane(close, "door switch").segments, lane(close, "door, CAN").segments
    assert [s.word for s in switch] == [s.word for s in bit] == ["open", "shut"]
    assert bit[1].start_ns - switch[1].start_ns == 120 * MS


@pytest.mark.parametrize("key", ["lock#1", "close#1", "open#1"])
def test_segments_fill_the_window_without_overlap(key: str) -> None:
    """From the first state known to the window's end, in order."""
    view = view_of(key, shape=samples.Shape(chatter=6))
    for found in view.lanes:
        if found.name == "12 V feed":
            continue
        known_ns = 120 * MS if found.name == "door, CAN" else 0  # the first frame of the run
        assert found.segments[0].start_ns == max(view.start_ns, known_ns)
        assert found.segments[-1].end_ns == view.end_ns
        assert all(a.end_ns == b.start_ns for a, b in pairwise(found.segments))


def test_no_lane_is_drawn_for_a_role_that_is_not_fitted() -> None:
    """A lock without a lock switch and a run without CAN have neither lane."""
    record = samples.recorded(samples.Shape())
    bare = replace(record, observations=tuple(o for o in record.observations if not (isinstance(o, Input) and o.role == "lock")))
    assert {x.name for v in views_of(bare, samples.PROFILE) for x in v.lanes} == {"12 V feed", "door switch"}


def test_the_polarity_of_the_door_switch_is_the_profiles() -> None:
    """Level 1 means open where the profile says so."""
    turned = msgspec.structs.replace(samples.PROFILE, ajar=msgspec.structs.replace(samples.PROFILE.ajar, open_level=1))
    view = next(v for v in views_of(samples.recorded(samples.Shape()), turned) if v.step.key == "close#1")
    assert [s.word for s in lane(view, "door switch").segments] == ["shut", "open"]


def test_chatter_too_fast_for_the_paper_is_painted_as_chatter() -> None:
    """Many edges in a few milliseconds become one orange stretch, not nothing."""
    view = view_of("close#1", follows=False, shape=samples.Shape(chatter=9))
    svg = chart(view, ident="c", envelope=None)
    assert svg.count('class="chatter"') == 1


def test_a_mark_outside_the_window_is_not_drawn() -> None:
    """Evidence of another time does not stand in this chart."""
    view = view_of("lock#1")
    marks = [Mark(number=1, t_ns=view.start_ns - 1), Mark(number=2, t_ns=view.end_ns)]
    assert re.findall(r'<text class="mark"[^>]*>(\d)', chart(view, ident="c", envelope=None, marks=marks)) == ["2"]


def test_a_step_where_nothing_was_read_says_so() -> None:
    """No samples is not a flat line at zero."""
    record = samples.recorded(samples.Shape())
    mute = replace(record, observations=tuple(o for o in record.observations if not isinstance(o, Current)))
    view = next(v for v in views_of(mute, samples.PROFILE) if v.step.key == "lock#1")
    assert "no current was read" in chart(view, ident="c", envelope=None)


def test_a_line_breaks_where_nothing_was_read() -> None:
    """A None, and a gap that is too long, each start a new stroke."""
    line = broken_line([(0, 1.0), (10, 1.0), (20, None), (30, 1.0), (40, 1.0), (900, 1.0), (910, 1.0)], PAPER, UP, 100)
    assert line.count("M") == 3


@given(st.lists(st.floats(0, 10), min_size=1, max_size=3000))
def test_thinning_keeps_the_extremes_and_the_size_bound(values: list[float]) -> None:
    """However many samples: the highest and lowest survive, with at most two points a pixel."""
    samples_in: list[tuple[int, float | None]] = [(round(n * 1000 / len(values)), v) for n, v in enumerate(values)]
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", broken_line(samples_in, PAPER, UP, 10**9))]
    assert min(heights) == pytest.approx(UP(max(values)), abs=0.051)
    assert max(heights) == pytest.approx(UP(min(values)), abs=0.051)
    assert len(heights) <= 2 * 101


@given(st.floats(1e-3, 1e9), st.integers(1, 12))
def test_ticks_are_round_and_not_too_many(span: float, most: int) -> None:
    """1, 2 or 5 times a power of ten, at most as many steps as asked for."""
    step = nice_step(span, most)
    assert span / step <= most * 1.01
    assert f"{step:e}"[0] in "125"
