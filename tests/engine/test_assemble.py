"""Raw observations become the lines of the contract, and nothing is lost or counted twice."""

import math

import pytest
from engine_fakes import MS, Sink
from hypothesis import given
from hypothesis import strategies as st

from bench.engine.assemble import Assembler, rounded
from bench.model.observations import Ambient, Bus, Can, Current, Input, LineVoltage, Observation, Supply, time_of


def assembled(*lines: Observation) -> list[Observation]:
    sink = Sink()
    assembler = Assembler(sink)
    for line in lines:
        assembler.take(line)
    assembler.flush()
    assembler.flush()
    return sink.lines


def samples(t0: int, *dt: int) -> Current:
    return Current(t0=t0, dt=list(dt), a=[1.0] * len(dt), v=[12.0] * len(dt))


@given(st.lists(st.lists(st.integers(0, 70), min_size=1, max_size=8), max_size=20))
def test_no_line_of_samples_spans_more_than_fifty_milliseconds_and_none_is_lost(chunks: list[list[int]]) -> None:
    """Whatever pieces a source hands over, every sample is written once, at its time, in order."""
    t, given_ns, lines = 0, [], []
    for chunk in chunks:
        times = [t := t + step * MS for step in chunk]
        given_ns += times
        lines.append(samples(times[0], *(x - times[0] for x in times)))
    out = [line for line in assembled(*lines) if isinstance(line, Current)]
    assert [line.t0 + dt for line in out for dt in line.dt] == given_ns
    assert all(line.dt[-1] <= 50 * MS and line.dt[0] == 0 for line in out)


def test_a_source_that_hands_over_nothing_leaves_no_line() -> None:
    """An empty line of samples is not written."""
    assert assembled(Current(t0=5, dt=[], a=[], v=[])) == []


def frame(t: int, data: str, arbitration_id: int = 0x60D, channel: str = "can0") -> Can:
    return Can(t=t, channel=channel, id=arbitration_id, data=data, count=1, last=t)


def test_equal_frames_are_counted_until_the_payload_changes() -> None:
    """Each id and each channel counts for itself."""
    out = assembled(
        frame(0, "00"), frame(1, "ff", 0x358), frame(2, "00"), frame(3, "20"), frame(4, "ff", 0x358), frame(5, "00", channel="can1")
    )
    assert [(c.t, c.channel, c.id, c.data, c.count, c.last) for c in out if isinstance(c, Can)] == [
        (0, "can0", 0x60D, "00", 2, 2), (3, "can0", 0x60D, "20", 1, 3), (1, "can0", 0x358, "ff", 2, 4), (5, "can1", 0x60D, "00", 1, 5),
    ]  # fmt: skip


def test_frames_that_a_source_has_counted_already_keep_their_count() -> None:
    """Counts add up."""
    out = assembled(Can(t=0, channel="c", id=1, data="", count=3, last=20), Can(t=30, channel="c", id=1, data="", count=2, last=40))
    assert out == [Can(t=0, channel="c", id=1, data="", count=5, last=40)]


def test_a_level_and_a_bus_state_are_written_when_they_change() -> None:
    """The first one always."""
    lines: list[Observation] = [
        Input(t=0, role="ajar", level=0), Input(t=1, role="lock", level=0), Input(t=2, role="ajar", level=0),
        Input(t=3, role="ajar", level=1), Bus(t=4, channel="can0", state="active"), Bus(t=5, channel="can0", state="active"),
        Bus(t=6, channel="can0", state="passive"),
    ]  # fmt: skip
    assert [time_of(line) for line in assembled(*lines)] == [0, 1, 3, 4, 6]


@pytest.mark.parametrize(("signed", "a"), [(False, 0.0), (True, -0.0123)])
def test_negative_current_is_noise_unless_the_rig_measures_it_signed(*, signed: bool, a: float) -> None:
    """And what is judged live is what is written: rounded."""
    line = rounded(Current(t0=0, dt=[0, 1, 2], a=[-0.01234, 1.23456789, None], v=[None, 12.34567, 0.0]), signed=signed)
    assert line == Current(t0=0, dt=[0, 1, 2], a=[a, 1.2346, None], v=[None, 12.346, 0.0])


def test_other_numbers_are_rounded_and_a_nan_stays_for_the_guard_to_see() -> None:
    """Rounding hides nothing."""
    assert rounded(Supply(t=0, v=12.34567), signed=False) == Supply(t=0, v=12.346)
    assert rounded(LineVoltage(t=0, role="ajar", v=4.98765), signed=False) == LineVoltage(t=0, role="ajar", v=4.988)
    assert rounded(Ambient(t=0, c=21.4567), signed=False) == Ambient(t=0, c=21.46)
    assert rounded(Input(t=0, role="ajar", level=1), signed=False) == Input(t=0, role="ajar", level=1)
    line = rounded(Current(t0=0, dt=[0], a=[math.nan], v=[math.inf]), signed=False)
    assert isinstance(line, Current)
    assert line.a[0] is not None
    assert math.isnan(line.a[0])
    assert line.v == [math.inf]


def test_what_the_sink_raises_is_kept_as_its_own() -> None:
    """So that a full disk is told from a broken rig."""
    assembler = Assembler(Sink(full_at=0))
    with pytest.raises(OSError, match="No space left"):
        assembler.take(Supply(t=0, v=12.0))
    assert isinstance(assembler.failure, OSError)
