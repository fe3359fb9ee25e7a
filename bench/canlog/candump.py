"""candump text: `(1632509059.541604) can1 174#000000AA0F000000`, with all that can-utils and python-can write after it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bench.model.can_frame import ERROR, EXTENDED, FAST, FD, REMOTE, SENT, CanFrame, FrameBatch

_HEX: Final = "[0-9A-Fa-f]"
_ID: Final = rf"([0-7]{_HEX}{{2}}|[01]{_HEX}{{7}})"
_DATA: Final = rf"({_HEX}{{16}}|(?:{_HEX}{{2}}){{0,7}})"
ROWS: Final = re.compile(rf"\(([0-9]{{1,11}})\.([0-9]{{6}})\) ([!-~]{{1,32}}) {_ID}#{_DATA}(?: ([RT]))?\r?\n|(.*)\n")
"""One row a line: the fields of a data frame with microseconds, as nearly every line is; or, last, any other line."""

_ANY: Final = re.compile(
    r"\s*\((?:(?P<s>[0-9]{1,11})|(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}))\.(?P<fraction>[0-9]{1,9})\)"
    r"\s+(?P<channel>\S{1,32})\s+(?:"
    r"(?P<id>[0-7][0-9A-Fa-f]{2}|[0-9A-Fa-f]{8})#(?P<body>\S*)(?P<marks>(?:\s+[A-Z]+)*)"
    r"|(?:[RT]X\s+)?(?:[B-]\s+[E-]\s+)?(?P<table_id>[0-7][0-9A-Fa-f]{2}|[0-9A-Fa-f]{8})\s+\[(?P<dlc>[0-9]{1,2})\]"
    r"(?P<rest>(?:\s+[0-9A-Fa-f]{2})*|\s+remote request)(?:\s+(?:'.*'|ERRORFRAME))?)\s*$"
)
_WITHOUT_TIME: Final = re.compile(r"\s*[^\s()]{1,32}\s+[0-9A-Fa-f]{3,8}\s+\[[0-9]{1,2}\](?:\s|$)")
_ERROR_BIT: Final = 0x2000_0000  # CAN_ERR_FLAG of SocketCAN, written into the id by can-utils and python-can
_FD_SIZES: Final = frozenset((*range(9), 12, 16, 20, 24, 32, 48, 64))


def columns(rows: Sequence[tuple[str, ...]]) -> FrameBatch:
    """Turn rows of ROWS that are frames into columns; ids and payloads repeat, so each is converted once."""
    seconds, micros, channels, ids, data, marks, _ = zip(*rows, strict=True)
    times = [int(s + u) * 1000 for s, u in zip(seconds, micros, strict=True)]
    numbers = {i: int(i, 16) for i in set(ids)}
    payloads = {d: bytes.fromhex(d) for d in set(data)}
    bits = {(i, m): EXTENDED * (len(i) == 8) | SENT * (m == "T") for i in numbers for m in set(marks)}
    flags = [bits[key] for key in zip(ids, marks, strict=True)] if any(bits.values()) else [0] * len(rows)
    return FrameBatch(times, [numbers[i] for i in ids], [payloads[d] for d in data], channels, flags)


def is_remark(line: str) -> bool:
    """Is it a line that is meant to hold no frame? In candump text only a blank one."""
    return not line.strip()


def parse(line: str) -> CanFrame | None:
    """Return the frame of one line, or None where it holds none."""
    found = _ANY.match(line)
    if found is None:
        return None
    seconds = _seconds(found)
    if seconds is None:
        return None
    t_ns = seconds * 1_000_000_000 + int(found["fraction"].ljust(9, "0"))
    if found["id"] is None:
        return _table_row(found, t_ns)
    number, flags = _identifier(found["id"])
    flags |= SENT if found["marks"].split()[:1] == ["T"] else 0
    body = _body(found["body"])
    return None if body is None else CanFrame(t_ns, number, body[0], found["channel"], flags | body[1])


def is_without_time(line: str) -> bool:
    """Is it a frame as candump shows it when nobody asks for its time? No recording: it cannot be judged."""
    return _WITHOUT_TIME.match(line) is not None


def is_whole(line: str) -> bool:
    """Can nothing have been cut off this last line? True after a direction mark or a full classic payload."""
    return re.search(r"#(?:[0-9A-Fa-f]{16}\s*|[0-9A-Fa-f]*\s+[RT]\s*)$", line) is not None


def _seconds(found: re.Match[str]) -> int | None:
    """Since 1970; a date (`candump -t A`) is the recorder's own clock, of which differences count: taken as UTC. None: no such day."""
    if found["s"] is not None:
        return int(found["s"])
    try:
        return round(datetime.fromisoformat(found["date"]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _identifier(text: str) -> tuple[int, int]:
    number = int(text, 16)
    if len(text) == 3:
        return number, 0
    if number & _ERROR_BIT:
        return number & 0x1FFF_FFFF, ERROR
    return number & 0x1FFF_FFFF, EXTENDED


def _body(text: str) -> tuple[bytes, int] | None:
    """What follows the `#`: data, `R` for a remote request, `#` and a flag digit for CAN FD."""
    if text[:1] in {"R", "r"}:
        return (b"", REMOTE) if re.fullmatch(r"[Rr](?:[0-8](?:_[9A-Fa-f])?)?", text) else None
    flags, sizes = 0, frozenset(range(9))
    if text.startswith("#"):
        if not re.match(r"#[0-9A-Fa-f]", text):
            return None
        flags = FD | (FAST if int(text[1], 16) & 1 else 0)
        text, sizes = text[2:], _FD_SIZES
    text = re.sub(r"_[9A-Fa-f]$", "", text)  # raw DLC 9..15 of a classic frame with 8 bytes
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2}\.?)*", text):
        return None
    data = bytes.fromhex(text.replace(".", ""))
    return (data, flags) if len(data) in sizes else None


def _table_row(found: re.Match[str], t_ns: int) -> CanFrame | None:
    """A line as candump shows it on a screen: `(…)  can0  123   [2]  11 22`."""
    number, flags = _identifier(found["table_id"])
    rest, dlc = found["rest"].strip(), int(found["dlc"])
    if rest == "remote request":
        return CanFrame(t_ns, number, b"", found["channel"], flags | REMOTE)
    data = bytes.fromhex(rest)
    if len(data) != dlc or len(data) not in _FD_SIZES:
        return None
    is_fd = len(data) > 8 or len(found["dlc"]) == 2  # candump writes [8] for classic frames and [08] for CAN FD
    return CanFrame(t_ns, number, data, found["channel"], flags | (FD if is_fd else 0))
