"""What was learnt as files: a DBC that monitor and analyze read, and a profile to start from."""

import re
from collections.abc import Sequence
from typing import Final

from bench.analysis.learn_bits import BitLearner, FoundBit, LearntDoor
from bench.config import profile_text
from bench.model.family import Bit, DoorBits, Family
from bench.model.names import Door

_BASE: Final = "qashqai-j11-rear-door"
_SIDE: Final[dict[Door, str]] = {"front_left": "FL", "front_right": "FR", "rear_left": "RL", "rear_right": "RR"}
_EXTENDED_ID: Final = 0x8000_0000


def signal_name(door: Door, *, is_open: bool) -> str:
    """Return a signal name that lockbench, and people, recognise: DOOR_OPEN_RL, BOOT_CLOSED."""
    state = "OPEN" if is_open else "CLOSED"
    return f"BOOT_{state}" if door == "tailgate" else f"DOOR_{state}_{_SIDE[door]}"


def learnt_family(name: str, doors: Sequence[LearntDoor], learner: BitLearner) -> Family:
    """Return the learnt bits as a family; the frame with most doors is its own. Needs at least one door with an open bit."""
    bits = {d.door: DoorBits(open=_bit(d.door, d.open), closed=_bit(d.door, d.closed) if d.closed else None) for d in doors if d.open}
    ids = [one.open.id for one in bits.values()]
    frame = max(sorted(set(ids)), key=ids.count)
    seen = learner.seen(frame)
    return Family(
        name=name, title=f"learnt: {name}", frame=frame, dlc=seen.dlc, cycle_ms=_cycle(seen.cycle_ms), dbc=f"{name}.dbc", doors=bits
    )


def to_dbc(name: str, doors: Sequence[LearntDoor], learner: BitLearner) -> str:
    """Return a DBC file with the learnt signals, each 1 while its name is true."""
    found: dict[int, list[tuple[str, FoundBit]]] = {}
    for one in doors:
        for bit in (one.open, one.closed):
            if bit is not None:
                found.setdefault(bit.id, []).append((signal_name(one.door, is_open=bit.is_open_high), bit))
    lines = ['VERSION ""', "", "NS_ :", "", "BS_:", "", "BU_: CAR", ""]
    comments = [f'CM_ "{name}: learnt by lockbench monitor --learn, by opening and closing one door at a time.";']
    cycles = []
    for number, signals in sorted(found.items()):
        dbc_id = number | (_EXTENDED_ID if number > 0x7FF else 0)
        seen = learner.seen(number)
        lines.append(f"BO_ {dbc_id} LEARNT_{number:X}: {seen.dlc} CAR")
        for signal, bit in sorted(signals, key=lambda s: s[1]):
            lines.append(f' SG_ {signal} : {8 * bit.byte + bit.bit}|1@1+ (1,0) [0|1] "" Vector__XXX')
            comments.append(f'CM_ SG_ {dbc_id} {signal} "Learnt on one car: byte {bit.byte} bit {bit.bit}. Confidence C.";')
        lines.append("")
        cycles.append(f'BA_ "GenMsgCycleTime" BO_ {dbc_id} {round(_cycle(seen.cycle_ms))};')
    lines += [*comments, 'BA_DEF_ BO_  "GenMsgCycleTime" INT 0 65535;', 'BA_DEF_DEF_  "GenMsgCycleTime" 0;', *cycles]
    return "\n".join(lines) + "\n"


def profile_toml(name: str, family: str | None, doors: Sequence[LearntDoor]) -> str:
    """Return a rear door's profile to start from: the shipped one with this car's name, and CAN where a shipped family fits.

    Its limits are the shipped estimates: learn them on known-good locks of this car.
    """
    text = profile_text(_BASE).decode("utf-8")
    first = text.index("schema = ")
    body = re.sub(r"^id = .*$", f'id = "{name}"', text[first:], count=1, flags=re.MULTILINE)
    body = re.sub(r"^title = .*$", f'title = "{name}, rear side door latch (learnt CAN bits)"', body, count=1, flags=re.MULTILINE)
    if family is None:
        body = re.sub(r"^\[can\]\n.*?(?=^\[)", "", body, count=1, flags=re.MULTILINE | re.DOTALL)
        body = re.sub(r"^\[limits\.can_latency_ms\]\n.*?(?=^\[|\Z)", "", body, count=1, flags=re.MULTILINE | re.DOTALL)
    else:
        body = re.sub(r"^families = .*$", f'families = ["{family}"]', body, count=1, flags=re.MULTILINE)
    heard = [f"#   {d.door}: {d.open or d.closed}" for d in doors if d.open or d.closed]
    head = [f"# {name}: begun by lockbench monitor --learn. The CAN bits of this car are in {name}.dbc:", *heard,
            "# The rest is the estimate of another car: learn the limits on known-good locks before you trust a number."]  # fmt: skip
    return "\n".join([*head, "", body])


def _bit(door: Door, bit: FoundBit) -> Bit:
    name = signal_name(door, is_open=bit.is_open_high)
    return Bit(id=bit.id, byte=bit.byte, mask=bit.mask, signal=name, source="learnt on one car", confidence="C")


def _cycle(cycle_ms: float) -> float:
    """A frame that was seen once has no cycle: 1 s then, so that nothing is called stale too early."""
    return cycle_ms if cycle_ms >= 1 else 1000.0
