"""What is found out by hand after the run: a tapped outcome changes the verdict on the page, a repair is confirmed by a test of its own."""

import json
import re
from pathlib import Path

import pytest
from browser import NEEDS_CHROMIUM, page_of, pick, play, until
from panel_layout import check_page
from panel_server import Client, panel
from playwright.sync_api import Browser

from tests.command_runs import lockbench

pytestmark = [NEEDS_CHROMIUM, pytest.mark.filterwarnings("default")]


def run_of(out: Path, rig: str, *flags: str) -> str:
    """Make a run by the command line; return its id."""
    said = lockbench("test", "--rig", rig, "--profile", "qashqai-j11-rear-door", "--out", out, "--json", *flags)
    run: str = said.document["run"]
    return run


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_tapped_outcome_is_judged_and_the_page_says_what_it_changed(browser: Browser, out: Path, language: str) -> None:
    """A broken motor wire and a dead motor look alike from here; with the voltage at the plug it is the motor. As `judge --answer` says."""
    run = run_of(out, "sim:motor_open", "--job", "RO 4711")
    again = lockbench("judge", out / run, "--answer", "probe_at_plug=full", "--json").document
    with panel(out) as client, page_of(browser, "rig", language) as page:
        page.goto(f"{client.home}verdict/{run}")
        before = page.inner_text(".verdict h1")
        check_page(page, f"verdict with outcomes, {language}", axe=language == "en")
        page.click("form.outcomes button[value=full]")
        page.wait_for_selector(".again")
        assert page.inner_text(".verdict h1") != before
        assert before in page.inner_text(".again")
        kept = json.loads((out / run / "verdict.json").read_text(encoding="utf-8"))
        assert [(d["verdict"], d["diagnoses"][0]["fault"]) for d in (kept, again)] == [("FAIL", "motor_open")] * 2
        assert kept["probabilities"] == pytest.approx(again["probabilities"])
        assert page.locator("form.outcomes input[value=probe_at_plug]").count() == 0, "what was just answered is not proposed again"
        check_page(page, f"verdict judged again, {language}", axe=language == "en")
        page.locator("details.why summary").first.click()
        until(page, "[...document.querySelectorAll('details[open] img')].every(i => i.complete && i.naturalWidth > 0)")


def test_a_wrong_tap_is_corrected_and_a_number_is_taken(browser: Browser, out: Path) -> None:
    """The last answer to a test counts; a metre's number is read in the test's unit, and nonsense asks again."""
    run = run_of(out, "sim:motor_open")
    with panel(out) as client, page_of(browser) as page:
        page.goto(f"{client.home}answer/{run}/probe_at_plug")
        check_page(page, "answer")
        page.fill("#number", "a lot")
        page.click("button[value=number]")
        page.wait_for_url("**/answer/**")
        page.fill("#number", "0,1")
        page.click("button[value=number]")
        page.wait_for_selector(".again")
        assert "wire" in page.inner_text(".verdict h1").lower()
        page.click(f"a[href='/answer/{run}/probe_at_plug']")
        page.click("button[value=full]")
        page.wait_for_selector(".again")
        assert "motor is dead" in page.inner_text(".verdict h1")
        values = re.findall(r'"value":("?[\w.]+"?)', (out / run / "answers.jsonl").read_text(encoding="utf-8"))
        assert values == ['"dead"', '"full"']


def test_only_words_of_the_tests_own_and_only_an_operator(out: Path) -> None:
    """Nothing that is posted reaches a command line but words of closed sets and checked numbers; without a token nothing does."""
    run = run_of(out, "sim:motor_open")
    with panel(out) as client:
        client.get("/")
        for form in ({"test": "probe_at_plug", "outcome": "--keep"}, {"test": "probe_at_plug", "outcome": "number", "number": "1; rm"},
                     {"test": "--against", "outcome": "full"}, {"test": "probe_at_plug", "outcome": "number", "number": "٣"}):  # fmt: skip
            assert client.post(f"/answer/{run}", form).status in (303, 404)
        assert client.post(f"/answer/{run}", {"test": "probe_at_plug", "outcome": "full"}, csrf="wrong").status == 403
        assert client.post(f"/answer/{run}", {"test": "latch_lamp", "outcome": "x"}).status in (303, 404)
        assert client.post(f"/after/{run}", {"confirm_gaps": "yes"}).status == 404, "no confirmation test is asked that"
        assert not (out / run / "answers.jsonl").exists()


def confirmed(client: Client, out: Path) -> dict[str, object]:
    newest = max(out.glob("2*/verdict.json"), key=lambda path: path.stat().st_mtime_ns)
    document: dict[str, object] = json.loads(newest.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_repair_is_confirmed_by_a_test_that_refers_to_the_failed_one(browser: Browser, out: Path, language: str) -> None:
    """From the failed verdict to START with lock, car and job taken over; afterwards what only a person at the car can say."""
    failed = run_of(out, "sim:lever_broken", "--job", "RO 4711", "--vin", "SJNFAAJ11U1234567")
    with panel(out) as client, page_of(browser, "rig", language) as page:
        page.goto(f"{client.home}verdict/{failed}")
        page.click(f"a[href='/confirm/{failed}']")
        page.wait_for_url(f"**/confirm/{failed}")
        check_page(page, f"confirm, {language}", axe=language == "en")
        assert failed in page.inner_text("main")
        page.locator(f"form[action='/confirm/{failed}'] button").click()
        page.locator("form[action='/connect'] button").click()
        page.wait_for_selector("form[action='/start']")
        assert failed in page.inner_text("main")
        play(page)
        run = page.url.rpartition("/")[2]
        header = json.loads((out / run / "observations.jsonl").read_text(encoding="utf-8").splitlines()[0])
        assert (header["confirms"], header["job"], header["vin"]) == (failed, "RO 4711", "SJNFAAJ11U1234567")
        assert confirmed(client, out)["confirms"]["repaired"] is None  # type: ignore[index]
        check_page(page, f"verdict of a confirmation, {language}", axe=language == "en")
        for question in ("by_hand", "remote", "keyless", "alarm", "gaps", "lamp"):
            page.check(f"input[name=confirm_{question}][value={'unknown' if question == 'keyless' else 'yes'}]", force=True)
        page.click("form[action^='/after/'] button")
        page.wait_for_selector(".repair-yes")
        assert confirmed(client, out)["confirms"]["repaired"] is True  # type: ignore[index]


def test_what_found_nothing_to_repair_has_no_confirmation(browser: Browser, out: Path) -> None:
    good = run_of(out, "sim")
    with panel(out) as client, page_of(browser) as page:
        page.goto(f"{client.home}verdict/{good}")
        assert page.locator("a[href^='/confirm/']").count() == 0
        assert client.get(f"/confirm/{good}").status == 409
        assert client.get("/confirm/2026-01-01T00-00-00Z-none").status == 404


def test_a_second_test_does_not_show_the_verdict_of_the_first(browser: Browser, out: Path) -> None:
    """START waits until the rig says that it is armed: the state before is still `done`, and its page would go on to the old verdict."""
    with panel(out, rig="sim:switch_stuck_closed") as client, page_of(browser) as page:
        pick(page, client.home)
        play(page)
        first = page.url
        pick(page, client.home)
        play(page)
        assert page.url != first
        assert page.locator(".verdict .banner").count() == 0
        page.goto(first)
        assert "earlier test" in page.inner_text(".verdict .banner"), "an old record carries a banner"
