"""Markup in every field that somebody else may fill, in real Chromium: on the panel and in the report no script but ours runs.

VIN, job, answers (at once and later), names of steps and signals, evidence and titles of a stored verdict, file names, DBC texts,
what the car's monitor says, and a report.html that somebody has written into.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, until
from markup import FILE_NAME, MARKUP
from panel_server import Client, free_port, panel, started
from playwright.sync_api import Browser, Dialog, Page, Request

from bench.store.late_answers import LATE
from tests.command_runs import DOOR, lockbench

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]
RUN = "2026-11-25T10-00-00Z-bad1"
GOOD = "2026-11-25T09-00-00Z-fine"
INJECTED = '<script>alert(7)</script><img src=x onerror=alert(8)><a href="javascript:alert(9)" id=bait>x</a>'


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stored runs: one as it was recorded, one in which every text is hostile."""
    root = tmp_path_factory.mktemp("markup")
    lockbench("test", "--rig", "sim:switch_stuck_closed", "--profile", DOOR, "--out", root / "made", "--json")
    made = next((root / "made").iterdir())
    folder = root / "runs" / RUN
    shutil.copytree(made, root / "runs" / GOOD)
    shutil.copytree(made, folder)
    (folder / "observations.jsonl").write_text("".join(map(poisoned, (made / "observations.jsonl").read_text().splitlines())))
    (folder / LATE).write_text(json.dumps({"utc": "2026-11-25T10:00:00Z", "question": MARKUP, "value": MARKUP, "step": MARKUP}) + "\n")
    verdict = json.loads((made / "verdict.json").read_text())
    best = verdict["diagnoses"][0]
    best |= dict.fromkeys(("title", "remedy", "next_test"), MARKUP) | {"group": [best["fault"], MARKUP]}
    for evidence in best["evidence"]:
        evidence |= {"text": MARKUP, "value": MARKUP, "expected": MARKUP}
    for step in verdict["steps"]:
        step["name"] = MARKUP
        for measured in step["measurements"]:
            measured |= {"name": MARKUP, "unit": MARKUP, "source": MARKUP}
    (folder / "verdict.json").write_text(json.dumps(verdict | {"run": MARKUP, "next_test": MARKUP, "not_tested": [MARKUP]}))
    assert lockbench("report", folder).code == 0
    for name in (f"{FILE_NAME}.dbc", f"{FILE_NAME}.toml"):
        (folder / "config" / name).write_text(MARKUP)
    return root / "runs"


def poisoned(line: str) -> str:
    """A line of the record whose free texts are markup."""
    seen = json.loads(line)
    match seen["kind"]:
        case "run":
            seen |= {"vin": MARKUP, "job": MARKUP, "rig": MARKUP}
        case "answer":
            seen |= {"question": MARKUP, "value": MARKUP}
        case "can" | "bus":
            seen["channel"] = MARKUP
        case _:
            pass
    return json.dumps(seen, separators=(",", ":")) + "\n"


@contextmanager
def watched(browser: Browser, language: str = "en") -> Iterator[tuple[Page, list[str]]]:
    """A page, and whatever a script that is not ours did on it: a dialog, or a request to elsewhere."""
    context = browser.new_context(locale=language)
    page = context.new_page()
    wrongs: list[str] = []

    def shown(dialog: Dialog) -> None:
        wrongs.append(dialog.message)
        dialog.dismiss()

    def asked(request: Request) -> None:
        if request.url.endswith("/x"):
            wrongs.append(request.url)

    page.on("dialog", shown)
    page.on("request", asked)
    try:
        yield page, wrongs
    finally:
        context.close()


def dialogs(wrongs: list[str]) -> list[str]:
    """What a script said. A picture that was written into the page is asked for, and blocked: that is no script."""
    return [wrong for wrong in wrongs if not wrong.endswith("/x")]


def holds_it_as_text(page: Page, wrongs: list[str], part: str = MARKUP[:28]) -> None:
    """The markup stands there to be read, and has become nothing else."""
    page.wait_for_load_state("load")
    assert part in (page.locator("html").text_content() or ""), page.url
    assert page.locator("img[src=x], [onerror], [onload]").count() == 0, page.url
    assert "49" not in (page.locator("html").text_content() or "").split("{{7*7}}")[0][-3:]
    assert wrongs == [], page.url


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_hostile_run_is_text_on_every_page(browser: Browser, runs: Path, language: str) -> None:
    with panel(runs) as client, watched(browser, language) as (page, wrongs):
        for address in ("runs", f"verdict/{RUN}", f"report/{RUN}"):
            page.goto(client.home + address)
            holds_it_as_text(page, wrongs)
        page.goto(f"{client.home}check/{RUN}")
        page.goto(f"{client.home}plot/{RUN}/1")
        assert wrongs == []


