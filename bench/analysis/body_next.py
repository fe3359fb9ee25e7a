"""What to do next after each kind of finding, in words for a workshop."""

from typing import Final

NEXT_TEST: Final = {
    "door_chatter": "Move the cables in the corrugation between door and pillar while the signal is watched; if it flickers, repair "
    "the wire, else test the lock on the bench: many edges in one movement point to the switch.",
    "closed_then_open": "Close the door slowly, then firmly, and watch whether the latch holds; look at the striker, then test the lock "
    "on the bench.",
    "open_while_moving": "Stop, pull at the door. If it is shut, the signal is false: test switch and wire; if it is not, do not drive on.",
    "bits_disagree": "Record again while this one door is opened and shut by hand, and look whether both bits follow.",
    "frame_stale": "Record again at another plug or with another adapter, ignition on; only a pause that comes back says something "
    "about the car.",
    "bus_silent": "Check plug, adapter and power of the recorder, then record again with the ignition on.",
    "locked_again": "Ask whether anybody pressed the remote or the lock switch. If not: measure the supply at the lock while it is driven, "
    "flex the corrugation, and test the lock on the bench.",
    "lock_lost": "Ask whether anybody pressed the lock switch. If not: flex the corrugation while the state is watched, then "
    "test the lock on the bench.",
    "door_never_changes": "Record again while this door is opened and shut by hand; if it still does not change, measure its switch line.",
    "supply_dip": "Measure battery and ground straps under load, and the voltage at the lock's plug while it is driven.",
}
"""By finding id."""
