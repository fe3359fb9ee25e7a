"""What each stage of doctor reads out of its record: pure functions, a check a line. The bench is judged here, never the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, pstdev
from typing import Final, Literal

from bench.model.ceilings import FEED_DEAD_V, MS, OFF_CURRENT_A, SENSOR_GAP_MS
from bench.model.observations import Bus, Can, Current, Gap, Input, LineVoltage, Observation, Output, Stop, Supply
from bench.model.wiring import Wiring

Outcome = Literal["pass", "fail", "not_tested"]
ZERO_A: Final = 0.02
"""A shunt reads no more than this with the outputs off: an offset above it would spoil the 50 mA limit (E)."""
SUPPLY_LOW_V: Final = 9.0
SUPPLY_HIGH_V: Final = 16.0
"""What the lock accepts at its connector (J11 DLK-85)."""
DROP_V: Final = 1.5
"""From the supply's reading to an unloaded feed: fuse, two contacts and two 1 % dividers (E)."""
FLOWS_A: Final = 0.2
"""Less is no motor current (facts: running draw 0.4 A and more)."""
SAMPLES_A_SECOND: Final = 200
"""Fewer make a stroke of 60..150 ms unreadable (E; facts: 0.5-1 kS/s is what Python reaches)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding. `text`: what was seen and what it should be, in one sentence."""

    name: str
    outcome: Outcome
    text: str


Record = Sequence[Observation]
Pair = tuple[int, float | None, float | None]


def stage_a(wiring: Wiring | None, seen: Record, *, fitted: Iterable[str], can: bool) -> Iterable[Check]:
    """Nothing moved: inputs, e-stop, shunt, supply, CAN, and the proof test that opens and closes every run."""
    yield from _proof(seen)
    yield _inputs(seen, sorted(fitted))
    yield _estop(seen, "estop" in fitted)
    yield from _shunt(seen)
    yield _supply(seen, wiring)
    yield _can(seen, can)
    gaps = [line for line in seen if isinstance(line, Gap)]
    if gaps:
        yield Check(name="gaps", outcome="fail", text=f"{len(gaps)} gaps on record, first: {gaps[0].source}, {gaps[0].reason}")


def stage_b(seen: Record, roles: Sequence[str], *, motor_out: bool) -> Iterable[Check]:
    """Relays without the motor: each drive puts the feed on its own leg, and nothing flows. `motor_out` False: it is plugged in."""
    yield from _proof(seen)
    for role in roles:
        yield from _relay(seen, role, motor_out=motor_out)


def stage_c(seen: Record, role: str) -> Iterable[Check]:
    """One short pulse: a current that is neither none nor a short, and none when the pulse is over."""
    yield from _proof(seen)
    span = _span(seen, role)
    if span is None:
        yield Check(name="pulse", outcome="fail", text=f"{role} was not driven")
        return
    amps = [a for _, a, _ in _samples(seen, *span) if a is not None]
    if not amps:
        yield Check(name="pulse", outcome="fail", text=f"{role}: no current sample while it was driven")
        return
    peak, middle = max(amps), median(amps)
    text = f"{role}: {peak:.2f} A at most, {middle:.2f} A in the middle, wanted above {FLOWS_A:g} A"
    hint = "" if peak > FLOWS_A else "; is the motor plugged in? try with a lock that is known to be good"
    yield Check(name="pulse", outcome="pass" if peak > FLOWS_A else "fail", text=text + hint)
    after = [a for _, a, _ in _samples(seen, span[1] + 150 * MS, span[1] + 450 * MS) if a is not None]
    worst = median(after) if after else None
    ends = "no sample" if worst is None else f"{worst:.3f} A"
    fine: Outcome = "pass" if worst is not None and worst <= OFF_CURRENT_A else "fail"
    yield Check(name="pulse ends", outcome=fine, text=f"after the pulse {ends}, limit {OFF_CURRENT_A:g} A")


