"""Use case: learn the door bits of an unknown car. A person opens and closes one door at a time, the bus is heard meanwhile."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec

from bench.analysis.learn_bits import BitLearner, LearntDoor
from bench.app.monitor import stop_on_signals
from bench.app.monitor_learn_files import learnt_family, profile_toml, to_dbc
from bench.config import all_families
from bench.errors import PortError, UsageError
from bench.model.family import Bit, Family
from bench.model.names import DOORS, Door
from bench.ports.frames import FrameReader
from bench.ports.rig import Clock
from bench.rig.can_claim import ChannelClaim
from bench.rig.can_listen import SHORT_TURN_NS, Adapter, Listening, open_listening
from bench.rig.clock import MonotonicClock

ROUNDS: Final = 2
"""Each door is opened twice: a bit that flipped by chance once does not do it again at the right time."""
SETTLE_NS: Final = 1_000_000_000
"""After the person says it is done: the switch, the BCM (0.1 s) and a lamp that dims come to rest (estimate)."""
HOLD_NS: Final = 2_500_000_000
"""Then nothing may move for so long: 25 frames of 100 ms; a counter has moved, a 1 Hz frame was sent twice."""
Answer = Literal["done", "skip"]


class Asker(Protocol):
    """Somebody at the car. `ask` returns at once; `answer` tells whether they have said done, or skip this door."""

    def ask(self, text: str) -> None: ...
    def answer(self) -> Answer | None: ...
    def say(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRequest:
    """What to learn; `doors` empty: all five. `name` names the files in `out`."""

    adapter: Adapter
    doors: tuple[str, ...] = ()
    name: str = "learnt"
    out: Path = Path()


class LearntBits(msgspec.Struct, frozen=True, kw_only=True):
    """One door of the document; bits in words, null where none was found."""

    open: str | None
    closed: str | None
    others: tuple[str, ...]
    shared: tuple[str, ...]


class LearnDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What `monitor --learn --json` writes. `family`: a shipped family with the same bits, or null."""

    schema: Literal["lockbench.learnt/1"] = "lockbench.learnt/1"
    doors: dict[str, LearntBits]
    family: str | None
    files: tuple[str, ...]
    notes: tuple[str, ...]


class Learnt(msgspec.Struct, frozen=True, kw_only=True):
    """The document and its text for people."""

    document: LearnDocument
    text: str


def learn(
    request: LearnRequest, asker: Asker, *, opener: Callable[[Adapter, Clock], Listening] = open_listening, clock: Clock | None = None
) -> Learnt:
    """Ask, listen, find, write; raise UsageError (door, name, files that exist), PortError, NobodyToAsk. No door found: no file."""
    doors = _doors(request.doors)
    targets = _targets(request)
    own = clock or MonotonicClock()
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        claim = ChannelClaim(request.adapter.interface, request.adapter.channel, alone=False)
        stack.callback(claim.close)
        listening = opener(request.adapter, own)
        stack.callback(listening.reader.close)
        asker.say(f"listening on {request.adapter.channel}: {listening.notice}")
        teacher = _Teacher(listening.reader, asker, own, stop)
        teacher.lesson(doors)
    return _written(teacher.learner, request, targets)


class _Teacher:
    """Asks for one movement after the other and never stops draining meanwhile."""

    def __init__(self, reader: FrameReader, asker: Asker, clock: Clock, stop: list[int]) -> None:
        self._reader, self._asker, self._clock, self._stop = reader, asker, clock, stop
        self.learner = BitLearner()
        self._frames = 0

    def lesson(self, doors: tuple[Door, ...]) -> None:
        """All closed first; then each door, twice; where only one is wanted, another one beside it."""
        self._ask("Ignition on, close all doors and the tailgate and touch nothing, then press Enter")
        self._hold(None, is_open=False)
        if not self._frames:
            raise PortError("nothing was heard on this bus: is the ignition on, the plug in, the bit rate right?")
        for door in doors:
            self._door(door)
        if len(doors) == 1:
            self._asker.say("One more door, so that a bit of this door alone is told from a lamp's:")
            self._door("front_right" if doors[0] == "front_left" else "front_left")

    def _door(self, door: Door) -> None:
        name = "tailgate" if door == "tailgate" else f"{door.replace('_', ' ')} door"
        for turn in range(1, ROUNDS + 1):
            again = f" ({turn} of {ROUNDS})"
            if self._ask(f"Open the {name}{again}, let go of it, then press Enter (s: skip this door)") == "skip":
                return
            self._hold(door, is_open=True)
            self._ask(f"Close the {name}{again}, then press Enter")
            self._hold(door, is_open=False)

    def _ask(self, text: str) -> Answer:
        self._asker.ask(text)
        while True:
            self._turn()
            answer = self._asker.answer()
            if answer is not None:
                return answer

    def _hold(self, door: Door | None, *, is_open: bool) -> None:
        self._asker.say("  hold still ...")
        self._pass(SETTLE_NS)
        self.learner.begin(door, is_open=is_open)
        self._pass(HOLD_NS)
        self.learner.end()

    def _pass(self, span_ns: int) -> None:
        until_ns = self._clock.now_ns() + span_ns
        while self._clock.now_ns() < until_ns:
            self._turn()

    def _turn(self) -> None:
        if self._stop:
            raise KeyboardInterrupt
        self._clock.sleep_until(self._clock.now_ns() + SHORT_TURN_NS)
        batch = self._reader.drain().frames
        self._frames += len(batch.t_ns)
        self.learner.feed(batch)


