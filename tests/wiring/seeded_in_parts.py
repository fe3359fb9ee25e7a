"""More mistakes to be made in a good rig: at terminals, coils, the feed and the chips. Netlist and harness agree on most of them."""

from typing import Any

from seeded_mistakes import Mistake, link, resistor, wire


def diode(ref: str, anode: str, cathode: str, board: str) -> dict[str, Any]:
    """Add a diode."""
    return {f"parts/{ref}": {"kind": "diode", "what": "", "board": board, "pins": {"A": anode, "K": cathode}}}


def turned(ref: str, anode: str, cathode: str) -> dict[str, Any]:
    """Solder a diode in the wrong way round."""
    return {f"parts/{ref}/pins/A": cathode, f"parts/{ref}/pins/K": anode}


MORE_MISTAKES = (
    # terminals
    Mistake("terminals", "three wires under one clamp", wire("W16", 0, "2", "13", "VT"), ("X2.2", "3 wires", "W15", "limit 2")),
    Mistake(
        "terminals", "both grounds of the header on one pin", wire("W23", 0, "9", "4", "BK"), ("J1.9", "2 wires", "GND_LOGIC", "limit 1")
    ),
    Mistake(
        "terminals",
        "three wires in the fuse holder",
        {"cables/W12/start": "F1"} | wire("W12", 0, "2", "1", "RD") | {"cables/W30/end": "F1"} | wire("W30", 0, "5", "2", "RD"),
        ("F1.2", "3 wires", "FUSED", "limit 2"),
    ),
    # coils
    Mistake("coils", "no diode at a drive relay", {"parts/D3": None}, ("K2", "K2_LOW", "limit a diode")),
    Mistake("coils", "no way for K1's current", {"parts/Z2": None}, ("K1", "K1_LOW", "limit a diode")),
    Mistake("coils", "a diode the wrong way round", turned("D4", "K3_LOW", "COIL_DRIVE"), ("D4", "shorts K3", "COIL_DRIVE")),
    Mistake("coils", "a Zener the wrong way round", turned("Z1", "K0_COIL", "K0_CLAMP"), ("K0", "K0_LOW", "D1, Z1", "limit a Zener")),
    Mistake("coils", "the buzzer across K1's coil", {"parts/BZ1/pins/+": "K1_COIL"}, ("BZ1", "K1_LOW", "limit behind a diode")),
    Mistake("coils", "the drive coils without D6", link("LK9", "COIL_12V", "COIL_DRIVE"), ("K2", "K1", "COIL_DRIVE", "limit a diode")),
    Mistake("coils", "drain and source exchanged", {"parts/Q1/pins/D": "GND_COIL", "parts/Q1/pins/S": "K1_LOW"}, ("Q1.S", "K1_LOW")),
    Mistake("coils", "a gate that floats without its chip", {"parts/R25": None}, ("Q1.G", "ENABLE_GATE", "limit 1000")),
    Mistake("coils", "the drive coils' diode not joined", {"parts/D6/pins/A": "B_LOCK"}, ("K2", "COIL_DRIVE", "fed by nothing")),
    # feed
    Mistake("feed", "a link past the enable relay", link("LK9", "FUSED", "FEED_RAW", board="feed"), ("LK9", "FEED", "enable relay open")),
    Mistake(
        "feed",
        "make and break exchanged at a drive relay",
        {"parts/K2/pins/87": "GND_POWER", "parts/K2/pins/87a": "FEED"},
        ("K2", "MOTOR_LOCK", "rests on FEED", "limit ground"),
    ),
    Mistake("feed", "a leg that rests on nothing", {"parts/K3/contacts": [["30", "87", ""]]}, ("K3", "MOTOR_UNLOCK", "nothing")),
    Mistake("feed", "no TVS", {"parts/D5": None}, ("FEED", "nothing clamps", "limit a TVS")),
    Mistake(
        "feed",
        "a one-way TVS the wrong way round",
        {"parts/D5/pins": {"A": "FEED", "K": "GND_POWER"}},
        ("D5", "one way only", "cathode on net GND_POWER", "both ways"),
    ),
    Mistake("feed", "nothing for the motor's current", {"parts/D8": None}, ("FEED", "below ground", "limit a diode")),
    Mistake("feed", "the motor's diode the wrong way round", turned("D8", "GND_POWER", "FEED"), ("D8", "FEED", "shorts the feed")),
    Mistake("feed", "no bleeder", {"parts/R2": None}, ("FEED", "none", "100 to 5000 ohm")),
    # chips
    Mistake(
        "chips",
        "data and clock exchanged at a chip, in the drawing too",
        {"parts/M2/pins/SDA": "SCL", "parts/M2/pins/SCL": "SDA"},
        ("M2.SDA", "on net SCL", "limit net SDA"),
    ),
    Mistake("chips", "two chips at one address", {"parts/M3/ratings/address": 0x48}, ("M2 and M3", "0x48", "SDA")),
    Mistake(
        "chips",
        "an ADC at the monitor's address, in the file too",
        {"parts/M2/ratings/address": 0x40},
        ("M1 and M2", "0x40", "one chip an address"),
    ),
    Mistake(
        "chips",
        "a pull-up to 5 V",
        {"parts/J1/pins/2": "5V", "parts/J1/supplies/2": "Pi 5 V"} | resistor("R99", "5V", "IN_ESTOP", 10e3),
        ("J1.15", "IN_ESTOP", "Pi 5 V", "limit 3.6 V"),
    ),
    Mistake(
        "chips",
        "the board's logic fed with 5 V",
        {"parts/J1/pins/2": "5V", "parts/J1/supplies/2": "Pi 5 V", "parts/U4/pins/14": "5V"},
        ("U4", "Pi 5 V", "ENABLE", "limit 3.6 V"),
    ),
    Mistake(
        "chips", "a switch line straight on a GPIO", {"parts/J1/pins/11": "AJAR", "parts/R51/ratings/ohm": 47e3}, ("J1.11", "AJAR", "12 V")
    ),
    Mistake("chips", "no ground at a chip", {"parts/M2/pins/GND": "", "parts/M2/pins/ADDR": ""}, ("M2", "none of its pins is at ground")),
    Mistake(
        "chips",
        "the heartbeat's adapter without a ground",
        {"parts/H1/pins/GND": ""},
        ("H1", "none of its pins is at ground"),
        rig="usb-relay",
    ),
    Mistake("chips", "the CAN HAT's interrupt on the enable pin", {"parts/A1/pins/INT": "ENABLE"}, ("A1.INT", "GPIO16", "its own GPIO")),
    Mistake("chips", "the monostable's capacitor elsewhere", {"parts/C10/pins/1": "HB_DELAYED"}, ("U1.2", "HB_RC", "R10", "one capacitor")),
    Mistake("chips", "the one-shot's resistor to ground", {"parts/R11/pins/1": "GND_LOGIC"}, ("U1.14", "OS_RC", "C11", "one resistor")),
    Mistake("chips", "a chip without its supply", {"parts/U3/pins/14": ""}, ("U3.14 (VCC)", "limit a supply")),
    Mistake("chips", "a chip's ground pin forgotten", {"parts/U4/pins/7": "ENABLE_TIMED"}, ("U4.7 (GND)", "ENABLE_TIMED", "a ground")),
    Mistake("chips", "an ADC pin on a net of its own", {"parts/M2/pins/A1": "ADC_LOOK"}, ("M2.A1", "ADC_LOOK", "nothing else")),
    Mistake("chips", "an input on the CAN HAT's interrupt", {}, ("A1", "hold", "GPIO25"), {"gpio/inputs/hold/pin": 25}),
    # what the older rules let pass
    Mistake(
        "shunt",
        "the monitor's inputs exchanged, in the drawing too",
        {"parts/M1/pins/IN+": "FEED", "parts/M1/pins/IN-": "FEED_RAW"},
        ("M1", "IN-", "FEED_RAW", "reads negative"),
    ),
    Mistake("shunt", "the volts read before the enable relay", {"parts/M1/pins/VBS": "FUSED"}, ("M1.VBS", "FUSED", "FEED_RAW or FEED")),
    Mistake("fuse", "a contact that is weaker than the fuse", {"parts/K2/ratings/contact_a": 5.0}, ("K2", "5 A", "F1", "limit 7.5 A")),
    Mistake("fuse", "the enable relay before the fuse", {"parts/K1/pins/30": "BATT"}, ("K1", "BATT", "before any fuse")),
    Mistake("estop", "the hold button bridged", {"parts/K0/pins/13": "COIL_ESTOP"}, ("K1", "S3 let go", "limit no path")),
    Mistake("heartbeat", "no one-shot in the enable path", {"parts/U4/pins/2": "3V3"}, ("K1", "ENABLE_GATE", "enable", "1 s")),
    Mistake(
        "heartbeat", "a one-shot that does not hear of a drive", {"parts/U3/pins/2": "GND_LOGIC"}, ("K1", "hears of drive_unlock", "1 s")
    ),
    Mistake("heartbeat", "no heartbeat at K1", {"parts/U4/pins/5": "3V3"}, ("K1", "ENABLE_GATE", "HEARTBEAT", "limit by a monostable")),
)
