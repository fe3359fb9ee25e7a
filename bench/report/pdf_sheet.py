"""A sheet of A4 paper in the house's look: fonts, colours, and the few shapes that a report needs. Millimetres throughout."""

from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF

Colour = tuple[int, int, int]
INK: Final[Colour] = (23, 33, 43)
SOFT: Final[Colour] = (86, 99, 111)
LINE: Final[Colour] = (214, 219, 223)
WASH: Final[Colour] = (245, 246, 244)
PAPER: Final[Colour] = (255, 255, 255)
BLUE: Final[Colour] = (11, 83, 148)
ORANGE: Final[Colour] = (194, 65, 12)
PEACH: Final[Colour] = (253, 235, 223)
BANDS: Final[dict[str, tuple[Colour, Colour]]] = {
    "PASS": (BLUE, PAPER),
    "FAIL": (ORANGE, PAPER),
    "INCONCLUSIVE": ((255, 247, 209), (59, 49, 0)),
    "ABORTED": ((57, 67, 77), PAPER),
    "ERROR": ((38, 38, 43), PAPER),
    "NOT_SET": ((57, 67, 77), PAPER),
}
"""Band and text of each verdict, as on the page: blue and orange, for red and green look alike to many."""
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 16.0
INNER: Final = WIDTH - 2 * MARGIN
_POINT: Final = 0.3528
"""Millimetres in a point."""
_FONTS: Final = Path(__file__).resolve().parent / "fonts"
FAMILY: Final = "DejaVuCondensed"


class Sheet:
    """One document. `y` is where the next block starts; `scale` shrinks type and gaps where a page would overflow."""

    def __init__(self, pdf: "FPDF", scale: float = 1.0) -> None:
        self.pdf, self.scale = pdf, scale
        self.y = MARGIN
        pdf.set_auto_page_break(False)
        pdf.c_margin = 0  # text and drawings share one left edge
        pdf.add_font(FAMILY, "", str(_FONTS / "DejaVuSansCondensed.ttf"))
        pdf.add_font(FAMILY, "B", str(_FONTS / "DejaVuSansCondensed-Bold.ttf"))

    def close(self) -> None:
        """Close the font files, which the library leaves open."""
        for font in self.pdf.fonts.values():
            handle = getattr(font, "ttfont", None)
            if handle is not None:
                handle.close()

    def page(self) -> None:
        """Begin a new page."""
        self.pdf.add_page()
        self.y = MARGIN

    def gap(self, mm: float) -> None:
        """Leave room."""
        self.y += mm * self.scale

    def text(
        self,
        said: str,
        *,
        size: float = 10,
        bold: bool = False,
        colour: Colour = INK,
        x: float = MARGIN,
        width: float = INNER,
        align: str = "L",
        fixed: bool = False,
    ) -> None:
        """Write a block that wraps at `width`, and move `y` below it. `fixed`: not shrunk with the rest."""
        points = size if fixed else size * self.scale
        self.pdf.set_font(FAMILY, "B" if bold else "", points)
        self.pdf.set_text_color(*colour)
        self.pdf.set_xy(x, self.y)
        self.pdf.multi_cell(width, points * _POINT * 1.32, said, align=align, new_x="LMARGIN", new_y="NEXT")
        self.y = self.pdf.get_y()

    def line_of(self, said: str, *, x: float, y: float, size: float, bold: bool = False, colour: Colour = INK, align: str = "L") -> None:
        """Write one line at a place of its own; `align` says whether x is its left end, middle or right end."""
        self.pdf.set_font(FAMILY, "B" if bold else "", size)
        self.pdf.set_text_color(*colour)
        width = self.pdf.get_string_width(said)
        self.pdf.text(x - {"L": 0.0, "C": width / 2, "R": width}[align], y, said)

    def box(self, x: float, y: float, width: float, height: float, fill: Colour, *, edge: Colour | None = None) -> None:
        """Fill a rectangle; its corners are a little round where it has an edge."""
        self.pdf.set_fill_color(*fill)
        if edge is None:
            self.pdf.rect(x, y, width, height, style="F")
            return
        self.pdf.set_draw_color(*edge)
        self.pdf.set_line_width(0.25)
        self.pdf.rect(x, y, width, height, style="DF", round_corners=True, corner_radius=1.8)

    def stroke(self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 0.25, dash: float = 0.0) -> None:
        """Draw a line through points; a single one is a dot."""
        if not points:
            return
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(width)
        if dash:
            self.pdf.set_dash_pattern(dash=dash, gap=dash * 0.8)
        if len(points) == 1:
            points = [points[0], (points[0][0] + 0.2, points[0][1])]
        self.pdf.polyline(points)
        if dash:
            self.pdf.set_dash_pattern()

    def area(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """Fill a polygon."""
        if len(points) > 2:
            self.pdf.set_fill_color(*fill)
            self.pdf.polygon(points, style="F")

    @contextmanager
    def clipped(self, x: float, y: float, width: float, height: float) -> "Iterator[None]":
        """Draw only inside a rectangle."""
        with self.pdf.rect_clip(x, y, width, height):
            yield

    def height_of(self, said: str, *, size: float, bold: bool = False, width: float = INNER) -> float:
        """Return how high a block would be, mm."""
        points = size * self.scale
        self.pdf.set_font(FAMILY, "B" if bold else "", points)
        high = self.pdf.multi_cell(width, points * _POINT * 1.32, said, dry_run=True, output="HEIGHT")
        return float(high) if isinstance(high, int | float) else 0.0
