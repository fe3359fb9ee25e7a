"""Debian's own Chromium, headless, driven through Playwright: nothing is downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SIZES: Final = {"rig": (800, 480), "phone": (412, 860), "desk": (1280, 800)}
NEEDS_CHROMIUM: Final = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not on this machine (Debian package chromium)")
UNLUCKY_MS: Final = 20_000
"""Longest wait for anything on a loaded machine."""
RUN_MS: Final = 90_000
"""Longest wait for a whole run: 4 s alone, 14 s beside four busy loops on two cores. It bounds a run that stands still, not its pace."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser with a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, size: str = "rig", language: str = "en", *, refused: bool = False) -> Iterator[Page]:
    """Open a page; a complaint of its console (but a form that was refused) or a request to another machine fails the test.

    `refused`: it goes to addresses that answer with an error on purpose.
    """
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(UNLUCKY_MS)
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        expected = "400 (" in message.text or (refused and "the server responded with a status of" in message.text)
        if message.type in ("error", "warning") and not expected:
            complaints.append(message.text)

    def leaves(request: Request) -> None:
        if "127.0.0.1" not in request.url and not request.url.startswith(("data:", "file:")):
            complaints.append(request.url)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", leaves)
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def pick(page: Page, home: str, *, profile: str = "qashqai-j11-rear-door", job: str = "RO 4711", symptom: str = "click_no_lock") -> None:
    """Go from the first page to the one with START."""
    page.goto(home)
    page.click(f"button[value={profile}]")
    page.click("button[value=door]")
    page.fill("#job", job)
    page.locator("form[action='/job'] button.big").first.click()
    page.click(f"button[value={symptom}]")
    page.locator("button[name=against]").first.click()
    page.locator("form[action='/connect'] button").click()
    page.wait_for_selector("form[action='/start']")


def play(page: Page) -> None:
    """Press START and answer every prompt as the simulated hand saw it, until the verdict stands there."""
    page.locator("form[action='/start'] button.big").click()
    page.wait_for_selector(".run[data-ready]")  # before, a press is a plain form's: it loads the page anew, without the observer below
    # One observer in the page presses the main button of each new prompt: quicker than asking from outside, and just as a thumb would.
    page.evaluate(
        """() => {
          const press = () => { const b = document.querySelector('#now button.big:not(.plain):not(:disabled)'); if (b) b.click(); };
          new MutationObserver(press).observe(document.getElementById('now'), {childList: true, subtree: true}); press();
        }"""
    )
    try:
        page.wait_for_url("**/verdict/**", timeout=RUN_MS)
    except PlaywrightTimeout:
        said = page.evaluate("() => document.body.className + ' | ' + document.getElementById('now').outerHTML")
        raise AssertionError(f"no verdict came; the page says: {said}") from None
    page.wait_for_selector(".verdict")


def until(page: Page, holds: str) -> None:
    """Wait until a condition holds: the panel's policy forbids the usual way, which evaluates text inside the page."""
    for _ in range(UNLUCKY_MS // 100):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {holds}")
