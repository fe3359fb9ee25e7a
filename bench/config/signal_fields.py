"""Every signal of a parsed CAN database that is a plain field of bits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.model.signal_field import SignalField

if TYPE_CHECKING:
    from cantools.database.can import Database, Message, Signal


def signal_fields(database: "Database") -> tuple[SignalField, ...]:
    """Return the signals of all messages in their order; floating-point ones and those beyond eight bytes are left out."""
    return tuple(field for message in database.messages for field in _fields(message))


def _fields(message: "Message") -> Iterator[SignalField]:
    by_name = {signal.name: signal for signal in message.signals}
    for signal in message.signals:
        place = _place(signal)
        if place is None:
            continue
        shift, size = place
        mux = None
        if signal.multiplexer_ids:
            switch = by_name.get(signal.multiplexer_signal or "")
            at = _place(switch) if switch is not None else None
            if switch is None or at is None or switch.multiplexer_ids:
                continue  # nested multiplexing is not read
            mux = (at[0], switch.length, switch.byte_order == "big_endian", tuple(signal.multiplexer_ids))
            size = max(size, at[1])
        yield SignalField(
            message=message.name, name=signal.name, id=message.frame_id, is_extended=message.is_extended_frame, shift=shift,
            length=signal.length, size=size, is_motorola=signal.byte_order == "big_endian", is_signed=signal.is_signed,
            scale=float(signal.scale), offset=float(signal.offset), unit=signal.unit or "", mux=mux,
        )  # fmt: skip


def _place(signal: "Signal") -> tuple[int, int] | None:
    """Return shift and bytes needed; None where the bits do not lie within eight bytes."""
    if signal.is_float or not 1 <= signal.length <= 64:
        return None
    if signal.byte_order == "little_endian":
        end = signal.start + signal.length
        return (signal.start, (end + 7) // 8) if end <= 64 else None
    byte, bit = divmod(signal.start, 8)
    end = 8 * byte + (7 - bit) + signal.length  # counted from the first bit on the wire
    return (64 - end, (end + 7) // 8) if end <= 64 else None
