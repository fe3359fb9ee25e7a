"""What cannot be on a rig's serial ports: relay board, heartbeat line, bench supply."""

from collections.abc import Iterator
from typing import Final

from bench.model.ceilings import DRY_SWITCH_MS, RELAY_MS
from bench.model.wiring import Wiring

VOLTS_MAX: Final = 16.0
"""No bench supply is set above this: the lock accepts 9..16 V at its connector (J11 DLK-85)."""
LIMIT_A_MAX: Final = 10.0
"""Supply limit of DESIGN 6 ring 1."""
FRAME_BYTES: Final = {"lcus": 4, "text": 12}
"""Longest order of each protocol: A0 n s sum; `relay off N` and a carriage return."""


def serial_reasons(wiring: Wiring) -> Iterator[str]:
    """Yield every reason why these serial parts cannot be."""
    yield from _who_drives(wiring)
    yield from _board(wiring)
    yield from _supply(wiring)


def _who_drives(wiring: Wiring) -> Iterator[str]:
    """Each relay has one driver, and the heartbeat one line."""
    gpio, board = wiring.gpio, wiring.relay_board
    if board is None and gpio.drive_lock is None:
        yield "gpio.drive_lock is missing, and no relay_board switches it"
    if board is not None and gpio.drive_lock is not None:
        yield "drive_lock is wired as gpio.drive_lock and as relay_board.drive_lock"
    if board is not None and board.drive_unlock is not None and gpio.drive_unlock is not None:
        yield "drive_unlock is wired as gpio.drive_unlock and as relay_board.drive_unlock"
    if (gpio.heartbeat is None) == (wiring.heartbeat_line is None):
        both = "is wired as gpio.heartbeat and as heartbeat_line" if gpio.heartbeat else "is missing: gpio.heartbeat or heartbeat_line"
        yield f"the heartbeat {both}"


def _board(wiring: Wiring) -> Iterator[str]:
    board = wiring.relay_board
    if board is None:
        return
    if not board.url.strip():
        yield "relay_board.url: empty, name a port such as /dev/ttyUSB0"
    if wiring.heartbeat_line is not None and wiring.heartbeat_line.url == board.url:
        yield f"{board.url} is wired as 'relay_board' and as 'heartbeat_line'; the board's own port is busy with orders"
    channels = {"drive_lock": board.drive_lock, "drive_unlock": board.drive_unlock}
    low, high = (1, 8) if board.protocol == "lcus" else (0, 31)
    for role, channel in channels.items():
        if channel is not None and not low <= channel <= high:
            yield f"relay_board.{role}: {channel}, {board.protocol} boards have {low}..{high}"
    if board.drive_lock == board.drive_unlock:
        yield f"channel {board.drive_lock} of the relay_board is wired as 'drive_lock' and as 'drive_unlock'"
    if not 1200 <= board.baud <= 1_000_000:
        yield f"relay_board.baud: {board.baud}, limit 1200..1000000"
        return
    late_ms = FRAME_BYTES[board.protocol] * 10_000 / board.baud + RELAY_MS
    if late_ms > DRY_SWITCH_MS:
        yield (
            f"relay_board.baud: at {board.baud} an order and the relay take {late_ms:.0f} ms, but the enable relay closes "
            f"{DRY_SWITCH_MS} ms after it and the drive relays must switch dry; use a faster board"
        )


def _supply(wiring: Wiring) -> Iterator[str]:
    supply = wiring.supply
    if supply.kind == "battery":
        if supply.url:
            yield "supply.url is given, but supply.kind is 'battery'; a bench supply has kind = 'scpi'"
        return
    if not supply.url.strip():
        yield "supply.url: empty, name a port such as /dev/ttyUSB0"
    if not 0 <= supply.volts_min < supply.volts_max <= VOLTS_MAX:
        yield f"supply.volts_min and volts_max: {supply.volts_min:g} and {supply.volts_max:g} V, limit 0..{VOLTS_MAX:g} V, in this order"
    if not supply.volts_min <= supply.volts <= supply.volts_max:
        yield f"supply.volts: {supply.volts:g} V, limit {supply.volts_min:g}..{supply.volts_max:g} V"
    if not 0 < supply.limit_a <= LIMIT_A_MAX:
        yield f"supply.limit_a: {supply.limit_a:g} A, limit above 0 to {LIMIT_A_MAX:g} A"
    others = {"relay_board": wiring.relay_board, "heartbeat_line": wiring.heartbeat_line}
    for name, part in others.items():
        if part is not None and part.url == supply.url and supply.url:
            yield f"{supply.url} is wired as 'supply' and as {name!r}"
