"""Steps are data: stimulus, what must then be seen, and by when. Functions return tuples of them; nothing is opened here."""

from bench.procedure.checks import check
from bench.procedure.plan import ask_first, procedure_for, rear_door, summarise, tailgate
from bench.procedure.step import Ask, Step

__all__ = ["Ask", "Step", "ask_first", "check", "procedure_for", "rear_door", "summarise", "tailgate"]
