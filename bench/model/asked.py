"""What a person is asked before and after a test, beside the questions of its steps and the manual tests: id and sentence."""

from typing import Final

from bench.model.language import text
from bench.model.names import Kind

FIRST_TEXTS: Final = {
    "child_lock_off": text("Is the child lock off?"),
    "double_locked": text("Is the door double-locked (super-lock)?"),
    "outside_lever": text("Will you open it by the outside lever (no: by the inside one)?"),
    "lid_propped": text("Is the lock removed, or is the open lid held by a prop?"),
    "doors_recognised_unlocked": text("Were all doors unlocked once since the battery was connected?"),
}
"""Before anything moves."""

AFTER_TEXTS: Final = {
    "confirm_by_hand": text("Does the door close by hand, tight and without force?"),
    "confirm_remote": text("Do the remote and the button inside work this lock?"),
    "confirm_keyless": text("Does keyless entry work as before (unknown: the car has none)?"),
    "confirm_alarm": text("Do alarm and immobiliser work as before?"),
    "confirm_gaps": text("Are the door gaps even, and does nothing creak?"),
    "confirm_lamp": text("Does the door lamp go out with the door shut, and come on when it opens?"),
}
"""After a repair, when the confirmation test has run."""

AFTER_OF: Final[dict[Kind, tuple[str, ...]]] = {
    "rear_door": tuple(AFTER_TEXTS),
    "tailgate": tuple(question for question in AFTER_TEXTS if question != "confirm_by_hand"),
}
"""Which of them a kind of lock is asked about: a tailgate is not closed against a claw by hand alone."""

ASKED_TEXTS: Final = {**FIRST_TEXTS, **AFTER_TEXTS}
"""Every one of them."""
