"""The shape of a fault's text: what people are told about one fault of the catalogue."""

from dataclasses import dataclass

from bench.model.names import Drive


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultText:
    """One fault in people's language.

    `title` is short enough for a screen; `symptom` is what the customer says; `gives_away` is how the bench sees it;
    `next_test` is the manual test that separates the fault from those that look alike to the rig. `drive`: "no" the door
    may open while moving, "care" it holds but something is limited, "yes"; None: nothing is known. `drive_reason` says why.
    """

    id: str
    title: str
    symptom: str
    causes: tuple[str, ...]
    gives_away: str
    remedy: str
    next_test: str
    tools: tuple[str, ...]
    drive: Drive | None
    drive_reason: str
    warnings: tuple[str, ...] = ()


TRIM_TOOLS = ("screwdrivers", "plastic trim wedge", "10 mm and 12 mm wrenches")
"""What it takes to reach the lock behind the door trim (the article's list)."""

METER = "multimeter"
FUSED_LEADS = "12 V supply with fused leads"
