"""The panel shows a run's report in the browser's language, and a price only where one is known."""

import asyncio
import re
from pathlib import Path

import msgspec
import pytest

from bench.config.languages import load_language
from bench.web.guide_pages import items_shown
from bench.web.record_pages import verdict_shown
from bench.web.records import Records
from bench.web.reports import Reports
from tests.command_runs import DOOR, lockbench


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weak motor, recorded in English."""
    out = tmp_path_factory.mktemp("panel-report")
    lockbench("test", "--rig", "sim:motor_weak", "--profile", DOOR, "--out", out, "--json")
    return next(out.iterdir())


def test_the_report_comes_in_the_browsers_language(run: Path) -> None:
    async def both() -> tuple[bytes | None, bytes | None]:
        reports = Reports()
        return await reports.of(run, "en"), await reports.of(run, "ru")

    english, russian = asyncio.run(both())
    assert english == (run / "report.html").read_bytes()
    assert russian is not None
    assert '<html lang="ru">' in russian.decode()
    assert "Мотор замка слаб" in russian.decode()


def test_the_check_list_is_told_in_the_browsers_language() -> None:
    """Every line of it, and none with the words that are typed at a terminal."""
    for item in items_shown(load_language("ru")):
        said = f"{item['text']} {item['good_text']} {' '.join(said for _, said in item['bad'])}"
        assert re.search(r"[а-я]{3,}", said)
        assert not re.search(r"[A-Za-z=]", said)


def test_a_price_is_shown_for_a_rear_door_lock_only(run: Path) -> None:
    document = Records(run.parent).document(run.name)
    assert document is not None
    assert verdict_shown(document, run.name, load_language("ru"))["costs"]
    assert "10 000" in str(verdict_shown(document, run.name, load_language("ru"))["costs"]).replace("\\xa0", " ")
    tailgate = msgspec.structs.replace(document, profile="qashqai-j11-tailgate")
    assert verdict_shown(tailgate, run.name, load_language("en"))["costs"] == []
