"""A wiring file for the person with the screwdriver: which wire goes where, in the words of the board."""

from collections.abc import Iterator
from typing import Final

import msgspec

from bench.config.wirings import full_scale_a
from bench.model.pi_header import HEADER_PIN, nearest_ground
from bench.model.wiring import CanPort, InputPin, LineAdc, ListeningRig, OutputPin, Wiring

SCHEMA: Final = "lockbench.wiring/1"
_MEANING: Final = {
    "enable": "enable relay: 12 V to the bridge",
    "drive_lock": "drive relay, lock (tailgate: release)",
    "drive_unlock": "drive relay, unlock",
    "heartbeat": "heartbeat to the monostable",
    "ajar": "door switch line",
    "lock": "lock switch line",
    "estop": "emergency-stop loop",
    "hold": "hold button or foot switch",
    "motor_lock": "motor wire, lock side",
    "motor_unlock": "motor wire, unlock side",
    "supply": "supply after the fuse",
}


class WireRow(msgspec.Struct, frozen=True, kw_only=True):
    """One connection: `role`, where it `goes` (board, pin, channel), and what is to be known of it."""

    role: str
    meaning: str
    goes: str
    note: str = ""


def wire_rows(wiring: Wiring | ListeningRig) -> tuple[WireRow, ...]:
    """Return every connection of a rig, outputs first."""
    if isinstance(wiring, ListeningRig):
        return (_bus(wiring.can),)
    return (*_outputs(wiring), *_inputs(wiring), *_chips(wiring), *_lines(wiring))


def _row(role: str, goes: str, note: str = "") -> WireRow:
    return WireRow(role=role, meaning=_MEANING.get(role, role), goes=goes, note=note)


def _on_header(wiring: Wiring, pin: int) -> str:
    if not wiring.gpio.on_pi_header:
        return f"line {pin} of {wiring.gpio.chip}"
    return f"GPIO{pin} = header pin {HEADER_PIN[pin]} (ground beside it: pin {nearest_ground(pin)})"


def _outputs(wiring: Wiring) -> Iterator[WireRow]:
    for role, pin in wiring.output_pins.items():
        yield _row(role, _on_header(wiring, pin.pin), _output_note(pin))
    board = wiring.relay_board
    for role, channel in (("drive_lock", board.drive_lock), ("drive_unlock", board.drive_unlock)) if board else ():
        if channel is not None and board is not None:
            yield _row(role, f"relay {channel} of the serial board {board.url}")
    if wiring.heartbeat_line is not None:
        yield _row("heartbeat", f"line {wiring.heartbeat_line.line.upper()} of {wiring.heartbeat_line.url}")


def _output_note(pin: OutputPin) -> str:
    return "10 kohm to ground at the driver" if pin.active_high else "active low: only behind the enable relay"


def _inputs(wiring: Wiring) -> Iterator[WireRow]:
    for role, pin in wiring.gpio.inputs.items():
        yield _row(role, _on_header(wiring, pin.pin), _input_note(pin))


def _input_note(pin: InputPin) -> str:
    said = [f"pull-{pin.pull} inside"] if pin.pull != "off" else []
    return ", ".join([*said, "level turned over by a transistor or optocoupler"] if pin.inverted else said)


def _chips(wiring: Wiring) -> Iterator[WireRow]:
    monitor = wiring.current
    shunt = "2 mohm inside" if monitor.chip == "ina260" else f"shunt {monitor.shunt_ohm:g} ohm"
    where = f"{monitor.chip.upper()} at {monitor.address:#04x}, I2C bus {monitor.bus}"
    yield WireRow(role="current", meaning="bridge feed, after the enable relay", goes=where, note=f"{shunt}: {full_scale_a(monitor):.2f} A")
    if wiring.can is not None:
        yield _bus(wiring.can)
    heat = wiring.ambient
    if heat is not None:
        where = (
            f"{heat.chip.upper()} at {heat.address:#04x}, I2C bus {heat.bus}"
            if heat.channel is None
            else f"{heat.chip.upper()} channel {heat.channel}"
        )
        yield WireRow(role="ambient", meaning="thermometer beside the lock", goes=where)


def _bus(can: CanPort) -> WireRow:
    mode = "listen-only" if can.mode == "listen_only" else "acknowledges: never in a car"
    return WireRow(role="can", meaning="body CAN", goes=f"{can.interface} {can.channel}".strip(), note=f"{can.bitrate} bit/s, {mode}")


def _lines(wiring: Wiring) -> Iterator[WireRow]:
    watched: dict[str, LineAdc] = {str(role): adc for role, adc in wiring.lines.items()}
    if wiring.supply_line is not None:
        watched["supply"] = wiring.supply_line
    for role, adc in watched.items():
        bus = f"I2C bus {adc.bus} at {adc.address:#04x}" if adc.chip == "ads1115" else f"SPI {adc.spi}.{adc.select}"
        yield _row(role, f"{adc.chip.upper()} channel {adc.channel}, {bus}", f"divider {adc.ratio:g} : 1")


def wiring_text(wiring: Wiring | ListeningRig) -> str:
    """Return the table for a terminal."""
    rows = wire_rows(wiring)
    ceiling = "listens only" if isinstance(wiring, ListeningRig) else f"ceiling {wiring.ceiling_a:g} A"
    lines = [f"{wiring.name}  (scope {wiring.scope}, {ceiling})", ""]
    widest = max(len(row.role) for row in rows)
    for row in rows:
        lines.append(f"{row.role:{widest}}  {row.meaning}")
        lines.append(f"{'':{widest}}  -> {row.goes}" + (f"; {row.note}" if row.note else ""))
    lines += ["", *(f"* {note}" for note in wiring.notes)] if wiring.notes else []
    return "\n".join(lines)


def wiring_json(wiring: Wiring | ListeningRig) -> bytes:
    """Return the same as one JSON document (schema lockbench.wiring/1)."""
    return msgspec.json.encode(
        {"schema": SCHEMA, "name": wiring.name, "scope": wiring.scope, "rows": wire_rows(wiring), "notes": wiring.notes}
    )
