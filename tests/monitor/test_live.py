"""What people see: event lines, the state below them, and nothing that a terminal would obey."""

import io
import re

import pytest
from monitor_fakes import START, frame, in_turns, traffic

from bench.app.monitor_session import MonitorSession
from bench.config import all_families
from bench.model.can_frame import FrameBatch
from bench.model.monitor_events import LiveView, MonitorEvent
from bench.ports.frames import Heard
from bench.report.live import LiveScreen, PlainLines, event_line, summary_text, view_lines


def session() -> MonitorSession:
    return MonitorSession(all_families(), channel="can0", bitrate=500_000, start=START)


def heard(until_s: float) -> MonitorSession:
    made = session()
    for now_ns, batch in in_turns(traffic(until_s, lambda t_s: 0x20 if int(t_s * 5) % 2 else 0)):
        made.hear(Heard(frames=batch), now_ns)
    return made


def test_the_view_shows_doors_chatter_load_drops_and_errors() -> None:
    made = heard(8)
    made.hear(Heard(dropped=3, errors=2), 8_100_000_000)
    text = "\n".join(view_lines(made.show(8_100_000_000)))
    for wanted in (
        "can0",
        "family 60D",
        "rear left",
        "CHATTER",
        "lost 3",
        "errors 2",
        "lock unlocked (commanded)",
        "ignition on",
        "load 1%",
    ):
        assert wanted in text


@pytest.mark.parametrize(("columns", "rows"), [(40, 12), (200, 60), (40, 5), (10, 1)])
def test_the_state_fits_the_terminal_and_nothing_that_counts_is_cut_away(columns: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(rows))
    made, stream = heard(8), io.StringIO()
    made.hear(Heard(dropped=3, errors=2), 8_100_000_000)
    made.view.recording = "/media/usb stick/recordings of the car/2026-11-23T10-15-02Z.log"
    LiveScreen(stream).look(made.show(8_100_000_000))
    lines = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()
    assert len(lines) <= max(1, rows - 1)
    assert max(map(len, lines)) < max(columns, 21)
    if rows >= 12:
        for wanted in ("can0", "60D", "rear left", "tailgate", "CHATTER", "lost 3", "load 1%", "(commanded)", "findings", "02Z.log"):
            assert wanted in "\n".join(lines)


def test_before_anything_is_known_the_view_says_so() -> None:
    text = "\n".join(view_lines(LiveView(where="can0")))
    assert "no door frame seen yet" in text


def test_an_event_line_has_time_what_and_what_it_could_be() -> None:
    made = session()
    events: list[MonitorEvent] = []
    for now_ns, batch in in_turns(traffic(8, lambda t_s: 0x20 if int(t_s * 5) % 2 else 0)):
        events += made.hear(Heard(frames=batch), now_ns)
    line = next(event_line(e) for e in events if e.event == "finding")
    assert "!! " in line
    assert "could be switch_bounce" in line
    assert line.split()[1:3] == ["s", events[0].utc[11:17] + line.split()[2][6:]]


def test_control_characters_of_a_driver_do_not_reach_the_terminal() -> None:
    event = session().note("lost", 0, "adapter \x1b[2J\x07 says no\n")
    assert "\x1b" not in event_line(event)
    assert "\n" not in event_line(event)


def test_plain_lines_hold_no_escape_codes_and_end_with_the_summary() -> None:
    stream = io.StringIO()
    lines, made = PlainLines(stream), heard(8)
    lines.tell(made.note("note", 0, "hello"))
    assert not lines.wants_look(10**12)
    lines.end(made.summary(8_000_000_000, ended="SIGTERM"))
    text = stream.getvalue()
    assert "\x1b" not in text
    assert "FOUND at" in text
    assert "ended: SIGTERM" in text


def test_the_screen_draws_its_state_below_the_events_and_takes_it_away_at_the_end() -> None:
    stream = io.StringIO()
    screen, made = LiveScreen(stream), heard(3)
    assert screen.wants_look(0)
    assert not screen.wants_look(100_000_000)
    assert screen.wants_look(300_000_000)
    screen.look(made.show(3_000_000_000))
    drawn = stream.getvalue().count("\n")
    screen.tell(made.note("note", 0, "an event"))
    assert f"\x1b[{drawn}A\x1b[J" in stream.getvalue()
    assert stream.getvalue().rindex("an event") < stream.getvalue().rindex("findings")
    screen.end(made.summary(3_000_000_000, ended="SIGINT"))
    assert stream.getvalue().rindex("\x1b[J") < stream.getvalue().rindex("ended: SIGINT")


def test_a_summary_without_findings_says_so() -> None:
    made = session()
    made.hear(Heard(frames=FrameBatch.of([frame(0.5, 0x60D, bytes(8))])), 1_000_000_000)
    assert "nothing found" in summary_text(made.summary(1_000_000_000, ended="1 s are over"))
