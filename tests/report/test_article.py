"""The article, whole: every statement of it is said by the product, in both languages, at the place that tests/article.toml names."""

import asyncio
import html
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import report_samples as samples

from bench.app.catalogue import faults_text
from bench.app.manual_catalogue import manual_text
from bench.app.rigs import parse_rig
from bench.app.testing import TestRequest, plan_text
from bench.config.languages import load_language
from bench.model.fault_texts_care import SYMPTOM_TABLE
from bench.model.language import Language
from bench.report.page import html_report
from bench.web.access import Settings
from bench.web.panel import Panel
from bench.web.server import application

TOML = Path(__file__).resolve().parents[1] / "article.toml"
STATEMENTS: list[dict[str, Any]] = tomllib.loads(TOML.read_text(encoding="utf-8"))["statement"]
LANGUAGES = ("en", "ru")
RUN = "2026-11-25T10-15-02Z-a1b2"
DUE = "Next care due: {day} (every six months)"
PAGES: dict[str, httpx.AsyncClient] = {}


@pytest.fixture(scope="module", autouse=True)
def panel(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A panel with one stored run; nothing of it is started but the pages."""
    out = tmp_path_factory.mktemp("article")
    (out / RUN).mkdir()
    app = application(Panel.of(Settings(rig="sim", out=out, port=8000)))
    for code in LANGUAGES:
        door = httpx.ASGITransport(app=app, client=("127.0.0.1", 50000))
        PAGES[code] = httpx.AsyncClient(transport=door, base_url="http://127.0.0.1:8000", headers={"accept-language": code})


def flat(text: str) -> str:
    """Words on one line: what wraps at 80 columns, or stands between tags, is still the same sentence."""
    bare = re.sub(r"<[^>]+>", " ", text) if "<html" in text[:200].lower() else text
    return " ".join(html.unescape(bare).split())


def faults(about: str, language: Language) -> str:
    return faults_text(about or None, language)


def manual(about: str, language: Language) -> str:
    return manual_text(about or None, language)


def report(fault: str, language: Language) -> str:
    document, record = samples.healthy()
    if fault != "healthy":
        document = samples.judged(record, "FAIL", fault, 0.97, drive="no")
    return html_report(document, record, samples.envelopes(), profile=samples.PROFILE, language=language)


def page(path: str, language: Language) -> str:
    answer = asyncio.run(PAGES[language.code].get(path if path != "/check" else f"/check/{RUN}"))
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.text


def confirm(_about: str, language: Language) -> str:
    request = TestRequest(rig=parse_rig("sim"), profile="qashqai-j11-rear-door", confirms=RUN, language=language)
    return plan_text(request)


PLACES: dict[str, Callable[[str, Language], str]] = {
    "faults": faults, "tests": manual, "report": report, "panel": page, "confirm": confirm,
}  # fmt: skip


@cache
def shown(place: str, code: str) -> str:
    kind, _, about = place.partition(":")
    return flat(PLACES[kind](about, load_language(code)))


def sentences(statement: dict[str, Any], place: str) -> list[str]:
    return [*statement["finds"], *statement.get("only", {}).get(place, []), *statement.get("row", [])]


def wanted(statement: dict[str, Any], place: str, language: Language) -> list[str]:
    """What has to stand at a place, in a language."""
    numbers = statement.get("numbers", [])
    if language.decimal == ",":
        numbers = [number.replace(",", " ").replace(" to ", "–") for number in numbers]
    due = [language.say(DUE, day=language.date(statement["due"]))] if "due" in statement else []
    return [*(flat(language.say(english)) for english in sentences(statement, place)), *numbers, *due]


def lacking(statement: dict[str, Any], place: str, language: Language, seen: str) -> list[str]:
    """What does not stand in the text of a place; a cause or cure counts only in the row of its own complaint."""
    lacks = [said for said in wanted(statement, place, language) if said not in seen]
    row = [flat(language.say(english)) for english in statement.get("row", [])]
    return lacks + ([said for said in row[1:] if said not in row_of(row[0], seen, language)] if row else [])


def row_of(complaint: str, seen: str, language: Language) -> str:
    """The text from one complaint to the next, wherever the table of complaints stands in it."""
    starts = {language.say(other.says) for other in SYMPTOM_TABLE} - {complaint}
    after = seen.partition(complaint)[2]
    return after[: min((at for start in starts if (at := after.find(start)) >= 0), default=900)]


def test_the_statements_are_numbered_without_a_gap() -> None:
    assert [s["n"] for s in STATEMENTS] == list(range(1, len(STATEMENTS) + 1))
    assert len(STATEMENTS) >= 80


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: str(s["n"]))
def test_every_statement_has_a_place_and_something_to_find_there(statement: dict[str, Any]) -> None:
    assert len(statement["says"]) > 20
    assert statement["places"], "no place"
    for place in statement["places"]:
        assert place.partition(":")[0] in PLACES, place
        assert sentences(statement, place), f"nothing to find at {place}"
    assert set(statement.get("only", {})) <= set(statement["places"])


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: str(s["n"]))
def test_every_statement_shows_at_its_places(statement: dict[str, Any], code: str) -> None:
    language = load_language(code)
    for place in statement["places"]:
        assert lacking(statement, place, language, shown(place, code)) == [], place
        for english in sentences(statement, place):
            assert code == "en" or language.say(english) != english, f"not translated: {english}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_of_them_would_be_missed(code: str) -> None:
    """With any one sentence taken out of its place, or told in the row of another complaint, the statement is not said there."""
    language = load_language(code)
    for statement in STATEMENTS:
        for place in statement["places"]:
            seen = shown(place, code)
            for said in wanted(statement, place, language):
                assert lacking(statement, place, language, seen.replace(said, "")), f"{statement['n']}, {place}: {said}"
            for english in statement.get("row", [])[1:]:
                cause = flat(language.say(english))
                elsewhere = seen.replace(cause, "") + cause
                assert lacking(statement, place, language, elsewhere), f"{statement['n']}, {place}: {english} in another row"


def test_a_price_stands_only_where_the_article_gives_one() -> None:
    """A cable that is put back, a frozen lock, a tailgate: no price is known, so none is shown."""
    for fault in ("frozen", "bcm_stuck", "striker_misaligned", "wire_open_motor"):
        assert "roubles" not in shown(f"report:{fault}", "en")
    document, record = samples.healthy()
    document = samples.judged(record, "FAIL", "motor_open", 0.97, drive="yes")
    tailgate = msgspec.structs.replace(samples.PROFILE, kind="tailgate")
    assert "roubles" not in html_report(document, record, samples.envelopes(), profile=tailgate)
