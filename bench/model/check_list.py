"""The mechanical check-list as tick boxes: what a tick says, and what its absence may mean."""

from typing import Final

from bench.model.language import ENGLISH, Language
from bench.model.manual_test import ManualTest
from bench.model.manual_tests_check import CHECK_TESTS

CHECK_LIST: Final[tuple[ManualTest, ...]] = CHECK_TESTS
"""The items; a ticked box is an item's first outcome (in order), the other outcomes say what is wrong."""


def ticked(item: ManualTest) -> str:
    """Return the word that a ticked box enters."""
    return next(iter(item.outcomes))


def sentence_of(item: ManualTest, language: Language = ENGLISH) -> str:
    """Return the item's text without the words that the command line takes."""
    return language.say(item.text).partition(" (")[0]
