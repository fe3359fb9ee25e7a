"""What the reader asks of a text format; a module or an object, whichever suits."""

import re
from collections.abc import Sequence
from typing import Protocol

from bench.model.can_frame import CanFrame, FrameBatch


class TextFormat(Protocol):
    """One frame a line. `ROWS`: a regular expression of one row a line, its last group any line that is no usual frame."""

    @property
    def ROWS(self) -> re.Pattern[str]: ...  # noqa: N802 - a constant in the modules
    def columns(self, rows: Sequence[tuple[str, ...]], /) -> FrameBatch: ...
    def parse(self, line: str, /) -> CanFrame | None: ...
    def is_remark(self, line: str, /) -> bool: ...
    def is_whole(self, line: str, /) -> bool: ...
