"""Is the repair done? The verdict of the confirmation test together with what only a person at the car can say."""

from bench.model.asked import AFTER_OF
from bench.model.diagnosis import Confirmation
from bench.model.names import Kind
from bench.model.observations import Answer
from bench.model.record import RunRecord
from bench.model.verdict import Verdict


def confirmation_of(record: RunRecord, verdict: Verdict, kind: Kind) -> Confirmation | None:
    """Return what a confirmation test says of the repair; None where the run is no such test.

    The repair is done where the verdict is PASS and no question was answered with no; it is not where the lock failed again or
    something else was upset. A question that nobody answered stays open, and so does the repair; keyless entry alone may be
    unknown, for a car may have none.
    """
    if record.header.confirms is None:
        return None
    said: dict[str, bool | None] = {}
    for line in record.observations:
        if isinstance(line, Answer) and line.question in AFTER_OF[kind] and (line.value is None or isinstance(line.value, bool)):
            said[line.question] = line.value
    waiting = tuple(q for q in AFTER_OF[kind] if q not in said or (said[q] is None and q != "confirm_keyless"))
    upset = tuple(q for q, value in said.items() if value is False)
    done: bool | None = None
    if upset or verdict is Verdict.FAIL:
        done = False
    elif verdict is Verdict.PASS and not waiting:
        done = True
    return Confirmation(run=record.header.confirms, repaired=done, unanswered=waiting, upset=upset)
