"""What holds of every page of the panel, looked at in the browser: layout, targets, axe."""

from axe_playwright_python.sync_playwright import Axe
from browser import SIZES
from playwright.sync_api import Page

MAIN = "#main .big:not(.plain), #main .choice"
IS_SEEN = """selector => {
  const one = [...document.querySelectorAll(selector)].find(e => e.offsetParent !== null || getComputedStyle(e).position === 'fixed');
  const r = one?.getBoundingClientRect();
  if (!r || r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth) return false;
  return [.1, .5, .9].every(at => one.contains(document.elementFromPoint(r.left + at * r.width, r.top + at * r.height)));
}"""


def check_layout(page: Page, where: str) -> None:
    """Nothing is wider than the screen; whatever can be pressed is at least 44 px high and wide, main buttons and STOP 80."""
    found = page.evaluate(
        """() => {
          const pressed = 'a[href], button, summary, select, .radios label, input:not([type=hidden]):not([type=radio])';
          const seen = [...document.querySelectorAll(pressed)]
            .filter(e => e.offsetParent !== null && !e.classList.contains('skip') && !(e.closest('p') && !e.matches('.big, .quiet')));
          const small = seen.map(e => [e, e.getBoundingClientRect()])
            .filter(([e, r]) => r.height < 43.5 || r.width < 43.5 || (e.matches('.big, .stop button, .choice') && r.height < 79.5))
            .map(([e, r]) => `${e.outerHTML.slice(0, 80)} ${r.width}x${r.height}`);
          return {wide: document.documentElement.scrollWidth - innerWidth, small};
        }"""
    )
    assert found["wide"] <= 0, f"{where}: {found['wide']} px wider than the screen"
    assert found["small"] == [], where
    assert not page.locator("#stop").count() or page.evaluate(IS_SEEN, "#stop"), f"{where}: STOP is not to be seen"


def check_main(page: Page, where: str) -> None:
    """The button that most will press is seen whole without scrolling, at each of the three sizes, and nothing lies over it."""
    size = page.viewport_size
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("scrollTo(0, 0)")
        assert page.evaluate(IS_SEEN, MAIN), f"{where} {name}: the main button is not to be seen"
    if size is not None:
        page.set_viewport_size(size)


def check_axe(page: Page, where: str) -> None:
    """No violation of any rule that axe knows."""
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == [], where


def check_page(page: Page, where: str, *, axe: bool = True) -> None:
    """Layout at each of the three sizes, and axe."""
    size = page.viewport_size
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        check_layout(page, f"{where} {name}")
    if size is not None:
        page.set_viewport_size(size)
    if axe:
        check_axe(page, where)
