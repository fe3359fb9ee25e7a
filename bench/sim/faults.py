"""ONE table: fault id -> what a severity of 0..1 means, in ohm, Nm, V, s or a probability.

Fixed before any classifier is tuned: 0 is a good lock, 0.35 an early but real fault, 0.85 gives the signature of
facts/actuator.md section 2 (confidence E where the facts give a model's number), 1.0 is extreme. Every law is monotone.
0.35 is where a customer comes: the lock fails now and then, or runs so heavily that it will in the cold or on a tired
battery. Less is no fault that a workshop meets: a tenth of an ohm more, a switch that misses one closing in ten, a rod bent
so little that the lever still passes its dead centre. So most laws rise steeply at first and flatten out.
Nm are at the motor shaft (a healthy motor stalls at about 0.032 Nm); S are siemens of a leak to ground.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from bench.errors import UsageError
from bench.model.names import FAULTS, Kind
from bench.sim.knobs import NEVER_S, Knobs

Law = Callable[[float, Random, Kind], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One fault: its law, and in words what severity means."""

    law: Law
    meaning: str


def _broken_ohm(severity: float) -> float:
    """Return the resistance of a break that opens up: 0.35 -> 25 ohm (nothing turns), 0.6 -> 600 ohm, 0.85 -> 14 kohm."""
    return float(0.3 * (10.0 ** (5.5 * severity) - 1.0))


def _often(severity: float) -> float:
    """Return how often an event fails: 0.35 -> seven times in ten, from 0.5 on always. Less is an intermittent, not a failure."""
    return min(1.0, 2.0 * severity)


def _jam(s: float, rng: Random, _kind: Kind) -> dict[str, Any]:
    return {"jam_nm": 0.065 * s**0.9, "jam_is_local": rng.random() < max(0.25, 1.2 - 1.12 * s)}


def _stripped(s: float, _rng: Random, _kind: Kind) -> dict[str, Any]:
    return {"slip_nm": 0.0} if s <= 0.0 else {"slip_nm": 0.0005 + 0.045 * (1.0 - s) ** 1.6 if s < 0.8 else 0.0005}


def _lever(s: float, rng: Random, kind: Kind) -> dict[str, Any]:
    gap = 1.2 * s**0.8
    which = "both" if kind == "tailgate" else rng.choices(("drive", "both", "handle"), (0.5, 0.25, 0.25))[0]
    knobs: dict[str, Any] = {}
    if which != "handle":
        knobs |= {"lever_gap": gap, "hump_factor": max(0.0, 1.0 - 1.15 * s)}
    if which != "drive":
        knobs |= {"handle_gap": gap}
    return knobs


def _cable(s: float, rng: Random, _kind: Kind) -> dict[str, Any]:
    gap = 0.235 * s**0.6 * rng.uniform(0.9, 1.2)
    return {"lever_gap": gap, "handle_gap": 1.9 * gap}


def _short_motor(s: float, rng: Random, kind: Kind) -> dict[str, Any]:
    leak_s = 0.0 if s <= 0.0 else 1.0 / (0.25 + 2.0 * (1.0 - s) ** 2 / s**0.5)
    legs = ("short_lock_s",) if kind == "tailgate" else rng.choice(
        (("short_lock_s",), ("short_unlock_s",), ("short_lock_s", "short_unlock_s"))
    )  # fmt: skip
    return dict.fromkeys(legs, leak_s)


def _dead_relay(s: float, rng: Random, kind: Kind) -> dict[str, Any]:
    which = "drive_lock" if kind == "tailgate" else rng.choice(("drive_lock", "drive_unlock"))
    return {"dead_relay": which, "dead_relay_ohm": 1.0e7 * s**14}


