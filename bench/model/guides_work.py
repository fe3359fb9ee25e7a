"""Guides to the work: buying, replacing, the cable, the check after the repair, and care."""

from typing import Final

from bench.model.guide import Advice, Guide


def _all(source: str, *texts: str) -> tuple[Advice, ...]:
    return tuple(Advice(text=text, source=source) for text in texts)


WORK_GUIDES: Final = (
    Guide(
        id="reseat_cable", title="Putting a jumped cable back", is_numbered=True,
        lead="A cable that has come off its lever needs no new part.",
        steps=_all(
            "rig",
            "Trim and film off, claw open, a torch on the lever where the opening cable ends.",
            "See that the sheath sits in its clip on the lock, for without it the cable has no length to pull with.",
            "Turn the lever with a finger, hang the cable's end in again from the open side, and let the lever go back slowly.",
            "Pull the handle five times: the claw must let go each time, and the cable must not go slack.",
            "It comes off again, or no travel is left: adjust the cable, or replace it.",
        ),
    ),
    Guide(
        id="before_buying", title="Before you buy a lock", lead="There are several versions of this lock, by year and by trim level.",
        steps=_all(
            "article",
            "Compare the part with the VIN of the car before paying.",
            "Mostly the whole lock is replaced. A single lever can be repaired, but that does not always last.",
            "A part of another maker or a used one costs much less.",
        ),
    ),
    Guide(
        id="replacement", title="Replacing the lock", is_numbered=True, lead="Not the hardest of jobs, but one for careful hands.",
        steps=(
            *_all("article", "Have ready: screwdrivers, plastic trim spatula, 10 and 12 mm wrenches, spare trim clips, the new lock."),
            *_all("workshop", "Battery terminal off first; where there is airbag wiring, wait as its manual says."),
            *_all(
                "article",
                "Undo the screws of the door trim and prise its clips out with the plastic spatula, so that nothing is scratched: "
                "they break easily, above all in an older car.",
                "Peel the waterproof film off with care: a torn one lets damp into the car.",
                "Pull the connectors, undo the bolts of the lock, and lift it out carefully.",
                "A door with an opening button outside: take the handle off too.",
                "Put every small fastener into a dish: they are easily lost.",
                "Fit the new lock and its connectors, and close the door by hand first: the mechanism must catch and hold.",
                "Adjust it until the door closes tight without force.",
                "Only then the battery: try the remote and the button inside.",
            ),
            *_all("rig", "Run the confirmation test before the trim goes on: lockbench test --confirms RUN."),
            *_all("article", "All works: put the door together again in the reverse order."),
        ),
    ),
    Guide(
        id="after_repair", title="After the repair", is_numbered=True,
        lead="A repair is done when the test that failed has passed, and when nothing else has been upset.",
        steps=(
            *_all("rig", "Run the confirmation test of the failed run: lockbench test --confirms RUN."),
            *_all("workshop", "The battery was off: lock and unlock once and wait half a minute before you judge a tailgate."),
            *_all(
                "article",
                "Close the door by hand, then by the remote, then by the button inside.",
                "Keyless entry, alarm and immobiliser must work as before.",
                "The door must sit tight in even gaps and not creak on the road.",
            ),
        ),
    ),
    Guide(
        id="care", title="Care every six months", lead="Cleaning and greasing is the cheapest way to a long life of the locks.",
        steps=(
            *_all(
                "article",
                "Every six months: clean the lock of dust and dirt with cleaning foam or compressed air.",
                "Then grease whatever moves in the lock, and the striker on the body too, with silicone or lithium grease.",
            ),
            *_all(
                "rig",
                "Before winter: dry and treat the seals so that no water freezes in them.",
                "Every cleaning is a chance to look at the corrugation between body and door.",
            ),
        ),
    ),
)  # fmt: skip
"""About the work."""
