"""The timeline page: one file, nothing fetched, foreign words escaped, every state and finding at its place."""

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
from analyze_samples import drive, opened, p1, write_candump

from bench.app.analyze import analyze
from bench.model.analysis_document import AnalysisDocument, FileError
from bench.report.page_script import source_hash
from bench.report.timeline import timeline_page
from bench.report.timeline_sheet import SCRIPT


class Tags(HTMLParser):
    """Collects tags with their attributes, and whether each was closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(folder: Path, name: str = "a.log") -> tuple[AnalysisDocument, str]:
    locked = drive(12, lambda t: p1(locked=0x18 if t > 6 else 0, doors=0x20 if 2 <= t < 5 or 5.3 <= t < 9 else 0))
    document = analyze([write_candump(folder / name, locked), folder / "gone.log"])
    return document, timeline_page(document)


def test_every_stretch_lies_where_the_document_says(tmp_path: Path) -> None:
    document, page = page_of(tmp_path)
    spans = [a for tag, a in Tags(page).found if tag == "rect" and a.get("class") == "open"]
    changes = [t.t_s for t in document.files[0].doors["rear_left"].transitions]
    assert [float(s[k] or "") for s in spans for k in ("data-a", "data-b")] == changes
    assert 'class="locked"' in page
    marks = [float(a["data-t"] or "") for tag, a in Tags(page).found if a.get("class") == "mark"]
    assert marks == [f.t_s for f in document.files[0].findings]
    assert "gone.log: no such file" in page


def test_nothing_is_fetched(tmp_path: Path) -> None:
    _, page = page_of(tmp_path)
    tags = Tags(page).found
    assert not [a for _, a in tags if {"src", "href", "srcset", "action"} & a.keys()]
    assert not {tag for tag, _ in tags} & {"link", "img", "iframe", "object", "base", "form"}
    assert "default-src 'none'" in page
    assert f"script-src {source_hash(SCRIPT)}" in page
    assert not re.search(r"fetch\(|XMLHttp|import\(|url\(|https?://", page)


def test_foreign_words_cannot_become_markup(tmp_path: Path) -> None:
    document, _ = page_of(tmp_path, "<script>alert(1)</script>.log".replace("/", "_"))
    one = msgspec.structs.replace(document.files[0], notes=("<img src=x onerror=y>",), family='"><b>')
    page = timeline_page(AnalysisDocument(files=(one,), errors=(FileError(path="<i>", error="<i>bad</i>"),)))
    tags = [tag for tag, _ in Tags(page).found]
    assert tags.count("script") == 1
    assert not {"img", "i"} & set(tags)


def test_a_recording_without_doors_has_words_and_no_chart(tmp_path: Path) -> None:
    page = timeline_page(analyze([write_candump(tmp_path / "a.log", drive(2, lambda _: None))]))
    assert "<svg" not in page
    assert "Nothing was found." in page


def test_a_lane_that_never_rests_is_cut_and_says_so(tmp_path: Path) -> None:
    shaky = drive(900, opened(*[(n * 0.2, n * 0.2 + 0.1) for n in range(4500)]))
    page = timeline_page(analyze([write_candump(tmp_path / "a.log", shaky)]))
    assert page.count("<rect") < 5000
    assert "lanes change too often" in page
