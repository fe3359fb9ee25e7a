"""Guides for the person at the lock: what to do, in which order, and who says so.

Sources are named beside each piece: "article" is the owners' article that the product started from, "workshop" the Nissan
manuals, "rig" this product's own safety rules. The guides proper stand in two tables: about the fault, and about the work.
"""

from typing import Final

from bench.model.guide import Advice, Guide
from bench.model.guides_fault import FAULT_GUIDES
from bench.model.guides_work import WORK_GUIDES

__all__ = ["GUIDES", "Advice", "Guide"]

GUIDES: Final[dict[str, Guide]] = {guide.id: guide for guide in (*FAULT_GUIDES, *WORK_GUIDES)}
"""Every guide by id, in the order in which a mechanic needs them."""
