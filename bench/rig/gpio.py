"""Relay coils and input lines over gpiozero; the pin factory is handed in, never chosen here.

gpiozero falls back to another pin factory without a word where its first choice fails, and a relay board on the wrong
factory does nothing at all. So every device gets its factory by argument.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from gpiozero import GPIOZeroError, InputDevice, OutputDevice

from bench.errors import PortError
from bench.model.names import InputRole
from bench.model.observations import Gap, Input
from bench.model.wiring import InputPin, OutputPin
from bench.ports.rig import Clock
from bench.rig.border import as_port_error
from bench.rig.pin_claim import PinClaims

Stamp = Callable[[float], int]
"""Turns the ticks of a pin event (s, whatever clock the pin factory uses) into ns of the run."""

EDGE_AGE_NS: Final = 1_000_000_000
"""An edge stamp further than this from now is on another clock: kernels before 5.7 stamped with CLOCK_REALTIME."""

QUEUE_EDGES: Final = 16
"""Edges that the kernel keeps for one line until they are fetched (linux gpiolib-cdev: 16 a line)."""
LATE_NS: Final = 1_000_000
"""An edge told this long after its stamp stood in that queue: so many of them in a row, and it may have overflowed."""

_PULL_UP: Final[Mapping[str, bool | None]] = {"up": True, "down": False, "off": None}


class PinFactory(Protocol):
    """What is needed of a gpiozero pin factory beside what gpiozero itself does with it."""

    def pin(self, name: int, /) -> Any:
        """Return the pin with that number of the header (GPIO0..27); raises what gpiozero and the factory's library raise."""
        ...


_holders: "WeakKeyDictionary[PinFactory, dict[int, str]]" = WeakKeyDictionary()
# Who holds which pin of a factory: gpiozero can only say "<gpiozero.OutputDevice object on pin GPIO22 ...>".


