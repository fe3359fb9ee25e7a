"""Texts made in English for a terminal, told again line by line: indents, columns and marks stay, what is not known stays English.

The sentences stand in bench.report.terminal_words, those of wrong use where they are raised (tests/language finds them there).
"""

import re
from typing import Final

from bench.model.language import Language, text

_COLUMNS: Final = re.compile(r"(\s{2,})")
_STEP: Final = re.compile(r"([a-z]+#\d+)(?: \((\w+)\))?(?:: (.+))?")
_MARKS: Final = (text("warning: "), text("note: "), text("because "), text("next: "), text("could be: "), text("NOT READ: "))
_MARKED: Final = re.compile(r"(\* |lockbench: |-> |!! |" + "|".join(_MARKS) + ")(.+)")
_MOMENT: Final = re.compile(r"\b(open|closed|locked|unlocked|partly|off|acc|on|start) (\d+\.\d+) s\b(?! in all)")
"""A state and since when, in a list of them."""
_MORE: Final = re.compile(r" \.\.\. \((\d+) in all\)")
_WITH_ID: Final = re.compile(r"(.+)( \([\w-]+\))")


def told_lines(said: str, language: Language, *, first: bool = True) -> str:
    """Return a text of one or more lines in a language; columns (two spaces or more apart) begin where they did, as far as it goes.

    `first` False: the first of several columns holds ids and stays.
    """
    if not language.texts:
        return said
    return "\n".join(_line(line, language, first=first) for line in said.split("\n"))


def _line(line: str, language: Language, *, first: bool) -> str:
    body = line.lstrip(" \a")
    return line[: len(line) - len(body)] + _told(body, language, first=first)


def _told(body: str, language: Language, *, first: bool = True) -> str:
    if (marked := _MARKED.fullmatch(body)) is not None:
        return language.say(marked[1]) + _told(marked[2], language)
    if (step := _STEP.fullmatch(body)) is not None:
        from bench.report.words import step_title  # only now: it loads msgspec

        name = step_title(step[1], language)
        return f"{name}: {_told(step[3], language)}" if step[3] else name
    pieces = _COLUMNS.split(body)
    told = [piece if n == 0 and len(pieces) > 1 and not first else _piece(piece, language) for n, piece in enumerate(pieces[::2])]
    made = told[0]
    for was, gap, new, after in zip(pieces[::2], pieces[1::2], told, told[1:], strict=False):
        made += " " * max(2, len(was) + len(gap) - len(new)) + after
    return made


def _piece(said: str, language: Language) -> str:
    """Tell one column: each part between semicolons where all are known, else the whole, else without the id at its end."""
    parts = [_part(part, language) for part in said.split("; ")]
    if said not in language.texts and None not in parts:
        return "; ".join(part for part in parts if part is not None)
    if (whole := _part(said, language)) is not None:
        return whole
    if (named := _WITH_ID.fullmatch(said)) is not None and named[1] in language.texts:
        return language.say(named[1]) + named[2]
    return "; ".join(part or was for part, was in zip(parts, language.localised(said).split("; "), strict=True))


def _part(said: str, language: Language) -> str | None:
    """Return it told again; None where it is not known."""
    moved = _MOMENT.sub(lambda found: f"{language.say(found[1])} {language.localised(found[2])} {language.say('s')}", said)
    told = language.retell(_MORE.sub(lambda found: language.say(" ... ({n} in all)", n=found[1]), moved))
    return told if told != language.localised(said) else None
