"""Draw the current curve of every fault as SVG into a folder: `python tests/sim/plot_waveforms.py FOLDER [SEVERITY] [SEED]`.

For the eye only: the first stroke in grey, the second in black, edges of ajar (blue) and lock (orange) as ticks.
"""

import sys
from pathlib import Path

from sim_bench import Curve, bench

from bench.model.names import FAULTS, KINDS

WIDE, HIGH, LEFT, TOP = 720, 300, 40, 30
SPAN_S, TOP_A = 0.55, 6.0


def _x(t: float) -> float:
    return LEFT + (WIDE - LEFT - 10) * t / SPAN_S


def _y(a: float) -> float:
    return HIGH - 30 - (HIGH - TOP - 40) * min(a, TOP_A) / TOP_A


def _line(curve: Curve, colour: str) -> str:
    points = " ".join(f"{_x(t):.1f},{_y(a):.1f}" for t, a, _ in curve.samples if t < SPAN_S)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.4" points="{points}"/>'


def _ticks(curve: Curve) -> str:
    colours = {"ajar": "#06c", "lock": "#e70"}
    return "".join(
        f'<line x1="{_x(t):.1f}" x2="{_x(t):.1f}" y1="{_y(0):.1f}" y2="{_y(0) - (40 if level else 20):.1f}" stroke="{colours[role]}"/>'
        for t, role, level in curve.edges
        if 0.0 <= t < SPAN_S
    )


def picture(title: str, first: Curve, second: Curve) -> str:
    """Return one SVG: both strokes over one axis of 0-0.55 s and 0-6 A."""
    grid = "".join(
        f'<line x1="{LEFT}" x2="{WIDE - 10}" y1="{_y(a):.1f}" y2="{_y(a):.1f}" stroke="#ddd"/>'
        f'<text x="12" y="{_y(a) + 4:.1f}" font-size="11">{a} A</text>'
        for a in range(7)
    )
    times = "".join(f'<text x="{_x(k / 10):.1f}" y="{HIGH - 10}" font-size="11">{k * 100} ms</text>' for k in range(6))
    numbers = f"{first.stop_s * 1000:.0f} ms, {first.ohm:.2f} ohm, {first.volt_seconds:.2f} Vs"
    text = f'<text x="{LEFT}" y="18" font-size="14">{title}: {numbers}</text>'
    body = grid + times + text + _line(first, "#999") + _line(second, "#000") + _ticks(first)
    size = f'width="{WIDE}" height="{HIGH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect width="100%" height="100%" fill="#fff"/>{body}</svg>\n'


def main(folder: Path, severity: float, seed: int) -> None:
    """Write one picture for each kind and fault."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for fault in (None, *FAULTS):
            b = bench(kind, fault, severity, seed)
            first = b.pulse("drive_lock")
            second = b.pulse("drive_unlock" if kind == "rear_door" else "drive_lock")
            name = f"{kind}-{fault or 'healthy'}"
            (folder / f"{name}.svg").write_text(picture(name, first, second), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.85, int(sys.argv[3]) if len(sys.argv) > 3 else 0)
