"""Findings that take the whole story of the body frames: the lock's state, a door that never moves, the supply."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bench.analysis.body_supply import LOW_V
from bench.analysis.body_trace import BodyTrace
from bench.model.analysis_document import Finding

_AGAIN_NS: Final = 3_000_000_000
"""Unlocked and locked again within 3 s with no door opened between: hardly a person's wish. The re-lock timer of a car takes a minute."""
_SHOWN: Final = 5
_LOCK_FAULTS: Final = ("wire_intermittent", "wire_high_r", "supply_low")
_SUPPLY_FAULTS: Final = ("supply_low", "wire_high_r")


def lock_findings(body: BodyTrace, origin_ns: int) -> Iterator[Finding]:
    """Locked again at once, or unlocked on the move: no command is seen on the bus. The bits are what the BCM commanded."""
    again = [
        (unlocked, locked)
        for n, ((_, before), (unlocked, state), (locked, after)) in enumerate(zip(body.lock, body.lock[1:], body.lock[2:], strict=False))
        if before == after == "locked" and state != "locked" and n + 2 not in body.lock_cuts
        and 0 <= locked - unlocked <= _AGAIN_NS and not _opened(body, unlocked, locked)
    ]  # fmt: skip
    if again:
        yield Finding(
            id="locked_again", door=None, t_s=_t(again[0][0], origin_ns), faults=_LOCK_FAULTS, probability=0.5 if len(again) > 1 else 0.3,
            text=f"The car was unlocked and at once locked again, with no door opened ({len(again)} x). Presses on the remote or the lock "
            "switch would look the same.",
            evidence=tuple(f"unlocked at {_s(a - origin_ns)} s, locked again {_s(b - a)} s later" for a, b in again[:_SHOWN]),
        )  # fmt: skip
    lost = [(t_ns, kmh) for t_ns, state, kmh in body.lock_moving if state != "locked" and t_ns not in {a for a, _ in again}]
    if lost:
        yield Finding(
            id="lock_lost", door=None, t_s=_t(lost[0][0], origin_ns), faults=_LOCK_FAULTS, probability=0.7 if len(lost) > 1 else 0.5,
            text=f"SAFETY: the lock state was lost while the car moved ({len(lost)} x). A press on the lock switch would look the same.",
            evidence=tuple(f"no longer locked at {_s(t - origin_ns)} s, at {kmh:.0f} km/h" for t, kmh in lost[:_SHOWN]),
        )  # fmt: skip


def never_moved(body: BodyTrace, origin_ns: int) -> Iterator[Finding]:
    """One door that never changed though each of the others opened and shut."""
    still = [door for door, trace in body.doors.items() if not trace.count]
    others = [trace.count for trace in body.doors.values() if trace.count]
    if len(still) != 1 or len(others) < 3 or min(others) < 2:
        return
    door, reads_open = still[0], body.doors[still[0]].state
    name = door.replace("_", " ") + ("" if door == "tailgate" else " door")
    faults = ("switch_stuck_closed", "wire_short_switch") if reads_open else ("switch_stuck_open", "wire_open_switch")
    yield Finding(
        id="door_never_changes", door=door, t_s=_t(body.doors[door].since_ns, origin_ns), faults=faults,
        probability=0.5 if reads_open else 0.3,
        text=f"The {name} read {'open' if reads_open else 'closed'} throughout while every other door opened and closed.",
        evidence=(f"{sum(others)} changes of {len(others)} other doors, none of this one; if nobody touched it, this means nothing",),
    )  # fmt: skip


def supply_findings(body: BodyTrace, origin_ns: int) -> Iterator[Finding]:
    """Dips of the supply below what a lock needs, cranking left out; only where the battery signal looks like one."""
    field = body.family.battery
    dips = [d for d in body.supply.dips if d.ignition != "start"] if body.supply.is_sensible else []
    if not dips or field is None:
        return
    lowest = min(d.low_v for d in dips)
    ends = [(d, d.to_ns if d.to_ns is not None else body.last_ns or d.from_ns) for d in dips]
    shaken = sum(any(d.from_ns <= t <= end for d, end in ends) for trace in body.doors.values() for t, _ in trace.changes)
    yield Finding(
        id="supply_dip", door=None, t_s=_t(dips[0].from_ns, origin_ns), faults=_SUPPLY_FAULTS,
        probability=0.7 if lowest < LOW_V - 1 else 0.5,
        text=f"The supply fell to {lowest:.1f} V, a lock needs {LOW_V:.0f} V ({len(dips)} x, cranking not counted).",
        evidence=(
            *(f"below {LOW_V:.0f} V from {_s(d.from_ns - origin_ns)} s for {_s(end - d.from_ns)} s, down to {d.low_v:.1f} V"
              for d, end in ends[:_SHOWN]),
            f"frame 0x{field.id:X}, confidence {field.confidence}: {field.source or 'no source'}",
            *([f"{shaken} door changes fell into these dips"] if shaken else []),
        ),
    )  # fmt: skip


def _opened(body: BodyTrace, from_ns: int, to_ns: int) -> bool:
    """Was a door open, or opened, in between?"""
    for trace in body.doors.values():
        is_open = trace.first
        for (t_ns, state), (until_ns, _) in pairwise([(0, is_open), *trace.changes, (to_ns + 1, False)]):
            if state and t_ns <= to_ns and until_ns >= from_ns:
                return True
    return False


def _t(t_ns: int, origin_ns: int) -> float:
    return round((t_ns - origin_ns) / 1e9, 6)


def _s(span_ns: int) -> str:
    return f"{span_ns / 1e9:.2f}"
