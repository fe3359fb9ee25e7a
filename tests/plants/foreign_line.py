"""Switch lines, a body control module and the current monitor of the foreign worlds: what a rig sees of a lock."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

Edge = tuple[float, str, int]


@dataclass(slots=True, kw_only=True)
class Line:
    """A pulled-up line, a contact to ground and the wire between them. The contact is closed while the door is open."""

    role: str
    rng: random.Random
    pull_ohm: float = 2200.0
    contact_ohm: float = 0.12  # D2HW: 100 mohm, 150 with leads
    wire_ohm: float = 0.2
    leak_ohm: float = 1e9  # rig side of the wire to ground
    reads_low_below: float = 0.4  # share of the pull-up's voltage
    bounces: tuple[int, int] = (0, 3)  # pairs of edges after a change
    bounce_s: tuple[float, float] = (0.0002, 0.0025)
    never_closes: float = 0.0  # share of the events
    never_opens: float = 0.0
    contact: bool = True
    torn: bool = False
    level: int = 0
    _flips: list[tuple[float, bool]] = field(default_factory=list)
    wanted: bool | None = None

    def want(self, contact: bool, t: float) -> None:
        """The mechanism closes or opens the contact at `t`, which takes a few bounces."""
        if contact == self.wanted:
            return
        first, self.wanted = self.wanted is None, contact
        if self.rng.random() < (self.never_closes if contact else self.never_opens):
            contact = not contact
        if first:
            self.contact = contact
            return
        current = self._flips[-1][1] if self._flips else self.contact
        if contact == current:
            return
        pairs = self.rng.randint(*self.bounces)
        span = self.rng.uniform(*self.bounce_s) if pairs else 0.0
        times = [*sorted(self.rng.uniform(0.0, span) for _ in range(2 * pairs - 1)), span] if pairs else []
        self._flips.append((t, contact))
        self._flips += [(t + 0.00005 + later, contact ^ (k % 2 == 0)) for k, later in enumerate(times)]

    def volts(self, pull_v: float) -> float:
        """Return the line's voltage."""
        down = 1e9 if self.torn or not self.contact else self.contact_ohm + self.wire_ohm
        ground = down * self.leak_ohm / (down + self.leak_ohm)
        return pull_v * ground / (ground + self.pull_ohm)

    def turn(self, t: float, dt_s: float, pull_v: float) -> list[Edge]:
        """Let the line live from `t` for `dt_s`; return its edges with times after `t`."""
        edges: list[Edge] = []
        while self._flips and self._flips[0][0] <= t + dt_s:
            at, self.contact = self._flips.pop(0)
            self._note(min(max(at - t, 0.0), dt_s), pull_v, edges)
        self._note(dt_s, pull_v, edges)
        return edges

    def _note(self, at: float, pull_v: float, edges: list[Edge]) -> None:
        level = int(self.volts(pull_v) > self.reads_low_below * pull_v)
        if level != self.level:
            self.level = level
            edges.append((at, self.role, level))

    @property
    def restless(self) -> bool:
        """Are bounces still to come?"""
        return bool(self._flips)


