"""Takes the pictures of the README: each screen of the panel, small, into docs/screens. `make screens`."""

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2])]

from browser import SIZES, chromium, page_of, pick, play, until  # noqa: E402 (a script finds its neighbours first)
from panel_server import Client, free_port, panel, started  # noqa: E402
from playwright.sync_api import Browser, Error, Page  # noqa: E402

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
WHERE = "(() => { const d = document.querySelector('#now > div')?.dataset; return d ? [d.phase, d.step.split('#')[0]] : ['', '']; })()"

GO_ON = "(() => { const b = document.querySelector('#now button.big:not(.plain):not(:disabled)'); if (b) b.click(); })()"


def keep(page: Page, name: str) -> None:
    """Save what stands on the screen as WebP."""
    page.wait_for_timeout(250)
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=72, method=6)


def flow(page: Page, home: str, *, prefix: str, wanted: dict[tuple[str, str], str]) -> None:
    """Go through a test; keep a picture of each phase that is wanted once."""
    page.locator("form[action='/start'] button.big").click()
    page.wait_for_selector("#now")
    left = dict(wanted)
    while "/verdict/" not in page.url:
        try:
            here = page.evaluate(WHERE)
        except Error:  # the page is just being left for the verdict
            continue
        name = left.pop((here[0], here[1]), None)
        if name:
            if here[0] == "drive":
                page.wait_for_timeout(350)
            keep(page, f"{prefix}{name}")
        if here[0] in ("armed", "clear", "hand", "ask"):
            page.evaluate(GO_ON)
        page.wait_for_timeout(60)
    page.wait_for_selector(".verdict")


def after_the_run(browser: Browser, out: Path) -> None:
    """The wire finder, a verdict before and after an outcome was tapped, a red light, and a gate that refuses."""
    with panel(out, rig="sim:wire_intermittent", speed=1) as client, page_of(browser, "rig", "en") as page:
        page.goto(client.home + "finder")
        page.wait_for_selector(".finder[data-ready]")
        page.click("button[value=start]")
        until(page, "Number(document.querySelector('#now > div').dataset.heard) >= 6")
        keep(page, "16-finder")
        page.click("button[value=stop]")
        page.wait_for_selector("[data-over='1']")
    with panel(out, rig="sim:motor_open", speed=20) as client, page_of(browser, "rig", "en") as page:
        pick(page, client.home)
        play(page)
        page.locator("form.outcomes").scroll_into_view_if_needed()
        keep(page, "17-outcomes")
        page.click("form.outcomes button >> nth=2")
        page.wait_for_selector(".again")
        page.locator(".again").scroll_into_view_if_needed()
        keep(page, "18-judged-again")
    with panel(out, rig="wiring/rpi-bench.toml", speed=1) as client, page_of(browser, "rig", "en") as page:
        pick(page, client.home)
        keep(page, "20-refused")
        page.goto(client.home + "connect")
        keep(page, "21-wires")


def in_the_car(browser: Browser, out: Path) -> None:
    """The car's page with a door that flickers, over frames on a virtual bus."""
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("panel_with_car.py")), str(port), str(out)]
    settings = os.environ | {"PYTHONPATH": str(FOLDER.parents[1])}
    with started(command, settings, Client(port, 0)) as client, page_of(browser, "desk", "en") as page:
        page.goto(client.home + "monitor")
        page.click("button[value=start]")
        page.wait_for_selector("#timeline li.finding")
        page.evaluate("scrollTo(0, 0)")
        keep(page, "22-car")


def when_it_stops(browser: Browser, out: Path) -> None:
    """A run that was stopped by hand, and a screen that has lost its rig."""
    with page_of(browser, "rig", "en") as page, panel(out, rig="sim", speed=1) as client:
        pick(page, client.home)
        page.locator("form[action='/start'] button.big").click()
        page.wait_for_selector("#now")
        while page.evaluate(WHERE)[0] != "hand":
            page.evaluate(GO_ON)
            page.wait_for_timeout(60)
        page.click("#stop")
        page.wait_for_url("**/stopped")
        while not (kept := list(out.glob("*/verdict.json"))):
            page.wait_for_timeout(100)
        run = kept[0].parent.name
        page.goto(f"{client.home}verdict/{run}")
        keep(page, "23-stopped")
    width, height = SIZES["rig"]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en")  # of its own: a lost rig is a complaint here
    page = context.new_page()
    with panel(out.with_name("lost"), rig="sim", speed=1) as client:
        page.goto(client.home + "run")
        until(page, "window.lockbenchStream !== undefined")
    page.wait_for_selector("body.lost", timeout=15_000)
    keep(page, "24-lost")
    context.close()


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        out = Path(folder) / "runs"
        with panel(out, rig="sim:gear_stiff", speed=1.5) as client, page_of(browser, "rig", "en") as page:
            page.goto(client.home)
            keep(page, "1-lock")
            page.click("button[value=qashqai-j11-rear-door]")
            keep(page, "2-scope")
            pick(page, client.home)
            for address, name in (("job", "3-job"), ("symptom", "4-symptom"), ("connect", "5-connect"), ("ready", "6-ready")):
                page.goto(client.home + address)
                keep(page, name)
            steps = {
                ("armed", ""): "7-armed",
                ("hand", "close"): "8-close",
                ("ask", "close"): "9-asked",
                ("drive", "unlock"): "10-driven",
                ("wiggle", "wiggle"): "11-wiggle",
            }
            flow(page, client.home, prefix="", wanted=steps)
            keep(page, "12-verdict")
            page.locator("details.why summary").first.click()
            until(page, "[...document.querySelectorAll('details[open] img')].every(i => i.complete && i.naturalWidth > 0)")
            page.locator("details.why").first.scroll_into_view_if_needed()
            keep(page, "13-why")
            run = page.url.rpartition("/")[2]
            page.goto(client.home + "runs")
            keep(page, "14-runs")
            page.goto(f"{client.home}verdict/{run}")
            page.goto(client.home + "access")
            keep(page, "15-screens")
            page.goto(f"{client.home}confirm/{run}")
            keep(page, "19-confirm")
        after_the_run(browser, out)
        in_the_car(browser, out)
        when_it_stops(browser, Path(folder) / "stopped")
        with panel(out, rig="sim", speed=4) as client, page_of(browser, "phone", "ru") as page:
            pick(page, client.home)
            keep(page, "phone-1-ready")
            flow(page, client.home, prefix="phone-", wanted={("hand", "close"): "2-close", ("ask", "lock"): "3-driven"})
            keep(page, "phone-4-verdict")
            page.goto(f"{client.home}verdict/{run}")
            keep(page, "phone-5-earlier")
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {sum(p.stat().st_size for p in FOLDER.glob('*.webp')) // 1000} kB in {FOLDER}")


if __name__ == "__main__":
    main()
