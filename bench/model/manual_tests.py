"""Tests that a person makes with a meter, a wire or two hands: what to do, what may come out, what it costs.

Their outcomes are entered as answers (`lockbench judge RUN --answer probe_at_plug=12.4V`) and move the posterior.
Minutes are estimates (E) of a workshop with the trim already off.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A number below `below` (in the test's unit) means `word`; bands are read in order, the last has no bound."""

    below: float
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualTest:
    """`outcomes`: word -> what it says in a sentence. `bands`: how a measured number becomes a word; empty: words only."""

    id: str
    text: str
    outcomes: dict[str, str]
    minutes: float
    unit: str = ""
    bands: tuple[Band, ...] = ()
    kinds: tuple[str, ...] = ("rear_door", "tailgate")


_INF = float("inf")

MANUAL_TESTS: Final = {
    test.id: test
    for test in (
        ManualTest(
            id="probe_at_plug", minutes=5, unit="V",
            text="Measure the voltage between the two motor pins of the lock plug while it is driven (probe_at_plug, volts).",
            outcomes={"dead": "No voltage arrives at the lock plug", "low": "Too little voltage arrives at the lock plug",
                      "full": "The full voltage arrives at the lock plug"},
            bands=(Band(below=2, word="dead"), Band(below=9, word="low"), Band(below=_INF, word="full")),
        ),
        ManualTest(
            id="motor_ohm", minutes=6, unit="ohm",
            text="Unplug the lock and measure the resistance between its two motor pins (motor_ohm, ohm).",
            outcomes={"short": "The motor itself has hardly any resistance", "low": "The motor itself has a low resistance",
                      "good": "The motor itself has a normal resistance", "high": "The motor itself has a high resistance",
                      "open": "The motor itself is open"},
            bands=(Band(below=0.8, word="short"), Band(below=2.8, word="low"), Band(below=6.5, word="good"),
                   Band(below=50, word="high"), Band(below=_INF, word="open")),
        ),
        ManualTest(
            id="direct_12v", minutes=8,
            text="Unplug the lock and put fused 12 V straight on its two motor pins (direct_12v = works, weak or dead).",
            outcomes={"works": "With 12 V directly the lock works", "weak": "With 12 V directly the lock moves weakly",
                      "dead": "With 12 V directly the lock does nothing"},
        ),
        ManualTest(
            id="fuse_swap", minutes=3, text="Swap the fuse of the feed for a good one of the same rating (fuse_swap = cured or same).",
            outcomes={"cured": "With another fuse it works", "same": "Another fuse changes nothing"},
        ),
        ManualTest(
            id="switch_at_plug", minutes=6,
            text="Unplug the lock, ring the door switch at its own pins and move the claw by hand "
                 "(switch_at_plug = follows, open, closed or resistive).",
            outcomes={"follows": "At its own pins the door switch follows the claw", "open": "The door switch itself never closes",
                      "closed": "The door switch itself never opens", "resistive": "The door switch itself has a bad contact"},
        ),
        ManualTest(
            id="flex_at_rest", minutes=3,
            text="Bend the harness in the corrugation while you ring its wires through (flex_at_rest = breaks or steady).",
            outcomes={"breaks": "A wire breaks off while the harness is bent", "steady": "All wires stay whole while the harness is bent"},
        ),
        ManualTest(
            id="thaw_repeat", minutes=20, text="Warm the lock through, dry it, and test again (thaw_repeat = cured or same).",
            outcomes={"cured": "Warm, the lock works", "same": "Warm, the lock is as bad as before"},
        ),
        ManualTest(
            id="claw_by_hand", minutes=2,
            text="Turn the claw with a screwdriver, away from the striker (claw_by_hand = latches, half, slips).",
            outcomes={"latches": "Away from the striker the claw latches fully", "half": "Away from the striker the claw latches half-way",
                      "slips": "Away from the striker the claw does not stay"},
        ),
        ManualTest(
            id="nudge_striker", minutes=5,
            text="Loosen the striker on the body, move it a little, close again (nudge_striker = cured or same).",
            outcomes={"cured": "With the striker moved the door closes", "same": "Moving the striker changes nothing"},
        ),
        ManualTest(
            id="pull_cable", minutes=4, text="Pull the opening cable by hand at the lock (pull_cable = opens or nothing).",
            outcomes={"opens": "Pulled at the lock, the cable opens the claw", "nothing": "Pulled at the lock, the cable opens nothing"},
        ),
        ManualTest(
            id="knock", minutes=1, text="Knock on the lock body while it is driven (knock = helps or same).",
            outcomes={"helps": "A knock on the lock makes it go", "same": "A knock on the lock changes nothing"},
        ),
        ManualTest(
            id="battery_off", minutes=25,
            text="Disconnect the battery for 15 to 20 minutes, reconnect, lock and unlock once, look at the lamp "
                 "(battery_off = cured or same).",
            outcomes={"cured": "After the battery was off the module shows the truth", "same": "Battery off changes nothing"},
        ),
    )
}  # fmt: skip
"""The catalogue by id."""
