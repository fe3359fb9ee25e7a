"""What is said about a bus, as sentences with places: findings come from the judge in English and are told again in any language."""

import re
from typing import Final

from bench.model.language import ENGLISH, Language, text

SENTENCES: Final = (
    text("The {door} signal flickers: {fast} of {count} changes came faster than a hand can move a door."),
    text(
        "The {door} signal flickers while driving, at up to {kmh} km/h: {fast} of {count} changes came faster than a hand can move a "
        "door."
    ),
    text("The {door} closed and at once came open again ({n} x): the latch did not hold."),
    text("SAFETY: the {door} read open while the car moved. Do not drive on before the latch is seen to hold."),
    text("The open and the closed bit of the {door} contradict each other."),
    text("Frame {frame} stayed away while others went on: a gateway, the recorder or sleep; no door was watched."),
    text("The bus fell silent with the ignition on: the recorder, its plug or its adapter; no evidence about the BCM."),
    text(
        "The car was unlocked and at once locked again, with no door opened ({n} x). Presses on the remote or the lock switch would look "
        "the same."
    ),
    text("SAFETY: the lock state was lost while the car moved ({n} x). A press on the lock switch would look the same."),
    text("The {door} read open throughout while every other door opened and closed."),
    text("The {door} read closed throughout while every other door opened and closed."),
    text("The supply fell to {lowest} V, a lock needs {needed} V ({n} x, cranking not counted)."),
    text("shortest state {s} s"), text("{frames} frames read open at up to {kmh} km/h"),
    text("closed at {s} s, open again {later} s later"),
    text("{frames} frames read open at up to {kmh} km/h, first at {s} s"),
    text(
        "{frames} frames read open at up to {kmh} km/h, first at {s} s; it never read closed in this recording, so a false signal is the "
        "likelier reading"
    ),
    text(
        "both equal in {frames} of {count} frames, {row} in a row, in nearly every frame: this car probably uses the bits differently"
    ),
    text("both equal in {frames} of {count} frames, {row} in a row, in a signal that was sound elsewhere"),
    text("from {from} s for {s} s, {others} other frames meanwhile"), text("from {from} s for {s} s"),
    text("unlocked at {s} s, locked again {later} s later"), text("no longer locked at {s} s, at {kmh} km/h"),
    text("{n} changes of {others} other doors, none of this one; if nobody touched it, this means nothing"),
    text("below {needed} V from {from} s for {s} s, down to {lowest} V"), text("{n} door changes fell into these dips"),
    text("no body frames on this bus: it says nothing about doors (a gateway may hide them), and nothing about the BCM"),
    text("{n} of {count} frames {frame} were too short for every door bit"),
    text(
        "time stamps run backwards ({n} x, first behind {s} s): a clock that was set, or recordings put together; nothing was judged "
        "across such a place"
    ),
    text("door frames came on {n} channels ({names}); {name} has more and was taken"),
    text(
        "no wire carries a load of {load} at this bit rate: the bus is faster, or the time stamps are no times (candump -t d writes the "
        "time since the frame before)"
    ),
)  # fmt: skip
"""As the judge fills them in; a test meets every finding that the recordings of the tests give with one of these."""
NEXT: Final = (
    text(
        "Move the cables in the corrugation between door and pillar while the signal is watched; if it flickers, repair the wire, else "
        "test the lock on the bench: many edges in one movement point to the switch."
    ),
    text("Close the door slowly, then firmly, and watch whether the latch holds; look at the striker, then test the lock on the bench."),
    text("Stop, pull at the door. If it is shut, the signal is false: test switch and wire; if it is not, do not drive on."),
    text("Record again while this one door is opened and shut by hand, and look whether both bits follow."),
    text("Record again at another plug or with another adapter, ignition on; only a pause that comes back says something about the car."),
    text("Check plug, adapter and power of the recorder, then record again with the ignition on."),
    text(
        "Ask whether anybody pressed the remote or the lock switch. If not: measure the supply at the lock while it is driven, flex the "
        "corrugation, and test the lock on the bench."
    ),
    text(
        "Ask whether anybody pressed the lock switch. If not: flex the corrugation while the state is watched, then test the lock on "
        "the bench."
    ),
    text("Record again while this door is opened and shut by hand; if it still does not change, measure its switch line."),
    text("Measure battery and ground straps under load, and the voltage at the lock's plug while it is driven."),
)
NAMES: Final = (
    text("front left"), text("front right"), text("rear left"), text("rear right"), text("tailgate"), text("lock"), text("ignition"),
    text("front left door"), text("front right door"), text("rear left door"), text("rear right door"),
    text("open"), text("closed"), text("locked"), text("unlocked"), text("partly"), text("off"), text("acc"), text("on"), text("start"),
)  # fmt: skip
MOMENTS: Final = (text("open {s} s"), text("closed {s} s"))
_LIST: Final = re.compile(r"(?:(?:open|closed) [\d.]+ s(?:, |$))+")


def told(sentence: str, language: Language = ENGLISH) -> str:
    """Return what the judge said about a bus in a language; a list of moments is told moment by moment."""
    if _LIST.fullmatch(sentence):
        return ", ".join(language.retell(moment) for moment in sentence.split(", "))
    return language.retell(sentence)
