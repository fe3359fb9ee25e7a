"""`lockbench wire`."""

import argparse
import select
import sys
from collections import Counter
from pathlib import Path

from bench.app.asked import check_job, check_vin
from bench.app.panel_orders import FinishOrder
from bench.app.rigs import World, parse_rig
from bench.app.testing import profile_for
from bench.app.wire_at_rig import find_at_rig
from bench.app.wire_finder import WireOutcome, WireRequest, find_wire
from bench.app.wire_lines import HINT, LINES, UNSEEN
from bench.cli.main import put_json, say, show
from bench.cli.test_command import kind_of
from bench.cli.voice import VOICE
from bench.model.verdict import Verdict


def main(arguments: argparse.Namespace) -> int:
    """Watch while the loom is bent; exit code 0 no dropout, 1 dropouts; 4 or 5 where the watch was cut short, whatever was heard."""
    request = WireRequest(
        rig=parse_rig(arguments.rig), profile=profile_for(arguments.profile, kind_of(arguments.kind)), seconds=arguments.seconds,
        out=Path(arguments.out), vin=check_vin(arguments.vin), job=check_job(arguments.job), world=World(seed=arguments.seed),
    )  # fmt: skip
    announce = _Announcer(request.seconds)
    if request.rig.sort == "wiring":
        found = find_at_rig(request, heard=_heard, wanted=lambda: FinishOrder() if _enter_was_pressed() else None, progress=announce)
    else:
        found = find_wire(request, heard=_heard, is_over=_enter_was_pressed, progress=announce)
    if arguments.json:
        put_json({
            "schema": "lockbench.wire/1", "run": found.folder.name, "seconds": round(found.seconds, 3), "watched": list(found.watched),
            "not_watched": UNSEEN, "verdict": found.verdict,
            "dropouts": [{"line": d.line, "t_s": d.t_s, "ms": d.ms} for d in found.dropouts],
        })  # fmt: skip
    else:
        show(_summary(found))
    if found.stopped is not None:
        say(f"lockbench: the watch was cut short: {found.stopped}")
        return Verdict[found.verdict].exit_code
    return 1 if found.dropouts else 0


class _Announcer:
    """Says once what to do, when the rig is open and the first bending begins."""

    def __init__(self, seconds: float) -> None:
        self._text = f"Bend the loom; every dropout sounds. Ends after {seconds:g} s, at Enter or at Ctrl-C. Nothing is driven."

    def __call__(self, _step: str) -> None:
        text, self._text = self._text, ""
        if text:
            say(text)


def _heard(line: str, t_s: float) -> None:
    """Sound the terminal's bell and say where."""
    bell = "\a" if sys.stderr.isatty() else ""
    say(f"{bell}  {t_s:8.3f} s  {LINES[line]}")


def _enter_was_pressed() -> bool:
    """Was Enter pressed since? Never, where nobody sits at a terminal."""
    try:
        if not sys.stdin.isatty() or not select.select([sys.stdin], [], [], 0)[0]:
            return False
    except (OSError, ValueError):
        return False
    sys.stdin.readline()
    return True


def _summary(found: WireOutcome) -> str:
    count = Counter(d.line for d in found.dropouts)
    language = VOICE.language
    lines = [f"{len(found.dropouts)} dropouts in {found.seconds:.1f} s"]
    for line in found.watched:
        times = [
            f"{d.t_s:.3f}" + (f" ({d.ms:.0f} {language.say('ms')})" if d.ms is not None else f" ({language.say('to the end')})")
            for d in found.dropouts
            if d.line == line
        ]
        shown = ", ".join(times[:8]) + (language.say(" and {n} more", n=len(times) - 8) if len(times) > 8 else "")
        lines.append(f"  {LINES[line]:<18}{count[line]:>4}" + (f"   at (s)  {shown}" if times else ""))
    lines += [f"  not watched       {UNSEEN}", HINT, f"Run  {found.folder}"]
    return "\n".join(lines)
