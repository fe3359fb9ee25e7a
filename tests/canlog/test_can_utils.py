"""Recordings that went through the tools of can-utils are read back equal; without the tools these tests say that they were skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line

from bench.canlog import open_log
from bench.model.can_frame import EXTENDED, CanFrame

TOOLS = {name: shutil.which(name) for name in ("log2asc", "asc2log")}
WRITTEN = [CanFrame(EPOCH_NS + n * 1_234_000, 0x100 + n, bytes([n, 255 - n, 0xA5] * 3)[: n % 9], "can0") for n in range(40)]
WRITTEN += [CanFrame(EPOCH_NS + 10**9, 0x18DAF110, b"\x02\x10\x03", "can0", EXTENDED)]


@pytest.mark.skipif(None in TOOLS.values(), reason="log2asc and asc2log are not installed (Debian package can-utils)")
def test_candump_to_asc_and_back_keeps_every_frame(tmp_path: Path) -> None:
    plain, asc, back = tmp_path / "a.log", tmp_path / "a.asc", tmp_path / "b.log"
    plain.write_text("".join(map(candump_line, WRITTEN)))
    subprocess.run([str(TOOLS["log2asc"]), "-I", plain, "-O", asc, "can0"], check=True, capture_output=True)
    subprocess.run([str(TOOLS["asc2log"]), "-I", asc, "-O", back], check=True, capture_output=True)
    assert list(open_log(plain)) == WRITTEN
    kept = [(f.id, f.data, f.flags) for f in WRITTEN]
    for path in (asc, back):
        seen = list(open_log(path))
        assert [(f.id, f.data, f.flags) for f in seen] == kept
        assert [f.t_ns - seen[0].t_ns for f in seen] == pytest.approx([f.t_ns - EPOCH_NS for f in WRITTEN], abs=1_000_000)


LONG = shutil.which("log2long")


@pytest.mark.skipif(LONG is None, reason="log2long is not installed (Debian package can-utils)")
def test_the_long_form_of_candump_keeps_every_frame(tmp_path: Path) -> None:
    """As candump shows frames on a screen, with their characters behind them."""
    plain, long = tmp_path / "a.log", tmp_path / "long.log"
    plain.write_text("".join(map(candump_line, WRITTEN)))
    with plain.open("rb") as source, long.open("wb") as target:
        subprocess.run([str(LONG)], stdin=source, stdout=target, check=True, timeout=60)
    log = open_log(long)
    assert list(log) == WRITTEN
    assert log.skipped_lines == 0
