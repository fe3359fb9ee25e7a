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


def test_a_plant_of_our_own_world(lock_plant):
    """A simulated lock without a bench: what its pins show when nobody drives it."""
    plant = lock_plant("switch_stuck_closed", kind="tailgate", seed=3)
    world = plant.advance(0.0, {"enable": False, "drive_lock": False, "drive_unlock": False, "heartbeat": False})
    assert world.inputs["ajar"] in (0, 1)
