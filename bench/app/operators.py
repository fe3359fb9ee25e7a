"""Who answers at the end of a step when it is not the world itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.model.names import Hand
from bench.ports.rig import Operator


@dataclass(frozen=True, slots=True)
class AnsweringOperator:
    """Hands of another operator, answers from a file: a key is `close#1` and a question; a missing one is None."""

    hands: Operator
    answers: Mapping[str, bool | None]

    def begin(self, step: str, hand: Hand) -> None:
        """Start the movement."""
        self.hands.begin(step, hand)

    def is_moving(self) -> bool:
        """Is the movement still going on?"""
        return self.hands.is_moving()

    def answer(self, step: str, questions: tuple[str, ...]) -> Mapping[str, bool | None]:
        """Return the file's answers to this step's questions."""
        return {question: self.answers.get(f"{step}.{question}") for question in questions}
