"""Use case: read or clear the BCM's fault codes. The only use case in the car that transmits, and only when told to."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec

from bench.app.dtc_codes import NO_LOCK_CODES, Code, Dialect, kwp_codes, refusal, uds_codes
from bench.config import all_families
from bench.errors import PortError, PortTimeout, UsageError
from bench.model.fault_texts_care import BATTERY_RESET_MIN
from bench.rig.can_claim import ChannelClaim
from bench.rig.can_listen import KERNEL_INTERFACES, Adapter
from bench.rig.dtc_link import REQUEST_ID, RESPONSE_ID, DiagnosticBus, open_diagnostic_bus
from bench.rig.dtc_listen_only import transmitting

SPEED_WATCH_S: Final = 1.5
"""Speed frames come every 20 ms; 1.5 s also hears a bus that is just waking."""
STANDING_KMH: Final = 0.0
"""Any speed that is not exactly 0 is a moving car."""
UNVERIFIED: Final = "The BCM's diagnostic answers were never seen on a Qashqai J11 or J12: ids, sessions and services are those of sisters."


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to talk to such a module: session request, read request, clear request, and the session to go back to."""

    session: bytes | None
    read: bytes
    clear: bytes
    back: bytes | None
    dialect: Dialect


VARIANTS: Final = (
    Variant(session=b"\x10\xc0", read=b"\x19\x02\xff", clear=b"\x14\xff\xff\xff", back=b"\x10\x81", dialect="uds"),
    Variant(session=b"\x10\x81", read=b"\x19\x02\xff", clear=b"\x14\xff\xff\xff", back=None, dialect="uds"),
    Variant(session=b"\x10\x03", read=b"\x19\x02\xff", clear=b"\x14\xff\xff\xff", back=b"\x10\x01", dialect="uds"),
    Variant(session=None, read=b"\x19\x02\xff", clear=b"\x14\xff\xff\xff", back=None, dialect="uds"),
    Variant(session=b"\x10\xc0", read=b"\x18\x00\xff\x00", clear=b"\x14\xff\x00", back=b"\x10\x81", dialect="kwp"),
    Variant(session=b"\x10\x81", read=b"\x18\x00\xff\x00", clear=b"\x14\xff\x00", back=None, dialect="kwp"),
    Variant(session=b"\x10\xc0", read=b"\x17\xff\x00", clear=b"\x14\xff\x00", back=b"\x10\x81", dialect="kwp"),
)
"""Tried in this order: Nissan session C0 (J10, 370Z), KWP default 81 (Leaf, X-Trail), UDS extended; UDS 19 02 (alliance, B),
then KWP 18 and 17 (documented on no BCM of these, D)."""
_GIVE_UP_AFTER: Final = 4
"""A module that answered to no session, and to no plain request, is not there."""


class DtcCode(msgspec.Struct, frozen=True, kw_only=True):
    """One code of the document."""

    code: str
    raw: str
    status: int
    states: tuple[str, ...]
    meaning: str


class DtcDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `dtc --json` writes, and what is saved before a clear. `after`: the codes read again after a clear, else null."""

    schema: Literal["lockbench.dtc/1"] = "lockbench.dtc/1"
    action: Literal["read", "clear"]
    utc: str
    channel: str
    request_id: int = REQUEST_ID
    response_id: int = RESPONSE_ID
    session: str | None
    service: str
    speed: str
    codes: tuple[DtcCode, ...]
    after: tuple[DtcCode, ...] | None = None
    saved: str | None = None
    verified_on_j11: bool = False
    notes: tuple[str, ...] = (UNVERIFIED, NO_LOCK_CODES)


class Asks(Protocol):
    """The BCM's end of the line."""

    def ask(self, request: bytes) -> bytes | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DtcRequest:
    """What was asked for. `is_stationary`: the person says that the car stands still. `out`: where codes are saved."""

    action: Literal["read", "clear"]
    adapter: Adapter
    allow_transmit: bool = False
    is_stationary: bool = False
    out: Path = Path()


Opener = Callable[[str, str, int | None], DiagnosticBus]


