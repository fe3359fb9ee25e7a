"""`lockbench monitor`."""

import argparse
import sys
from pathlib import Path

import msgspec

from bench.app.monitor import Audience, MonitorRequest, run_monitor
from bench.cli.languages import language_of
from bench.cli.main import put_json, say, show
from bench.errors import UsageError
from bench.model.language import ENGLISH, Language
from bench.model.monitor_events import LiveView, MonitorEvent, MonitorSummary
from bench.report.live import LiveScreen, PlainLines
from bench.rig.can_listen import adapter_of
from bench.store.recorder import Rotation


def main(arguments: argparse.Namespace) -> int:
    """Listen; exit code 0 nothing found, 1 findings, 2, 5."""
    adapter = adapter_of(arguments.interface, arguments.channel, arguments.bitrate, arguments.filter)
    dbc = tuple(Path(path) for path in arguments.dbc)
    if arguments.learn is not None:
        return _learn(arguments, dbc)
    request = MonitorRequest(
        adapter=adapter, dbc=dbc, log=Path(arguments.log) if arguments.log else None, seconds=arguments.seconds,
        rotation=Rotation(max_bytes=arguments.file_size, max_s=arguments.file_minutes * 60), only_events=arguments.around_events,
    )  # fmt: skip
    return run_monitor(request, audience(as_json=arguments.json, language=language_of(arguments)))


def audience(*, as_json: bool, language: Language = ENGLISH) -> Audience:
    """Return who watches: JSON lines, a screen where stdout is a terminal, or plain lines."""
    if as_json:
        return JsonLines()
    return LiveScreen(sys.stdout, language) if sys.stdout.isatty() else PlainLines(sys.stdout, language)


class JsonLines:
    """One JSON object a line on stdout; the short story for people on stderr."""

    def tell(self, event: MonitorEvent) -> None:
        """Write one event, at once."""
        put_json(msgspec.json.encode(event))

    def wants_look(self, _now_ns: int) -> bool:
        """JSON lines have no view."""
        return False

    def look(self, view: LiveView) -> None:
        """JSON lines have no view."""

    def end(self, summary: MonitorSummary) -> None:
        """Write the summary as the last line."""
        put_json(msgspec.json.encode(summary))
        say(f"ended: {summary.ended}; {summary.frames} frames, {len(summary.findings)} findings")


def _learn(arguments: argparse.Namespace, dbc: tuple[Path, ...]) -> int:
    from bench.app.monitor_learn import LearnRequest, learn
    from bench.cli.learn_dialogue import TerminalAsker

    if dbc or arguments.log:
        raise UsageError("--learn takes neither --dbc nor --log: it writes a DBC of its own")
    adapter = adapter_of(arguments.interface, arguments.channel, arguments.bitrate, arguments.filter)
    result = learn(
        LearnRequest(adapter=adapter, doors=tuple(arguments.door), name=arguments.learn, out=Path(arguments.out)), TerminalAsker()
    )
    if arguments.json:
        put_json(msgspec.json.encode(result.document))
    else:
        show(result.text)
    return 0 if result.document.doors else 3