def _proof(seen: Record) -> Iterable[Check]:
    """The run's own end: the proof test stands in it, twice, and whatever stopped it is told in its own words."""
    stop = next((line for line in seen if isinstance(line, Stop)), None)
    if stop is not None:
        yield Check(name="heartbeat", outcome="fail", text=f"{stop.reason}: {stop.detail}")
    else:
        yield Check(
            name="heartbeat", outcome="pass",
            text="enable open: feed dead; enable closed, drives off: no current; heartbeat withheld: the enable relay dropped, feed dead",
        )  # fmt: skip


def _inputs(seen: Record, fitted: Sequence[str]) -> Check:
    levels = {line.role: line.level for line in seen if isinstance(line, Input)}
    missing = [role for role in fitted if role not in levels]
    shown = ", ".join(f"{role} {level}" for role, level in levels.items())
    if missing:
        return Check(name="inputs", outcome="fail", text=f"no level was ever seen of {', '.join(missing)}")
    return Check(name="inputs", outcome="pass", text=shown)


def _estop(seen: Record, fitted: bool) -> Check:
    level = next((line.level for line in seen if isinstance(line, Input) and line.role == "estop"), None)
    if not fitted:
        return Check(name="estop", outcome="fail", text="no emergency stop is read back")
    closed = level == 1
    return Check(
        name="estop", outcome="pass" if closed else "fail",
        text="its loop is closed" if closed else "pressed, or its wire is broken: release it, or mend the loop",
    )  # fmt: skip


def _shunt(seen: Record) -> Iterable[Check]:
    outputs = [line.t for line in seen if isinstance(line, Output) and line.role == "enable"]
    quiet = [p for p in _samples(seen, 0, 1 << 62) if _is_quiet(seen, p[0])]
    amps = [a for _, a, _ in quiet if a is not None]
    if len(amps) < 5:
        yield Check(name="shunt zero", outcome="fail", text=f"{len(amps)} current samples with the outputs off")
        return
    zero, noise = median(amps), pstdev(amps)
    yield Check(
        name="shunt zero", outcome="pass" if abs(zero) <= ZERO_A else "fail",
        text=f"{zero * 1000:.1f} mA with the outputs off (noise {noise * 1000:.1f} mA), limit {ZERO_A * 1000:g} mA",
    )  # fmt: skip
    times = [t for t, _, _ in _samples(seen, 0, 1 << 62)]
    rate = (len(times) - 1) / ((times[-1] - times[0]) / 1e9) if times[-1] > times[0] else 0.0
    longest_ms = max((b - a for a, b in pairwise(times)), default=0) / MS
    fast = rate >= SAMPLES_A_SECOND or not outputs
    yield Check(
        name="sampling", outcome="pass" if fast and longest_ms <= SENSOR_GAP_MS else "fail",
        text=f"{rate:.0f} samples a second, longest gap {longest_ms:.1f} ms; at least {SAMPLES_A_SECOND}, at most {SENSOR_GAP_MS} ms",
    )  # fmt: skip


def _supply(seen: Record, wiring: Wiring | None) -> Check:
    volts = [line.v for line in seen if isinstance(line, Supply)]
    if not volts:
        fitted = wiring is not None and (wiring.supply_line is not None or wiring.supply.kind == "scpi")
        return Check(name="supply", outcome="fail" if fitted else "not_tested", text="nothing reads the supply")
    worst = min(volts, key=lambda v: min(v - SUPPLY_LOW_V, SUPPLY_HIGH_V - v))
    fine = SUPPLY_LOW_V <= worst <= SUPPLY_HIGH_V
    return Check(name="supply", outcome="pass" if fine else "fail", text=f"{worst:.2f} V, wanted {SUPPLY_LOW_V:g}..{SUPPLY_HIGH_V:g} V")


