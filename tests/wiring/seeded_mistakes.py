"""Mistakes to be made in a good rig, each with the rule that must find it, and the words that its sentence must hold."""

from typing import Any, NamedTuple


class Mistake(NamedTuple):
    """One change of the circuit or of the wiring file; `words`: part, net, value and limit that must be told."""

    rule: str
    what: str
    circuit: dict[str, Any]
    words: tuple[str, ...]
    wiring: dict[str, Any] = {}  # noqa: RUF012 (never written to)
    rig: str = "rpi-bench"


def wire(cable: str, index: int, start: str, end: str, colour: str = "PK") -> dict[str, Any]:
    """Replace one wire of a cable."""
    return {f"cables/{cable}/wires/{index}": [start, end, colour]}


def resistor(ref: str, one: str, other: str, ohm: float, *, lead: str = "", board: str = "safety") -> dict[str, Any]:
    """Add a resistor."""
    part = {"kind": "resistor", "what": "", "board": board, "lead": lead, "pins": {"1": one, "2": other}, "ratings": {"ohm": ohm}}
    return {f"parts/{ref}": part}


def link(ref: str, one: str, other: str, *, lead: str = "", board: str = "safety") -> dict[str, Any]:
    """Add a link."""
    return {f"parts/{ref}": {"kind": "link", "what": "", "board": board, "lead": lead, "pins": {"1": one, "2": other}}}