def run_dtc(request: DtcRequest, *, opener: Opener = open_diagnostic_bus) -> DtcDocument:
    """Read, or save and clear; raise UsageError (not allowed, not standing), PortError (busy, no answer, not saved)."""
    if not request.allow_transmit:
        raise UsageError(f"dtc {request.action} sends requests to the BCM: it needs --allow-transmit, and a car that stands still")
    adapter = request.adapter
    with ExitStack() as stack:
        claim = ChannelClaim(adapter.interface, adapter.channel, alone=True)
        stack.callback(claim.close)
        with closing(opener(adapter.interface, adapter.channel, adapter.bitrate)) as listening:
            speed = standing(listening, is_stationary=request.is_stationary)  # still listen-only, where it was
        stack.enter_context(_may_send(adapter))
        bus = opener(adapter.interface, adapter.channel, adapter.bitrate)
        stack.callback(bus.close)
        return _talk(request, bus, speed)


def standing(bus: DiagnosticBus, *, is_stationary: bool, spared: str = "nothing was sent") -> str:
    """Listen for the car's speed and return what is known; raise UsageError where it moves, or where nobody knows: `spared` then."""
    fields = {f.speed.id: f.speed for f in all_families() if f.speed is not None}
    seen: float | None = None
    for number, data in bus.listen(SPEED_WATCH_S):
        speed = fields[number].read(data) if number in fields else None
        if speed is not None and data[fields[number].byte : fields[number].byte + 2] != b"\xff\xff":  # invalid
            seen = max(speed, seen or 0.0)
            if seen > STANDING_KMH:
                raise UsageError(f"the car moves ({seen:.1f} km/h): {spared}, and --stationary does not change that")
    if seen is not None:
        return "seen as 0"
    if not is_stationary:
        raise UsageError(f"no vehicle speed was heard, so {spared}: if the car stands still with the brake on, say so with --stationary")
    return "stationary, as typed"


def reset_guide() -> str:
    """Return the battery reset of the BCM, step by step; it sends nothing."""
    low, high = BATTERY_RESET_MIN
    return f"""Battery reset of the BCM (where it believes that a shut door is open):
 1. Lock and unlock once, wait half a minute, look again. Still wrong: save the codes (lockbench dtc read --allow-transmit).
 2. Ignition off, key out of reach, radio and window codes at hand. Open the driver's door AND the tailgate and leave them open:
    without the battery they may not open again.
 3. Take the minus terminal of the battery off. Wait {low} to {high} minutes.
 4. Put it on again, firmly. Ignition on for half a minute.
 5. Close all doors. Just after the battery comes back the BCM may take the car for locked and hold the tailgate shut for about
    30 s (seen in a sister model's manual).
 6. lockbench monitor: open and close each door and see that it follows. Lock and unlock once. Relearn the windows.
 7. The door still reads open: look at the switch and its wiring (lockbench test); if those are sound, have the BCM reflashed."""


def dtc_text(document: DtcDocument) -> str:
    """Return the document for people."""
    lines = [
        f"BCM at 0x{document.request_id:X}, session {document.session or 'as it was'}, service {document.service}; speed {document.speed}"
    ]
    lines += _code_lines(document.codes, "no code stored")
    if document.after is not None:
        lines.append("after clearing:")
        lines += _code_lines(document.after, "no code came back")
        if document.after:
            lines.append("A code that is back at once belongs to a fault that is there now.")
    if document.saved:
        lines.append(f"saved: {document.saved}")
    return "\n".join([*lines, *(f"note: {note}" for note in document.notes)])


def _talk(request: DtcRequest, bus: DiagnosticBus, speed: str) -> DtcDocument:
    with bus.link() as link:
        variant, codes = find_variant(link)
        _leave(link, variant)
    document = DtcDocument(
        action=request.action, channel=request.adapter.channel,
        utc=f"{datetime.fromtimestamp(time.time_ns() / 1e9, tz=UTC):%Y-%m-%dT%H:%M:%SZ}",
        session=_hex(variant.session) if variant.session else None, service=_hex(variant.read), speed=speed,
        codes=_described(codes, variant.dialect),
    )  # fmt: skip
    if request.action == "read":
        return document
    saved = save(document, request.out)
    standing(bus, is_stationary=request.is_stationary, spared="nothing was cleared")  # once more, right before it counts
    with bus.link() as link:
        after = clear(link, variant)
        _leave(link, variant)
    return msgspec.structs.replace(document, saved=str(saved), after=_described(after, variant.dialect))


