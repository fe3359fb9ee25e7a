"""The mechanical check-list: seven looks with the trim off, entered together as tick boxes, each an answer of its own."""

from typing import Final

from bench.model.manual_test import ManualTest

CHECK_TESTS: Final = (
    ManualTest(
        id="check_bushings", minutes=1, tools=("torch",), in_article=True, in_check_list=True,
        text="Bushings of the lock: no crack, no play (check_bushings = whole or worn).",
        outcomes={"whole": "The bushings of the lock are whole", "worn": "A bushing of the lock is cracked or has play"},
    ),
    ManualTest(
        id="check_levers", minutes=1, tools=("torch",), in_article=True, in_check_list=True,
        text="Levers of the lock: each moves its neighbour, none is cracked (check_levers = whole or cracked).",
        outcomes={"whole": "The levers of the lock are whole", "cracked": "A lever of the lock is cracked or passes no force on"},
    ),
    ManualTest(
        id="check_cable", minutes=1, tools=("torch",), in_article=True, in_check_list=True, scopes=("lock", "door"),
        text="Opening cable: its end hangs in the lever, its sheath in the clip, no slack (check_cable = seated, slack or off).",
        outcomes={"seated": "The opening cable sits in its lever and has no slack", "slack": "The opening cable is slack",
                  "off": "The opening cable has come off its lever"},
    ),
    ManualTest(
        id="check_spring", minutes=1, in_article=True, in_check_list=True,
        text="Spring: the pawl snaps back by itself (check_spring = snaps or creeps).",
        outcomes={"snaps": "The pawl snaps back by its spring", "creeps": "The pawl creeps back or stays: its spring is weak"},
    ),
    ManualTest(
        id="check_claw", minutes=1, tools=("screwdriver",), risk="care", in_article=True, in_check_list=True,
        text="Claw: clean, and turned with a screwdriver it catches twice (check_claw = catches, dirty or fails). Open it again after.",
        outcomes={"catches": "The claw is clean and catches twice", "dirty": "The claw is dirty or rusty",
                  "fails": "The claw does not catch"},
    ),
    ManualTest(
        id="check_striker", minutes=1, in_article=True, in_check_list=True, scopes=("door", "car"),
        text="Striker on the body: tight, in its old marks, not rubbed on one side (check_striker = straight or moved).",
        outcomes={"straight": "The striker on the body sits where it was", "moved": "The striker on the body has moved or is loose"},
    ),
    ManualTest(
        id="check_ice", minutes=1, tools=("torch",), in_article=True, in_check_list=True,
        text="Ice: none in the seals, none in the lock (check_ice = dry or ice).",
        outcomes={"dry": "There is no ice in seals or lock", "ice": "There is ice in the seals or in the lock"},
    ),
)  # fmt: skip
"""In the order in which one looks."""
