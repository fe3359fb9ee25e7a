"""Who drove what, as lines that are only ever appended."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

NAME: Final = "panel-audit.jsonl"


class Audit:
    """`OUT/panel-audit.jsonl`: time by the wall clock, screen, address, what. A disk that refuses stops no STOP."""

    def __init__(self, out: Path) -> None:
        self._path = out / NAME
        self.lost = 0

    def note(self, what: str, *, screen: str, address: str, **more: str | None) -> None:
        """Append one line; readable by its owner only, for jobs and addresses are nobody else's business."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"utc": now, "screen": screen, "address": address, "what": what, **{k: v for k, v in more.items() if v}})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            try:
                os.write(fd, line.encode() + b"\n")
            finally:
                os.close(fd)
        except OSError:
            self.lost += 1
