"""What a manual test is: its text, its outcomes, and its cost in minutes, tools and risk."""

from dataclasses import dataclass
from typing import Final, Literal

from bench.model.names import KINDS, SCOPES, Kind, Scope

Risk = Literal["none", "low", "care"]
RISK_TEXTS: Final[dict[Risk, str]] = {
    "none": "nothing can be spoilt",
    "low": "a part may be moved out of its place or a clip may break",
    "care": "fingers, airbag wiring, door glass or the lock itself can be hurt",
}
"""What each risk means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A number below `below` (in the test's unit) means `word`; bands are read in order, the last has no bound."""

    below: float
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTest:
    """`outcomes`: word -> what it says in a sentence. `bands`: how a measured number becomes a word; empty: words only.

    `minutes` are estimates (E) of a workshop with the trim already off. `scopes`: what must be connected for the test to be
    possible. `note`: how far its outcome goes. `in_article`: the article that this catalogue started from names the test.
    `in_check_list`: entered with the whole check-list, so that it is never proposed by itself.
    """

    id: str
    text: str
    outcomes: dict[str, str]
    minutes: float
    tools: tuple[str, ...] = ()
    risk: Risk = "none"
    unit: str = ""
    bands: tuple[Band, ...] = ()
    kinds: tuple[Kind, ...] = KINDS
    scopes: tuple[Scope, ...] = SCOPES
    note: str = ""
    in_article: bool = False
    in_check_list: bool = False
