"""Manual tests of feed, wires, motor and switch: most of them with a meter."""

from typing import Final

from bench.model.manual_test import Band, ManualTest

_INF: Final = float("inf")
_VOLTS: Final = (Band(below=2, word="dead"), Band(below=9, word="low"), Band(below=_INF, word="full"))
"""A lock must work from 9 V on (J11 DLK-85); below 2 V nothing moves (E)."""

ELECTRIC_TESTS: Final = (
    ManualTest(
        id="probe_at_plug", minutes=5, unit="V", tools=("multimeter", "two thin probes"),
        text="Put two probes on the motor pins of the lock plug itself and measure while it is driven, so that no lead counts "
             "(probe_at_plug, volts).",
        outcomes={"dead": "No voltage arrives at the lock plug", "low": "Too little voltage arrives at the lock plug",
                  "full": "The full voltage arrives at the lock plug"},
        bands=_VOLTS,
    ),
    ManualTest(
        id="feed_volts", minutes=2, unit="V", tools=("multimeter",),
        text="Measure the feed at the bench's own terminals while the lock is driven (feed_volts, volts).",
        outcomes={"dead": "There is no voltage at the feed's terminals", "low": "The feed's voltage breaks down under load",
                  "full": "The feed keeps its voltage under load"},
        bands=_VOLTS, scopes=("lock", "door"),
    ),
    ManualTest(
        id="ring_feed", minutes=6, unit="ohm", tools=("multimeter",), in_article=True, scopes=("door", "car"),
        text="Unplug both ends and ring the two motor wires through the corrugation "
             "(ring_feed, ohm of the worse one; or short where one rings to ground).",
        outcomes={"whole": "Both motor wires are whole", "high": "A motor wire has resistance", "open": "A motor wire is broken",
                  "short": "A motor wire touches ground"},
        bands=(Band(below=1, word="whole"), Band(below=1000, word="high"), Band(below=_INF, word="open")),
        note="A wire that breaks only when bent rings whole at rest: bend it meanwhile, or use flex_at_rest.",
    ),
    ManualTest(
        id="motor_ohm", minutes=6, unit="ohm", tools=("multimeter",),
        text="Unplug the lock and measure the resistance between its two motor pins (motor_ohm, ohm).",
        outcomes={"short": "The motor itself has hardly any resistance", "low": "The motor itself has a low resistance",
                  "good": "The motor itself has a normal resistance", "high": "The motor itself has a high resistance",
                  "open": "The motor itself is open"},
        bands=(Band(below=0.8, word="short"), Band(below=2.8, word="low"), Band(below=6.5, word="good"),
               Band(below=50, word="high"), Band(below=_INF, word="open")),
        note="Turn the motor a little and measure again: one dead commutator segment shows in some positions only.",
    ),
    ManualTest(
        id="direct_12v", minutes=8, tools=("fused 12 V lead",), risk="care", in_article=True,
        text="Unplug the lock and put fused 12 V straight on its two motor pins (direct_12v = works, weak or dead).",
        outcomes={"works": "With 12 V directly the lock works", "weak": "With 12 V directly the lock moves weakly",
                  "dead": "With 12 V directly the lock does nothing"},
        note="Half a second at a time, fingers clear of the claw.",
    ),
    ManualTest(
        id="fuse_swap", minutes=3, tools=("spare fuse",), scopes=("lock", "door"),
        text="Swap the fuse of the feed for a good one of the same rating (fuse_swap = cured or same).",
        outcomes={"cured": "With another fuse it works", "same": "Another fuse changes nothing"},
    ),
    ManualTest(
        id="door_unit_fuse", minutes=4, tools=("multimeter",), in_article=True, scopes=("door", "car"),
        text="Pull the fuse of the car's own door unit and ring it (door_unit_fuse = good or blown).",
        outcomes={"good": "The fuse of the car's door unit is good", "blown": "The fuse of the car's door unit is blown"},
        note="A good fuse does not prove that its circuit is fed.",
    ),
    ManualTest(
        id="switch_at_plug", minutes=6, tools=("multimeter", "screwdriver"), risk="low",
        text="Unplug the lock, ring the door switch at its own pins and move the claw by hand "
             "(switch_at_plug = follows, open, closed or resistive).",
        outcomes={"follows": "At its own pins the door switch follows the claw", "open": "The door switch itself never closes",
                  "closed": "The door switch itself never opens", "resistive": "The door switch itself has a bad contact"},
    ),
    ManualTest(
        id="flex_at_rest", minutes=3, tools=("multimeter",), scopes=("door", "car"),
        text="Bend the harness in the corrugation while you ring its wires through (flex_at_rest = breaks or steady).",
        outcomes={"breaks": "A wire breaks off while the harness is bent", "steady": "All wires stay whole while the harness is bent"},
    ),
    ManualTest(
        id="outside_button", minutes=5, tools=("multimeter",), in_article=True, scopes=("door", "car"),
        text="Ring the outside button and press it (outside_button = ok, open or stuck).",
        outcomes={"ok": "The outside button closes when it is pressed", "open": "The outside button never closes",
                  "stuck": "The outside button is always closed"},
        note="The button is no part of the lock: a dead one explains a dead handle, not a dead motor.",
    ),
    ManualTest(
        id="swap_lock", minutes=45, tools=("a known good lock", "10 mm and 12 mm wrenches"), risk="low",
        text="Plug in a known good lock without fitting it, and test again (swap_lock = cured or same).",
        outcomes={"cured": "With another lock all is well", "same": "Another lock behaves the same: it is not the lock"},
    ),
)  # fmt: skip
"""With a meter, a fuse or a lead."""
