"""A stored run with the outcomes of manual tests entered after it, as `judge --answer` does."""

from bench.app.given_answers import lines_of, parse_answer
from bench.model.observations import time_of
from bench.model.record import RunRecord


def answered(record: RunRecord, *answers: str) -> RunRecord:
    """Return the record with `KEY=VALUE` answers behind its last line."""
    lines = lines_of([parse_answer(a) for a in answers], time_of(record.observations[-1]))
    return RunRecord(run_id=record.run_id, header=record.header, observations=(*record.observations, *lines), steps=record.steps)
