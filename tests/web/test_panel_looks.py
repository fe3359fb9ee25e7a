"""Every page and every document that a browser shows, in both languages, on three screens, and under axe."""

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, page_of
from looks import on_every_screen
from panel_layout import check_axe, check_main
from panel_server import Client, panel
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from bench.model.guides import GUIDES
from tests.command_runs import DOOR, lockbench

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]
LANGUAGES = ("en", "ru")
WAY = ("/", "/scope", "/job", "/symptom", "/against", "/connect", "/ready", "/run")
FLOW = (*WAY, "/finder", "/pair")
"""Where the main button is seen without scrolling."""
BESIDE = (
    "/runs", "/monitor", "/access", "/again", "/limits", "/pair", "/finder", "/symptoms", "/guides", "/stopped", "/stopped?unreached=1",
    "/nowhere",
)  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stored runs of a good and a faulty lock, one judged against the good one, and one that was stopped."""
    out = tmp_path_factory.mktemp("looks") / "runs"
    for n, rig in enumerate(("sim", "sim:motor_open", "sim:cable_stretched@1")):
        lockbench("test", "--rig", rig, "--profile", DOOR, "--job", f"RO {n}", "--vin", "SJNFAAJ11U1234567", "--out", out, "--json")
    good = next(run for run in out.iterdir() if verdict_of(run) == "PASS")
    lockbench("test", "--rig", "sim:gear_stiff", "--profile", DOOR, "--against", good, "--out", out, "--json")
    cut = out / f"{good.name[:-4]}cut0"
    shutil.copytree(good, cut)
    lines = (cut / "observations.jsonl").read_text().splitlines(keepends=True)
    (cut / "observations.jsonl").write_text("".join(lines[: len(lines) // 3]))
    (cut / "verdict.json").write_text(lockbench("judge", cut, "--json").out)
    lockbench("report", cut)
    return out


@pytest.fixture(scope="module")
def client(runs: Path) -> Iterator[Client]:
    with panel(runs) as one:
        yield one


def verdict_of(run: Path) -> str:
    return str(json.loads((run / "verdict.json").read_text())["verdict"])


def look(page: Page, address: str, where: str, *, touched: bool = True) -> None:
    page.goto(address)
    on_every_screen(page, where, touched=touched)
    check_axe(page, where)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_of_the_way_to_start_and_beside_it(browser: Browser, client: Client, language: str) -> None:
    with page_of(browser, "rig", language, refused=True) as page:
        page.goto(client.home)
        page.click(f"button[value={DOOR}]")
        for address in (*WAY, *BESIDE):
            look(page, client.home.rstrip("/") + address, f"{address} {language}")
            if address in FLOW:
                check_main(page, f"{address} {language}")
            assert page.locator(f"html[lang={language}]").count() == 1
            assert page.locator("h1").count() == 1, f"{address}: one heading says what the page is for"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_guide(browser: Browser, client: Client, language: str) -> None:
    with page_of(browser, "rig", language) as page:
        for guide in GUIDES:
            look(page, f"{client.home}guide/{guide}", f"guide {guide} {language}")
            assert page.locator("h1").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_verdict_its_check_list_and_its_report(browser: Browser, client: Client, runs: Path, language: str) -> None:
    """The report is read and printed: its links are words in a text, so that only its width is held to the screen."""
    assert {verdict_of(run) for run in runs.iterdir() if run.is_dir()} >= {"PASS", "FAIL", "ABORTED"}
    with page_of(browser, "rig", language) as page:
        for run in sorted(run.name for run in runs.iterdir() if run.is_dir()):
            look(page, f"{client.home}verdict/{run}", f"verdict {run} {language}")
            look(page, f"{client.home}check/{run}", f"check {run} {language}")
            look(page, f"{client.home}report/{run}", f"report {run} {language}", touched=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_document_that_a_command_writes(browser: Browser, runs: Path, tmp_path: Path, language: str) -> None:
    """Statistics, the gauge study and the timeline of recordings, opened from disk."""
    study = tmp_path / "study.csv"
    pages = tmp_path / "stats.html", tmp_path / "grr.html", tmp_path / "drive.html"
    study.write_text("run,part,operator\n" + "".join(f"{run},{n % 2},{n // 6}\n" for n, run in enumerate(repeated(tmp_path))))
    said = [
        lockbench("stats", "--runs", runs, "-o", pages[0], "--lang", language),
        lockbench("stats", "grr", "--runs", tmp_path / "study", "--study", study, "-o", pages[1], "--lang", language),
        lockbench("analyze", "docs/drive.log", "-o", pages[2]),
    ]
    assert [one.code for one in said] == [0, 0, 1], said
    with page_of(browser, "rig", language) as page:
        for file in pages:
            look(page, file.as_uri(), f"{file.name} {language}", touched=False)
            assert page.locator("html[lang]").count() == 1


def repeated(folder: Path) -> list[str]:
    """Two locks, each tested three times by two people; the runs' ids, the locks in turn."""
    made: list[str] = []
    for n in range(12):
        out = folder / "study"
        lockbench("test", "--rig", "sim", "--seed", str(n % 2 + 1), "--temp", str(20 + n / 4), "--profile", DOOR, "--out", out, "--json")
        made += [run.name for run in sorted(out.iterdir()) if run.is_dir() and run.name not in made]
    return made


PRESS = """phase => {
  const now = document.querySelector('#now [data-phase]'), button = now?.querySelector('button.big:not(.plain):not(:disabled)');
  if (button && now.dataset.phase === phase) button.click();
}"""
"""Press the main button of this prompt, and of no later one."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_prompt_of_a_running_test(browser: Browser, tmp_path: Path, language: str) -> None:
    """Armed, a hand's movement, a question, hands clear, and the verdict: the rig waits at each, so that it can be looked at."""
    seen: set[str] = set()
    with panel(tmp_path / "runs") as client, page_of(browser, "rig", language) as page:
        page.goto(client.home)
        page.click(f"button[value={DOOR}]")
        page.goto(f"{client.home}ready")
        page.locator("form[action='/start'] button.big").click()
        until = time.monotonic() + 60
        while "/verdict/" not in page.url and time.monotonic() < until:
            with contextlib.suppress(PlaywrightError):  # the page may go on to the verdict under it
                phase = page.evaluate("() => document.querySelector('#now [data-phase]')?.dataset.phase || ''")
                if phase in ("armed", "hand", "ask", "clear") and phase not in seen:
                    on_every_screen(page, f"{phase} {language}")
                    check_main(page, f"{phase} {language}")
                    check_axe(page, f"{phase} {language}")
                    seen.add(phase)
                page.evaluate(PRESS, phase)
            page.wait_for_timeout(50)
    assert seen == {"armed", "hand", "ask", "clear"}
