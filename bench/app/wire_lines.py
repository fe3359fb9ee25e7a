"""The words of the wire finder: which lines it watches, what it cannot see, and how to bend."""

from typing import Final

from bench.model.language import text

LINES: Final[dict[str, str]] = {
    "ajar": text("door switch line"), "lock": text("lock switch line"), "door_bit": text("door bit on CAN"),
}  # fmt: skip
"""What is watched, in words."""
UNSEEN: Final = text("motor wires: nothing is driven, so no current can break off; `lockbench test` bends the harness while it drives")
HINT: Final = text(
    "A break shows where the switch's contact is closed, a touch to ground where it is open: bend the loom once with the latch open "
    "and once with it shut."
)