TABLE: Final[dict[str, Injection]] = {
    "motor_open": Injection(
        meaning="ohm in the brush path: 0.3 (10^(5.5 s) - 1) (0.35: 25 ohm, 0.6: 600, 0.85: 14 kohm)",
        law=lambda s, _r, _k: {"brush_ohm": _broken_ohm(s)},
    ),
    "motor_short": Injection(
        meaning="shorted turns: winding ohm * (1 - 0.46 s^0.45) (0.35: -29 %, 0.85: -43 %), Ke * (1 - 0.405 s^0.45) (0.35: -25 %,"
        " 0.85: -38 %), ripple twice a revolution 0.06 s",
        law=lambda s, _r, _k: {"winding_factor": 1.0 - 0.46 * s**0.45, "ke_factor": 1.0 - 0.405 * s**0.45, "turn_ripple": 0.06 * s},
    ),
    "motor_weak": Injection(
        meaning="demagnetised: Ke * (1 - 0.482 s^0.5) (0.35: -29 %, 0.85: -44 %), worn brushes + 0.3 ohm * s",
        law=lambda s, _r, _k: {"ke_factor": 1.0 - 0.482 * s**0.5, "brush_ohm": 0.3 * s},
    ),
    "gear_jam": Injection(
        meaning="Nm of drag: 0.065 s^0.9 (0.35: 0.025, just seized under load), everywhere, or 2.5 times that at a tooth that differs"
        " from stroke to stroke (4 of 5 units at 0.35, 1 of 4 at 0.85)",
        law=_jam,
    ),
    "rod_bent": Injection(
        meaning="the travel ends at 1 - 0.53 s^0.45 of it (0.35: 0.67, just short of the dead centre; 0.85: 0.51)",
        law=lambda s, _r, _k: {"stop_fraction": 1.0 - 0.53 * s**0.45},
    ),
    "gear_stripped": Injection(
        meaning="Nm that the teeth still carry: 0.045 (1 - s)^1.6 + 0.0005, from 0.8 on nothing but drag",
        law=_stripped,
    ),
    "gear_stiff": Injection(
        meaning="Nm of extra drag: 0.0108 s^0.6 (0.35: 0.0058, running current half as high again; 0.85: 0.0098)",
        law=lambda s, _r, _k: {"drag_nm": 0.0108 * s**0.6},
    ),
    "lever_broken": Injection(
        meaning="lost motion of 1.2 s^0.8 strokes (0.35: half of one) in drive lever, opening lever or both (by unit); the drive lever's"
        " load goes",
        law=_lever,
    ),
    "cable_stretched": Injection(
        meaning="lost motion of 0.235 s^0.6 strokes (0.35: 0.13, 2-3 mm of 18; -10..+20 % by unit) in the drive, 1.9 times that in the"
        " handle's cable",
        law=_cable,
    ),
    "switch_stuck_open": Injection(
        meaning="probability that an opening of the door does not close the contact: 2 s, at most 1",
        law=lambda s, _r, _k: {"never_makes_p": _often(s)},
    ),
    "switch_stuck_closed": Injection(
        meaning="probability that a closing of the door does not open the contact: 2 s, at most 1",
        law=lambda s, _r, _k: {"never_breaks_p": _often(s)},
    ),
    "switch_high_r": Injection(
        meaning="contact ohm: 2000 s^1.4 (0.35: 460 ohm, the least that lifts a line of 2.2 kohm; 0.85: 1.6 kohm), +-35 % from closing to"
        " closing",
        law=lambda s, _r, _k: {"contact_ohm": 2000.0 * s**1.4},
    ),
    "switch_bounce": Injection(
        meaning="extra chatter: 24 s^1.3 ms and 22 s edges an event",
        law=lambda s, _r, _k: {"bounce_ms": 24.0 * s**1.3, "bounce_edges": round(22 * s)},
    ),
    "wire_open_motor": Injection(
        meaning="ohm in a motor wire: 0.3 (10^(5.5 s) - 1) (0.35: 25 ohm, 0.85: 14 kohm)",
        law=lambda s, _r, _k: {"lead_ohm": _broken_ohm(s)},
    ),
    "wire_open_switch": Injection(
        meaning="ohm in the switch wire: 300 (10^(4.7 s) - 1) (0.35: 13 kohm, a damp break; 0.85: 3 Mohm)",
        law=lambda s, _r, _k: {"switch_wire_ohm": 300.0 * (10.0 ** (4.7 * s) - 1.0)},
    ),
    "wire_short_motor": Injection(
        meaning="ohm from a motor wire to ground: 0.25 + 2 (1-s)^2/s^0.5 (0.35: 1.7, 0.85: 0.3); lock, unlock or both wires by unit",
        law=_short_motor,
    ),
    "wire_short_switch": Injection(
        meaning="ohm from the switch wire to ground: 20 / s^3 (0.35: 470 ohm, 0.85: 33 ohm)",
        law=lambda s, _r, _k: {"switch_leak_s": s**3 / 20.0},
    ),
    "wire_high_r": Injection(
        meaning="ohm in a motor wire: 6.1 s (0.35: 2.1, a third of the torque; 0.85: 5.2)",
        law=lambda s, _r, _k: {"lead_ohm": 6.1 * s},
    ),
    "wire_intermittent": Injection(
        meaning="breaks a second: 11 s while the harness is flexed, 0.015 s at rest; each 2-80 ms long",
        law=lambda s, _r, _k: {"gap_hz": 11.0 * s, "gap_rest_hz": 0.015 * s},
    ),
    "frozen": Injection(
        meaning="ice: 0.0197 Nm * s^0.75 of drag (0.35: 0.009, as much as spring and friction) and a bond that holds 0.11 s * s; both thaw"
        " by a quarter a stroke",
        law=lambda s, _r, _k: {"ice_nm": 0.0197 * s**0.75, "ice_bond_s": 0.11 * s},
    ),
    "supply_low": Injection(
        meaning="fraction of the voltage at stall that is missing: 0.395 s^0.55 (0.35: 0.22, 9.8 V of 12.6; 0.85: 0.36), by low EMF and"
        " source resistance, mixed by unit",
        law=lambda s, r, _k: {"sag_fraction": 0.395 * s**0.55, "sag_in_source": r.uniform(0.2, 0.8)},
    ),
    "fuse_blown": Injection(
        meaning="ohm of the blown fuse in its damp holder: 25 kohm (10^(3.5 s) - 1) (0.35: 400 kohm, 0.85: 24 Mohm)",
        law=lambda s, _r, _k: {"fuse_ohm": 2.5e4 * (10.0 ** (3.5 * s) - 1.0)},
    ),
    "striker_misaligned": Injection(
        meaning="probability that a closing falls back to the first detent: 2 s, at most 1; release load * (1 + 1.6 s)",
        law=lambda s, _r, _k: {"half_latch_p": _often(s), "pawl_hump_factor": 1.0 + 1.6 * s},
    ),
    "spring_weak": Injection(
        meaning="return spring * (1 - 0.76 s^0.4) (0.35: half, the lever just returns no more), claw springs open 12 s times slower;"
        " probability that the pawl misses: 2 s, at most 1",
        law=lambda s, _r, k: {
            "return_spring_factor": 1.0 - 0.76 * s**0.4,
            "claw_slow_factor": 1.0 + 12.0 * s,
            "pawl_miss_p": _often(s) * (0.5 if k == "tailgate" else 1.0),
        },
    ),
    "reopens": Injection(
        meaning="probability that a closed latch opens by itself 50-500 ms later: 2 s, at most 1",
        law=lambda s, _r, _k: {"reopen_p": _often(s)},
    ),
    "bcm_stuck": Injection(
        meaning="s until the body control module believes that the door is shut: 60 s^3 (0.35: 2.6), from 0.6 on never",
        law=lambda s, _r, _k: {"body_delay_s": NEVER_S if s >= 0.6 else 60.0 * s**3},
    ),
    "bench_fault": Injection(
        meaning="contact ohm of one drive relay (by unit): 10 Mohm * s^14 (0.35: 4 ohm, 0.85: 1 Mohm, a dead relay)",
        law=_dead_relay,
    ),
}
"""Every fault id of the catalogue, in its order."""


def knobs_for(fault: str | None, severity: float, kind: Kind, rng: Random) -> Knobs:
    """Return the knobs of a fault at a severity; raise UsageError for an unknown fault or a severity outside 0..1."""
    if not 0.0 <= severity <= 1.0:
        raise UsageError(f"severity {severity:g} of {fault or 'healthy'} is outside 0..1; faults: {', '.join(FAULTS)}")
    if fault is None or fault == "healthy":
        return Knobs()
    injection = TABLE.get(fault)
    if injection is None:
        raise UsageError(f"unknown fault {fault!r}; known: {', '.join(FAULTS)}")
    return Knobs(**injection.law(severity, rng, kind)) if severity > 0.0 else Knobs()
