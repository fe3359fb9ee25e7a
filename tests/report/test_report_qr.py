"""The QR code of a report, read by a decoder that shares nothing with what wrote it: the run's id, and no word about car or customer."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from tests.command_runs import DOOR, lockbench

PX = 6
MODULE = re.compile(r"M(\d+) (\d+)h1v1h-1z")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a job and a VIN."""
    out = tmp_path_factory.mktemp("qr")
    lockbench("test", "--rig", "sim", "--profile", DOOR, "--job", "RO 4711 Meier", "--vin", "SJNFAAJ11U1234567", "--out", out, "--json")
    return next(out.iterdir())


def read(image: Image.Image) -> list[tuple[str, str]]:
    return [(code.format.name, code.text) for code in zxingcpp.read_barcodes(image)]


def drawn(svg: str) -> Image.Image:
    """Paint the code as a browser does: dark squares on white."""
    size = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert size is not None
    image = Image.new("L", (int(size[1]) * PX, int(size[1]) * PX), 255)
    pen = ImageDraw.Draw(image)
    for x, y in MODULE.findall(svg):
        pen.rectangle((int(x) * PX, int(y) * PX, int(x) * PX + PX - 1, int(y) * PX + PX - 1), fill=0)
    return image


def test_the_pages_code_reads_as_the_runs_id_alone(run: Path) -> None:
    page = (run / "report.html").read_text(encoding="utf-8")
    codes = re.findall(r'<svg class="qr".*?</svg>', page, re.DOTALL)
    assert "SJNFAAJ11U1234567" in page
    assert len(codes) == 1
    assert read(drawn(codes[0])) == [("QRCode", run.name)]


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm (Debian: poppler-utils)")
def test_the_printed_code_reads_as_the_runs_id_alone(run: Path, tmp_path: Path) -> None:
    """Both sheets at the resolution of an office printer's scan: one code in all."""
    assert lockbench("report", run, "-o", tmp_path / "report.pdf").code == 0
    found: list[tuple[str, str]] = []
    for sheet in ("1", "2"):
        picture = subprocess.run(
            ["pdftoppm", "-r", "150", "-gray", "-f", sheet, "-l", sheet, str(tmp_path / "report.pdf")], capture_output=True, check=True,
            timeout=60,
        ).stdout  # fmt: skip
        found += read(Image.open(io.BytesIO(picture)))
    assert found == [("QRCode", run.name)]
