"""The mark on the curve behind a reason stands at the time of that evidence: measured against the ticks that a person reads."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bench.app.panel_plots import MOST, plots_of
from bench.model.language import ENGLISH
from tests.command_runs import DOOR, lockbench

TICK = re.compile(r'<text class="tock" x="([\d.]+)" y="[\d.]+">(-?[\d.]+)</text>')
MARK = re.compile(
    r'<path class="mark" d="M([\d.]+) [\d.]+V[\d.]+"/><circle class="mark" cx="([\d.]+)"[^>]*/>'
    r'<text class="mark" x="([\d.]+)"[^>]*>(\d)<'
)
AXIS = re.compile(r'<text class="axis"[^>]*>(ms|s) after the (12 V feed closed|step began)</text>')
PX = 0.6
"""Places are written to a tenth of a pixel; a tick and a mark may each be half a tenth off."""


def begin_ns(lines: list[dict[str, Any]], step: str, what: str) -> int:
    """Return where the axis of a step has its zero, out of the record alone."""
    name, _, n = step.partition("#")
    began, ended = (line["t"] for line in lines if line["kind"] == "step" and (line["name"], line["n"]) == (name, int(n)))
    fed = [line["t"] for line in lines if line["kind"] == "output" and line["role"] == "enable" and line["energised"]]
    at: int = next(t for t in fed if began <= t <= ended) if what == "12 V feed closed" else began
    return at


@pytest.mark.parametrize("fault", ["switch_stuck_closed", "gear_stiff", "motor_open", "lever_broken"])
def test_the_mark_stands_at_the_time_of_its_evidence(tmp_path: Path, fault: str) -> None:
    lockbench("test", "--rig", f"sim:{fault}", "--profile", DOOR, "--out", tmp_path, "--json")
    run = next(tmp_path.iterdir())
    lines = [json.loads(line) for line in (run / "observations.jsonl").read_text(encoding="utf-8").splitlines()]
    reasons = json.loads((run / "verdict.json").read_text(encoding="utf-8"))["diagnoses"][0]["evidence"]
    drawn = plots_of(run, ENGLISH)
    seen = 0
    for n, svg in enumerate(drawn, start=1):
        if svg is None:
            continue
        ticks = [(float(x), float(said)) for x, said in TICK.findall(svg)]
        axis, mark = AXIS.search(svg), MARK.search(svg)
        assert axis is not None
        assert mark is not None
        assert len(ticks) >= 3
        (x0, t0), (x1, t1) = ticks[0], ticks[-1]
        assert {mark[1]} == {mark[2], mark[3]}, "line, disc and number are one mark"
        assert mark[4] == str(n)
        unit_ns = 1e6 if axis[1] == "ms" else 1e9
        titled = re.search(r'aria-label="(\w+) (\d+): current', svg)
        assert titled is not None
        step = f"{titled[1].lower()}#{titled[2]}"
        zero = begin_ns(lines, step, axis[2])
        places = [x0 + ((e["t_ns"] - zero) / unit_ns - t0) / (t1 - t0) * (x1 - x0) for e in reasons if e["step"] == step]
        assert any(abs(place - float(mark[1])) < PX for place in places), (step, places, mark[1])
        seen += 1
    assert 0 < seen <= MOST