def find_variant(link: Asks) -> tuple[Variant, tuple[Code, ...]]:
    """Return the first way in which the module gives its codes, and the codes; raise PortError with every answer it gave."""
    answers: list[str] = []
    for tried, variant in enumerate(VARIANTS):
        if tried == _GIVE_UP_AFTER and not answers:
            break
        entered = link.ask(variant.session) if variant.session else b""
        if entered is None:
            continue
        if entered[:1] == b"\x7f":
            answers.append(f"{_hex(variant.session or b'')}: {refusal(entered)}")
            continue
        answer = link.ask(variant.read)
        codes = None if answer is None else uds_codes(answer) if variant.dialect == "uds" else kwp_codes(answer)
        if codes is not None:
            return variant, codes
        if answer is not None or variant.session:
            words = "no answer" if answer is None else refusal(answer) if answer[:1] == b"\x7f" else f"answered {_hex(answer[:8])}"
            answers.append(f"{_hex(variant.read)}: {words}")
    if not answers:
        raise PortTimeout(f"the BCM does not answer at 0x{REQUEST_ID:X}: ignition on? A gateway may keep diagnosis out (J11 has one)")
    raise PortError(f"the BCM gives no codes in any known way: {'; '.join(dict.fromkeys(answers))}")


def clear(link: Asks, variant: Variant) -> tuple[Code, ...]:
    """Clear all codes and return those that are there again; raise PortError where the module refuses."""
    if variant.session:
        link.ask(variant.session)
    try:
        answer = link.ask(variant.clear)
    except PortTimeout as exc:
        raise PortError(f"it is not known whether the BCM cleared its codes, read them again: {exc}") from exc
    if answer is None:
        raise PortError("it is not known whether the BCM cleared its codes, read them again: it did not answer")
    if answer[:1] != b"\x54":
        raise PortError(f"the BCM did not clear its codes: {refusal(answer)}")
    again = link.ask(variant.read)
    codes = None if again is None else uds_codes(again) if variant.dialect == "uds" else kwp_codes(again)
    if codes is None:
        raise PortError("the codes were cleared, but could not be read again")
    return codes


def save(document: DtcDocument, out: Path) -> Path:
    """Write the codes to a new file, durable, before anything is cleared; raise PortError where that fails."""
    base = f"dtc-{document.utc.replace(':', '-')}"
    for n in range(1, 1000):
        path = out / (f"{base}.json" if n == 1 else f"{base}-{n}.json")
        try:
            with path.open("xb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            continue
        except OSError as exc:
            raise PortError(f"nothing was cleared, for the codes could not be saved: {path}: {exc.strerror or exc}") from exc
        return path
    raise PortError(f"nothing was cleared, for the codes could not be saved: {out / base}: 999 files of that name exist")


def _may_send(adapter: Adapter) -> AbstractContextManager[object]:
    return transmitting(adapter.channel) if adapter.interface in KERNEL_INTERFACES else nullcontext()


def _leave(link: Asks, variant: Variant) -> None:
    """Back to the default session; a module that does not answer leaves by itself after 5 s."""
    if variant.back:
        link.ask(variant.back)


def _described(codes: tuple[Code, ...], dialect: Dialect) -> tuple[DtcCode, ...]:
    return tuple(DtcCode(code=c.name, raw=c.raw, status=c.status, states=c.states(dialect), meaning=c.meaning) for c in codes)


def _code_lines(codes: tuple[DtcCode, ...], none: str) -> Iterator[str]:
    if not codes:
        yield f"  {none}"
    for one in codes:
        yield f"  {one.code:10} {one.meaning or 'not in the public pages'}; {', '.join(one.states) or 'status 0'}"


def _hex(raw: bytes) -> str:
    return raw.hex(" ").upper()