def test_a_hostile_job_is_text_where_a_good_lock_is_picked(browser: Browser, runs: Path) -> None:
    """A run that was not found faulty is offered for comparison, with its job and VIN."""
    folder = runs / "2026-11-25T11-00-00Z-good"
    shutil.copytree(runs / RUN, folder, dirs_exist_ok=True)
    verdict = json.loads((folder / "verdict.json").read_text())
    (folder / "verdict.json").write_text(json.dumps(verdict | {"verdict": "PASS"}))
    with panel(runs) as client, watched(browser) as (page, wrongs):
        page.goto(client.home)
        page.click(f"button[value={DOOR}]")
        page.goto(f"{client.home}against")
        holds_it_as_text(page, wrongs)


def test_a_report_that_somebody_has_written_into_runs_nothing(browser: Browser, runs: Path) -> None:
    """Served in a sandbox, with a policy that knows our one script by its hash; that one does run."""
    stored = runs / GOOD / "report.html"
    whole = stored.read_text()
    bare = whole.replace("<meta http-equiv=", "<meta data-was=", 1)
    assert bare != whole, "the page's own policy is taken out, so that the panel's is what holds"
    stored.write_text(bare.replace("</header>", INJECTED + "</header>", 1))
    try:
        with panel(runs) as client, watched(browser) as (page, wrongs):
            answer = page.goto(f"{client.home}report/{GOOD}")
            assert answer is not None
            assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none'")
            assert page.evaluate("origin") == "null"
            assert page.locator(".why button.to").count() > 0, "our own script did not run"
            page.evaluate("document.getElementById('bait').click()")
            page.wait_for_timeout(200)
            assert dialogs(wrongs) == []
            page.locator(".why button.to").first.click()
            assert page.locator("figure.shown").count() == 1
    finally:
        stored.write_text(whole)


def test_a_report_on_disk_runs_nothing_either(browser: Browser, runs: Path, tmp_path: Path) -> None:
    """Opened from a stick, without any server: its own policy stands in it."""
    for language in ("en", "ru"):
        file = tmp_path / f"{language}.html"
        assert lockbench("report", runs / RUN, "-o", file, "--lang", language).code == 0
        file.write_text(file.read_text().replace("</header>", INJECTED + "</header>", 1))
        with watched(browser) as (page, wrongs):
            page.goto(file.as_uri())
            page.evaluate("document.getElementById('bait').click()")
            page.wait_for_timeout(200)
            assert dialogs(wrongs) == []
            assert page.locator("script").count() == 2
            assert page.locator("header.band").text_content()


def test_what_the_car_says_is_text(browser: Browser, tmp_path: Path) -> None:
    """Events as they come, and again after the page was loaded anew; a door of an odd name breaks no script."""
    port = free_port()
    script = Path(__file__).with_name("hostile_panel.py")
    command = [sys.executable, str(script), str(port), str(tmp_path / "runs")]
    with started(command, dict(os.environ), Client(port, 0)) as client, watched(browser) as (page, wrongs):
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{client.home}monitor")
        page.locator("form[action='/monitor'] button").first.click()
        until(page, "document.querySelectorAll('#timeline li').length >= 3")
        holds_it_as_text(page, wrongs)
        client.until("/monitor", "3.0 s")
        page.reload()
        assert page.locator("#timeline li").count() == 5
        holds_it_as_text(page, wrongs)
        assert errors == []


def test_a_recording_and_a_dbc_of_odd_names_are_text_on_the_timeline(browser: Browser, tmp_path: Path) -> None:
    """File name, DBC name, signal and choice names of a DBC: the page of `analyze` opened from disk."""
    log = tmp_path / f"{FILE_NAME}.log"
    shutil.copy(Path("docs/drive.log").absolute(), log)
    dbc = tmp_path / f"{FILE_NAME}.dbc"
    dbc.write_text(
        'VERSION ""\nBU_: A\nBO_ 1549 Body: 8 A\n SG_ Door_rl : 5|1@1+ (1,0) [0|1] "<img src=x onerror=alert(1)>" A\n'
        'CM_ SG_ 1549 Door_rl "<script>alert(2)</script>";\n'
        'VAL_ 1549 Door_rl 0 "<img src=x onerror=alert(3)>" 1 "<script>alert(4)</script>" ;\n',
    )
    page_file = tmp_path / "timeline.html"
    said = lockbench("analyze", log, "--dbc", dbc, "--signals", "-o", page_file)
    assert said.code in (0, 1), said
    with watched(browser) as (page, wrongs):
        page.goto(page_file.as_uri())
        holds_it_as_text(page, wrongs, FILE_NAME[:28])
