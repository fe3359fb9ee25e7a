"""The person at a rig that doctor examines, at a terminal: nothing here blocks while anything may be energised."""

import select
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

from bench.errors import NobodyToAsk
from bench.model.names import Hand
from bench.ports.rig import Request

_SAID: dict[Request, str] = {
    "clear": "hands off the lock, then press Enter",
    "reset": "press RESET at the rig, then Enter",
    "hold": "press and keep the hold button",
    "paused": "press Enter to go on",
}


class DoctorPerson:
    """Operator and attendant in one. `yes`: everything is taken as said at once, for rigs that nobody can be hurt by."""

    def __init__(self, say: Callable[[str], None], *, yes: bool = False, keys: TextIO | None = None) -> None:
        self._say, self._yes = say, yes
        self._keys = sys.stdin if keys is None else keys
        if not yes and not self._keys.isatty():
            raise NobodyToAsk("doctor asks for hands and plugs at a real rig: run it at a terminal, or with --yes where nobody is near")

    def tell(self, text: str) -> None:
        """Say what is to be done, without waiting."""
        self._say(text)

    def confirm(self, text: str) -> None:
        """Say what is to be done and wait until it was; only between two runs, when everything was let go of."""
        self._say(f"{text}, then press Enter")
        if not self._yes and not self._keys.readline():
            raise NobodyToAsk(f"nobody said that it was done: {text}")

    # Operator: no step of doctor moves a hand

    def begin(self, step: str, hand: Hand) -> None:
        """No step asks for this."""

    def is_moving(self) -> bool:
        """Nobody moves."""
        return False

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None] | None:
        """No step asks."""
        return dict.fromkeys(questions) if step else {}

    # Attendant

    def ask(self, what: Request, step: str, *, hand: Hand | None = None) -> None:
        """Begin to wait; a key that was pressed before does not count."""
        self._say(f"{step}: {_SAID[what]}" if hand is None else f"{step} ({hand}): {_SAID[what]}")
        while not self._yes and self._pressed():
            continue

    def has_said_so(self) -> bool:
        """Was Enter pressed since? Does not wait."""
        return self._yes or self._pressed()

    def is_here(self) -> bool:
        """The terminal is there as long as this program is."""
        return True

    def counts(self, step: str, left_ms: int) -> None:
        """The countdown is short and needs no words."""

    def _pressed(self) -> bool:
        ready, _, _ = select.select([self._keys], [], [], 0)
        if not ready:
            return False
        if not self._keys.readline():
            raise NobodyToAsk("the terminal was closed")
        return True
