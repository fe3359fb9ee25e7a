"""The live monitor for eyes: event lines as they come, and on a terminal a few lines of state that stay below them."""

import shutil
from pathlib import Path
from typing import Final, TextIO

from bench.model.language import ENGLISH, Language
from bench.model.monitor_events import DoorView, LiveView, MonitorEvent, MonitorSummary
from bench.model.names import Door
from bench.report.bus_words import told
from bench.report.told_lines import told_lines

LOOK_NS: Final = 250_000_000
"""The screen is drawn four times a second."""
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"
_COLOUR: Final = {"open": "\x1b[33m", "closed": "\x1b[36m", "bad": "\x1b[35m"}  # yellow, cyan, magenta: told apart without red and green
_CHATTER: Final = 5
_WIDE: Final = 72
"""Characters that the lines of the wide view take in an ordinary case."""


def event_line(event: MonitorEvent, language: Language = ENGLISH) -> str:
    """Return one event as a line: time since the start, wall clock, what happened."""
    mark = "!! " if event.event in {"finding", "lost", "dropped", "not_recording"} else ""
    more = ""
    if event.finding is not None:
        causes = language.say("; could be {faults}", faults=", ".join(event.finding.faults)) if event.finding.faults else ""
        more = f" ({event.finding.probability:.0%}{causes})"
    unit = language.say("s")
    return f"{language.number(event.t_s, 3):>10} {unit}  {event.utc[11:23]}  {mark}{_safe(told(event.text, language))}{more}"


def narrow_lines(view: LiveView) -> list[str]:
    """Return the same for a telephone or a small screen: ten lines of some 39 characters."""
    load = "hidden by filters" if view.load is None else f"{view.load:.0%}"
    lines = [f"{view.where[:12]}  {_bus_state(view)}  lost {view.dropped}  errors {view.error_reports}",
             f"{view.frames} frames, {view.rate:.0f}/s  load {load}  {view.now_s:.0f} s"]  # fmt: skip
    if view.family is None:
        lines.append("no door frame seen yet (0x60D and 0x454 are looked for, or the frames of --dbc)")
    else:
        lines.append(f"family {view.family}" + (f"  STALE for {view.stale_s:.0f} s" if view.stale_s is not None else ""))
        for door, now in view.doors.items():
            since = "" if now.changed_s is None else f"{max(0.0, view.now_s - now.changed_s):.0f}s"
            chatter = "  CHATTER" if now.recent >= _CHATTER else ""
            lines.append(f"{_name(door):11}  {_door_state(now):6}  {since:4} {now.changes}x{chatter}")
        lines.append(f"lock {view.lock} (commanded)" if view.lock else "lock not known")
        lines[-1] += f"  ignition {view.ignition or 'not known'}"
    kept = Path(view.recording).name if view.recording else ""
    lines.append(f"findings  {view.findings}  {_safe(kept)[-24:] or 'not recording'}")
    return lines


def view_lines(view: LiveView) -> list[str]:
    """Return the state as a few lines of plain text."""
    lines = [_bus_line(view)]
    if view.family is None:
        lines.append("doors     no door frame seen yet (0x60D and 0x454 are looked for, or the frames of --dbc)")
    else:
        stale = f"   STALE for {view.stale_s:.0f} s" if view.stale_s is not None else ""
        lines.append(f"doors     family {view.family}{stale}")
        lines += [_door_line(door, now, view.now_s) for door, now in view.doors.items()]
        states = [f"lock {view.lock} (commanded)" if view.lock else "lock not known", f"ignition {view.ignition or 'not known'}"]
        lines.append("          " + "   ".join(states))
    lines.append(f"findings  {view.findings}" + (f"   recording {_safe(view.recording)}" if view.recording else "   not recording"))
    return lines


def summary_text(summary: MonitorSummary, language: Language = ENGLISH) -> str:
    """Return the end of a monitor for people."""
    load = "" if summary.bus_load is None else f", bus load {summary.bus_load:.0%}"
    counts = f"{summary.dropped} lost, {summary.error_reports} error reports; door frames: {summary.family or 'none'}"
    lines = [f"ended: {summary.ended}; {summary.frames} frames in {summary.seconds:.1f} s{load}, {counts}"]
    if summary.lost_times:
        lines.append(f"the adapter was gone {summary.lost_times} x, {summary.lost_s:.1f} s in all")
    for door, timeline in summary.doors.items():
        lines.append(f"  {_name(door):12} {timeline.last}, {len(timeline.transitions)} changes, open {timeline.open_s:.1f} s in all")
    for finding in summary.findings:
        lines.append(f"  FOUND at {finding.t_s:.2f} s ({finding.probability:.0%}): {told(finding.text, language)}")
        lines += [f"    because {told(evidence, language)}" for evidence in finding.evidence]
        if finding.faults:
            lines.append(f"    could be: {', '.join(finding.faults)}   (lockbench faults ID tells more)")
    if not summary.findings:
        lines.append("  nothing found")
    lines += [f"  note: {told(note, language)}" for note in summary.notes]
    lines += [f"  recorded: {_safe(path)}" for path in summary.recordings]
    return told_lines("\n".join(lines), language)


