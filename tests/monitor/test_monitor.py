"""The monitor end to end over a fake adapter and a clock of the test's own: events, findings, gaps, recordings, exit codes."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from monitor_fakes import ADAPTER, HandClock, Playing, Witness, frame, opener, traffic

from bench.app.analyze import analyze
from bench.app.monitor import MonitorRequest, families_for, run_monitor
from bench.config import shipped
from bench.errors import DbcError, PortError, UsageError
from bench.model.can_frame import CanFrame, FrameBatch
from bench.ports.frames import FrameReader, Heard
from bench.rig import can_claim
from bench.rig.can_claim import ChannelClaim
from bench.rig.can_listen import Adapter
from bench.rig.can_raw import Filter
from bench.store.recorder import Rotation, candump_text


def quiet(_t_s: float) -> int | None:
    """All doors closed."""
    return 0


def opened(*spans: tuple[float, float]) -> Callable[[float], int | None]:
    """The rear left door is open in these spans, s."""
    return lambda t_s: 0x20 if any(a <= t_s < b for a, b in spans) else 0


def watch(
    frames: Sequence[CanFrame], seconds: float, *, fails: Sequence[tuple[float, float]] = (), log: Path | None = None
) -> tuple[int, Witness]:
    """Let the monitor hear the frames."""
    clock, witness = HandClock(), Witness()
    request = MonitorRequest(adapter=ADAPTER, seconds=seconds, log=log)
    return run_monitor(request, witness, opener=opener(Playing(clock, frames, fails)), clock=clock), witness


class Told:
    """A reader that hands over what the test wrote down, one a turn, then silence."""

    def __init__(self, *heard: Heard) -> None:
        self.heard = list(heard)

    def drain(self) -> Heard:
        return self.heard.pop(0) if self.heard else Heard()

    def close(self) -> None:
        self.heard = []


def told(reader: FrameReader, seconds: float) -> Witness:
    clock, witness = HandClock(), Witness()
    run_monitor(MonitorRequest(adapter=ADAPTER, seconds=seconds), witness, opener=opener(reader), clock=clock)
    return witness


def test_a_healthy_car_is_exit_0_and_every_door_is_told_once() -> None:
    code, seen = watch(traffic(6, quiet), 6)
    assert code == 0
    assert seen.summaries[0].findings == ()
    assert [(e.door, e.to) for e in seen.told("door")] == [
        ("front_left", "closed"), ("front_right", "closed"), ("rear_left", "closed"), ("rear_right", "closed"), ("tailgate", "closed"),
    ]  # fmt: skip
    assert seen.kinds()[0] == "listening"
    assert [e.to for e in seen.told("family")] == ["60D"]


def test_a_door_is_told_when_it_moves_at_the_time_of_its_frame() -> None:
    _, seen = watch(traffic(6, opened((2, 4))), 6)
    moves = [(e.t_s, e.to) for e in seen.told("door") if e.door == "rear_left"][1:]
    assert moves == [(2.003, "open"), (4.003, "closed")]
    assert seen.told("door")[-1].utc.endswith("Z")


def test_chatter_is_found_while_it_happens_and_again_in_the_summary() -> None:
    chatter = opened(*((2 + k * 0.4, 2.2 + k * 0.4) for k in range(8)))
    code, seen = watch(traffic(12, chatter), 12)
    assert code == 1
    live = seen.told("finding")
    assert live[0].finding is not None
    assert (live[0].finding.id, live[0].door) == ("door_chatter", "rear_left")
    assert live[0].t_s < 4
    assert len(live) == 1, "told once, not at every change"
    assert [f.id for f in seen.summaries[0].findings] == ["door_chatter"]
    assert max(view.doors["rear_left"].recent for view in seen.views if view.doors) == 16


def test_a_bus_that_says_nothing_is_told_after_two_seconds_and_is_no_evidence() -> None:
    code, seen = watch([], 5)
    assert code == 0
    (silent,) = seen.told("silent")
    assert silent.t_s == pytest.approx(2.0, abs=0.05)
    assert "nothing heard for 2 s" in silent.text
    assert "no evidence" in seen.summaries[0].notes[0]


def test_a_bus_that_sleeps_and_wakes_is_told_twice_and_blames_nobody() -> None:
    asleep = [f._replace(data=bytes(8)) if f.id == 0x60D else f for f in [*traffic(3, quiet), *traffic(3, quiet, start_s=20)]]
    code, seen = watch(asleep, 24)
    assert code == 0
    assert [e.event for e in seen.events if e.event in {"heard", "silent"}] == ["heard", "silent", "heard"]
    assert "after 17.0 s of silence" in seen.told("heard")[1].text
    assert seen.told("bus") == []


def test_an_adapter_that_is_unplugged_comes_back_with_the_gap_on_record() -> None:
    code, seen = watch(traffic(20, quiet), 20, fails=[(5, 11)])
    assert code == 0
    (lost,), (back,) = seen.told("lost")[:1], seen.told("back")
    assert "Network is down" in lost.text
    assert lost.t_s == pytest.approx(5, abs=0.05)
    assert 11 <= back.t_s <= 12.1
    summary = seen.summaries[0]
    assert summary.lost_times == 1
    assert summary.lost_s == pytest.approx(back.t_s - lost.t_s, abs=0.01)
    assert summary.frames > 700


def test_an_adapter_that_stays_away_is_exit_5() -> None:
    code, seen = watch(traffic(9, quiet), 9, fails=[(3, 99)])
    assert code == 5
    assert seen.views[-1].lost is not None


def test_a_missing_adapter_at_the_start_is_an_error_and_not_a_wait() -> None:
    with pytest.raises(PortError, match="no such network interface"):
        watch([], 3, fails=[(0, 99)])


def test_a_door_frame_that_stays_away_while_others_go_on_is_stale() -> None:
    _, seen = watch(traffic(10, lambda t_s: None if 3 < t_s < 8 else 0), 10)
    (stale,) = seen.told("stale")
    assert stale.t_s == pytest.approx(4.9, abs=0.2)
    assert "0x60D is back" in seen.told("note")[0].text


def test_drops_errors_and_bus_off_are_told_and_counted() -> None:
    seen = told(Told(Heard(dropped=7), Heard(errors=3, state="bus_off"), Heard(errors=1, state="bus_off"), Heard(state="active")), 1)
    assert "7 frames were lost" in seen.told("dropped")[0].text
    assert [e.to for e in seen.told("bus")] == ["bus_off", "active"]
    assert "ip link set can0 type can restart" in seen.told("bus")[0].text
    assert (seen.summaries[0].dropped, seen.summaries[0].error_reports) == (7, 4)


def test_the_family_with_more_door_frames_wins() -> None:
    frames = [frame(0.0, 0x60D, bytes(8)), *(frame(n / 10, 0x454, bytes([0, 0, 0, 0, 0, 0x55, 0, 0])) for n in range(1, 60))]
    _, seen = watch(frames, 6)
    assert [e.to for e in seen.told("family")] == ["60D", "454"]
    assert seen.summaries[0].family == "454"


def test_a_recording_is_judged_as_the_live_bus_was(tmp_path: Path) -> None:
    frames = traffic(14, opened((2, 5), (5.3, 9), (11, 11.2)))
    code, seen = watch(frames, 14, log=tmp_path / "drive.log")
    (one,) = analyze([tmp_path / "drive.log"]).files
    summary = seen.summaries[0]
    assert code == 1
    assert (one.frames, one.family, one.bus_load) == (summary.frames, summary.family, summary.bus_load)
    assert [(f.id, f.door, f.faults, f.probability, f.text) for f in one.findings] == [
        (f.id, f.door, f.faults, f.probability, f.text) for f in summary.findings
    ]
    live, recorded = summary.doors["rear_left"], one.doors["rear_left"]
    assert [t.to for t in live.transitions] == [t.to for t in recorded.transitions]
    assert live.open_s == pytest.approx(recorded.open_s, abs=1e-5)
    assert summary.recordings == (str(tmp_path / "drive.log"),)


def test_only_what_surrounds_an_event_is_kept_where_that_was_asked_for(tmp_path: Path) -> None:
    clock, seen = HandClock(), Witness()
    frames = traffic(200, opened((100, 103)))
    request = MonitorRequest(adapter=ADAPTER, seconds=200, log=tmp_path / "e.log", only_events=True)
    run_monitor(request, seen, opener=opener(Playing(clock, frames)), clock=clock)
    (one,) = analyze([tmp_path / "e.log"]).files
    assert one.span_s > 60
    assert one.frames < 0.6 * len(frames)
    assert [t.to for t in one.doors["rear_left"].transitions] == ["open", "closed"]
    lines = (tmp_path / "e.log").read_text().splitlines()
    stamps = [float(line[1:18]) for line in lines]
    opened_at = next(t for t, line in zip(stamps, lines, strict=True) if "60D#20" in line)
    assert any(29.5 < opened_at - t <= 30.1 for t in stamps), "30 s before the event are there"


def test_a_recording_that_cannot_begin_is_an_error_at_once() -> None:
    with pytest.raises(PortError, match="cannot start the recording"):
        watch([], 3, log=Path("/proc/nowhere/x.log"))


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, seen = HandClock(), Witness()
    monkeypatch.setattr("bench.store.recorder.candump_text", full_between(clock, 3, 16))
    request = MonitorRequest(adapter=ADAPTER, seconds=30, log=tmp_path / "d.log")
    code = run_monitor(request, seen, opener=opener(Playing(clock, traffic(30, quiet))), clock=clock)
    assert code == 5
    assert "No space left" in seen.told("not_recording")[0].text
    assert len(seen.told("recording")) >= 2
    summary = seen.summaries[0]
    assert summary.frames == 30 * 60
    assert len(summary.recordings) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"d.log", "d-2.log"}, "tries in between leave no empty files"
    assert 580 <= sum(f.frames for f in analyze(summary.recordings).files) <= 620, "3 s before, 7 s after; tried every 10 s"


def full_between(clock: HandClock, from_s: float, to_s: float) -> Callable[[FrameBatch, int], str]:
    """A disk without room for a while."""

    def text(batch: FrameBatch, offset_ns: int) -> str:
        if from_s * 1e9 <= clock.t_ns < to_s * 1e9:
            raise PortError("cannot record to d.log: No space left on device")
        return candump_text(batch, offset_ns)

    return text


def test_the_adapter_is_claimed_so_that_a_dtc_command_cannot_send_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claims lie in a folder of this test: other tests, of a neighbouring worker too, monitor a channel of the same name."""
    monkeypatch.setattr(can_claim, "_FOLDERS", (str(tmp_path),))
    refusals: list[str] = []

    class Curious(Told):
        def drain(self) -> Heard:
            with pytest.raises(PortError) as refused:
                ChannelClaim("virtual", "can0", alone=True)
            refusals.append(str(refused.value))
            return Heard()

    told(Curious(), 0.05)
    assert "a monitor or another dtc command runs" in refusals[0]
    claim = ChannelClaim("virtual", "can0", alone=True)
    with pytest.raises(PortError, match="a dtc command runs"):
        told(Told(), 0.05)
    claim.close()
    told(Told(), 0.05)


