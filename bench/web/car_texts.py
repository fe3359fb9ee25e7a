"""What the monitor says of a car, as message ids: the car's page tells it again in the browser's language."""

from typing import Final

from bench.model.language import text

DOORS: Final = (
    text("front left door"), text("front right door"), text("rear left door"), text("rear right door"), text("tailgate"),
)  # fmt: skip
"""A door as it stands inside a sentence."""
SAID: Final = (
    text("The {door} signal flickers: {n} of {count} changes came faster than a hand can move a door."),
    text(
        "The {door} signal flickers while driving, at up to {speed} km/h: "
        "{n} of {count} changes came faster than a hand can move a door."
    ),
    text("The {door} closed and at once came open again ({n} x): the latch did not hold."),
    text("SAFETY: the {door} read open while the car moved. Do not drive on before the latch is seen to hold."),
    text("The open and the closed bit of the {door} contradict each other."),
    text("Frame {id} stayed away while others went on: a gateway, the recorder or sleep; no door was watched."),
    text("The bus fell silent with the ignition on: the recorder, its plug or its adapter; no evidence about the BCM."),
    text("the adapter is gone, tried again every second: {why}"), text("the adapter is back; nothing was heard for {seconds} s"),
    text("the bus speaks"), text("the bus speaks after {seconds} s of silence"), text("frame {id} is back"),
    text("frame {id} stays away while others go on: no door is watched now"), text("listening on {channel}: {notice}"),
    text("nothing heard for 2 s: is the ignition on, the plug in, the bit rate right? (a gateway may hide the bus)"),
    text("the bus fell silent: asleep, or unplugged at the car; no evidence about the BCM"),
)  # fmt: skip
"""Its findings and events."""
MOVES: Final = (
    text("front left door open"), text("front left door closed"), text("front left door is open"), text("front left door is closed"),
    text("front right door open"), text("front right door closed"), text("front right door is open"), text("front right door is closed"),
    text("rear left door open"), text("rear left door closed"), text("rear left door is open"), text("rear left door is closed"),
    text("rear right door open"), text("rear right door closed"), text("rear right door is open"), text("rear right door is closed"),
    text("tailgate open"), text("tailgate closed"), text("tailgate is open"), text("tailgate is closed"),
    text("lock locked (commanded)"), text("lock unlocked (commanded)"), text("lock is locked (commanded)"),
    text("lock is unlocked (commanded)"), text("ignition on"), text("ignition off"), text("ignition is on"), text("ignition is off"),
    text("door frames of family {family}"),
)  # fmt: skip
"""What moved; "is": seen for the first time."""
