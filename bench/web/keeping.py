"""Answers that land in a stored run: judged again in a process of its own, for judging needs numpy."""

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench.model.diagnosis import VerdictDocument
from bench.web.records import Records

SECONDS: Final = 60
"""How long judging a run again may take."""
KEPT: Final = 50
"""Runs whose verdict before the last answer is remembered."""


class Before:
    """What each run said before its last answer was given here; forgotten with the panel."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, VerdictDocument] = OrderedDict()

    def note(self, run: str, document: VerdictDocument) -> None:
        """Remember it."""
        self._documents[run] = document
        self._documents.move_to_end(run)
        while len(self._documents) > KEPT:
            self._documents.popitem(last=False)

    def of(self, run: str) -> VerdictDocument | None:
        """Return it; None where nothing was answered here."""
        return self._documents.get(run)


async def keep(records: Records, before: Before, run: str, answers: Sequence[str], code: str) -> bool:
    """Keep answers (KEY=VALUE, of our own closed sets or checked numbers) in a run; return whether they could be."""
    folder, document = records.folder(run), records.document(run)
    if folder is None or document is None or not answers:
        return False
    if not await _judged(folder, answers, code):
        return False
    before.note(run, document)
    return True


async def _judged(folder: Path, answers: Sequence[str], code: str) -> bool:
    given = [part for answer in answers for part in ("--answer", answer)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench", "judge", str(folder), *given, "--keep", "--json", "--lang", code,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return await asyncio.wait_for(process.wait(), SECONDS) in (0, 1, 3)
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
