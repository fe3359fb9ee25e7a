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
from bench.model.language import Language
from bench.report.page import html_report
from bench.web.access import Settings
from bench.web.panel import Panel
from bench.web.server import application

TOML = Path(__file__).resolve().parents[1] / "article.toml"
STATEMENTS: list[dict[str, Any]] = tomllib.loads(TOML.read_text(encoding="utf-8"))["statement"]
LANGUAGES = ("en", "ru")
RUN = "2026-11-25T10-15-02Z-a1b2"
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


def wanted(statement: dict[str, Any], place: str) -> list[str]:
    return [*statement["finds"], *statement.get("only", {}).get(place, [])]


def test_the_statements_are_numbered_without_a_gap() -> None:
    assert [s["n"] for s in STATEMENTS] == list(range(1, len(STATEMENTS) + 1))
    assert len(STATEMENTS) >= 80


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: str(s["n"]))
def test_every_statement_has_a_place_and_something_to_find_there(statement: dict[str, Any]) -> None:
    assert len(statement["says"]) > 20
    assert statement["places"], "no place"
    for place in statement["places"]:
        assert place.partition(":")[0] in PLACES, place
        assert wanted(statement, place), f"nothing to find at {place}"
    assert set(statement.get("only", {})) <= set(statement["places"])


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: str(s["n"]))
def test_every_statement_shows_at_its_places(statement: dict[str, Any], code: str) -> None:
    language = load_language(code)
    for place in statement["places"]:
        for english in wanted(statement, place):
            said = flat(language.say(english))
            assert code == "en" or said != english, f"not translated: {english}"
            assert said in shown(place, code), f"{place}: {said}"
        for number in statement.get("numbers", []):
            written = number if language.decimal == "." else number.replace(",", " ")
            assert written in shown(place, code), f"{place}: {written}"


def test_a_price_stands_only_where_the_article_gives_one() -> None:
    """A cable that is put back, a frozen lock, a tailgate: no price is known, so none is shown."""
    for fault in ("frozen", "bcm_stuck", "striker_misaligned", "wire_open_motor"):
        assert "roubles" not in shown(f"report:{fault}", "en")
    document, record = samples.healthy()
    document = samples.judged(record, "FAIL", "motor_open", 0.97, drive="yes")
    tailgate = msgspec.structs.replace(samples.PROFILE, kind="tailgate")
    assert "roubles" not in html_report(document, record, samples.envelopes(), profile=tailgate)
