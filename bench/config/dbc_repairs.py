"""Mistakes of real DBC files that can be mended without guessing: what is taken out says nothing about where a bit lies.

Mended: numbers such as `.25`, comments and value names of messages or signals that the file does not define. Everything else,
a name that starts with a digit for example, is left for the parser to refuse.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_MESSAGE: Final = re.compile(r"^[ \t]*BO_[ \t]+(\d+)[ \t]", re.MULTILINE)
_SIGNAL: Final = re.compile(r"^[ \t]*SG_[ \t]+(\w+)", re.MULTILINE)
_TEXT: Final = r'"(?:[^"\\]|\\.)*"'
_REMARK: Final = re.compile(
    rf"^[ \t]*(?:"
    rf"CM_[ \t]+(?P<about>BO_|SG_)[ \t]+(?P<id>\d+)(?:[ \t]+(?P<name>\w+))?\s*{_TEXT}"
    rf"|VAL_[ \t]+(?P<value_id>\d+)[ \t]+(?P<value_name>\w+)(?:\s+-?\d+\s+{_TEXT})*"
    rf"|BA_[ \t]+{_TEXT}[ \t]+(?P<kind>BO_|SG_)[ \t]+(?P<of_id>\d+)(?:[ \t]+(?P<of_name>[A-Za-z_]\w*))?[ \t]+(?:{_TEXT}|[-+.\w]+)"
    rf")\s*;[ \t]*",
    re.MULTILINE,
)
_BARE: Final = re.compile(r"(?<=[(,|\[])([-+]?)(?=\.\d)")
_SIGNAL_LINE: Final = re.compile(r"^[ \t]*SG_[ \t].*$", re.MULTILINE)


class Repaired(NamedTuple):
    """The mended text, with as many lines as before, and what was done, each with its line."""

    text: str
    notes: tuple[str, ...]


def repaired(text: str) -> Repaired:
    """Return the text without what can be left out safely."""
    notes: list[str] = []
    text = _with_zeros(text, notes)
    known = _defined(text)
    pieces, at = [], 0
    for found in _REMARK.finditer(text):
        what = _dangling(found, known)
        if what is None:
            continue
        pieces += [text[at : found.start()], "\n" * found[0].count("\n")]
        at = found.end()
        notes.append(f"line {_line(text, found.start())}: {what}, left out")
    return Repaired("".join([*pieces, text[at:]]), tuple(notes))


def _with_zeros(text: str, notes: list[str]) -> str:
    def mend(line: re.Match[str]) -> str:
        mended, count = _BARE.subn(r"\g<1>0", line[0].split('"')[0])
        if not count:
            return line[0]
        notes.append(f"line {_line(text, line.start())}: number without a digit before its point, 0 put there")
        return mended + line[0][line[0].find('"') :] if '"' in line[0] else mended

    return _SIGNAL_LINE.sub(mend, text)


def _defined(text: str) -> dict[int, set[str]]:
    """The signals of every message."""
    heads = list(_MESSAGE.finditer(text))
    ends = [*(head.start() for head in heads[1:]), *([len(text)] if heads else [])]
    known: dict[int, set[str]] = {}
    for head, end in zip(heads, ends, strict=True):
        known.setdefault(int(head[1]), set()).update(_SIGNAL.findall(text, head.end(), end))
    return known


def _dangling(found: re.Match[str], known: dict[int, set[str]]) -> str | None:
    """Return what the statement speaks of where the file does not define that."""
    word = found[0].split(None, 1)[0]
    number = int(next(found[key] for key in ("id", "value_id", "of_id") if found[key]))
    name = next((found[key] for key in ("name", "value_name", "of_name") if found[key]), None)
    is_signal = word == "VAL_" or "SG_" in (found["about"], found["kind"])
    if number not in known:
        return f"{word} of message {number}, which the file does not define"
    if is_signal and name is None:
        return f"{word} SG_ of message {number} without a signal"
    if is_signal and name not in known[number]:
        return f"{word} of signal {name}, which message {number} does not have"
    return None


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def lines_of(notes: tuple[str, ...], shown: int = 3) -> Iterator[str]:
    """Yield the first few notes, and how many there are more."""
    yield from notes[:shown]
    if len(notes) > shown:
        yield f"{len(notes) - shown} more of the kind"