class PlainLines:
    """Events as lines, for a pipe or a file; the state is not drawn."""

    def __init__(self, stream: TextIO, language: Language = ENGLISH) -> None:
        self._stream, self._language = stream, language

    def tell(self, event: MonitorEvent) -> None:
        """Write one line, at once."""
        print(event_line(event, self._language), file=self._stream, flush=True)

    def wants_look(self, _now_ns: int) -> bool:
        """Lines have no view."""
        return False

    def look(self, view: LiveView) -> None:
        """Lines have no view."""

    def end(self, summary: MonitorSummary) -> None:
        """Write the summary."""
        print(summary_text(summary, self._language), file=self._stream, flush=True)


class LiveScreen(PlainLines):
    """Events scroll by, the state stays at the bottom of the terminal and is drawn anew."""

    def __init__(self, stream: TextIO, language: Language = ENGLISH) -> None:
        super().__init__(stream, language)
        self._drawn = 0
        self._next_ns = 0
        self._last: list[str] = []

    def tell(self, event: MonitorEvent) -> None:
        """Write one line above the state."""
        self._wipe()
        super().tell(event)
        self._draw(self._last)

    def wants_look(self, now_ns: int) -> bool:
        """Four times a second."""
        if now_ns < self._next_ns:
            return False
        self._next_ns = now_ns + LOOK_NS
        return True

    def look(self, view: LiveView) -> None:
        """Draw the state anew."""
        self._wipe()
        size = shutil.get_terminal_size()
        width = max(20, size.columns - 1)
        lines = told_lines("\n".join(view_lines(view) if width >= _WIDE else narrow_lines(view)), self._language).split("\n")
        self._draw([_painted(line[:width], self._language) for line in lines[: max(1, size.lines - 1)]])

    def end(self, summary: MonitorSummary) -> None:
        """Take the state away and write the summary."""
        self._wipe()
        super().end(summary)

    def _wipe(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0

    def _draw(self, lines: list[str]) -> None:
        self._last, self._drawn = lines, len(lines)
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


def _bus_line(view: LiveView) -> str:
    load = "hidden by filters" if view.load is None else f"{view.load:.0%}"
    return (
        f"{view.where:9} {_bus_state(view)}   {view.frames} frames, {view.rate:.0f}/s   load {load}   lost {view.dropped}   "
        f"errors {view.error_reports}   {view.now_s:.0f} s"
    )


def _bus_state(view: LiveView) -> str:
    return "GONE" if view.lost is not None else view.bus or "listening"


def _door_state(now: DoorView) -> str:
    return "?" if now.is_open is None else "OPEN" if now.is_open else "closed"


def _door_line(door: Door, now: DoorView, now_s: float) -> str:
    state = _door_state(now)
    since = "" if now.changed_s is None else f"for {max(0.0, now_s - now.changed_s):.0f} s"
    chatter = "  CHATTER" if now.recent >= _CHATTER else ""
    return f"          {_name(door):12} {state:7} {since:12} {now.changes} changes, {now.recent} in 10 s{chatter}"


def _painted(line: str, language: Language) -> str:
    for word, colour in (("OPEN", "open"), ("closed", "closed"), ("CHATTER", "bad"), ("STALE", "bad"), ("GONE", "bad")):
        told_word, edge = language.say(word), " " if colour in ("open", "closed") else ""
        line = line.replace(f"{edge}{told_word}{edge}", f"{_COLOUR[colour]}{_BOLD}{edge}{told_word}{edge}{_PLAIN}", 1)
    return line


def _name(door: str) -> str:
    return door.replace("_", " ")


def _safe(text: str) -> str:
    """A file name or a driver's message may hold control characters; a terminal must not obey them."""
    return "".join(c if c.isprintable() else "?" for c in text)
