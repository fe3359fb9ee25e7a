"""The lights before START are what doctor's stage A has seen at this rig, and what the gate of a real rig says."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, page_of, pick
from panel_layout import check_page
from panel_server import Client, panel
from playwright.sync_api import Browser

from bench.app.doctor import DoctorOrder, examine
from bench.app.rigs import parse_rig
from tests.command_runs import ROOT

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]
REAL = "wiring/rpi-bench.toml"


def gate_state(out: Path, stages: tuple[str, ...], digest: str | None = None) -> Path:
    """Write down what doctor leaves when these stages have passed for the reference bench."""
    path = out.parent / "state" / "lockbench" / "doctor-rpi-bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    found = digest or sha256((ROOT / REAL).read_bytes()).hexdigest()
    path.write_text(json.dumps({"wiring_sha256": found, "utc": "2026-11-23T10:00:00Z", "stages": stages}), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_lights_are_what_doctor_has_seen(browser: Browser, out: Path, language: str) -> None:
    """A simulated rig is examined when it is connected: each check of stage A is there, with what was read."""
    checks = examine(DoctorOrder(choice=parse_rig("sim"), upto="A"), say=lambda _: None).stages[0].checks
    with panel(out) as client, page_of(browser, "rig", language) as page:
        pick(page, client.home)
        page.wait_for_selector("details.passed li.check", state="attached")
        passed = page.locator("details.passed li.check")
        assert passed.count() == sum(check.outcome == "pass" for check in checks)
        page.locator("details.passed summary").click()
        said = page.inner_text("#lights")
        assert re.search(r"\d[.,]\d+ m?A|мА", said)
        assert re.search(r"12[.,]\d+ V|12[.,]\d+ В", said)
        if language == "ru":
            assert not re.findall(r"[A-Za-z]{5,}", said.replace("drive_lock", ""))
        assert page.locator("#start").is_enabled()
        check_page(page, f"ready, examined, {language}", axe=language == "en")


def test_a_check_that_fails_is_red_with_what_was_read_and_what_was_wanted(browser: Browser, out: Path) -> None:
    with panel(out, rig="sim:fuse_blown") as client, page_of(browser) as page:
        pick(page, client.home)
        red = page.wait_for_selector("#lights li.bad")
        assert re.search(r"Supply\s+0\.\d+ V, wanted 9\.\.16 V", red.inner_text() if red else "")
        assert page.locator("#start").is_enabled(), "a simulated rig has no gate: its faults are there to be tested"
        check_page(page, "ready, a red light")


def test_a_real_rigs_gate_refuses_and_the_page_says_why(browser: Browser, out: Path) -> None:
    """No START: not before doctor, not after the file was changed, not with a stage missing."""
    with panel(out, rig=REAL, speed=1) as client, page_of(browser) as page:
        pick(page, client.home)
        assert "doctor has not passed for rpi-bench" in page.inner_text("#lights li.bad")
        assert page.locator("#start").is_disabled()
        check_page(page, "ready, refused")
        gate_state(out, ("A", "B", "C"), digest="0" * 64)
        page.reload()
        assert "has changed since doctor passed" in page.inner_text("#lights li.bad")
        gate_state(out, ("A",))
        page.reload()
        assert "stages B, C have not passed" in page.inner_text("#lights li.bad")
        gate_state(out, ("A", "B", "C"))
        page.reload()
        assert page.locator("#lights li.bad").count() == 0
        assert page.locator("#start").is_enabled()


def test_a_start_that_is_posted_all_the_same_is_refused_with_the_reason(out: Path) -> None:
    with panel(out, rig=REAL, speed=1) as client:
        _picked(client)
        assert client.post("/start", {}).status == 400
        assert "START is refused: This rig may drive a lock" in client.page
        client.get("/run")
        assert 'data-phase="idle"' in client.page


def test_a_real_rig_that_cannot_be_opened_says_so(browser: Browser, out: Path) -> None:
    """It is examined when somebody asks for it, never by itself; this machine has no such pins, and the light says what is missing."""
    gate_state(out, ("A", "B", "C"))
    with panel(out, rig=REAL, speed=1) as client, page_of(browser) as page:
        pick(page, client.home)
        assert "Not yet. Examine it" in page.inner_text("#lights")
        page.click("form[action='/examine'] button")
        red = page.wait_for_selector("#lights li.bad")
        assert len((red.inner_text() if red else "").split()) > 5
        assert page.locator("#start").is_disabled()


def test_from_the_network_an_examination_is_only_armed(out: Path) -> None:
    """Behind a proxy nobody is at the rig: it waits, and only the rig's own screen lets it go."""
    with panel(out) as client:
        _picked(client)
        client.get("/ready")
        assert client.post("/examine", {}, **{"x-forwarded-for": "192.0.2.7"}).status in (303, 403)
        client.get("/ready")
        assert 'data-busy="0"' in client.page


def _picked(client: Client) -> None:
    client.get("/")
    client.post("/lock", {"profile": "qashqai-j11-rear-door"})
