"""The voltage margin behind a test: which rungs this rig can be tried at."""

from pathlib import Path

from bench.app.rigs import RigChoice, parse_rig
from bench.config import load_wiring
from bench.errors import BenchError, UsageError
from bench.model.profile import Profile
from bench.ports.rig import Rig
from bench.procedure.margin import floor_of, margin_steps
from bench.procedure.step import Step

SIM_LOGIC_MIN_V = 4.5
"""What a simulated rig's logic needs, V: the default of bench.ports.rig.Rig."""


def with_margin(steps: tuple[Step, ...], profile: Profile, rig: Rig) -> tuple[Step, ...]:
    """Return the steps with the margin's rungs behind them; raise UsageError where nobody can set this rig's supply."""
    range_v = rig.supply.range_v if rig.supply is not None else None
    if range_v is None:
        raise UsageError(f'--margin: nobody can set the supply of {rig.name}; it needs [supply] kind = "scpi" in its wiring file')
    floor_v = floor_of(range_v, logic_min_v=rig.logic_min_v, feeds_logic=rig.supply_feeds_logic)
    return (*steps, *margin_steps(profile, floor_v=floor_v, before=steps))


def planned_margin(steps: tuple[Step, ...], profile: Profile, choice: RigChoice) -> tuple[Step, ...]:
    """Return the same on paper, with nothing opened."""
    if choice.path is None:
        return (*steps, *margin_steps(profile, floor_v=floor_of((0.0, 16.0), logic_min_v=SIM_LOGIC_MIN_V, feeds_logic=True), before=steps))
    wiring = load_wiring(Path(choice.path))
    supply = wiring.supply
    if supply.kind == "battery" and not wiring.simulated:
        raise UsageError(f'--margin: {wiring.name} has a battery, nobody can set it; it needs [supply] kind = "scpi" in its wiring file')
    range_v = (supply.volts_min, supply.volts_max)
    floor_v = floor_of(range_v, logic_min_v=wiring.logic_min_v, feeds_logic=supply.feeds_logic)
    return (*steps, *margin_steps(profile, floor_v=floor_v, before=steps))


def is_margin_possible(profile: Profile, rig: str) -> bool:
    """Can this part be tried at lower voltages on this rig (as `--rig` takes it)? Asked on paper, before it is offered."""
    try:
        planned_margin((), profile, parse_rig(rig))
    except BenchError:
        return False
    return True
