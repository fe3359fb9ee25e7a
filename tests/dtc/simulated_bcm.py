"""A body control module on python-can's virtual bus: ISO-TP, sessions, UDS or KWP codes, a speed frame; it remembers what it was asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import can
import isotp

CODES = {"A60200": 0x2F, "D00000": 0x08, "A56200": 0x01}  # B2602-00, U1000-00, B2562-00


@dataclass(kw_only=True)
class Manner:
    """How this module answers. `sessions`: those that it enters; `present`: codes that are back at once after a clear.

    By service id: `always_pending` asks to wait and never answers; `before` says something else first; `answers` says that instead.
    `torn`: the first frame of a long answer comes and the rest does not.
    """

    sessions: tuple[int, ...] = (0xC0,)
    needs_session: bool = True
    dialect: str = "uds"
    present: tuple[str, ...] = ("A60200",)
    codes: dict[str, int] = field(default_factory=lambda: dict(CODES))
    pending: bool = False
    always_pending: tuple[int, ...] = ()
    before: dict[int, bytes] = field(default_factory=dict)
    answers: dict[int, bytes] = field(default_factory=dict)
    torn: bool = False
    is_silent: bool = False
    refuses_clear: bool = False
    speed_kmh: float | None = 0.0


class SimulatedBcm:
    """Runs in a thread of its own until `close`. `asked`: every request, in order; `ids`: every id heard on the bus."""

    def __init__(self, manner: Manner) -> None:
        self.manner, self.channel = manner, uuid4().hex
        self.asked: list[bytes] = []
        self.ids: set[int] = set()
        self._session = 0
        self._over = threading.Event()
        self._bus = can.Bus(interface="virtual", channel=self.channel, ignore_config=True)
        self._speed = can.Bus(interface="virtual", channel=self.channel, ignore_config=True)
        address = isotp.Address(isotp.AddressingMode.Normal_11bits, rxid=0x745, txid=0x765)
        self._layer = isotp.TransportLayer(rxfn=self._receive, txfn=self._put, address=address, params={"tx_padding": 0xFF})
        self._layer.start()
        self._threads = [threading.Thread(target=self._serve), threading.Thread(target=self._drive)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._layer.stop()
        self._bus.shutdown()
        self._speed.shutdown()

    def _receive(self, timeout: float) -> isotp.CanMessage | None:
        message = self._bus.recv(timeout)
        if message is None:
            return None
        self.ids.add(message.arbitration_id)
        return isotp.CanMessage(arbitration_id=message.arbitration_id, data=bytes(message.data), dlc=message.dlc)

    def _put(self, message: isotp.CanMessage) -> None:
        self._bus.send(can.Message(arbitration_id=message.arbitration_id, data=message.data, is_extended_id=False))

    def _drive(self) -> None:
        while not self._over.wait(0.02):
            if self.manner.speed_kmh is not None:
                data = bytes(4) + round(self.manner.speed_kmh * 100).to_bytes(2, "big") + bytes(2)
                self._speed.send(can.Message(arbitration_id=0x280, data=data, is_extended_id=False))

    def _serve(self) -> None:
        while not self._over.is_set():
            request = self._layer.recv(block=True, timeout=0.05)
            if not request:
                continue
            self.asked.append(bytes(request))
            if self.manner.is_silent:
                continue
            if request[0] in self.manner.always_pending:
                while not self._over.wait(0.05):
                    self._layer.send(bytes([0x7F, request[0], 0x78]))
            if request[0] in self.manner.before:
                self._layer.send(self.manner.before[request[0]])
            if self.manner.torn and request[0] == 0x19:
                self._put(isotp.CanMessage(arbitration_id=0x765, data=bytes.fromhex("100F5902FFA60200")))
                continue
            if self.manner.pending and request[0] in (0x19, 0x14):
                self._layer.send(bytes([0x7F, request[0], 0x78]))
                time.sleep(0.1)
            self._layer.send(self.answer(bytes(request)))

    def answer(self, request: bytes) -> bytes:
        answers: dict[int, Callable[[bytes], bytes]] = {0x10: self._enter, 0x14: self._clear, 0x19: self._uds, 0x18: self._kwp}
        if request[0] in self.manner.answers:
            return self.manner.answers[request[0]]
        service = answers.get(request[0])
        return service(request) if service else bytes([0x7F, request[0], 0x11])

    def _enter(self, request: bytes) -> bytes:
        if request[1] not in (*self.manner.sessions, 0x81, 0x01):
            return b"\x7f\x10\x12"
        self._session = request[1]
        return bytes([0x50, request[1]])

    def _is_ready(self) -> bool:
        return not self.manner.needs_session or self._session in self.manner.sessions

    def _uds(self, request: bytes) -> bytes:
        if self.manner.dialect != "uds":
            return b"\x7f\x19\x11"
        if not self._is_ready():
            return b"\x7f\x19\x80"
        return b"\x59\x02\xff" + b"".join(bytes.fromhex(code) + bytes([status]) for code, status in self.manner.codes.items())

    def _kwp(self, request: bytes) -> bytes:
        if self.manner.dialect != "kwp" or not self._is_ready():
            return b"\x7f\x18\x80"
        codes = [bytes.fromhex(code)[:2] + bytes([status]) for code, status in self.manner.codes.items()]
        return bytes([0x58, len(codes)]) + b"".join(codes)

    def _clear(self, request: bytes) -> bytes:
        if self.manner.refuses_clear or not self._is_ready():
            return b"\x7f\x14\x22"
        self.manner.codes = {code: status for code, status in self.manner.codes.items() if code in self.manner.present}
        return b"\x54"
