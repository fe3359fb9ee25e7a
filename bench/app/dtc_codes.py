"""Fault codes of a body control module: from bytes to names, in the forms that UDS and the older KWP answer with."""

from typing import Final, Literal, NamedTuple

Dialect = Literal["uds", "kwp"]

MEANINGS: Final = {
    "U1000": "CAN communication", "U1010": "CAN controller of the module", "B2557": "vehicle speed signal",
    "B2562": "low supply voltage (below 8.8 V for 1.5 s on sister models)", "B2600": "CAN gateway", "B2602": "shift position",
    "B26F2": "ignition relay", "B2553": "ignition relay (other Nissans)", "B2555": "stop lamp (other Nissans)",
    "B20DF": "starter relay", "B27D1": "starter cut relay", "B27DA": "CAN communication with the IPDM", "B121D": "steering lock power",
    "U0415": "vehicle speed signal (other Nissans)",
}  # fmt: skip
"""Codes named in public manual pages of the J11 and its sisters. None of them is about a door lock's motor or a latch."""

NO_LOCK_CODES: Final = "The BCM has no code for a dead lock motor or latch: no code does not mean a sound lock."
_LETTERS: Final = "PCBU"
_STATUS: Final = (
    "failed now", "failed in this cycle", "pending", "confirmed", "not tested since cleared", "failed since cleared",
    "not tested in this cycle", "warning lamp",
)  # fmt: skip


class Code(NamedTuple):
    """One fault code: its name (`B2602-00`), its raw bytes in hexadecimal, and the status byte."""

    name: str
    raw: str
    status: int

    @property
    def meaning(self) -> str:
        """What public manuals call it; empty where they do not name it."""
        return MEANINGS.get(self.name[:5], "")

    def states(self, dialect: Dialect) -> tuple[str, ...]:
        """Return the status in words; the KWP byte is not documented for this module and stays a number."""
        if dialect == "kwp":
            return (f"0x{self.status:02X}",)
        return tuple(word for bit, word in enumerate(_STATUS) if self.status >> bit & 1)


def code_name(raw: bytes) -> str:
    """Return the text form: two bytes give `B2602`, a third byte is the suffix `-00` (ISO 15031-6, ISO 14229-1)."""
    high, low = raw[0], raw[1]
    name = f"{_LETTERS[high >> 6]}{high >> 4 & 3}{high & 0xF:X}{low:02X}"
    return f"{name}-{raw[2]:02X}" if len(raw) > 2 else name


def uds_codes(answer: bytes) -> tuple[Code, ...] | None:
    """Read `59 02 mask (code code code status)*`; None where it is something else. Zero padding at the end is no code."""
    from udsoncan.exceptions import InvalidResponseException, UnexpectedResponseException
    from udsoncan.Response import Response
    from udsoncan.services.ReadDTCInformation import ReadDTCInformation

    response = Response.from_payload(answer)
    if not response.valid or not response.positive or response.service is not ReadDTCInformation:
        return None
    try:
        read = ReadDTCInformation.interpret_response(response, subfunction=2, tolerate_zero_padding=True, ignore_all_zero_dtc=True)
    except (InvalidResponseException, UnexpectedResponseException, ValueError, NotImplementedError):
        return None
    found = [(dtc.id.to_bytes(3, "big"), dtc.status.get_byte_as_int()) for dtc in read.service_data.dtcs]
    return tuple(Code(code_name(raw), raw.hex().upper(), status) for raw, status in found)


def kwp_codes(answer: bytes) -> tuple[Code, ...] | None:
    """Read KWP's `58 n (code code status)*` or `57 n ...`; None where it is something else or shorter than it says."""
    if len(answer) < 2 or answer[0] not in (0x57, 0x58) or len(answer) < 2 + 3 * answer[1]:
        return None
    rows = [answer[2 + 3 * k : 5 + 3 * k] for k in range(answer[1])]
    return tuple(Code(code_name(row[:2]), row[:2].hex().upper(), row[2]) for row in rows)


def refusal(answer: bytes) -> str:
    """Return a negative answer in words."""
    from udsoncan.Response import Response

    response = Response.from_payload(answer)
    return f"refused with 0x{answer[2]:02X} {response.code_name}" if len(answer) > 2 else "refused without a reason"
