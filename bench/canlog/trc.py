"""PEAK's TRC text, versions 1.0, 1.1, 1.3, 2.0 and 2.1: `      1         0.000 DT  1     060D Rx -  8    00 06 00 00 00 00 00 00`."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.model.can_frame import EXTENDED, FAST, FD, REMOTE, SENT, CanFrame, FrameBatch

_VERSION: Final = re.compile(rb"^;\$FILEVERSION=([0-9.]+)\s*$", re.MULTILINE)
_START: Final = re.compile(rb"^;\$STARTTIME=([0-9.]{1,30})\s*$", re.MULTILINE)
_COLUMNS: Final = re.compile(rb"^;\$COLUMNS=([A-Za-z,]{1,40})\s*$", re.MULTILINE)
_OLD: Final = {"1.0": "N,O,I,L,D", "1.1": "N,O,d,I,L,D", "1.3": "N,O,B,d,I,R,L,D"}
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
_HEX: Final = "[0-9A-Fa-f]"
_FIELDS: Final = {
    "N": r"[0-9]{1,12}\)?", "O": r"(?P<O>[0-9]{1,12}(?:\.[0-9]{1,6})?)", "T": "DT", "B": "(?P<B>[0-9]{1,3})", "R": "[-0-9]{1,3}",
    "I": f"(?P<I>{_HEX}{{3,8}})", "d": "(?P<d>[RT])x", "L": "(?P<L>[0-8])", "l": "(?P<L>[0-8])",
    "D": "(?P<D>[0-9A-Fa-f ]{0,24})",
}  # fmt: skip
_FAR_S: Final = 9e9  # nanoseconds beyond no longer fit 63 bits
_TYPES: Final = {"DT": 0, "RR": REMOTE, "FD": FD, "FB": FD | FAST, "FE": FD | FAST, "BI": FD}
_EVENTS: Final = frozenset({"ST", "EC", "ER", "EV", "Warng", "Error", "Hw", "Overrun"})  # status, counters, errors, events
_SIZES: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64)


class Trc:
    """One file's format, as its header says."""

    def __init__(self, start_s: float, columns: Sequence[str]) -> None:
        self._start_s = start_s
        self._order = tuple(columns)
        fields = r"[ \t]+".join(_FIELDS[c] for c in columns[:-1])
        self.ROWS = re.compile(rf"[ \t]*{fields}[ \t]*{_FIELDS['D']}[ \t]*\r?\n|(.*)\n")
        """One row a line: the fields of a classic data frame, as nearly every line is; or, last, any other line."""
        self._at = {name: number - 1 for name, number in self.ROWS.groupindex.items()}

    def columns(self, rows: Sequence[tuple[str, ...]]) -> FrameBatch:
        """Turn rows of ROWS that are frames into columns. ValueError where a length is not that of the data, or an id too large."""
        fields = list(zip(*rows, strict=True))
        ids, data, sizes = (fields[self._at[name]] for name in "IDL")
        numbers = {i: int(i, 16) for i in set(ids)}
        if any(number > (0x1FFF_FFFF if len(i) > 4 else 0x7FF) for i, number in numbers.items()):
            raise ValueError("an id out of range")
        payloads = list(map(bytes.fromhex, data))
        if list(map(len, payloads)) != list(map(int, sizes)):
            raise ValueError("a length that is not that of the data")
        directions = fields[self._at["d"]] if "d" in self._at else ("R",) * len(rows)
        bits = {(i, d): EXTENDED * (len(i) > 4) | SENT * (d == "T") for i in numbers for d in set(directions)}
        flags = [bits[key] for key in zip(ids, directions, strict=True)] if any(bits.values()) else [0] * len(rows)
        start_s = self._start_s
        times = [round((t / 1000 + start_s) * 1e9) for t in map(float, fields[self._at["O"]])]
        names = {b: str(int(b)) for b in set(fields[self._at["B"]])} if "B" in self._at else {}
        channels = [names[b] for b in fields[self._at["B"]]] if names else ["1"] * len(rows)
        return FrameBatch(times, [numbers[i] for i in ids], payloads, channels, flags)

    def parse(self, line: str) -> CanFrame | None:
        """Return the frame of one line, or None where it holds none."""
        words = dict(zip(self._order, line.split(maxsplit=len(self._order) - 1), strict=False))
        kind = _TYPES.get(words.get("T", "DT"))
        try:
            t_s, number, length = float(words["O"]) / 1000 + self._start_s, int(words["I"], 16), int(words.get("L") or words["l"])
            size = length if "l" in words else _SIZES[length]
            text = words.get("D", "")
            data = b"" if text == "RTR" else bytes.fromhex(text)
            channel = str(int(words.get("B", "1")))
        except (KeyError, ValueError, IndexError):
            return None
        flags = (kind or 0) | REMOTE * (text == "RTR") | EXTENDED * (len(words["I"]) > 4) | SENT * (words.get("d") == "Tx")
        if flags & REMOTE:
            data, size = b"", 0
        wrong = (
            kind is None
            or not 0 <= t_s < _FAR_S
            or length < 0
            or words.get("d", "Rx") not in {"Rx", "Tx"}
            or not 0 <= number <= (0x1FFF_FFFF if flags & EXTENDED else 0x7FF)
        )
        return None if wrong or len(data) != size or size not in _SIZES else CanFrame(round(t_s * 1e9), number, data, channel, flags)

    def is_remark(self, line: str) -> bool:
        """Is it a comment, blank, or an event that is no frame?"""
        stripped = line.strip()
        if not stripped or stripped.startswith(";"):
            return True
        if "d" not in self._order:
            return stripped.split(maxsplit=3)[2:3] == ["FFFFFFFF"]  # the state of the bus
        return not _EVENTS.isdisjoint(stripped.split(maxsplit=5)[2:5])

    def is_whole(self, line: str) -> bool:
        """Can nothing have been cut off this last line? The line says how many bytes it has."""
        return self.parse(line) is not None


def format_of(head: bytes) -> Trc | None:
    """Return what the header says, or None where it is a version that is left to python-can."""
    version, start, named = _VERSION.search(head), _START.search(head), _COLUMNS.search(head)
    number = version[1].decode() if version else "1.0"
    order = _OLD.get(number) or (named[1].decode() if named and number in {"2.0", "2.1"} else "")
    columns = order.split(",")
    is_known = set(columns) <= set(_FIELDS) and len(set(columns)) == len(columns) and columns[-1:] == ["D"]
    if not is_known or not {"O", "I"} <= set(columns) or ("L" in columns) == ("l" in columns):
        return None
    try:
        start_s = (_EPOCH + timedelta(days=float(start[1]))).timestamp() if start and number != "1.0" else 0.0
    except (ValueError, OverflowError):
        return None
    return Trc(start_s, columns)