def test_filters_hide_the_load_and_the_summary_says_so() -> None:
    clock, seen = HandClock(), Witness()
    adapter = Adapter(interface="virtual", channel="can0", filters=(Filter(0x60D, 0x7FF),))
    run_monitor(MonitorRequest(adapter=adapter, seconds=3), seen, opener=opener(Playing(clock, traffic(3, quiet))), clock=clock)
    assert seen.summaries[0].bus_load is None
    assert any("filters hid frames" in note for note in seen.summaries[0].notes)
    assert seen.views[-1].load is None


def test_a_dbc_of_ones_own_is_used_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    assert [f.name for f in families_for([shipped("dbc/nissan-60d.dbc"), shipped("dbc/nissan-454.dbc")])] == ["nissan-60d", "nissan-454"]
    (tmp_path / "bad.dbc").write_text("nonsense")
    with pytest.raises(DbcError):
        families_for([tmp_path / "bad.dbc"])


def test_requests_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="--seconds"):
        MonitorRequest(adapter=ADAPTER, seconds=0)
    with pytest.raises(UsageError, match="--around-events"):
        MonitorRequest(adapter=ADAPTER, only_events=True)
    with pytest.raises(UsageError, match="4096"):
        Rotation(max_bytes=1)
    with pytest.raises(UsageError, match="1 s"):
        Rotation(max_s=0)
