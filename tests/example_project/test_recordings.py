"""Runs that were recorded once must be judged as they were, whatever version of lockbench is installed."""


def test_a_recorded_run_keeps_its_verdict(recorded_run):
    assert recorded_run.stored is not None
    assert recorded_run.document.verdict == recorded_run.stored.verdict
