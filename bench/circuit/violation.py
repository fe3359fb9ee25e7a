"""What an electrical rule found: one sentence, with part, net, value and limit."""

import msgspec

RULES = (
    "harness", "pins", "supplies", "feed_to_bcm", "driver_pins", "active_low", "shunt", "fuse", "can_termination", "wetting", "estop",
    "heartbeat", "star", "values", "terminals", "coils", "feed", "chips",
)  # fmt: skip
"""Every rule by its id, in the order in which they are told."""


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """One violation of one rule. `ref`: the part or cable, `net`: where; `value` and `limit` with their units, "" where there is none."""

    rule: str
    ref: str
    net: str
    text: str
    value: str = ""
    limit: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.text}"
