"""Guides to the fault: why not to wait, what to look at first, ice, the module, a dead motor, and when others are better."""

from typing import Final

from bench.model.guide import Advice, Guide


def _all(source: str, *texts: str) -> tuple[Advice, ...]:
    return tuple(Advice(text=text, source=source) for text in texts)


FAULT_GUIDES: Final = (
    Guide(
        id="warnings", title="Warnings", lead="Read these before you touch the lock.",
        steps=(
            *_all(
                "article",
                "Never slam or force a jammed door: the body bends, the glass breaks, and the repair costs far more.",
                "Never force a frozen lock with the key: cylinder or inner rod break.",
                "WD-40 cleans and drives water out but evaporates and leaves the parts dry: it is no lasting lubricant.",
                "No oil, no graphite: they bind dust and grind like paste. Silicone or lithium only.",
                "In winter look for ice in the seals and in the lock before closing the door.",
                "A lock that does not hold can let the door open while driving: do not drive with it.",
                "A wrong part can upset alarm and immobiliser, above all with keyless entry.",
            ),
            *_all(
                "rig",
                "No fingers at an open latch and nobody under the tailgate while it is driven.",
                "Never drive a lock that is still connected to the body control module.",
            ),
        ),
    ),
    Guide(
        id="why_now", title="Why it cannot wait",
        lead="A rear door that will not close is one of the commonest complaints about the Qashqai of the second and third generation.",
        steps=_all(
            "article",
            "The door may come open on the road: an accident, or the load is gone.",
            "Rain gets in, and nothing can be loaded in a hurry.",
            "Behind it are mostly worn mechanics, a broken cable or the microswitch; a reflash is seldom enough, a part more often.",
            "The rear lock is the weak spot of the J11: damp and dirt get into its body, contacts oxidise and the gears jam.",
        ),
    ),
    Guide(
        id="first_look", title="What to look at first", is_numbered=True,
        lead="Find out what kind of fault it is before anything is taken apart.",
        steps=(
            *_all(
                "article",
                "It clicks but does not catch: think of the spring or the striker on the body. "
                "Remote and inside button do nothing: electrics or drive.",
                "Press the door shut and look at the dashboard: a door lamp that stays on means a false signal of the microswitch.",
                "Read the self-diagnosis of the car.",
            ),
            *_all("workshop", "No trouble code exists for a rear lock in these cars: an empty list proves nothing."),
            *_all(
                "article",
                "Try the fuse before blaming the motor: without it the door unit has no power either.",
                "Take the trim off and ring the feed of the lock, then put 12 V straight on its motor: no movement means a new lock.",
                "Electrics in order and still no catch: it is mechanical, most often a plastic bushing or lever that has worn and cracked, "
                "so that neither cable nor motor gets through. Go through the check-list.",
                "Look at the opening cable too: with the years it stretches, or comes off its lever.",
                "Knock on the lock, or nudge the latch a little with a screwdriver, while the door is being closed: "
                "if it catches then, something sits askew.",
                "Bend the corrugation between body and door: wires that break there make locks act at random, "
                "a classic of Japanese crossovers.",
            ),
        ),
    ),
    Guide(
        id="winter", title="Jammed by frost", is_numbered=True, lead="Warmth and patience; never force.",
        steps=_all(
            "article",
            "Warm the lock with a hair dryer, or use lock or glass de-icer.",
            "If it is frozen inside, let a little antifreeze run into the slot of the lock.",
            "Once the door is open, dry the mechanism.",
            "Then grease it with silicone, or it freezes again the next night.",
        ),
    ),
    Guide(
        id="module_reset", title="When the body control module is stuck", is_numbered=True,
        lead="After a voltage peak or with the battery off and on again, the module may go on believing that a door is open.",
        steps=(
            *_all("workshop", "First lock and unlock the whole car once and wait half a minute, above all before you judge a tailgate."),
            *_all(
                "article",
                "Still wrong: take the battery terminal off for 15 to 20 minutes.",
                "Put it back on, and lock and unlock the car once more before you judge.",
                "Not cured: let a dealer or a specialised service reflash the module. "
                "That is likeliest after a software update or after another electronic part was fitted.",
            ),
        ),
    ),
    Guide(
        id="dead_motor", title="Closing it with a dead motor", lead="The claw is mechanical; only locking needs the motor.",
        steps=(
            *_all("article", "Pulling the inside handle may work the mechanism and lock the door; it depends on the version of the lock."),
            *_all("rig", "Only the article says so; nobody has verified it on a car for this product."),
        ),
    ),
    Guide(
        id="service_centre", title="When to go to a service centre", lead="No shame in it: some of this needs tools that few people own.",
        steps=_all(
            "article",
            "The tests do not point at one part, or you do not feel sure of the work.",
            "The module has to be reflashed: a service has the tools for electrical diagnosis and for flashing.",
            "The car has keyless entry or other involved electronics around the locks.",
            "The door gaps must be set so that the door sits tight and does not creak: no garage at home can do that.",
        ),
    ),
)  # fmt: skip
"""About the fault."""
