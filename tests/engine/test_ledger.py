"""Ten actuations, then a minute of rest."""

from engine_fakes import MS

from bench.engine.ledger import MemoryLedger

S = 1000 * MS


def test_the_eleventh_waits_until_a_minute_after_the_tenth() -> None:
    """Nine are free, the tenth fills it."""
    ledger = MemoryLedger()
    for n in range(10):
        assert ledger.rest_needed_ns(n * S) == 0
        ledger.record(n * S)
    assert ledger.rest_needed_ns(10 * S) == 59 * S
    assert ledger.rest_needed_ns(69 * S - 1) == 1
    assert ledger.rest_needed_ns(69 * S) == 0


def test_a_pause_of_a_minute_starts_the_count_anew() -> None:
    """One nanosecond less does not."""
    ledger = MemoryLedger()
    for _ in range(9):
        ledger.record(0)
    ledger.record(60 * S)
    assert ledger.rest_needed_ns(60 * S) == 0
    short = MemoryLedger()
    for _ in range(9):
        short.record(0)
    short.record(60 * S - 1)
    assert short.rest_needed_ns(60 * S - 1) == 60 * S
