"""The curve behind a piece of evidence: judging needs numpy, so a process of its own does it."""

import asyncio
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Final

import msgspec

from bench.store.folder import VERDICT

KEPT: Final = 8
"""Runs whose drawings are kept."""
SECONDS: Final = 30


class Plots:
    """Drawings of evidence by run, asked for once."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, list[str | None]] = OrderedDict()
        self._one = asyncio.Lock()

    async def of(self, folder: Path, language: str) -> list[str | None]:
        """Return an SVG for each of the first pieces of evidence; None where it has no place on a curve."""
        key = f"{folder.name} {language} {_judged(folder)}"
        async with self._one:
            if key not in self._known:
                self._known[key] = _list(await _made(folder, language))
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return self._known[key]


def _judged(folder: Path) -> int:
    """Return when the verdict was written: an answer that came later gives other evidence, and so other drawings."""
    try:
        return (folder / VERDICT).stat().st_mtime_ns
    except OSError:
        return 0


async def _made(folder: Path, language: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.app.panel_plots", str(folder), language, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return b""
    return said


def _list(said: bytes) -> list[str | None]:
    try:
        return msgspec.json.decode(said, type=list[str | None])
    except msgspec.MsgspecError:
        return []
