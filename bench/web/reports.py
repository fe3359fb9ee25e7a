"""A run's report in the language of the browser. The stored one is used where it is in that language, else one is made and kept."""

import asyncio
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Final

from bench.store.reading import open_regular

KEPT: Final = 8
SECONDS: Final = 60
REPORT_MAX: Final = 16 << 20


class Reports:
    """Reports by run and language. Judging needs numpy, so a process of its own writes them, one at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._one = asyncio.Lock()

    async def of(self, folder: Path, code: str) -> bytes | None:
        """Return the page; the stored one where no other can be made; None where there is none at all."""
        try:
            with open_regular(folder / "report.html") as file:
                stored = file.read(REPORT_MAX + 1)
            changed = (folder / "report.html").stat().st_mtime_ns
        except OSError:
            return None
        if len(stored) > REPORT_MAX:
            return None
        if f'<html lang="{code}">'.encode() in stored[:200]:
            return stored
        key = (folder.name, code, changed)
        async with self._one:
            if key not in self._known:
                made = await _made(folder, code)
                if made is None:
                    return stored
                self._known[key] = made
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return self._known[key]


async def _made(folder: Path, code: str) -> bytes | None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "report.html"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench", "report", str(folder), "-o", str(path), "--lang", code,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            code_of_exit = await asyncio.wait_for(process.wait(), SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
        return path.read_bytes() if code_of_exit == 0 else None
