"""The border to a plant: whatever it raises or returns, above it there are only sound values and PlantError."""

import math
from collections.abc import Callable, Mapping
from typing import Literal, NoReturn, SupportsFloat

from bench.errors import PlantError
from bench.model.names import Hand
from bench.ports.plant import Plant, World

HAND_MAX_NS = 3_500_000_000
"""A movement lasts 3 s at most (DESIGN 3.5); one that goes on is no world, and nothing is driven beside it."""


class PlantBorder:
    """Calls a plant and turns what it raises into PlantError: class, method and world time are named."""

    def __init__(self, plant: Plant, now_ns: Callable[[], int]) -> None:
        self._plant, self._now_ns = plant, now_ns
        self.name = type(plant).__name__

    def advance(self, dt_ns: int, outputs: Mapping[str, bool]) -> World:
        """Advance the plant by world time."""
        try:
            return self._plant.advance(dt_ns / 1e9, outputs)
        except (Exception, SystemExit) as exc:
            raise self._raised("advance", exc) from exc

    def operator(self, request: str, step: str) -> dict[str, bool]:
        """Ask for a movement, or for a look, in a step; returns what is seen."""
        method = f"operator({request!r}) in {step}"
        try:
            view = dict(self._plant.operator(request))
        except (Exception, SystemExit) as exc:
            raise self._raised(method, exc) from exc
        for key, value in view.items():
            if value not in (0, 1):
                self.refuse(method, str(key), value, "True or False")
        return {str(key): bool(value) for key, value in view.items()}

    def where(self, method: str) -> str:
        """Return who did what when, for a complaint."""
        return f"plant {self.name}.{method} at {self._now_ns() / 1e9:.3f} s"

    def _raised(self, method: str, exc: BaseException) -> PlantError:
        return PlantError(f"{self.where(method)} raised {type(exc).__name__}: {exc}")

    def refuse(self, method: str, field: str, value: object, wanted: str) -> NoReturn:
        """Raise PlantError: a field with a value that no world can have."""
        raise PlantError(f"{self.where(method)} gave {field} = {value!r:.60}, must be {wanted}")

    def mapping(self, world: World, field: str) -> Mapping[str, object]:
        """Return a field that must be a mapping."""
        value = getattr(world, field, None)
        if not isinstance(value, Mapping):
            self.refuse("advance", field, value, "a mapping")
        return value

    def number(self, field: str, value: object) -> float | None:
        """Return a finite float, or None for None."""
        if value is None or (type(value) is float and value - value == 0.0):  # the usual case, quickly
            return value
        number = float(value) if isinstance(value, SupportsFloat) else math.nan
        if not math.isfinite(number):
            self.refuse("advance", field, value, "a finite number or None")
        return number

    def level(self, field: str, value: object) -> Literal[0, 1]:
        """Return 0 or 1."""
        if value not in (0, 1):
            self.refuse("advance", field, value, "0 or 1")
        return 1 if value == 1 else 0

    def within(self, what: str, offset_s: object, start_ns: int, now_ns: int) -> int:
        """Return the time of something inside this step, ns."""
        offset = self.number(f"the time of the {what}", offset_s)
        t = -1 if offset is None else start_ns + round(offset * 1e9)
        if not start_ns <= t <= now_ns:
            self.refuse("advance", f"the time of the {what}", offset_s, f"inside this step of {(now_ns - start_ns) / 1e9:g} s")
        return t


class PlantOperator:
    """Somebody at the lock of a plant: `hand_moving` says whether the last world still saw a movement."""

    def __init__(self, border: PlantBorder, now_ns: Callable[[], int], hand_moving: Callable[[], bool]) -> None:
        self._border, self._now_ns, self._hand_moving = border, now_ns, hand_moving
        self._began_ns: int | None = None

    def begin(self, step: str, hand: Hand) -> None:
        self._border.operator(hand, step)
        self._began_ns = self._now_ns()

    def is_moving(self) -> bool:
        """Is the movement still going on? Until the world has moved on once after `begin`, it is."""
        if self._began_ns is None:
            return False
        waited_ns = self._now_ns() - self._began_ns
        if waited_ns == 0:
            return True
        if not self._hand_moving():
            self._began_ns = None
            return False
        if waited_ns >= HAND_MAX_NS:
            raise PlantError(
                f"the plant's hand still moves {waited_ns / 1e9:.1f} s after it was asked, limit 3 s: nothing is driven beside it"
            )
        return True

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None]:
        """Look, and say what was asked; what does not apply is missing."""
        view = self._border.operator("look", step)
        return {q: view[q] for q in questions if q in view}
