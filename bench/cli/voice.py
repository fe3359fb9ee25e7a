"""The voice of the command line: what it says in English is told again, line by line, in the language that was chosen.

Commands whose texts are made in a language already do not need it; it is for the rest: progress, notes, errors, tables, `--help`.
"""

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Final

from bench.errors import BenchError
from bench.model.language import ENGLISH, Language, text
from bench.report.told_lines import told_lines

_FIXED: Final = (text("usage: "), text("positional arguments"), text("options"), text("show this help message and exit"))
"""argparse's own words."""


_PASSWORD: Final = re.compile(r"(://[^\s:/@]*:)[^\s@]*(?=@)|([?&](?:ssl)?password=)[^\s&]*?(?=[&\s]|: |'|$)")


def without_passwords(said: str) -> str:
    """Return a text with *** for the password of each address in it, whoever typed it where."""
    return _PASSWORD.sub(lambda found: f"{found[1] or found[2]}***", said)


class Voice:
    """Tells texts in one language. It is loaded at the first word, so that `--help` in English reads no file."""

    def __init__(self) -> None:
        self._choose: Callable[[], Language] = lambda: ENGLISH
        self._language: Language | None = None

    def choose(self, choose: Callable[[], Language]) -> None:
        """Take another language; where it cannot be had, English is spoken, and whoever needs it says why."""
        self._choose, self._language = choose, None

    @property
    def language(self) -> Language:
        """The language that is spoken."""
        if self._language is None:
            try:
                self._language = self._choose()
            except BenchError:
                self._language = ENGLISH
        return self._language

    def told(self, said: str, *, first: bool = True) -> str:
        """Return a text of one or more lines in this language; `first` False: the first of several columns holds ids and stays."""
        return told_lines(said, self.language, first=first)

    def translate(self, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        """Put a parser's help into this language, its commands' too; return it."""
        if self.language.texts:
            for one in parsers_of(parser):
                self._translate(one)
        return parser

    def _translate(self, parser: argparse.ArgumentParser) -> None:
        say = self.language.say
        parser.description, parser.epilog = (say(t) if t else t for t in (parser.description, parser.epilog))
        for group in parser._action_groups:  # noqa: SLF001 -- argparse has no other way in
            group.title = say(group.title) if group.title else group.title
        for action in parser._actions:  # noqa: SLF001
            for one in (action, *getattr(action, "_choices_actions", ())):
                one.help = say(one.help) if one.help else one.help


def parsers_of(parser: argparse.ArgumentParser) -> Iterable[argparse.ArgumentParser]:
    """Yield a parser and those of its commands."""
    yield parser
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.values()


VOICE: Final = Voice()
"""There is one person to speak to."""