class MonotonicStamp:
    """Pin event ticks on CLOCK_MONOTONIC (gpiozero's local factories; the kernel stamps the edge itself) to ns of the run."""

    def __init__(self, clock: Clock, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._offset_ns = monotonic_ns() - clock.now_ns()

    def __call__(self, ticks: float) -> int:
        return round(ticks * 1e9) - self._offset_ns


class Pins:
    """Opens the pins of one rig on one factory. `owner` names the rig in complaints.

    `foreign`: what the factory's own library may raise besides (lgpio has an error of its own). `claims`: the lines that
    other programs of this bench hold; `holder_of`: what the kernel says of who holds a line.
    """

    def __init__(
        self, factory: PinFactory, *, owner: str, foreign: tuple[type[Exception], ...] = (), claims: PinClaims | None = None,
        holder_of: Callable[[int], str | None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._factory, self._owner = factory, owner
        self._claims, self._holder_of = claims, holder_of
        self._foreign = (GPIOZeroError, OSError, *foreign)
        self._held: list[int] = []

    def output(self, role: str, wired: OutputPin) -> "RelayOutput":
        """Open a relay's pin with the relay off, from before it becomes an output; raise PortError where it is taken."""
        where = self._claim(role, wired.pin)
        with self._opening(where, role, wired.pin):
            pin = self._factory.pin(wired.pin)
            if pin.function == "input":
                # As an input the line already rests at its off level, so turning it into an output is no blip.
                pin.input_with_pull("down" if wired.active_high else "up")
            device = OutputDevice(wired.pin, active_high=wired.active_high, initial_value=False, pin_factory=self._factory)
        self._hold(role, wired.pin)
        return RelayOutput(device, where, self._foreign)

    def input(self, role: InputRole, wired: InputPin, *, clock: Clock, stamp: Stamp) -> "InputLine":
        """Open an input, undebounced (bounce is evidence); raise PortError where the pin is taken."""
        where = self._claim(role, wired.pin)
        pull_up = _PULL_UP[wired.pull]
        with self._opening(where, role, wired.pin):
            device = InputDevice(wired.pin, pull_up=pull_up, active_state=True if pull_up is None else None, pin_factory=self._factory)
            line = InputLine(device, role, inverted=wired.inverted, clock=clock, stamp=stamp)
        self._hold(role, wired.pin)
        return line

    def close(self) -> None:
        """Forget the pins; their devices are closed by whoever holds them."""
        holders = _holders.get(self._factory, {})
        for number in self._held:
            holders.pop(number, None)
        self._held.clear()
        if self._claims is not None:
            self._claims.close()

    @contextmanager
    def _opening(self, where: str, role: str, number: int) -> Iterator[None]:
        """Translate what goes wrong while a pin is opened; a pin that somebody holds names the holder."""
        try:
            with as_port_error(where, *self._foreign):
                yield
        except PortError as exc:
            holder = self._holder_of(number)
            if holder is None:
                raise
            raise PortError(f"{where}: wanted as {role!r} by {self._owner}, already in use as {holder}") from exc

    def _claim(self, role: str, number: int) -> str:
        where = f"GPIO{number} ({role})"
        holder = _holders.get(self._factory, {}).get(number)
        if holder is not None:
            raise PortError(f"{where}: wanted as {role!r} by {self._owner}, already in use as {holder}")
        if self._claims is not None:
            self._claims.hold(number, f"{role!r} by {self._owner}")
        return where

    def _hold(self, role: str, number: int) -> None:
        _holders.setdefault(self._factory, {})[number] = f"{role!r} by {self._owner}"
        self._held.append(number)


class RelayOutput:
    """One relay coil, or the heartbeat line. True means energised, whatever the board's polarity."""

    def __init__(self, device: Any, where: str, foreign: tuple[type[Exception], ...]) -> None:
        self._device, self._where, self._foreign = device, where, foreign

    def set(self, energised: bool) -> None:
        """Set the line to the level that the board's polarity asks for; raises PortError where it is gone."""
        with as_port_error(self._where, *self._foreign):
            if energised:
                self._device.on()
            else:
                self._device.off()

    def close(self) -> None:
        """Let go: off first, then an input again. Closing twice is allowed."""
        if not self._device.closed:
            try:
                self.set(False)
            finally:
                self._device.close()


class InputLine:
    """One input: its initial level, then every edge with its own time stamp.

    gpiozero keeps the callback weakly, so it is a bound method of this object, which the source keeps alive: a lambda
    would vanish without a word. The stamp is the event's own where the factory has one (lgpio hands on the kernel's), not
    the time of the callback, which a busy machine delays by milliseconds. Edges that the kernel's queue lost are a gap on
    record: two edges of one level in a row, or as many late ones in a row as the queue holds.
    """

    def __init__(self, device: Any, role: InputRole, *, inverted: bool, clock: Clock, stamp: Stamp) -> None:
        self._device, self._role, self._inverted = device, role, inverted
        self._clock, self._stamp = clock, stamp
        self._edges: deque[tuple[int, bool]] = deque()  # appended by the factory's thread, emptied by drain
        self._gaps: deque[Gap] = deque()
        self._astray_ns: int | None = None
        self._last: tuple[int, bool] | None = None  # of the factory's thread alone
        self._late = 0
        pin = device.pin
        pin.bounce = None
        pin.edges = "both"
        pin.when_changed = self._changed
        # Armed first, read second: an edge in between is in the level already, and is dropped in drain by its time.
        self._opened_ns = clock.now_ns()
        self._initial: bool | None = bool(pin.state)

    def _changed(self, ticks: float, state: object) -> None:
        t_ns, now_ns = self._stamp(ticks), self._clock.now_ns()
        if abs(now_ns - t_ns) > EDGE_AGE_NS:
            self._astray_ns = t_ns - now_ns
        self._watch_queue(t_ns, now_ns, bool(state))
        self._edges.append((t_ns, bool(state)))

    def _watch_queue(self, t_ns: int, now_ns: int, state: bool) -> None:
        """Note what the kernel's queue must have lost: levels alternate, unless an edge between them is missing."""
        self._late = self._late + 1 if now_ns - t_ns > LATE_NS else 0
        since, before = self._last or (t_ns, not state)
        self._last = (t_ns, state)
        if before == state:
            self._gaps.append(Gap(t=max(since, 0), until=t_ns, source=self._role, lost=1, reason="an edge is missing"))
        elif self._late == QUEUE_EDGES:
            self._gaps.append(Gap(t=max(since, 0), until=t_ns, source=self._role, reason="the queue of edges was full"))

    def drain(self) -> list[Input | Gap]:
        """Hand over what came since the last call; raise PortError where edge stamps are on another clock than the run's."""
        if self._astray_ns is not None:
            off_s = self._astray_ns / 1e9
            raise PortError(f"input {self._role!r}: edge time stamps are {off_s:+.3f} s from the rig's clock, limit 1 s")
        seen: list[Input | Gap] = []
        while self._gaps:
            seen.append(self._gaps.popleft())
        if self._initial is not None:
            seen.append(self._line(self._opened_ns, self._initial))
            self._initial = None
        while self._edges:
            t_ns, state = self._edges.popleft()
            if t_ns >= self._opened_ns:
                seen.append(self._line(t_ns, state))
        return seen

    def close(self) -> None:
        """Let go of the pin. Closing twice is allowed."""
        if not self._device.closed:
            self._device.pin.when_changed = None
            self._device.close()

    def _line(self, t_ns: int, state: bool) -> Input:
        return Input(t=t_ns, role=self._role, level=1 if state is not self._inverted else 0)


class InputSource:
    """All inputs of a rig as one source, in order of time."""

    def __init__(self, lines: Iterable[InputLine]) -> None:
        self._lines = tuple(lines)

    def drain(self) -> list[Input | Gap]:
        """Hand over all edges since the last call, ns of the run; raises PortError for stamps of another clock."""
        return sorted((seen for line in self._lines for seen in line.drain()), key=lambda seen: seen.t)

    def close(self) -> None:
        """Let go of every pin."""
        for line in self._lines:
            line.close()
