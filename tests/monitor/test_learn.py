"""Learning the door bits of an unknown car, among counters, noise, checksums, lamps and echoes of other modules."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_fakes import ADAPTER, HandClock, opener

from bench.analysis.learn_bits import BitLearner, FoundBit
from bench.app.monitor_learn import Answer, LearnRequest, learn
from bench.config import load_dbc, load_profile
from bench.errors import NobodyToAsk, PortError, UsageError
from bench.model.can_frame import EXTENDED, CanFrame, FrameBatch
from bench.model.names import DOORS, Door
from bench.ports.frames import Heard

Bits = dict[Door, tuple[int, int, int]]
OPEN: Bits = {"front_left": (0x3B3, 1, 4), "front_right": (0x3B3, 1, 5), "rear_left": (0x3B3, 1, 6), "rear_right": (0x3B3, 1, 7),
              "tailgate": (0x3B3, 2, 0)}  # fmt: skip
NISSAN: Bits = {"front_left": (0x60D, 0, 3), "front_right": (0x60D, 0, 4), "rear_left": (0x60D, 0, 5), "rear_right": (0x60D, 0, 6),
                "tailgate": (0x60D, 0, 7)}  # fmt: skip


class UnknownCar:
    """Sends its door frame each 100 ms, 20 noisy ids each 20 ms, a lamp that follows any door, and an echo of the doors each second."""

    def __init__(self, bits: Bits, *, twins: bool = False, checksum: bool = False, extended: bool = False, seed: int = 1) -> None:
        self.bits, self.twins, self.checksum, self.extended = bits, twins, checksum, extended
        self.open: set[Door] = set()
        self.rng = random.Random(seed)
        self.tick = 0

    def body(self) -> bytes:
        data = bytearray(8)
        for door, (_, byte, bit) in self.bits.items():
            data[byte] |= (door in self.open) << bit
            if self.twins:
                data[byte + 3] |= (door not in self.open) << bit
        data[0] |= 0x04 if self.open else 0  # the interior lamp
        if self.checksum:
            data[7] = sum(data[:7]) & 0xFF
        return bytes(data)

    def frames(self, t_ns: int) -> Iterator[CanFrame]:
        self.tick += 1
        for n in range(20):
            yield CanFrame(t_ns, 0x100 + n, bytes([self.tick & 0xFF, n, *self.rng.randbytes(6)]), "can0")
        yield CanFrame(t_ns, 0x200, (self.tick * 3).to_bytes(4, "big"), "can0")
        if self.tick % 5 == 0:
            number = next(iter(self.bits.values()))[0]
            yield CanFrame(t_ns, number, self.body(), "can0", EXTENDED if self.extended else 0)
        if self.tick % 50 == 0:
            yield CanFrame(t_ns, 0x5C5, bytes([0, 0, bool(self.open) << 3, self.rng.randrange(2)]), "can0")


class BusyCar(UnknownCar):
    """Has 300 bits more that toggle now and then (fans, blinkers, thermostats), and a frame whose meaning a multiplexer changes."""

    def __init__(self, bits: Bits, *, seed: int = 1) -> None:
        super().__init__(bits, seed=seed)
        self.pace = [self.rng.randrange(1, 3000) for _ in range(300)]
        self.state = [self.rng.random() < 0.5 for _ in self.pace]

    def frames(self, t_ns: int) -> Iterator[CanFrame]:
        yield from super().frames(t_ns)
        if self.tick % 5 == 0:
            self.state = [is_on ^ (self.rng.random() < 5 / pace) for is_on, pace in zip(self.state, self.pace, strict=True)]
            for n in range(0, len(self.state), 64):
                value = sum(is_on << k for k, is_on in enumerate(self.state[n : n + 64]))
                yield CanFrame(t_ns, 0x400 + n // 64, value.to_bytes(8, "little"), "can0")
            part = self.tick // 5 % 4
            yield CanFrame(t_ns, 0x500, bytes([part, len(self.open) if part == 2 else 0x55 * part, 0, 0, 0, 0, 0, self.tick & 15]), "can0")


class Person:
    """Does what is asked, taking a while; `skips` doors, or has gone away."""

    def __init__(self, car: UnknownCar, *, skips: tuple[str, ...] = (), is_gone: bool = False) -> None:
        self.car, self.skips, self.is_gone = car, skips, is_gone
        self.asked: list[str] = []
        self.turns = 0
        self.reply: Answer = "done"

    def ask(self, text: str) -> None:
        self.asked.append(text)
        self.turns = 0
        self.reply = "done"
        door = next((d for d in DOORS if f"the {'tailgate' if d == 'tailgate' else d.replace('_', ' ') + ' door'} (" in text), None)
        if door in self.skips:
            self.reply = "skip"
        elif door is not None and text.startswith("Open"):
            self.car.open.add(door)
        elif door is not None:
            self.car.open.discard(door)

    def answer(self) -> Answer | None:
        if self.is_gone:
            raise NobodyToAsk("nobody is there")
        self.turns += 1
        return self.reply if self.turns > 40 else None

    def say(self, text: str) -> None:
        self.asked.append(text)


class Listener:
    """The bus of the car, as fast as the clock goes."""

    def __init__(self, car: UnknownCar, clock: HandClock) -> None:
        self.car, self.clock, self.heard_ns, self.closed = car, clock, 0, False

    def drain(self) -> Heard:
        frames: list[CanFrame] = []
        while self.heard_ns < self.clock.t_ns:
            self.heard_ns += 20_000_000
            frames += self.car.frames(self.heard_ns)
        return Heard(frames=FrameBatch.of(frames))

    def close(self) -> None:
        self.closed = True


def lesson(car: UnknownCar, out: Path, *, person: Person | None = None, doors: tuple[str, ...] = ()) -> dict[str, str | None]:
    clock = HandClock()
    listener = Listener(car, clock)
    asker = person or Person(car)
    result = learn(LearnRequest(adapter=ADAPTER, out=out, name="mine", doors=doors), asker, opener=opener(listener), clock=clock)
    assert listener.closed
    return {door: bits.open for door, bits in result.document.doors.items()}


def test_every_door_of_an_unknown_car_is_found_among_noise_and_lamps(tmp_path: Path) -> None:
    found = lesson(UnknownCar(OPEN), tmp_path)
    assert found == {door: f"0x3B3 byte {byte} bit {bit} (1 = open)" for door, (_, byte, bit) in OPEN.items()}


def test_what_was_learnt_is_a_dbc_that_reads_the_same_bits_and_a_profile_that_loads(tmp_path: Path) -> None:
    lesson(UnknownCar(OPEN, twins=True), tmp_path)
    family = load_dbc(tmp_path / "mine.dbc")
    assert {d: (b.open.id, b.open.byte, b.open.mask) for d, b in family.doors.items()} == {
        d: (i, y, 1 << t) for d, (i, y, t) in OPEN.items()
    }
    twins = {d: (b.closed.byte, b.closed.mask) for d, b in family.doors.items() if b.closed is not None}
    assert twins == {d: (y + 3, 1 << t) for d, (_, y, t) in OPEN.items()}
    assert family.cycle_ms == pytest.approx(100, abs=2)
    profile = load_profile(str(tmp_path / "mine.toml"))
    assert (profile.id, profile.can) == ("mine", None)


def test_a_car_of_a_shipped_family_gets_a_profile_that_names_it(tmp_path: Path) -> None:
    lesson(UnknownCar(NISSAN), tmp_path)
    profile = load_profile(str(tmp_path / "mine.toml"))
    assert profile.can is not None
    assert profile.can.families == ("60D",)


def test_a_checksum_that_follows_the_doors_does_not_displace_the_door_bit(tmp_path: Path) -> None:
    found = lesson(UnknownCar(OPEN, checksum=True), tmp_path)
    assert found["rear_left"] == "0x3B3 byte 1 bit 6 (1 = open)"
    assert found["tailgate"] == "0x3B3 byte 2 bit 0 (1 = open)"


def test_an_extended_id_is_learnt_and_written_as_one(tmp_path: Path) -> None:
    bits: Bits = {door: (0x18FF_0A17, byte, bit) for door, (_, byte, bit) in OPEN.items()}
    lesson(UnknownCar(bits, extended=True), tmp_path)
    assert load_dbc(tmp_path / "mine.dbc").frame == 0x18FF_0A17


def test_a_door_that_is_skipped_or_hidden_is_left_out_and_said(tmp_path: Path) -> None:
    car = UnknownCar({door: place for door, place in OPEN.items() if door != "tailgate"})
    found = lesson(car, tmp_path, person=Person(car, skips=("rear_right",)))
    assert set(found) == {"front_left", "front_right", "rear_left"}


def test_one_door_is_told_from_a_lamp_by_one_more(tmp_path: Path) -> None:
    """Three hundred slow bits of other things, a counter that a multiplexer hides, a lamp and its echo: none is taken for the door."""
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        found = lesson(BusyCar(OPEN, seed=seed), tmp_path / str(seed), doors=("rear_left",))
        assert found == {"rear_left": "0x3B3 byte 1 bit 6 (1 = open)"}


def test_one_door_alone_is_not_sure_and_says_that_a_lamp_looks_the_same(tmp_path: Path) -> None:
    car = UnknownCar(OPEN)
    clock = HandClock()
    request = LearnRequest(adapter=ADAPTER, out=tmp_path, doors=("rear_left",))
    document = learn(request, Person(car, skips=("front_left",)), opener=opener(Listener(car, clock)), clock=clock).document
    assert any("NOT SURE: only one door" in note for note in document.notes)
    bits = document.doors["rear_left"]
    assert "0x3B3 byte 1 bit 6 (1 = open)" in {bits.open, *bits.others}


def test_a_bus_without_doors_writes_nothing(tmp_path: Path) -> None:
    car = UnknownCar({"front_left": (0x3B3, 1, 4)})
    clock = HandClock()
    request = LearnRequest(adapter=ADAPTER, out=tmp_path, doors=("rear_left", "rear_right"))
    result = learn(request, Person(car), opener=opener(Listener(car, clock)), clock=clock)
    assert result.document.doors == {}
    assert list(tmp_path.iterdir()) == []
    assert "nothing was written" in result.text


def test_a_silent_bus_an_absent_person_and_wrong_words_end_with_one_sentence(tmp_path: Path) -> None:
    car, clock = UnknownCar(OPEN), HandClock()
    listener = Listener(car, clock)
    listener.heard_ns = 10**15
    with pytest.raises(PortError, match="nothing was heard"):
        learn(LearnRequest(adapter=ADAPTER, out=tmp_path), Person(car), opener=opener(listener), clock=clock)
    with pytest.raises(NobodyToAsk):
        lesson(car, tmp_path, person=Person(car, is_gone=True))
    for bad in (LearnRequest(adapter=ADAPTER, out=tmp_path, doors=("bonnet",)), LearnRequest(adapter=ADAPTER, out=tmp_path, name="a/b")):
        with pytest.raises(UsageError):
            learn(bad, Person(car))
    (tmp_path / "mine.dbc").write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        lesson(car, tmp_path)


@given(st.integers(0, 2**32), st.permutations(range(40)), st.booleans())
@settings(max_examples=25, deadline=None)
def test_wherever_the_bits_lie_they_are_found(seed: int, places: list[int], twins: bool) -> None:
    """Any five bits of a frame of eight bytes, whatever the noise."""
    bits: Bits = {door: (0x3B3, 1 + places[n] // 8 % 2, places[n] % 8) for n, door in enumerate(DOORS)}
    if len({(byte, bit) for _, byte, bit in bits.values()}) < 5:
        return
    car, learner = UnknownCar(bits, twins=twins, seed=seed), BitLearner()
    t_ns = 0

    def hold(door: Door | None, *, is_open: bool) -> None:
        nonlocal t_ns
        learner.begin(door, is_open=is_open)
        for _ in range(60):
            t_ns += 20_000_000
            learner.feed(FrameBatch.of(tuple(car.frames(t_ns))))
        learner.end()

    hold(None, is_open=False)
    for door in DOORS:
        for _ in range(2):
            car.open = {door}
            hold(door, is_open=True)
            car.open = set()
            hold(door, is_open=False)
    for one in learner.doors():
        _, byte, bit = bits[one.door]
        assert one.open == FoundBit(id=0x3B3, byte=byte, bit=bit, is_open_high=True)
        assert (one.closed is not None) is twins
