"""The schematic's sheets: which current paths are drawn, and in which order. What they join is read from the circuit, never from here.

A rung begins at `@NET` and goes on through parts; each must lie on the net that the one before it ends on, or drawing fails.
`K2:make` and `K2:break` are contacts (`K0:make2` the second one), `K2:coil` the coil, `Q1` drain to source, `Q4` collector to emitter.
A rung whose parts a rig does not have is left out. Two-pin parts and boxes that no rung names are added at the end.
"""

from typing import NamedTuple


class Sheet(NamedTuple):
    """One page: its file's name, its title, its rungs, and the parts that are drawn as boxes with all their pins."""

    name: str
    title: str
    rungs: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()


def _input(line: str, role: str, transistor: int, resistor: int) -> tuple[str, ...]:
    base = f"B_{role}"
    return f"@{line} R{resistor} R{resistor + 1}", f"@{base} C{resistor}", f"@IN_{role} Q{transistor}"


def _divider(line: str, adc: str, resistor: int) -> tuple[str, ...]:
    return f"@{line} R{resistor} R{resistor + 1}", f"@ADC_{adc} C{resistor}"


SHEETS = (
    Sheet("power", "1  Power, from the supply to the motor", (
        "@GND_SUPPLY GB1 F1 K1:make R1",
        "@FEED K2:make MO1 K3:break",
        "@FEED K3:make MO1 K2:break",
        "@FEED K2:make MO2 K3:break",
        "@FEED_RAW R2", "@FEED D5", "@FEED D8", "@FEED R3 C1",
        "@GND_COILS GB2 F2", "@FUSED F2",
    ), ("ST1", "X5", "M1", "KB1")),
    Sheet("coils", "2  Coils: emergency stop, self-holding relay, enable and drive relays", (
        "@COIL_12V S1 K0:make1 K0:coil Q0",
        "@COIL_ESTOP S2",
        "@COIL_ESTOP S3 K0:make2 K1:coil Q1",
        "@K1_COIL D7 BZ1",
        "@COIL_12V D6",
        "@COIL_DRIVE K2:coil Q2",
        "@COIL_DRIVE K3:coil Q3",
        "@K2_LOW Q2", "@K3_LOW Q3",
        "@K0_LOW D1 Z1", "@K1_LOW D2 Z2", "@K2_LOW D3", "@K3_LOW D4",
        "@HB_ALIVE R26", "@ENABLE_GATE R25",
    ), ("X2",)),
    Sheet("logic", "3  Heartbeat monostable and one-shot", (
        "@HEARTBEAT R12 C12", "@3V3 R10 C10", "@ANY_REQ R13 C13", "@3V3 R11 C11",
        "@ENABLE R21", "@LOCK_REQ R22", "@UNLOCK_REQ R23", "@HEARTBEAT R24", "@3V3 C14",
    ), ("U2", "U1", "U3", "U4", "X1")),
    Sheet("lines", "4  Lines of the lock: inputs, dividers, wetting", (
        *_input("AJAR", "AJAR", 4, 41), *_input("LOCK_SW", "LOCK", 5, 43),
        *_input("COIL_ESTOP", "ESTOP", 6, 45), *_input("COIL_HOLD", "HOLD", 7, 47),
        *_divider("AJAR", "AJAR", 51), *_divider("MOTOR_LOCK", "LOCK", 53),
        *_divider("MOTOR_UNLOCK", "UNLOCK", 55), *_divider("FUSED", "SUPPLY", 57),
        "@FUSED R38 LK1 SW1", "@FUSED R39 LK2 SW2", "@AJAR SW3",
        "@3V3 R61", "@3V3 R62", "@3V3 R63", "@3V3 R64",
    ), ("X3", "X4")),
    Sheet("modules", "5  Controller, chips, CAN, and the plugs to lock and car", ("@CAN_H S4 R40",)),
)  # fmt: skip
