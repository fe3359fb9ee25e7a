"""Manual tests at the car: what its lamp says, what its module says, what cures it."""

from typing import Final

from bench.model.manual_test import ManualTest

BODY_TESTS: Final = (
    ManualTest(
        id="dash_lamp", minutes=1, in_article=True, scopes=("door", "car"),
        text="Press the door firmly shut, look at the door lamp on the dashboard, then open it "
             "(dash_lamp = follows, stays_on, stays_off or flickers).",
        outcomes={"follows": "The door lamp goes out when the door is pressed shut, and comes on when it opens",
                  "stays_on": "The door lamp stays on with the door pressed shut",
                  "stays_off": "The door lamp stays off with the door open",
                  "flickers": "The door lamp flickers"},
    ),
    ManualTest(
        id="key_cycle", minutes=2, scopes=("door", "car"),
        text="Lock and unlock the whole car twice with the key, ignition off and on in between (key_cycle = cured or same).",
        outcomes={"cured": "After a cycle of the key it works", "same": "Cycling the key changes nothing"},
        note="After the battery was off, the module may open no tailgate until it has seen all doors unlocked.",
    ),
    ManualTest(
        id="battery_off", minutes=25, tools=("10 mm wrench",), risk="low", in_article=True, scopes=("door", "car"),
        text="Disconnect the battery for 15 to 20 minutes, reconnect, lock and unlock once, look at the lamp "
             "(battery_off = cured or same).",
        outcomes={"cured": "After the battery was off the module shows the truth", "same": "Battery off changes nothing"},
    ),
    ManualTest(
        id="self_diagnosis", minutes=10, tools=("diagnostic tool",), in_article=True, scopes=("door", "car"),
        text="Read the car's self-diagnosis (self_diagnosis = none or code).",
        outcomes={"none": "The car's self-diagnosis names nothing", "code": "The car's self-diagnosis names a fault of body or supply"},
        note="No code exists for a rear lock: whatever comes out says little.",
    ),
)  # fmt: skip
"""At the car."""
