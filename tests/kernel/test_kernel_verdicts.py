"""Whole tests on the guest's rig give the verdicts of the simulated rig; the plant is another program, behind the kernel."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.app.judging_again import judge_paths
from bench.model.observations import Can, Current, Gap, Stop
from bench.store.ledger import ledger_path, read_boot_id
from tests.command_runs import ROOT, environment, lockbench
from tests.kernel.far_side import Hand

PROFILE = "qashqai-j11-rear-door"
SEED = 5
pytestmark = pytest.mark.kernel_slow
FAULTS = [None, "motor_open", "gear_jam", "switch_stuck_closed", "supply_low", "bcm_stuck", "motor_weak"]


@contextmanager
def far_side(folder: Path, fault: str | None) -> Iterator[Path]:
    """The world, as a program of its own; gives its socket."""
    path = folder / "far"
    words = [sys.executable, "-m", "tests.kernel.far_side", "--socket", str(path), "--seed", str(SEED)]
    with subprocess.Popen([*words, *(["--fault", fault] if fault else [])], cwd=ROOT, env=environment(), stdout=subprocess.PIPE) as world:
        try:
            assert world.stdout is not None
            assert world.stdout.readline() == b"ready\n"
            yield path
        finally:
            world.kill()


def rested() -> None:
    """The motor has not been driven for long: a missing count would ask for a minute of rest first, as it must."""
    ledger_path("kernel").write_text(json.dumps({"boot": read_boot_id(), "count": 0, "last_ns": 0}))


def one_run(far: Path, out: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.kernel.one_run", "--socket", str(far), "--out", str(out), "--profile", PROFILE]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def simulated(fault: str | None, out: Path) -> tuple[str, str]:
    """The same lock on a virtual clock."""
    said = lockbench("test", "--rig", f"sim:{fault}" if fault else "sim", "--profile", PROFILE, "--seed", str(SEED), "--out", out, "--json")
    chances = said.document["probabilities"]
    return said.document["verdict"], max(chances, key=lambda name: chances[name])


@pytest.mark.parametrize("fault", FAULTS)
def test_the_verdict_on_real_lines_is_that_of_the_simulated_rig(fault: str | None, tmp_path: Path) -> None:
    rested()
    begun = time.monotonic()
    with far_side(tmp_path, fault) as far:
        near = one_run(far, tmp_path / "runs")
        hand = Hand(far)
        story = hand.ask(do="story")
        hand.close()
    verdict, likeliest = simulated(fault, tmp_path / "sim")
    lines = next(judge_paths([Path(near["folder"])])).record
    assert lines is not None
    stamps = [line.t0 + dt for line in lines.observations if isinstance(line, Current) for dt in line.dt]
    span_s = (stamps[-1] - stamps[0]) / 1e9
    widest_ms = max(b - a for a, b in itertools.pairwise(stamps)) / 1e6
    gaps = [line for line in lines.observations if isinstance(line, Gap)]
    frames = sum(line.count for line in lines.observations if isinstance(line, Can))
    print(
        f"\nNUMBER {fault or 'healthy'}: {near['verdict']} {near['likeliest']} in {time.monotonic() - begun:.0f} s;"
        f" {len(stamps) / span_s:.0f} samples/s, widest gap {widest_ms:.1f} ms, {len(gaps)} gaps on record, {frames} frames;"
        f" world left out {story['left_out_ms']:.0f} ms"
    )
    stops = [line for line in lines.observations if isinstance(line, Stop)]
    assert (near["verdict"], near["likeliest"]) == (verdict, likeliest), stops
    assert not story["feed"] or story["feed"][-1][1] is False, "the feed is live after the run"
    assert not any(story["levels"][role] for role in ("enable", "drive_lock", "drive_unlock")), story["levels"]
