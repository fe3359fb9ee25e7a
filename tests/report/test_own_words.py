"""Our own words: nothing that the product or its papers say repeats the article that it started from.

`article_runs.txt` holds a hash of each seven words that follow one another in the article: enough to find a copy, too little to read it.
"""

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "language"))
from message_ids import all_message_ids  # noqa: E402 -- of the neighbouring folder

RUNS = frozenset(Path(__file__).with_name("article_runs.txt").read_text(encoding="ascii").split())
LENGTH = 7
PAPERS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "firmware-notes").rglob("*.md")))


def runs_of(text: str) -> dict[str, str]:
    """Each seven words in a row, by their hash."""
    words = re.findall(r"[a-z0-9']+", text.lower())
    rows = (" ".join(words[n : n + LENGTH]) for n in range(len(words) - LENGTH + 1))
    return {hashlib.sha256(row.encode()).hexdigest()[:12]: row for row in rows}


def copied(text: str) -> list[str]:
    """The runs of words that stand in the article too."""
    return [row for hashed, row in runs_of(text).items() if hashed in RUNS]


def test_a_copy_would_be_found() -> None:
    """Words of the article, whatever stands around them and however they are set."""
    assert len(RUNS) > 1000
    assert copied("He said: Never try to OPEN a\nfrozen lock, and left.") == ["never try to open a frozen lock"]


def test_no_sentence_of_the_product_is_the_articles() -> None:
    assert {english: found for english in all_message_ids() if (found := copied(english))} == {}


def test_no_paper_repeats_the_article() -> None:
    assert {path.name: found for path in PAPERS if (found := copied(path.read_text(encoding="utf-8")))} == {}
