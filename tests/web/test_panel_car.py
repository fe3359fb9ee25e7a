"""The car's page over real frames on a python-can bus: doors open and shut on the drawing, the timeline grows, a flicker is found."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, page_of, until
from panel_layout import check_page
from panel_server import Client, free_port
from playwright.sync_api import Browser

from tests.command_runs import ROOT

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]
OPEN = "document.querySelector('g[data-door=rear_left]').classList.contains('is-open')"
ROWS = "document.querySelectorAll('#timeline li').length"


@pytest.fixture
def client(out: Path) -> Iterator[Client]:
    """A panel that listens to a car on a virtual bus."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("panel_with_car.py")), str(port), str(out)], cwd=ROOT, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    one = Client(port, process.pid)
    try:
        one.wait_up()
        yield one
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_doors_timeline_and_findings_follow_the_frames(browser: Browser, client: Client, language: str) -> None:
    """A second screen that comes later is shown the same; when the listening ends the page says so."""
    with page_of(browser, "rig", language) as page, page_of(browser, "phone", language) as second:
        page.goto(f"{client.home}monitor")
        assert page.evaluate(ROWS) == 0
        page.click("button[value=start]")
        page.wait_for_selector("button[value=stop]")
        until(page, OPEN)
        until(page, f"!({OPEN})")
        assert page.evaluate("document.querySelector('g[data-door=front_left]').classList.contains('is-open')") is False
        finding = page.wait_for_selector("#timeline li.finding")
        said = finding.inner_text() if finding else ""
        assert ("flickers" if language == "en" else "двер") in said.lower()
        rows = page.evaluate(ROWS)
        assert rows >= 4
        until(page, f"{ROWS} > {rows}")
        second.goto(f"{client.home}monitor")
        second.wait_for_selector("#timeline li.finding")
        assert second.locator("button[value=stop]").count() == 0, "one screen operates"
        check_page(page, f"monitor, listening, {language}", axe=language == "en")
        page.evaluate("scrollTo(0, 0)")
        box = page.locator("svg.car").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 480, "the whole car is seen on the rig's screen"
        page.click("button[value=stop]")
        page.wait_for_selector("button[value=start]")
        second.wait_for_selector("#bus")
