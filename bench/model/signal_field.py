"""A signal of a CAN database as plain numbers: where its bits lie, and what they mean."""

import msgspec


class SignalField(msgspec.Struct, frozen=True, kw_only=True):
    """`shift`: bits below it in the frame's eight bytes read as one number, the first byte lowest, or highest where `is_motorola`.

    `length`: 1..64 bits; `size`: bytes that a frame must have to carry it. Physical value = raw * `scale` + `offset`, in `unit`.
    `mux`: (shift, length, is_motorola, values) of the field that must hold one of the values for this signal to be there.
    """

    message: str
    name: str
    id: int
    is_extended: bool
    shift: int
    length: int
    size: int
    is_motorola: bool = False
    is_signed: bool = False
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    mux: tuple[int, int, bool, tuple[int, ...]] | None = None
