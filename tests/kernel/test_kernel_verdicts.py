"""`lockbench test --rig wiring/kernel.toml`, the program itself at a terminal: the verdicts are those of the simulated rig.

The plant is another program on the far side of the kernel's lines, bus and registers, its enable relay behind a heartbeat monostable.
"""

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
from bench.model.observations import Can, Current, Gap, Observation, Stop
from bench.model.verdict import Verdict
from bench.store.ledger import ledger_path, read_boot_id
from tests.command_runs import DOOR, ROOT, environment, lockbench
from tests.kernel.at_terminal import CliRun, whole_test
from tests.kernel.far_side import Hand

SEED = 5
pytestmark = pytest.mark.kernel_whole
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


def simulated(fault: str | None, out: Path) -> tuple[int, str, str]:
    """The same lock on a virtual clock: exit code, verdict, likeliest fault."""
    said = lockbench("test", "--rig", f"sim:{fault}" if fault else "sim", "--profile", DOOR, "--seed", str(SEED), "--out", out, "--json")
    return said.code, said.document["verdict"], likeliest(said.document)


def likeliest(document: dict[str, Any]) -> str:
    chances = document["probabilities"]
    return max(chances, key=lambda name: chances[name]) if chances else ""


def recorded(run: CliRun) -> tuple[Observation, ...]:
    judged = next(judge_paths([run.folder]))
    assert judged.record is not None, judged.error
    assert judged.judgement is not None
    assert judged.judgement.document.verdict == run.document["verdict"], "judged again it is another"
    return tuple(judged.record.observations)


def figures(fault: str | None, run: CliRun, lines: tuple[Observation, ...], story: dict[str, Any], begun_s: float) -> str:
    stamps = [line.t0 + dt for line in lines if isinstance(line, Current) for dt in line.dt]
    span_s = (stamps[-1] - stamps[0]) / 1e9
    widest_ms = max(b - a for a, b in itertools.pairwise(stamps)) / 1e6
    gaps = [line for line in lines if isinstance(line, Gap)]
    frames = sum(line.count for line in lines if isinstance(line, Can))
    return (
        f"NUMBER {fault or 'healthy'}: {run.document['verdict']} {likeliest(run.document)} in {time.monotonic() - begun_s:.0f} s;"
        f" {len(stamps) / span_s:.0f} samples/s, widest gap {widest_ms:.1f} ms, {len(gaps)} gaps on record, {frames} frames;"
        f" world left out {story['left_out_ms']:.0f} ms"
    )


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault or "healthy")
def test_the_verdict_on_real_lines_is_that_of_the_simulated_rig(fault: str | None, tmp_path: Path) -> None:
    rested()
    begun_s = time.monotonic()
    with far_side(tmp_path, fault) as far:
        run = whole_test(far, tmp_path / "runs", DOOR)
        hand = Hand(far)
        story = hand.ask(do="story")
        hand.close()
    lines = recorded(run)
    print(f"\n{figures(fault, run, lines, story, begun_s)}")
    stops = [line for line in lines if isinstance(line, Stop)]
    assert (run.code, run.document["verdict"], likeliest(run.document)) == simulated(fault, tmp_path / "sim"), stops or run.shown
    assert run.code == Verdict[run.document["verdict"]].exit_code
    assert not story["feed"] or story["feed"][-1][1] is False, "the feed is live after the run"
    assert not any(story["levels"][role] for role in ("enable", "drive_lock", "drive_unlock")), story["levels"]
