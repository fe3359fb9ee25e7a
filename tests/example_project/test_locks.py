"""Locks on the bench: simulated ones here, the one on the rig with `--lockbench-rig wiring/my-rig.toml`."""

import pytest


def test_the_lock_passes(lockbench):
    """On a real rig this is the acceptance test of the lock that is on it."""
    run = lockbench.test(job="acceptance")
    assert run.verdict == "PASS", run.document.reason
    assert all(65 <= m.value <= 300 for m in run.measurements("travel_ms"))


@pytest.mark.parametrize("fault", ["switch_stuck_closed", "gear_stripped"])
def test_a_bad_lock_is_found(lockbench, fault):
    """Skipped on a real rig: nobody can put a fault into that lock."""
    run = lockbench.test(fault)
    assert run.verdict == "FAIL"
    assert fault in run.group


def test_a_lock_without_a_bench(lock_plant):
    """A simulated lock with a welded switch contact: its line is low, "open", while the healthy one beside it reads "closed"."""
    rest = {"enable": False, "drive_lock": False, "drive_unlock": False, "heartbeat": False}
    levels = {}
    for fault in (None, "switch_stuck_closed"):
        plant = lock_plant(fault, severity=1, kind="rear_door", seed=3)
        plant.operator("close")
        worlds = [plant.advance(0.001, rest) for _ in range(4000)]
        levels[fault] = worlds[-1].inputs["ajar"]
    assert levels == {None: 1, "switch_stuck_closed": 0}
