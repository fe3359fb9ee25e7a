"""The shape of a guide: a title, a lead and its steps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice and who says so."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A few pieces of advice on one matter. `is_numbered`: they are steps, one after the other."""

    id: str
    title: str
    lead: str
    steps: tuple[Advice, ...]
    is_numbered: bool = False
