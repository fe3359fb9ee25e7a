"""What else a person at the lock must know: symptoms, costs, and where sources disagree; bench.model.guides has the how-to.

Sources are named beside each: "article" is the owners' article that the product started from (facts/), "workshop" the Nissan
manuals and "rig" this product's own safety rules.
"""

from dataclasses import dataclass
from typing import Final

from bench.model.language import text
from bench.model.names import Symptom


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomText:
    """One complaint: what the customer says, the faults to think of first (catalogue ids), the cure and the first look."""

    id: Symptom
    says: str
    faults: tuple[str, ...]
    remedy: str
    first_look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What something costs or how long it takes: low and high in `unit`."""

    what: str
    low: float
    high: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A point on which the sources differ, and which of them this product follows."""

    about: str
    article: str
    others: str
    we_follow: str


SYMPTOM_TABLE: Final = (
    SymptomText(
        id="no_click", says="The door does not lock and nothing clicks",
        faults=("motor_open", "wire_open_motor", "fuse_blown", "supply_low"),
        remedy="Replace the lock assembly once fuse and wire are proved good",
        first_look="Fuse, then 9-16 V at the lock plug while it is driven",
    ),
    SymptomText(
        id="no_close", says="The door will not shut, whatever I do",
        faults=("striker_misaligned", "spring_weak", "cable_stretched", "lever_broken", "frozen"),
        remedy="Adjust the striker, or repair what keeps the claw from turning",
        first_look="Turn the claw with a screwdriver, door open: two clicks, and it stays",
    ),
    SymptomText(
        id="click_no_lock", says="It clicks, but stays unlocked",
        faults=("spring_weak", "striker_misaligned", "lever_broken", "gear_stripped", "cable_stretched"),
        remedy="Adjust the striker or replace the spring; worn levers mean a new lock",
        first_look="Does the knob move when it clicks?",
    ),
    SymptomText(
        id="reopens", says="The door closes but opens again at once",
        faults=("reopens", "cable_stretched", "lever_broken", "spring_weak", "striker_misaligned", "motor_weak"),
        remedy="Adjust or replace the cable; then spring, striker, switch and drive",
        first_look="Close it with the lock unplugged: still opening means mechanics",
    ),
    SymptomText(
        id="ajar_lamp", says="The car says 'door open' although it is shut",
        faults=("switch_stuck_closed", "wire_short_switch", "switch_bounce", "bcm_stuck", "striker_misaligned"),
        remedy="Replace the switch or the lock, or repair the wire",
        first_look="Unplug the lock: does the lamp go out?",
    ),
    SymptomText(
        id="no_remote", says="No answer to remote or inner button",
        faults=("fuse_blown", "wire_open_motor", "motor_open", "supply_low", "wire_intermittent"),
        remedy="Fuse and supply first, then the wiring, then the lock",
        first_look="Do the other doors answer? One door only points at that door",
    ),
    SymptomText(
        id="no_outside_button", says="The lock does not answer the outside button",
        faults=("wire_open_switch", "wire_intermittent", "wire_open_motor", "switch_stuck_open"),
        remedy="Repair or replace the wiring in the corrugation",
        first_look="Bend the corrugation while somebody presses the button",
    ),
    SymptomText(
        id="jammed_open", says="The mechanism is stuck in the open position",
        faults=("gear_jam", "rod_bent", "cable_stretched", "frozen", "lever_broken"),
        remedy="Free it without force; usually a new lock",
        first_look="Is the claw turned to shut while the door is open? Pull the handle and turn it back",
    ),
    SymptomText(
        id="jammed_winter", says="It jams in winter",
        faults=("frozen", "gear_stiff", "rod_bent"),
        remedy="Thaw, dry, grease with silicone",
        first_look="Warm it up: does it get better from try to try?",
    ),
    SymptomText(
        id="random", says="The locks act by themselves",
        faults=("wire_intermittent", "switch_bounce", "switch_high_r", "wire_high_r"),
        remedy="Repair the wires in the corrugation",
        first_look="Bend the corrugation and watch",
    ),
    SymptomText(
        id="central_blocked", says="Central locking refuses",
        faults=("switch_stuck_closed", "wire_short_switch", "bcm_stuck", "fuse_blown"),
        remedy="Cure the false open signal",
        first_look="Does the dashboard show a door open?",
    ),
    SymptomText(
        id="opens_driving", says="The door opened while driving",
        faults=("striker_misaligned", "spring_weak", "lever_broken", "cable_stretched", "reopens", "wire_intermittent"),
        remedy="Do not drive; find out why the claw let go",
        first_look="Close it ten times, pulling hard each time",
    ),
    SymptomText(
        id="after_battery", says="Since the battery was off (or a voltage dip)",
        faults=("bcm_stuck", "supply_low", "fuse_blown"),
        remedy="Lock and unlock once, wait half a minute; then the 15-20 minute reset",
        first_look="Battery voltage, then one lock and unlock cycle",
    ),
    SymptomText(
        id="after_reflash_or_module", says="Since a software update or another electronic part was fitted",
        faults=("bcm_stuck", "wire_intermittent"),
        remedy="Have the body control module reflashed by a dealer or a specialised service",
        first_look="Was the part coded to this VIN?",
    ),
    SymptomText(
        id="after_impact", says="Since a knock or a hard slam",
        faults=("rod_bent", "striker_misaligned", "lever_broken", "cable_stretched"),
        remedy="Straighten or replace the bent part, adjust the striker",
        first_look="Door gaps and striker marks",
    ),
)  # fmt: skip
"""Every word that `--symptom` takes, the article's table of faults among them."""