@dataclass(slots=True, kw_only=True)
class BodyModule:
    """A BCM: it samples the line every 10 ms (J11 BCS-18), debounces, and sends its frame every 100 ms."""

    family: str  # 60D or 454
    tailgate: bool
    debounce_s: float
    phase_s: float
    reads_low_below: float = 0.5
    stuck: bool = False
    is_open: bool = True
    _since: float = -1.0
    _sample_t: float = 0.0
    _frame_t: float = -1.0

    def turn(self, t: float, dt_s: float, line_v: float, pull_v: float) -> list[tuple[float, int, bytes]]:
        """Watch the line until `t + dt_s`; return the frames of that time."""
        frames: list[tuple[float, int, bytes]] = []
        if self._frame_t < 0:
            self._frame_t = t + self.phase_s
        end = t + dt_s
        if self._sample_t <= end:
            self._sample_t = max(self._sample_t + 0.010, end)
            self._sample(line_v < self.reads_low_below * pull_v, end)
        while self._frame_t <= end and dt_s > 0:
            frames.append((min(max(self._frame_t - t, 0.0), dt_s), *self._frame()))
            self._frame_t += 0.1
        return frames

    def _sample(self, seen_open: bool, now: float) -> None:
        if seen_open == self.is_open or self.stuck:
            self._since = -1.0
        elif self._since < 0:
            self._since = now
        elif now - self._since >= self.debounce_s:
            self.is_open, self._since = seen_open, -1.0

    def _frame(self) -> tuple[int, bytes]:
        data = bytearray(8)
        if self.family == "60D":
            data[0] = (0x80 if self.tailgate else 0x20) * self.is_open
            return 0x60D, bytes(data)
        data[5] = 0x40 | 0x10 | 0x01  # the other three doors: closed
        data[5] |= 0x04 if self.tailgate or not self.is_open else 0x08
        data[6] = 0x80 if self.tailgate and self.is_open else 0
        return 0x454, bytes(data)


@dataclass(slots=True, kw_only=True)
class Monitor:
    """A shunt monitor that is read over a slow bus: steps, noise, clipping and now and then a pause."""

    rng: random.Random
    max_a: float
    step_a: float
    step_v: float
    noise_a: float
    every_s: float
    pause_every_s: float
    pause_s: tuple[float, float] = (0.005, 0.020)  # facts/actuator.md 3, sampling
    gain: float = 1.0
    offset_a: float = 0.0
    _next_t: float = 0.0
    _pause_t: float = -1.0

    def read(self, t: float, amps: float, volts: float) -> tuple[float | None, float | None]:
        """Return current and voltage at `t`, or None twice where none is due."""
        if self._pause_t < 0:
            self._pause_t = t + self.rng.expovariate(1 / self.pause_every_s)
        if t >= self._pause_t:
            self._next_t = t + self.rng.uniform(*self.pause_s)
            self._pause_t = self._next_t + self.rng.expovariate(1 / self.pause_every_s)
        if t < self._next_t - 1e-9:
            return None, None
        self._next_t = max(self._next_t + self.every_s, t)
        raw = amps * self.gain + self.offset_a + self.rng.gauss(0.0, self.noise_a)
        shown = min(max(round(raw / self.step_a) * self.step_a, 0.0), self.max_a)
        return shown, max(round((volts + self.rng.gauss(0.0, self.step_v)) / self.step_v) * self.step_v, 0.0)


@dataclass(slots=True)
class Feed:
    """The rig's relays: enable behind the heartbeat, and two drive relays with a little delay each."""

    delay_s: float = 0.006
    dead: frozenset[str] = frozenset()
    welded: frozenset[str] = frozenset()
    beat_t: float = -1e9
    _beat: bool = False
    _closed: dict[str, bool] = field(default_factory=dict)
    _due: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def turn(self, t: float, outputs: Mapping[str, bool]) -> None:
        """See the outputs at `t`."""
        beat = outputs.get("heartbeat", False)
        if beat != self._beat:
            self._beat, self.beat_t = beat, t
        for role in ("enable", "drive_lock", "drive_unlock"):
            wanted = bool(outputs.get(role, False))
            due = self._due.get(role)
            if wanted != (due[1] if due else self._closed.get(role, False)):
                self._due[role] = due = (t + self.delay_s, wanted)
            if due and t >= due[0] - 1e-9:
                self._closed[role] = due[1]
                del self._due[role]
        if not outputs.get("enable", False):
            self._closed["enable"] = False
            self._due.pop("enable", None)

    def is_closed(self, role: str) -> bool:
        """Does this relay conduct to the feed?"""
        return role in self.welded or (self._closed.get(role, False) and role not in self.dead)

    def alive(self, t: float) -> bool:
        """Is there voltage at the bridge feed? Only with a heartbeat that toggled within 100 ms."""
        if "enable" in self.welded:
            return True
        return self.is_closed("enable") and t - self.beat_t <= 0.1