MISTAKES = (
    # harness
    Mistake(
        "harness",
        "two wires of the Pi's cable swapped",
        wire("W22", 2, "36", "4") | wire("W22", 3, "38", "3"),
        ("W22", "J1.36 (ENABLE)", "X1.4 (LOCK_REQ)", "limit one net"),
    ),
    Mistake("harness", "the motor wires crossed at the socket", wire("W9", 0, "30", "2"), ("W9", "MOTOR_LOCK", "MOTOR_UNLOCK")),
    Mistake("harness", "a wire left out", {"cables/W21": None}, ("GND_COIL", "2 pieces", "limit 1")),
    Mistake("harness", "the plug's pins swapped", {"parts/P1/pins/3": "LOCK_SW", "parts/P1/pins/4": "AJAR"}, ("P1.3", "X10.3", "AJAR")),
    Mistake(
        "harness",
        "CAN wires crossed at the plug",
        wire("W1", 0, "6", "L") | wire("W1", 1, "14", "H"),
        ("P1.6 (CAN_H)", "A1.L (CAN_L)"),
        rig="in-car",
    ),
    # pins
    Mistake(
        "pins",
        "drive relays exchanged in the file",
        {},
        ("J1.40", "GPIO21", "UNLOCK_REQ", "K3", "limit the drive_lock relay"),
        {"gpio/drive_lock/pin": 21, "gpio/drive_unlock/pin": 20},
    ),
    Mistake(
        "pins",
        "enable and heartbeat exchanged in the file",
        {},
        ("J1.37", "enable", "HEARTBEAT"),
        {"gpio/enable/pin": 26, "gpio/heartbeat/pin": 16},
    ),
    Mistake(
        "pins",
        "two inputs exchanged in the file",
        {},
        ("J1.13", "ajar", "LOCK_SW"),
        {"gpio/inputs/ajar/pin": 27, "gpio/inputs/lock/pin": 17},
    ),
    Mistake(
        "pins",
        "an input not said to be turned over",
        {},
        ("J1.15", "estop", "turned over by a transistor"),
        {"gpio/inputs/estop/inverted": False},
    ),
    Mistake(
        "pins", "a GPIO that comes out elsewhere", {"parts/J1/gpios/36": 20, "parts/J1/gpios/38": 16}, ("J1.36", "GPIO20", "header pin 38")
    ),
    Mistake("pins", "a divider of other resistors", {"parts/R52/ratings/ohm": 22e3}, ("R52", "ADC_AJAR", "3.14", "limit 5.7 within 2 %")),
    Mistake(
        "pins",
        "two ADC channels exchanged in the file",
        {},
        ("M2.A2", "motor_lock", "MOTOR_UNLOCK"),
        {"lines/motor_lock/channel": 2, "lines/motor_unlock/channel": 1},
    ),
    Mistake("pins", "the monitor strapped to another address", {"parts/M1/ratings/address": 0x41}, ("M1", "0x41", "limit ina226 at 0x40")),
    Mistake(
        "pins",
        "relay channels of the serial board exchanged",
        {},
        ("K2", "drive_lock", "relay 1", "limit relay 2"),
        {"relay_board/drive_lock": 2, "relay_board/drive_unlock": 1},
        "usb-relay",
    ),
    Mistake("pins", "the heartbeat on a line that is not wired", {}, ("line DTR", "no net"), {"heartbeat_line/line": "dtr"}, "usb-relay"),
    Mistake(
        "pins",
        "a relay in the car",
        {"parts/K9": {"kind": "relay", "what": "", "pins": {"1": "CAN_H"}}},
        ("K9", "CAN_H", "nothing that drives"),
        rig="in-car",
    ),
    # supplies
    Mistake(
        "supplies", "a 5 V pin on the 3.3 V net", {"parts/J1/pins/2": "3V3", "parts/J1/supplies/2": "Pi 5 V"}, ("Pi 3.3 V", "Pi 5 V", "3V3")
    ),
    Mistake("supplies", "the Pi's 3.3 V linked to the fused 12 V", link("LK9", "3V3", "FUSED"), ("3V3", "rig 12 V", "LK9", "limit none")),
    Mistake(
        "supplies",
        "the coils' supply meets the lock's through K1",
        {"parts/K1/contacts": [["30", "87", "87a"]], "parts/K1/pins/87a": "COIL_12V"},
        ("rig 12 V", "coil 12 V", "K1", "limit none"),
        rig="usb-relay",
    ),
    Mistake("supplies", "a supply shorted to ground", {"parts/J1/pins/17": "GND_LOGIC"}, ("J1.17", "Pi 3.3 V", "GND_LOGIC")),
    # feed to BCM
    Mistake(
        "feed_to_bcm",
        "a motor wire goes on to the body",
        {"parts/BR2/pins/1": "MOTOR_LOCK", "parts/BCM1/pins/motor_lock": "MOTOR_LOCK"},
        ("BCM1.motor_lock", "MOTOR_LOCK", "K2", "energised", "limit no path"),
    ),
    Mistake(
        "feed_to_bcm",
        "a link in the breakout",
        link("LK9", "BCM_MOTOR_UNLOCK", "MOTOR_UNLOCK", lead="door", board="BR2"),
        ("BCM1.motor_unlock", "BCM_MOTOR_UNLOCK", "LK9", "limit no path"),
    ),
    Mistake(
        "feed_to_bcm",
        "the BCM side on the resting contact of a drive relay",
        {"parts/BCM1/pins/motor_lock": "FEED", "parts/BR2/pins/1": "FEED"},
        ("BCM1.motor_lock", "FEED", "K1"),
    ),
    # driver pins
    Mistake(
        "driver_pins",
        "a driver on the CAN HAT's interrupt",
        {"parts/J1/pins/22": "LOCK_REQ", "parts/J1/pins/38": "CAN_INT"},
        ("J1.22", "GPIO25", "A1", "drive_lock"),
        {"gpio/drive_lock/pin": 25},
    ),
    Mistake(
        "driver_pins",
        "a driver on a pin below 16",
        {"parts/J1/pins/11": "ENABLE", "parts/J1/pins/36": "IN_AJAR", "parts/J1/gpios/11": 12},
        ("J1.11", "GPIO12", "not off at boot"),
        {"gpio/enable/pin": 12},
    ),
    Mistake("driver_pins", "no external pull-down", {"parts/R22": None}, ("J1.38", "LOCK_REQ", "none", "1000 to 22000 ohm")),
    Mistake("driver_pins", "a pull-down that is far too weak", {"parts/R21/ratings/ohm": 100e3}, ("R21 of 100000 ohm", "ENABLE")),
    Mistake("driver_pins", "a pull-up in place of a pull-down", {"parts/R23/pins/2": "3V3"}, ("J1.40", "UNLOCK_REQ", "none")),
    Mistake("driver_pins", "no pull-down at the serial heartbeat", {"parts/R24": None}, ("H1.RTS", "HEARTBEAT", "none"), rig="usb-relay"),
    # active low
    Mistake("active_low", "an active-low enable relay", {"parts/K1/active_low": True}, ("K1", "FUSED", "limit active-high")),
    Mistake("active_low", "an active-low safety relay", {"parts/K0/active_low": True}, ("K0", "COIL_ESTOP", "limit active-high")),
    Mistake(
        "active_low",
        "an active-low drive relay before the enable relay",
        {"parts/K2/active_low": True, "parts/K2/pins/87": "FUSED"},
        ("K2", "FUSED", "limit behind the enable relay"),
    ),
    Mistake(
        "active_low",
        "the same by the wiring file",
        {"parts/K3/pins/87": "FEED_RAW", "parts/K1/pins/30": "FEED_RAW", "parts/F1/pins/2": "FEED_RAW"},
        ("K3", "FEED", "limit behind the enable relay"),
        {"gpio/drive_unlock/active_high": False},
    ),
    # shunt
    Mistake("shunt", "the board's own R100", {"parts/R1/ratings/ohm": 0.1}, ("R1", "0.82 A", "limit 4.2 A", "FEED_RAW")),
    Mistake(
        "shunt",
        "a shunt that ends below the trip",
        {"parts/R1/ratings/ohm": 0.015},
        ("R1", "5.46 A", "limit 6 A"),
        {"current/shunt_ohm": 0.015, "ceiling_a": 5.0},
    ),
    Mistake("shunt", "another value than the file's", {}, ("R1", "0.01 ohm", "limit 0.005 ohm"), {"current/shunt_ohm": 0.005}),
    Mistake("shunt", "a link around the shunt", link("LK9", "FEED_RAW", "FEED", board="feed"), ("R1", "FEED", "around it")),
    Mistake("shunt", "the monitor's inputs elsewhere", {"parts/M1/pins/IN+": "FUSED"}, ("M1", "0 shunts", "limit 1")),
    # fuse
    Mistake("fuse", "a thin wire behind the fuse", {"cables/W9/mm2": 0.35}, ("W9", "MOTOR_LOCK", "4 A", "F1", "limit 7.5 A")),
    Mistake("fuse", "a fuse that is too big", {"parts/F1/ratings/amps": 20.0}, ("FUSED", "18 A", "F1", "limit 20 A")),
    Mistake("fuse", "a long wire before the fuse", {"cables/W1/length_m": 2.0}, ("W1", "BATT", "2 m", "limit 0.3 m")),
    Mistake(
        "fuse",
        "a thin ground from the resting contacts",
        {"cables/W8/mm2": 0.5, "parts/F1/ratings/amps": 10.0},
        ("W8", "GND_POWER", "7.5 A", "limit 10 A"),
    ),
    Mistake("fuse", "a thin return to the battery", {"cables/W2/mm2": 0.22}, ("W2", "GND_SUPPLY", "2 A", "limit 7.5 A")),
    # CAN
    Mistake(
        "can_termination", "the terminator on at a car", {"can/car/closed": ["S4"]}, ("A1", "can.car", "CAN_H", "40 ohm", "54 to 66 ohm")
    ),
    Mistake("can_termination", "the terminator off on the bench", {"can/bench/closed": []}, ("can.bench", "120 ohm", "54 to 66 ohm")),
    Mistake("can_termination", "a terminator without its switch", {"parts/R40/pins/1": "CAN_H"}, ("can.car", "R40", "40 ohm")),
    Mistake("can_termination", "a wrong terminator", {"parts/R40/ratings/ohm": 60.0}, ("can.bench", "40 ohm")),
    Mistake("can_termination", "the jumper closed in the car", {"can/car/closed": ["S4"]}, ("can.car", "40 ohm"), rig="in-car"),
    Mistake("can_termination", "nothing said about the car", {"can/car": None}, ("can.car is missing", "CAN_H")),
    # wetting
    Mistake("wetting", "too much wetting current", {"parts/R38/ratings/ohm": 470.0}, ("SW1", "AJAR", "R38", "19.1 mA", "1 to 15 mA")),
    Mistake("wetting", "too little wetting current", {"parts/R39/ratings/ohm": 47e3}, ("SW2", "LOCK_SW", "0.191 mA", "1 to 15 mA")),
    Mistake("wetting", "the link in the plug forgotten", {"parts/LK1": None}, ("SW1", "AJAR", "nothing gives", "0 mA")),
    Mistake(
        "wetting",
        "the switch line straight at the supply",
        link("LK9", "FUSED", "AJAR", lead="lock", board="P1"),
        ("SW1", "AJAR", "without a resistor"),
    ),
    Mistake(
        "wetting", "the breakout wets too", link("LK9", "WET_AJAR", "AJAR", lead="door", board="P3"), ("SW3", "AJAR", "'door'", "47000 ohm")
    ),
    Mistake("wetting", "a tap that loads a BCM's line", {"parts/R51/ratings/ohm": 22e3}, ("SW3", "AJAR", "R51", "47000 ohm")),
    # emergency stop
    Mistake(
        "estop",
        "the coils fed past it",
        {"parts/K0/pins/4": "COIL_12V", "parts/K0/pins/13": "COIL_12V"},
        ("K1", "S1 pressed", "limit no path"),
    ),
    Mistake("estop", "RESET fed past it", {"parts/S2/pins/13": "COIL_12V"}, ("K0", "K0_COIL", "S2", "S1 pressed")),
    Mistake("estop", "a normally open button", {"parts/S1/normally": "open"}, ("S1", "normally open", "normally closed")),
    Mistake("estop", "none", {"parts/S1/role": ""}, ("0 switches", "limit 1")),
    # heartbeat
    Mistake(
        "heartbeat",
        "the enable relay beside the safety relay",
        {"parts/K1/pins/86": "COIL_HOLD"},
        ("K1", "COIL_HOLD", "K0 released", "limit no path"),
    ),
    Mistake("heartbeat", "the safety relay comes back by itself", {"parts/K0/pins/1": "COIL_ESTOP"}, ("K0", "COIL_ESTOP", "without RESET")),
    Mistake("heartbeat", "RESET in the place of the whole relay", {"parts/S2/pins/14": "K1_COIL"}, ("K1", "S2", "K0 released")),
    Mistake(
        "heartbeat", "the level itself holds the relay", {"parts/Q0/pins/G": "HEARTBEAT"}, ("K0", "level of net HEARTBEAT", "monostable")
    ),
    Mistake("heartbeat", "a second driver on the coil", {"parts/Q2/pins/D": "K0_LOW"}, ("K0", "2 transistors", "K0_LOW", "limit 1")),
    Mistake("heartbeat", "its time not reckoned", {"sums/feed_dead_ms": None}, ("feed_dead_ms", "missing")),
    # star
    Mistake(
        "star", "a ground joined elsewhere", link("LK9", "GND_LOGIC", "GND_POWER"), ("LK9", "GND_LOGIC", "GND_POWER", "away from the star")
    ),
    Mistake(
        "star",
        "a ground that comes twice",
        {"cables/W99": {"start": "X5", "end": "ST1", "mm2": 1.5, "length_m": 0.2, "wires": [["3", "2", "BK"]]}},
        ("ST1", "2 wires", "GND_POWER", "limit 1"),
    ),
    # values
    Mistake("values", "a monostable that is too long", {"parts/C10/ratings/farad": 2.2e-6}, ("U1", "149", "limit at most 69 ms")),
    Mistake("values", "a one-shot that cuts drives short", {"parts/R11/ratings/ohm": 390e3}, ("R11", "one-shot, shortest", "at least 590")),
    Mistake("values", "a TVS that conducts at 16 V", {"parts/D5/ratings/standoff_v": 12.0}, ("D5", "12 V", "at least 16 V")),
    Mistake("values", "a pull-down that a pull-up wins against", {"parts/R22/ratings/ohm": 22e3}, ("R22", "1.008 V", "at most 0.9 V")),
    Mistake("values", "K1 lets go slowly", {"parts/K1/ratings/release_ms": 25.0}, ("K1", "feed", "at most 90 ms")),
)
