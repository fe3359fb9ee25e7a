"""One language in which people are spoken to: English sentences in, that language's sentences out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

_PLACE: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = re.compile(r"(?<![\w.])([<>+-]? ?\d+)\.(\d+)(?![\w.]*\.)")
"""A number with a decimal point, and no version, path or id."""
_DEPTH: Final = 12
_FEW_LETTERS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language: `texts` maps English source sentences (the message ids) to its own; a missing one stays English.

    `name` is what its speakers call it. `decimal` is its decimal separator, `date_form` its date with the places `{y} {m} {d}`.
    """

    code: str = "en"
    name: str = "English"
    texts: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."
    date_form: str = "{y}-{m}-{d}"

    def say(self, english: str, **values: object) -> str:
        """Return the sentence in this language with its `{places}` filled; numbers among the values get its separator.

        Without values the text is returned as it is, braces too. Raises KeyError where a place has no value.
        """
        text = self.texts.get(english, english)
        if not values:
            return text
        return text.format(**{name: self._written(value) for name, value in values.items()})

    def number(self, value: float, digits: int) -> str:
        """Return a number with so many decimals and this language's separator."""
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def whole(self, value: float) -> str:
        """Return a number without decimals, its thousands set off: by a comma, or by a gap where the comma is the decimal sign."""
        return f"{value:,.0f}".replace(",", "," if self.decimal == "." else "\N{NO-BREAK SPACE}")

    def localised(self, text: str) -> str:
        """Return a text whose numbers were written with a point, with this language's separator instead."""
        return text if self.decimal == "." else _NUMBER.sub(lambda found: f"{found[1]}{self.decimal}{found[2]}", text)

    def date(self, utc: str) -> str:
        """Return the day of a UTC stamp (`2026-11-23T10:15:02Z`) as it is written here; anything else comes back as it is."""
        found = re.match(r"(\d{4})-(\d\d)-(\d\d)", utc)
        return self.date_form.format(y=found[1], m=found[2], d=found[3]) if found else utc

    def moment(self, utc: str) -> str:
        """Return day, hour and minute of a UTC stamp."""
        clock = utc[11:16]
        return f"{self.date(utc)} {clock} UTC" if re.fullmatch(r"\d\d:\d\d", clock) else self.date(utc)

    def retell(self, stored: str) -> str:
        """Return a sentence that a document holds in English, such as a piece of evidence, in this language.

        Its pattern is found among the message ids, its values are carried over. What is not known comes back as it is.
        """
        return self._retold(stored, _DEPTH)

    def _retold(self, stored: str, depth: int) -> str:
        if stored in self.texts:
            return self.texts[stored]
        if depth == 0 or not self.texts or not stored.strip():
            return self.localised(stored)
        for pattern, english in self._patterns:
            found = pattern.fullmatch(stored)
            if found is not None:
                return self._filled(english, [found, _greedy(english).fullmatch(stored)], depth)
        return self.localised(stored)

    def _filled(self, english: str, ways: list[re.Match[str] | None], depth: int) -> str:
        """Return the sentence with its values told too. A colon may stand inside a value: of both ways to cut, the one better known."""
        cut = [way.groupdict() for way in ways if way is not None]
        told = [{name: (value, self._retold(value, depth - 1)) for name, value in values.items()} for values in cut]
        best = min(told, key=lambda values: sum(len(value) for value, said in values.values() if said == self.localised(value)))
        return self.texts[english].format(**{name: said for name, (_, said) in best.items()})

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The message ids with places as patterns, those with the most letters of their own first."""
        with_places = [english for english in self.texts if _PLACE.search(english)]
        with_places.sort(key=lambda english: -len(_PLACE.sub("", english)))
        return tuple((_pattern_of(english), english) for english in with_places if len(_PLACE.sub("", english).strip()) > 1)

    def _written(self, value: object) -> object:
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        return self.localised(str(value)) if isinstance(value, float) else value


@lru_cache(maxsize=2048)
def _greedy(english: str) -> re.Pattern[str]:
    """Return a message id as a pattern whose first places take as much as they can."""
    return _pattern_of(english, more="")


def _pattern_of(english: str, *, more: str = "?") -> re.Pattern[str]:
    """Return a message id as a pattern.

    One with hardly a word of its own (`{low} to {high} {unit}`) is met in many a long text by chance: its places hold single words.
    """
    letters = sum(letter.isalpha() for letter in _PLACE.sub("", english))
    place = (r"\S+" if 0 < letters < _FEW_LETTERS else ".+") + more
    parts = _PLACE.split(english)
    seen: set[str] = set()
    made = []
    for n, part in enumerate(parts):
        if n % 2 == 0:
            made.append(re.escape(part))
        else:
            made.append(f"(?P={part})" if part in seen else f"(?P<{part}>{place})")
            seen.add(part)
    return re.compile("".join(made), re.DOTALL)


def text(english: str) -> str:
    """Return the sentence unchanged: marks a text in a table as a message id, so that the tests ask for its translation."""
    return english


ENGLISH: Final = Language()
"""The language of the source."""
