"""The PDF: two sheets of A4 whatever the run, the same words and numbers as the page, letters for every word of every language."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import msgspec
import polib
import pytest
import report_samples as samples
import segno
from fontTools.ttLib import TTFont

import bench.report
from bench.config.languages import LOCALE, load_language
from bench.model.language import ENGLISH
from bench.model.names import HYPOTHESES
from bench.report.pdf import pdf_report
from bench.report.pdf_shown import Shown
from bench.report.qr import qr_rows, qr_svg

FONTS = Path(bench.report.__file__).parent / "fonts"
RUSSIAN = load_language("ru")
POPPLER = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (Debian: poppler-utils)")
LONG = "Ж" * 400 + " <b>&amp;</b> " + "x" * 400
NUMBER = re.compile(r"(?<![\d.])\d+[.,]\d+(?![\d.])")
"""A number with decimals; a version has two points."""


def shown(sample: str = "stuck_closed") -> Shown:
    document, record = getattr(samples, sample)()
    return Shown(document=document, record=record, envelopes=samples.envelopes(), profile=samples.PROFILE, door=samples.door_states(record))


def crowded() -> Shown:
    """The most that a report may have to hold: long names, eight reasons, everything untested, a reference."""
    what = shown()
    header = msgspec.structs.replace(what.record.header, job=LONG, vin="SJNFAAJ11U1234567", symptom="after_reflash_or_module", rig=LONG)
    best = what.document.diagnoses[0]
    long = "a long sentence of evidence, " * 9
    why = tuple(msgspec.structs.replace(best.evidence[0], text=f"Reason {n}: {long}") for n in range(8))
    diagnosis = msgspec.structs.replace(best, evidence=why, group=("switch_stuck_closed", "wire_short_switch", "bcm_stuck"))
    document = msgspec.structs.replace(what.document, diagnoses=(diagnosis,), not_tested=tuple(HYPOTHESES[1:20]), reason="A reason. " * 30)
    record = replace(what.record, header=header)
    return replace(what, document=document, record=record, reference=samples.healthy()[1])


def text_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True, timeout=60).stdout.decode()


@pytest.mark.parametrize("sample", ["healthy", "stuck_closed", "stiff", "dead", "inconclusive", "aborted"])
@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_verdict_in_every_language_is_two_sheets(sample: str, code: str) -> None:
    pdf = pdf_report(replace(shown(sample), language=load_language(code)))
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 2
    assert re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0] == (b"595.28", b"841.89")


def test_the_same_run_gives_the_same_bytes() -> None:
    assert pdf_report(shown()) == pdf_report(shown())


@POPPLER
def test_a_crowded_run_stays_on_its_two_sheets_and_inside_their_margins(tmp_path: Path) -> None:
    pdf = pdf_report(crowded())
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 2
    boxes = re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', text_of(pdf, tmp_path, "-bbox"))
    assert len(boxes) > 100
    for x_low, y_low, x_high, y_high in boxes:
        assert float(x_low) > 20
        assert float(y_low) > 15
        assert float(x_high) < 595.28 - 20
        assert float(y_high) < 841.89 - 15


@POPPLER
def test_both_languages_tell_the_same_values_each_with_its_separator(tmp_path: Path) -> None:
    english = text_of(pdf_report(shown("stiff")), tmp_path, "-layout")
    russian = text_of(pdf_report(replace(shown("stiff"), language=RUSSIAN)), tmp_path, "-layout")
    numbers = NUMBER.findall(english)
    assert len(numbers) > 5
    assert sorted(n.replace(".", ",") for n in numbers if "." in n) == sorted(n for n in NUMBER.findall(russian) if "," in n)
    for said in ("What to do", "May the car be driven?", "What was measured"):
        assert said in " ".join(english.split())
        assert RUSSIAN.say(said) in " ".join(russian.split())


@POPPLER
def test_it_names_the_run_the_fault_and_the_next_care(tmp_path: Path) -> None:
    what = shown()
    said = " ".join(text_of(pdf_report(what), tmp_path, "-layout").split())
    assert what.document.run in said
    assert what.document.diagnoses[0].title in said
    assert "Next care due: 2" in said


def test_every_letter_of_every_language_is_in_the_fonts() -> None:
    """A missing letter would be an empty box on the customer's paper."""
    said = {letter for path in LOCALE.glob("*.po") for entry in polib.pofile(str(path)) for letter in entry.msgid + entry.msgstr}
    for path in FONTS.glob("*.ttf"):
        with TTFont(path) as font:
            known = font["cmap"].getBestCmap()
        assert {letter for letter in said if ord(letter) >= 32 and ord(letter) not in known} == set(), path.name
    assert len(list(FONTS.glob("*.ttf"))) == 2
    assert "Bitstream" in (FONTS / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")


def test_the_code_holds_the_runs_id_and_nothing_else() -> None:
    run = "2026-11-23T10-15-02Z-a1b2"
    expected = [[bool(module) for module in row] for row in segno.make(run, error="m", micro=False).matrix]
    assert [list(row) for row in qr_rows(run)] == expected
    assert qr_svg(run).count("h1v1h-1z") == sum(map(sum, expected))
    assert qr_rows("<script>") == ()
    assert qr_svg("SJN FAAJ11", ENGLISH) == ""
