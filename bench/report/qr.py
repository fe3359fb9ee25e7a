"""The run's id as a QR code: that and nothing else, so that a photograph of a report gives no customer away."""

import re
from typing import Final

from bench.model.language import ENGLISH, Language

_RUN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")


def qr_rows(run_id: str) -> tuple[tuple[bool, ...], ...]:
    """Return the code's modules row by row, True is dark; correction level M, without a border. What is no run id has no code."""
    if _RUN_ID.fullmatch(run_id) is None:
        return ()
    import segno

    return tuple(tuple(bool(module) for module in row) for row in segno.make(run_id, error="m", micro=False).matrix)


def qr_svg(run_id: str, language: Language = ENGLISH) -> str:
    """Return the code as inline SVG with its quiet zone of four modules."""
    from html import escape

    rows = qr_rows(run_id)
    if not rows:
        return ""
    size = len(rows) + 8
    dark = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    label = escape(language.say("QR code of the run's id"))
    return (
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )
