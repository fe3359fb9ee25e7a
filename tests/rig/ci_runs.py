"""A whole run over any rig, kept in memory, and what the CI rig is opened with."""

from pathlib import Path

import msgspec

from bench.config import load_profile
from bench.engine.run import run_procedure
from bench.model.observations import Observation, Run
from bench.model.wiring import Wiring
from bench.ports.rig import Rig
from bench.procedure import procedure_for

WIRING = msgspec.toml.decode((Path(__file__).parents[2] / "wiring" / "ci.toml").read_bytes(), type=Wiring)
PROFILE = load_profile("qashqai-j11-rear-door")


class Kept(list[Observation]):
    """A sink that keeps everything."""

    def __call__(self, line: Observation) -> None:
        self.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


def whole_run(rig: Rig) -> Kept:
    kept = Kept()
    try:
        steps = procedure_for(PROFILE, scope="door", hands=True)
        run_procedure(steps, rig, header=Run(schema=1, profile=PROFILE.id), profile=PROFILE, sink=kept)
    finally:
        rig.close()
    return kept
