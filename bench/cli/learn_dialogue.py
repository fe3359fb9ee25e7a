"""Asks the person at the car over the terminal, without ever stopping the listener."""

import select
import sys
from typing import Literal

from bench.cli.main import say
from bench.errors import NobodyToAsk


class TerminalAsker:
    """Questions on stderr, Enter on stdin. Raises NobodyToAsk where stdin is no terminal and holds nothing more."""

    def ask(self, text: str) -> None:
        """Put a question; the answer is looked for later."""
        say(text)

    def say(self, text: str) -> None:
        """Tell something."""
        say(text)

    def answer(self) -> Literal["done", "skip"] | None:
        """Return what was typed since, or None."""
        ready, _, _ = select.select([sys.stdin], [], [], 0)
        if not ready:
            return None
        line = sys.stdin.readline()
        if not line:
            raise NobodyToAsk("monitor --learn asks for doors to be opened, and nobody is there to answer (stdin has ended)")
        return "skip" if line.strip().lower() in {"s", "skip", "п"} else "done"
