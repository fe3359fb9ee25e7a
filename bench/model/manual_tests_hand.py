"""Manual tests of claw, levers, gear and striker: with two hands, a screwdriver, a torch or warm air."""

from typing import Final

from bench.model.manual_test import ManualTest

HAND_TESTS: Final = (
    ManualTest(
        id="look_at_claw", minutes=2, tools=("torch",),
        text="Look into the claw with a torch (look_at_claw = clean, dirty, worn, marks or ice).",
        outcomes={"clean": "Claw and pawl look clean and whole", "dirty": "Claw and pawl are dirty or rusty",
                  "worn": "Claw, pawl or a lever is worn or cracked", "marks": "The striker has rubbed beside the claw's mouth",
                  "ice": "There is ice or water in the claw"},
        note="A clean claw says little of the gear behind it.",
    ),
    ManualTest(
        id="claw_by_hand", minutes=2, tools=("screwdriver",), risk="care",
        text="Turn the claw with a screwdriver, away from the striker (claw_by_hand = latches, half, slips).",
        outcomes={"latches": "Away from the striker the claw latches fully", "half": "Away from the striker the claw latches half-way",
                  "slips": "Away from the striker the claw does not stay"},
        note="Open it again by the handle before the door is closed.",
    ),
    ManualTest(
        id="knob_by_hand", minutes=2, in_article=True, kinds=("rear_door",),
        text="Lock and unlock by hand at the lock or by the inside handle (knob_by_hand = moves, heavy, stuck or loose).",
        outcomes={"moves": "By hand the lock lever moves easily", "heavy": "By hand the lock lever moves heavily",
                  "stuck": "By hand the lock lever does not move", "loose": "By hand the lock lever moves, and nothing follows it"},
    ),
    ManualTest(
        id="pull_cable", minutes=4, tools=("pliers",), risk="low", scopes=("lock", "door"),
        text="Pull the opening cable by hand at the lock (pull_cable = opens or nothing).",
        outcomes={"opens": "Pulled at the lock, the cable opens the claw", "nothing": "Pulled at the lock, the cable opens nothing"},
    ),
    ManualTest(
        id="knock", minutes=1, in_article=True,
        text="Knock on the lock body while it is driven (knock = helps or same).",
        outcomes={"helps": "A knock on the lock makes it go", "same": "A knock on the lock changes nothing"},
        note="A knock that does nothing rules nothing out.",
    ),
    ManualTest(
        id="nudge_latch", minutes=2, tools=("screwdriver",), risk="care", in_article=True, scopes=("door", "car"),
        text="Push the latch a little with a screwdriver while the door is being closed (nudge_latch = helps or same).",
        outcomes={"helps": "Pushed a little, the latch catches", "same": "Pushing the latch changes nothing"},
        note="Never lean on a jammed door: glass and sheet metal give way first.",
    ),
    ManualTest(
        id="nudge_striker", minutes=5, tools=("wrench",), risk="low", scopes=("door", "car"),
        text="Loosen the striker on the body, move it a little, close again (nudge_striker = cured or same).",
        outcomes={"cured": "With the striker moved the door closes", "same": "Moving the striker changes nothing"},
        note="Mark where it stood before.",
    ),
    ManualTest(
        id="thaw_repeat", minutes=20, tools=("hair dryer",),
        text="Warm the lock through, dry it, and test again (thaw_repeat = cured or same).",
        outcomes={"cured": "Warm, the lock works", "same": "Warm, the lock is as bad as before"},
    ),
    ManualTest(
        id="clean_repeat", minutes=15, tools=("cleaning foam", "silicone or lithium grease"),
        text="Clean and grease the mechanism, work it by hand a few times, and test again (clean_repeat = cured or same).",
        outcomes={"cured": "Cleaned and greased, the lock works", "same": "Cleaning and greasing changes nothing"},
    ),
)  # fmt: skip
"""With hands and simple tools."""
