"""Doctor's program at a real rig: it talks to the person, and the pin process owns the pins, as in every test (DESIGN 6, ring 2).

It beats fifty times a second from the very loop that takes what the pin process tells: killed, stopped, or hanging at a terminal
that takes no more text, it is silent, and what is being driven ends within 60 ms. Nothing is written to a disk meanwhile.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from bench.app.doctor_parts import ExamineOrder, Part
from bench.app.doctor_person import DoctorPerson
from bench.app.panel_orders import BeatOrder, ClearOrder
from bench.app.pin_link import PinLink, ending, refusal
from bench.app.urgency import hurry_this_thread
from bench.app.writer import HUNG_S, OPEN_S
from bench.errors import PortError
from bench.model.observations import Observation
from bench.model.pin_news import Ack, Over, PinNews, Pulled, Ready, Refused, Said, StepIsOver, Where

BEAT_S: Final = 0.02
_LINES: Final = msgspec.json.Decoder(Observation)
_NEWS: Final = msgspec.json.Decoder(PinNews)


class ExaminedRig:
    """One pin process under examination, until `close`. `rig`: as `--rig` takes it; `command`: another pin process than the usual one."""

    def __init__(self, rig: str, person: DoctorPerson, *, say: Callable[[str], None], command: Sequence[str] = ()) -> None:
        self._person, self._say = person, say
        self._waits: str | None = None
        self._pulls: list[Pulled] = []
        self._steps = 0
        self._told_s = 0.0
        hurry_this_thread()
        self._link = PinLink.open(["--rig", rig, "--hands", "person"], command=command, tell=self._ready)

    @property
    def pin_pid(self) -> int:
        """The pin process."""
        return self._link.pid

    def run(self, part: Part, profile_id: str) -> list[Observation]:
        """Carry out one part and return its record; raises PortError where it was refused or the pin process died."""
        seen: list[Observation] = []
        self._waits, self._steps, self._told_s = None, 0, time.monotonic()
        if not self._link.give(ExamineOrder(profile=profile_id, part=part)):
            raise PortError("the pin process is gone")
        while True:
            lines = self._link.take(BEAT_S)
            if lines is None:
                raise PortError(f"the pin process {ending(self._link.how_it_ended())} in the midst of {part}")
            self._see_that_it_lives(part, told=bool(lines), limit_s=HUNG_S if seen else OPEN_S)
            for raw in lines:
                if not raw.startswith(b'{"news"'):
                    seen.append(_LINES.decode(raw))
                elif self._is_over(_NEWS.decode(raw)):
                    return seen
            self._link.give(BeatOrder())
            if lines:
                self._link.give(Ack(lines=len(seen), steps=self._steps))
            self._answer()

    def _answer(self) -> None:
        if self._waits is not None and self._person.has_said_so():
            self._link.give(ClearOrder(step=self._waits))
            self._waits = None

    def pulls(self, profile_id: str) -> tuple[Pulled, ...]:
        """Return whether each output rests off by its own resistor; to be asked before anything was opened. Raises as `run` does."""
        self._pulls.clear()
        self.run("pulls", profile_id)
        return tuple(self._pulls)

    def close(self) -> None:
        """Let the pin process go; what it drives ends with that."""
        self._link.close()

    def _see_that_it_lives(self, part: Part, *, told: bool, limit_s: float) -> None:
        """A pin process that hangs says nothing, where it should ten times a second: its heartbeat has stopped, and it is ended."""
        now_s = time.monotonic()
        self._told_s = now_s if told else self._told_s
        if now_s - self._told_s > limit_s:
            self._link.kill()
            raise PortError(f"the pin process said nothing for {limit_s:g} s in the midst of {part}: it hangs, and was ended")

    def _is_over(self, news: PinNews) -> bool:
        match news:
            case Refused():
                raise refusal(news)
            case Over():
                return True
            case Pulled():
                self._pulls.append(news)
            case StepIsOver(n=n):
                self._steps = n
            case Said(text=said):
                self._say(said)
            case Where(phase=("clear" | "reset" | "hold" | "paused") as what, step=step, hand=hand):
                self._person.ask(what, step or "", hand=hand)
                self._waits = (step or "") if what in ("clear", "reset") else None
            case _:
                pass
        return False

    def _ready(self, ready: Ready) -> None:
        for note in ready.notes:
            self._say(f"note: {note}")
