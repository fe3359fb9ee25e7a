"""What the writer's side may choose of a run: a procedure of the catalogue, and, in an adaptive one, to leave out the rest of it.

The judge works over there. Here are only its words, one a step: no step comes from it, and while it thinks, the loop turns.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bench.app.adaptive_words import refuse_adaptive
from bench.app.panel_orders import StartOrder
from bench.app.pin_person import OrderSource
from bench.errors import UsageError
from bench.model.names import Kind
from bench.procedure.adaptive import until_judged
from bench.procedure.step import Step

JUDGE_S: Final = 5.0
"""How long a judge is waited for after a step, with nothing driven (E: a verdict takes 0.1..1 s on a Pi); then the test goes on."""
RUN_ID_MAX: Final = 200


def check_start(start: StartOrder) -> None:
    """Raise UsageError for what no single procedure is, or for a run's id that is none."""
    if start.adaptive:
        refuse_adaptive(margin=start.margin, confirms=start.confirms is not None)
    if start.confirms is not None and ("/" in start.confirms or not 0 < len(start.confirms) <= RUN_ID_MAX):
        raise UsageError(f"confirms {start.confirms[:40]!r}: the id of a run has 1 to {RUN_ID_MAX} characters and no slash")


def chosen_by_the_judge(
    steps: Sequence[Step], kind: Kind, orders: OrderSource, now_s: Callable[[], float] = time.monotonic
) -> Iterator[Step | None]:
    """Yield the catalogue's steps until the judge's word about the last one is "beyond doubt"; None while its word is awaited.

    A judge that is silent for JUDGE_S, or gone, costs nothing but the saving: the whole test is run.
    """
    asked: dict[str, float] = {}

    def firm_after(step: str) -> bool | None:
        word = orders.judged(step)
        if word is None and now_s() - asked.setdefault(step, now_s()) >= JUDGE_S:
            return False
        return word

    return until_judged(steps, kind, firm_after)