BATTERY_RESET_MIN: Final = (15, 20)
"""Minutes for which the battery terminal stays off to reset the body control module (source: article)."""

COSTS: Final = (
    Cost(what="new original rear door lock", low=10_000, high=20_000, unit=text("roubles"), source="article"),
    Cost(what="labour to replace it", low=3_000, high=5_000, unit=text("roubles"), source="article"),
    Cost(what="time to replace it", low=1, high=2, unit=text("hours"), source="article"),
)
COST_NOTE: Final = (
    "What a lock costs depends on its year and trim level; an equivalent or used one costs much less. "
    "Prices are of the article's day and country."
)

DISAGREEMENTS: Final = (
    Disagreement(
        about="What a broken door switch shows",
        article="a broken microswitch makes the car believe that the door is open",
        others="Nissan manuals: an open door closes the switch to ground, so a broken switch or wire reads SHUT for ever, "
        "and only a welded, wet or chafed one reads OPEN",
        we_follow="the manuals, unless the profile says otherwise",
    ),
    Disagreement(
        about="Whether a false signal keeps a door from closing",
        article="with a false open signal the electronics contradict themselves, and the door will not go all the way shut",
        others="the claw of a side door is mechanical, so that no signal holds it open; a tailgate may be released again at once",
        we_follow="will not shut: mechanics first, at a tailgate the switch too; will not lock: the signal first",
    ),
    Disagreement(
        about="Whether a dead motor keeps a door from closing",
        article="no click and no closing means the drive motor",
        others="the claw is mechanical: it must catch by hand whatever the motor does",
        we_follow="no click: motor, wire or fuse; no catch: striker, spring, cable, lever or ice",
    ),
    Disagreement(
        about="What the tailgate's motor does",
        article="speaks of locking in general",
        others="Nissan manuals: the tailgate actuator only opens; there is no motor that locks it",
        we_follow="the manuals: one direction, spring return",
    ),
    Disagreement(
        about="Battery off and the tailgate",
        article="take the terminal off for 15 to 20 minutes",
        others="T33 manual: after that the module takes all doors for locked for about 30 s and the tailgate may refuse",
        we_follow="both: lock and unlock once first, the reset after that",
    ),
    Disagreement(
        about="Whether the car stores a code for a dead lock",
        article="the on-board computer may show an error",
        others="no trouble code for a rear lock motor or latch was found in the manuals of these cars",
        we_follow="no code proves nothing; measure",
    ),
    Disagreement(
        about="Why a door opens again at once",
        article="a false switch signal wakes the security system, and that unlocks the door by itself",
        others="unlocking does not turn the claw of a side door; only the tailgate is opened electrically",
        we_follow="side door: cable, lever, spring and striker first; tailgate: switch and module too",
    ),
)
