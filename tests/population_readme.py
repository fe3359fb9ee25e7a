"""The README's sentence on how far to trust a verdict, in the figures of the last whole population: `--readme` puts it there."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.population_bounds import wilson
from tests.population_results import Result
from tests.population_source import ROOT
from tests.population_tables import GRAVE, MEDIUM, SURE

README: Final = ROOT / "README.md"
_PLACE: Final = re.compile(r"(?m)^5\. `make population`.*(?:\n   \S.*)*")
WIDTH: Final = 150
CLIPS: Final = "world c"
"""The world whose monitor clips below the stall current."""


def sentence(home: Sequence[Result], foreign: Mapping[str, Sequence[Result]]) -> str:
    """Return the README's fifth line. `home`: faults and good locks, without what is no lock's fault."""
    known = [r for r in home if not r.untestable]
    faulty, healthy = [r for r in known if r.case.fault], [r for r in home if r.case.fault is None]
    grave = [r for r in faulty if r.case.severity >= GRAVE]
    severities = sorted({r.case.severity for r in faulty})
    accused, passed = sum(r.verdict in ("FAIL", "ERROR") for r in healthy), sum(r.verdict == "PASS" for r in grave)
    sure = [r for r in known if r.mass > SURE]
    shares = " / ".join(f"{100 * _right([r for r in faulty if r.case.severity == s]):.1f}" for s in severities)
    drops = {name: 100 * (_right(_like(home, results)) - _right(_like(results, results))) for name, results in foreign.items()}
    others = [drop for name, drop in drops.items() if name != CLIPS]
    held = sum(r.is_true for r in sure) / max(len(sure), 1)
    words = (
        f"5. `make population` on seeds not tuned on ({len(faulty)} faults, {len(healthy)} good locks, all simulated): right {shares} % "
        f"at severity {' / '.join(f'{s:g}' for s in severities)}; {accused} good locks accused (95 %: below "
        f"{wilson(accused, len(healthy))[1]:.2%}), {passed} of {len(grave)} grave faults passed; a claim above {SURE} held in {held:.2%}. "
        f"Locks of other makes from 0.6 on: {max(others, default=0.0):.1f} points lower at most, {drops.get(CLIPS, 0.0):.1f} behind a "
        f"monitor that clips."
    )
    return "\n   ".join(_wrapped(words))


def put(text: str, path: Path = README) -> None:
    """Write the sentence into the README; raise ValueError where its place is gone."""
    found, count = _PLACE.subn(lambda _: text, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path}: the line that begins with `5. make population` is there {count} times, must be once")
    path.write_text(found, encoding="utf-8")


def _like(results: Sequence[Result], other: Sequence[Result]) -> list[Result]:
    """Return the faults of the severities that the other has too, from MEDIUM on."""
    severities = {r.case.severity for r in other if r.case.severity >= MEDIUM}
    return [r for r in results if r.case.fault and not r.untestable and r.case.severity in severities]


def _right(results: Sequence[Result]) -> float:
    return sum(r.is_right for r in results) / max(len(results), 1)


def _wrapped(words: str) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < WIDTH else [*lines, word]
    return lines
