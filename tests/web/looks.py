"""What every page is held to on every screen: nothing wider than it, targets that a thumb meets, and nothing that axe objects to."""

from browser import SIZES
from panel_layout import check_layout
from playwright.sync_api import Page

SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"


def check_width(page: Page, where: str) -> None:
    """Nothing is wider than the screen: for pages that are read with a mouse or on paper."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{where}: {wide} px wider than the screen"


def on_every_screen(page: Page, where: str, *, touched: bool = True) -> None:
    """Check the layout at each size, and leave the last one."""
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(SETTLED)  # a curve is drawn anew a frame after its place has changed
        (check_layout if touched else check_width)(page, f"{where} {name}")
