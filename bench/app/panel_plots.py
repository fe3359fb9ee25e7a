"""Draws the evidence of a stored run: `python -m bench.app.panel_plots RUN LANGUAGE` prints a JSON list of SVG or null."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from bench.app.judging import judge_record, load_run
from bench.config.languages import load_language
from bench.model.diagnosis import Evidence
from bench.model.language import Language
from bench.report.chart import Mark, chart
from bench.report.series import StepView, views_of
from bench.report.wording import summary_of

MOST: Final = 6
_NAMESPACE: Final = "http://www.w3.org/2000/svg"
STYLE: Final = """
text{font:14px system-ui,"Noto Sans","DejaVu Sans",sans-serif;fill:#4d5a66}.grid{stroke:#edeff1}.tick,text.lane{text-anchor:end}
.tock,.axis,.word,.none,text.mark{text-anchor:middle}.unit{text-anchor:start;transform:translateX(-68px)}.band{fill:#d3e3f4;stroke:#8fb4d9}
.ref{fill:none;stroke:#66727d;stroke-width:1.3;stroke-dasharray:4 3}.amp{fill:none;stroke:#14324f;stroke-width:1.7}
.out{fill:none;stroke:#c2410c;stroke-width:2.8}.rail{stroke:#d4d9dd;stroke-width:1.5}rect.high{fill:#3b6ea5}rect.low{fill:#c9d8e8}
rect.busy{fill:#2c3a47}rect.unknown{fill:#e6e7e8}rect.chatter{fill:#c2410c}.word{font-weight:600}.word.high,.word.busy{fill:#fff}
.word.low,.word.unknown{fill:#22384e}path.mark{stroke:#c2410c;stroke-width:1.4;stroke-dasharray:3 2;fill:none}circle.mark{fill:#c2410c}
text.mark{fill:#fff;font-weight:700}.trip{stroke:#c2410c;stroke-width:2}.triptext{fill:#c2410c;font-weight:700}
"""


def plots_of(run: Path, language: Language) -> list[str | None]:
    """Return the drawing of each piece of evidence that speaks for the verdict; raise BenchError where the run is unreadable."""
    record, profile = load_run(run)
    judgement = judge_record(record, profile)
    door = [(bit.first_ns, "open" if bit.open else "closed") for bit in judgement.bits]
    views = views_of(record, profile, door)
    bands = {e.step: e for e in judgement.envelopes}
    drawn: list[str | None] = []
    for n, evidence in enumerate(summary_of(judgement.document).why[:MOST], start=1):
        t_ns, view = evidence.t_ns, view_of(evidence, views)
        if view is None or t_ns is None:
            drawn.append(None)
            continue
        svg = chart(
            view,
            ident=f"e{n}",
            envelope=bands.get(view.step.key) or bands.get(view.step.name),
            marks=[Mark(number=n, t_ns=t_ns)],
            language=language,
        )
        head, _, rest = svg.partition(">")
        drawn.append(f'{head} xmlns="{_NAMESPACE}"><style>{STYLE}</style>{rest}')
    return drawn


def view_of(evidence: Evidence, views: Sequence[StepView]) -> StepView | None:
    """Return the step that this was seen in, drawn until then; None where it has no place on one curve.

    The step's name decides: an answer is given in the moment in which its step ends, and the next one begins.
    """
    for view in views:
        if evidence.t_ns is not None and evidence.step in (None, view.step.key) and view.start_ns <= evidence.t_ns <= _end_of(view):
            return replace(view, end_ns=max(view.end_ns, evidence.t_ns))
    return None


def _end_of(view: StepView) -> int:
    return view.end_ns if view.step.end_ns is None else view.step.end_ns


def main(argv: list[str]) -> None:
    """Print what was asked for."""
    run, code = argv
    sys.stdout.buffer.write(msgspec.json.encode(plots_of(Path(run), load_language(code))))


if __name__ == "__main__":
    main(sys.argv[1:])