def _written(learner: BitLearner, request: LearnRequest, targets: tuple[Path, Path]) -> Learnt:
    opened = learner.doors()
    doors = tuple(one for one in opened if not request.doors or one.door in request.doors)
    found = [one for one in doors if one.open is not None]
    notes = list(_notes(doors, is_alone=len(opened) == 1))
    files: tuple[str, ...] = ()
    twin: str | None = None
    if any(one.open or one.closed for one in doors):
        dbc, toml = targets
        _write(dbc, to_dbc(request.name, doors, learner))
        family = learnt_family(request.name, doors, learner) if found else None
        twin = _same_as_shipped(family) if family is not None else None
        _write(toml, profile_toml(request.name, twin, doors))
        files = (str(dbc), str(toml))
        if twin is None:
            notes.append(f"no shipped family has these bits: give --dbc {dbc} to monitor and analyze")
    document = LearnDocument(doors={d.door: _bits_of(d) for d in doors if d.open or d.closed}, family=twin, files=files, notes=tuple(notes))
    return Learnt(document=document, text=_text(document))


def _notes(doors: tuple[LearntDoor, ...], *, is_alone: bool) -> list[str]:
    notes = [f"{d.door}: no bit follows this door alone on this bus (a gateway may hide it)" for d in doors if not (d.open or d.closed)]
    notes += [f"{d.door}: only a bit that is 1 while closed was found; lockbench needs one that is 1 while open" for d in doors
              if d.closed and not d.open]  # fmt: skip
    notes += [f"{d.door}: {len(d.others)} more bits fit as well" for d in doors if d.others]
    if is_alone:
        notes.append("NOT SURE: only one door was opened: a bit that means ANY door, or a lamp, looks the same; learn one more to tell")
    return notes


def _same_as_shipped(family: Family) -> str | None:
    """Every learnt door has the same open bit in the shipped family, on the same side."""
    for known in all_families():
        if all(door in known.doors and _place(bits.open) == _place(known.doors[door].open) for door, bits in family.doors.items()):
            return known.name
    return None


def _place(bit: Bit) -> tuple[int, int, int]:
    return bit.id, bit.byte, bit.mask


def _bits_of(door: LearntDoor) -> LearntBits:
    return LearntBits(open=str(door.open) if door.open else None, closed=str(door.closed) if door.closed else None,
                      others=tuple(map(str, door.others)), shared=tuple(map(str, door.shared)))  # fmt: skip


def _text(document: LearnDocument) -> str:
    lines = [f"{door.replace('_', ' '):12} {bits.open or '-'}" + (f"; closed: {bits.closed}" if bits.closed else "")
             for door, bits in document.doors.items()]  # fmt: skip
    lines += [f"note: {note}" for note in document.notes]
    lines.append(f"same bits as the shipped family {document.family}" if document.family else "")
    lines += [f"written: {path}" for path in document.files] or ["nothing was written: no door bit found"]
    return "\n".join(line for line in lines if line)


def _doors(given: tuple[str, ...]) -> tuple[Door, ...]:
    for door in given:
        if door not in DOORS:
            raise UsageError(f"--door {door}: not one of {', '.join(DOORS)}")
    return tuple(door for door in DOORS if not given or door in given)


def _targets(request: LearnRequest) -> tuple[Path, Path]:
    """The two files; refused before anybody walks around the car where they exist already."""
    name = request.name
    if not name or not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise UsageError(f"--learn {name}: letters, digits, - and _ only")
    targets = request.out / f"{name}.dbc", request.out / f"{name}.toml"
    for path in targets:
        if path.exists():
            raise UsageError(f"{path}: exists already, choose another name")
    if not request.out.is_dir():
        raise UsageError(f"--out {request.out}: no such folder")
    return targets


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        raise PortError(f"cannot write {path}: {exc.strerror or exc}") from exc
