"""The fault catalogue in people's language: a text for every hypothesis of bench.model.names."""

from typing import Final

from bench.model.fault_texts_body import BODY_TEXTS
from bench.model.fault_texts_drive import DRIVE_TEXTS
from bench.model.fault_texts_electric import ELECTRIC_TEXTS
from bench.model.fault_texts_shape import FaultText
from bench.model.names import FAULTS, HYPOTHESES

__all__ = ["FAULT_TEXTS", "FaultText", "title_of"]

_BY_ID: Final = {text.id: text for text in (*DRIVE_TEXTS, *ELECTRIC_TEXTS, *BODY_TEXTS)}

FAULT_TEXTS: Final[dict[str, FaultText]] = {id_: _BY_ID[id_] for id_ in (*FAULTS, "other", "healthy")}
"""Every fault in the catalogue's order, then `other` and `healthy`."""


def title_of(fault_id: str) -> str:
    """Return the title that people see; an id of a later version is returned as it is."""
    return FAULT_TEXTS[fault_id].title if fault_id in HYPOTHESES else fault_id