def _can(seen: Record, can: bool) -> Check:
    if not can:
        return Check(name="can", outcome="not_tested", text="no CAN is connected")
    frames = sum(line.count for line in seen if isinstance(line, Can))
    states = [line.state for line in seen if isinstance(line, Bus)]
    if "bus_off" in states or "passive" in states:
        return Check(name="can", outcome="fail", text=f"the controller is {states[-1]}: bit rate, termination or wiring")
    if not frames:
        return Check(name="can", outcome="not_tested", text="opened, but no frame was heard: it sleeps, or nothing is connected")
    return Check(name="can", outcome="pass", text=f"{frames} frames heard")


def _relay(seen: Record, role: str, *, motor_out: bool) -> Iterable[Check]:
    span = _span(seen, role)
    if span is None:
        yield Check(name=role, outcome="fail", text="was not driven")
        return
    inside = _samples(seen, span[0] + 30 * MS, span[1])
    volts = [v for _, _, v in inside if v is not None]
    supply = [line.v for line in seen if isinstance(line, Supply) and line.t <= span[1]]
    feed = median(volts) if volts else 0.0
    least = supply[-1] - DROP_V if supply else SUPPLY_LOW_V - DROP_V
    least = least if motor_out else least - DROP_V
    yield Check(
        name=f"{role} feed", outcome="pass" if feed >= least else "fail", text=f"feed {feed:.2f} V while driven, at least {least:.2f} V"
    )
    amps = [a for _, a, _ in inside if a is not None]
    if motor_out and amps:
        flows = median(abs(a) for a in amps)
        text = f"{flows:.3f} A with the motor unplugged, limit {OFF_CURRENT_A:g} A"
        yield Check(name=f"{role} current", outcome="pass" if flows <= OFF_CURRENT_A else "fail", text=text)
    yield from _legs(seen, role, span, feed)


def _legs(seen: Record, role: str, span: tuple[int, int], feed: float) -> Iterable[Check]:
    """The driven leg carries the feed, the other rests on ground: else a relay is dead, welded, or two leads are exchanged."""
    for leg in ("motor_lock", "motor_unlock"):
        before = [line.v for line in seen if isinstance(line, LineVoltage) and line.role == leg and line.t <= span[0] + 25 * MS]
        during = [line.v for line in seen if isinstance(line, LineVoltage) and line.role == leg and span[0] + 25 * MS < line.t <= span[1]]
        level = during[-1] if during else before[-1] if before else None
        if level is None:
            continue
        driven = leg.removeprefix("motor_") == role.removeprefix("drive_")
        fine = level > 0.5 * feed if driven else level < max(FEED_DEAD_V, 0.2 * feed)
        wanted = f"above {0.5 * feed:.1f} V" if driven else f"below {max(FEED_DEAD_V, 0.2 * feed):.1f} V"
        yield Check(name=f"{role} {leg}", outcome="pass" if fine else "fail", text=f"{level:.2f} V while {role} is driven, wanted {wanted}")


def _span(seen: Record, role: str) -> tuple[int, int] | None:
    """From when the feed was closed behind a drive relay to when it was opened, ns."""
    drives = False
    start: int | None = None
    for line in seen:
        if not isinstance(line, Output):
            continue
        if line.role == role:
            drives = line.energised
        elif line.role == "enable" and drives:
            if line.energised:
                start = line.t
            elif start is not None:
                return start, line.t
    return None


def _is_quiet(seen: Record, t_ns: int) -> bool:
    """Was enable open for 100 ms before?"""
    last = [line for line in seen if isinstance(line, Output) and line.role == "enable" and line.t <= t_ns]
    return not last or (not last[-1].energised and t_ns - last[-1].t > 100 * MS)


def _samples(seen: Record, start_ns: int, end_ns: int) -> list[Pair]:
    found = [(line.t0 + dt, a, v) for line in seen if isinstance(line, Current) for dt, a, v in zip(line.dt, line.a, line.v, strict=True)]
    return [p for p in found if start_ns <= p[0] < end_ns]
