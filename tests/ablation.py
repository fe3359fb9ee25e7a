"""The same run seen by a poorer rig: without CAN, without answers, without a lock switch, sampled more slowly."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from bench.model.observations import Ambient, Answer, Bus, Can, Current, Input, LineVoltage, Observation, Output, Run, Supply

Lines = Iterable[Observation]


def without_can(lines: Lines) -> list[Observation]:
    """Drop the body module."""
    return [o for o in lines if not isinstance(o, Can | Bus)]


def without_answers(lines: Lines) -> list[Observation]:
    """Drop what a person saw."""
    return [o for o in lines if not isinstance(o, Answer)]


def without_lock_switch(lines: Lines) -> list[Observation]:
    """Drop the lock switch."""
    return [o for o in lines if not (isinstance(o, Input) and o.role == "lock")]


def without_line_voltage(lines: Lines) -> list[Observation]:
    """Drop the ADC on switch line and motor legs."""
    return [o for o in lines if not isinstance(o, LineVoltage)]


def without_supply_and_thermometer(lines: Lines) -> list[Observation]:
    """Drop the supply's voltage and the ambient temperature."""
    return [o for o in lines if not isinstance(o, Supply | Ambient)]


def without_feed_voltage(lines: Lines) -> list[Observation]:
    """Drop the voltage beside the current."""
    return [msgspec.structs.replace(o, v=[None] * len(o.v)) if isinstance(o, Current) else o for o in lines]


def sampled_each_5_ms(lines: Lines) -> list[Observation]:
    """Keep each fifth sample."""
    return [msgspec.structs.replace(o, dt=o.dt[::5], a=o.a[::5], v=o.v[::5]) if isinstance(o, Current) else o for o in lines]


def signed_by_a_leg_shunt(lines: Lines) -> list[Observation]:
    """Turn the current over while unlocking, as a shunt in the motor's leg sees it."""
    found: list[Observation] = []
    unlocking = False
    for o in lines:
        if isinstance(o, Run):
            found.append(msgspec.structs.replace(o, signed=True))
            continue
        if isinstance(o, Output) and o.role == "drive_unlock":
            unlocking = o.energised
        if isinstance(o, Current) and unlocking:
            found.append(msgspec.structs.replace(o, a=[None if a is None else -a for a in o.a]))
        else:
            found.append(o)
    return found


def clipped_at_2_8_a(lines: Lines) -> list[Observation]:
    """Clip every reading below the stall current."""
    found: list[Observation] = []
    for o in lines:
        if isinstance(o, Current):
            found.append(msgspec.structs.replace(o, a=[None if a is None else min(a, 2.8) for a in o.a]))
        else:
            found.append(msgspec.structs.replace(o, current_max_a=2.8) if isinstance(o, Run) else o)
    return found


ABLATIONS: Final[dict[str, Callable[[Lines], list[Observation]]]] = {
    "can": without_can,
    "answers": without_answers,
    "lock": without_lock_switch,
    "lines": without_line_voltage,
    "conditions": without_supply_and_thermometer,
    "volts": without_feed_voltage,
    "slow": sampled_each_5_ms,
    "signed": signed_by_a_leg_shunt,
    "clipped": clipped_at_2_8_a,
}
"""Name on the command line of the population -> what it takes away."""
