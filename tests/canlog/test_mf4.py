""".mf4 through the extra `mdf`: read back equal where asammdf is installed, and never imported for anything else."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from canlog_samples import EPOCH_NS, candump_line, write_with_python_can

from bench.canlog import open_log
from bench.errors import LogError
from bench.model.can_frame import EXTENDED, CanFrame

WRITTEN = [CanFrame(EPOCH_NS + n * 10**8, 0x60D + n, bytes([n] * 8), "can0", EXTENDED * (n % 2)) for n in range(20)]


@pytest.mark.skipif(find_spec("asammdf") is None, reason="asammdf is not installed (the extra 'mdf')")
def test_what_python_can_writes_as_mf4_is_read_back_equal(tmp_path: Path) -> None:
    path = write_with_python_can(tmp_path / "a.mf4", WRITTEN)
    seen = list(open_log(path))
    assert [(f.id, f.data, f.flags) for f in seen] == [(f.id, f.data, f.flags) for f in WRITTEN]
    assert [f.t_ns for f in seen] == pytest.approx([f.t_ns for f in WRITTEN], abs=1_000_000)


@pytest.mark.skipif(find_spec("asammdf") is None, reason="asammdf is not installed (the extra 'mdf')")
def test_a_broken_mf4_is_one_sentence(tmp_path: Path) -> None:
    whole = write_with_python_can(tmp_path / "a.mf4", WRITTEN).read_bytes()
    for content in (b"MDF", b"nonsense" * 99, whole[:200], whole[: len(whole) // 2]):
        (tmp_path / "b.mf4").write_bytes(content)
        with pytest.raises(LogError) as caught:
            list(open_log(tmp_path / "b.mf4"))
        assert "\n" not in str(caught.value)


def test_candump_text_needs_neither_asammdf_nor_python_can(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("".join(map(candump_line, WRITTEN)))
    code = (
        "import sys\nfrom bench.canlog import open_log\n"
        f"assert sum(1 for _ in open_log({str(tmp_path / 'a.log')!r})) == 20\n"
        "assert not {'can', 'asammdf', 'cantools', 'pandas'} & set(sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
