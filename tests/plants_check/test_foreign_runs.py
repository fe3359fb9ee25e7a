"""Whole procedures over the foreign worlds come to their end. What is said of them is nobody's business here."""

import importlib

import pytest
from foreign_rounds import WORLDS, made

from bench.config import load_profile
from bench.engine.run import run_procedure
from bench.model.observations import End, Observation, Run
from bench.procedure.plan import procedure_for
from bench.sim.virtual import virtual_rig
from tests.plants.foreign_lock import ForeignLock

PROFILES = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}


class Kept:
    """A sink that keeps lines in memory."""

    def __init__(self) -> None:
        self.lines: list[Observation] = []

    def __call__(self, line: Observation) -> None:
        self.lines.append(line)

    def step_end(self) -> None:
        """Nothing to make durable."""


@pytest.mark.parametrize("kind", ["rear_door", "tailgate"])
@pytest.mark.parametrize("world", "bcd")
def test_a_healthy_tailgate_and_a_torn_side_door_complete_a_run(world: str, kind: str) -> None:
    profile = load_profile(PROFILES[kind])
    for fault in (None,) if kind == "tailgate" else ("wire_intermittent",):
        rig = virtual_rig(made(world, kind, fault), name="sim", default_roles=frozenset(profile.roles), kind=profile.kind)
        kept = Kept()
        header = Run(schema=1, profile=profile.id, rig="sim", scope="door", current_max_a=rig.current_max_a)
        run_procedure(procedure_for(profile, scope="door"), rig, header=header, profile=profile, sink=kept)
        assert isinstance(kept.lines[-1], End)


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_is_made_by_callables_without_arguments(world: str) -> None:
    module = importlib.import_module(f"tests.plants.world_{world}")
    for name in ("healthy_rear_door", "weak_rear_door", "healthy_tailgate"):
        assert isinstance(getattr(module, name)(), ForeignLock)
