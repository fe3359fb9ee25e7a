"""The wire finder in a real browser: it sounds, marks and counts each dropout, drives nothing, and its record is judged."""

from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, page_of, until
from panel_layout import check_page
from panel_server import panel
from playwright.sync_api import Browser, Page

from bench.app.judging import load_run
from bench.model.observations import Output, Stop

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]
TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
"""Counts what the page's own sound is told to play."""
HEARD = "Number(document.querySelector('#now > div').dataset.heard)"


def begin(page: Page, home: str) -> None:
    page.add_init_script(TONES)
    page.goto(f"{home}finder")
    page.wait_for_selector(".finder[data-ready]")
    page.click("button[value=start]")
    page.wait_for_selector("[data-watching='1']")


def end(page: Page) -> str:
    page.click("button[value=stop]")
    page.wait_for_selector("[data-over='1']")
    return (page.get_attribute("a[href^='/verdict/']", "href") or "").rpartition("/")[2]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_dropout_sounds_is_marked_and_counted_and_the_record_is_judged(browser: Browser, out: Path, language: str) -> None:
    """Before the first touch a browser gives no sound: the touch of START opens it, and beeps once to say so."""
    with panel(out, rig="sim:wire_intermittent", speed=1.5) as client, page_of(browser, "rig", language) as page:
        begin(page, client.home)
        until(page, f"{HEARD} >= 3")
        assert page.evaluate("window.tones") >= 2
        until(page, "document.querySelectorAll('.lane .drop').length >= 2")
        assert page.evaluate("document.querySelectorAll('#dropouts li').length") >= 3
        assert page.inner_text(".lane[data-lane=ajar] b") != "–", "the lane tells the level that stands now"
        check_page(page, f"finder, watching, {language}")
        run = end(page)
        check_page(page, f"finder, judged, {language}")
        page.click("a[href^='/verdict/']")
        page.wait_for_selector(".verdict.FAIL")
        record, _ = load_run(out / run)
        assert not [line for line in record.observations if isinstance(line, Output | Stop)]
        assert (out / run / "report.html").is_file()


def test_a_whole_loom_is_quiet_and_the_sound_can_be_switched_off(browser: Browser, out: Path) -> None:
    with panel(out, rig="sim", speed=10) as client, page_of(browser) as page:
        begin(page, client.home)
        until(page, "document.querySelectorAll('.lane rect').length > 1")
        assert page.evaluate(f"[{HEARD}, window.tones]") == [0, 1]
        assert page.inner_text("#sound") == "Sound is on"
        page.click("#sound")
        assert (page.inner_text("#sound"), page.get_attribute("#sound", "aria-pressed")) == ("Sound is off", "false")
        run = end(page)
        assert run
        assert "FAIL" not in page.inner_text("#now")


def test_stop_and_a_second_screen(browser: Browser, out: Path) -> None:
    """A second screen sees the same count without the buttons; STOP ends the watch and the record says so."""
    with panel(out, rig="sim:wire_intermittent", speed=2) as client, page_of(browser) as page, page_of(browser, "phone") as second:
        begin(page, client.home)
        second.goto(f"{client.home}finder")
        until(second, f"{HEARD} >= 1")
        assert second.locator("#now form").count() == 0
        page.keyboard.press("Escape")
        page.wait_for_url("**/stopped")
        second.wait_for_selector("[data-over='1']")
    runs = [path for path in out.iterdir() if path.is_dir()]
    assert len(runs) == 1
    assert '"reason":"operator"' in (runs[0] / "observations.jsonl").read_text(encoding="utf-8")


def test_by_keyboard_alone(browser: Browser, out: Path) -> None:
    """Tab to START, Enter, and Enter again ends it: the main button keeps the focus."""
    with panel(out, rig="sim", speed=10) as client, page_of(browser) as page:
        page.goto(f"{client.home}finder")
        page.wait_for_selector(".finder[data-ready]")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('#now button')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-watching='1']")
        until(page, "document.activeElement.matches('#now button[value=stop]')")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-over='1']")
    assert len(list(out.glob("2*/verdict.json"))) == 1
