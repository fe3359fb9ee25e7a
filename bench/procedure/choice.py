"""The procedures that there are, by what was asked for. Whoever runs one names it; nobody hands over steps of his own."""

from bench.model.names import Scope
from bench.model.profile import Profile
from bench.procedure.adaptive import in_order
from bench.procedure.confirm import ask_after, confirmation_for
from bench.procedure.plan import ask_first, procedure_for
from bench.procedure.step import Ask, Step


def catalogue_steps(profile: Profile, *, scope: Scope, adaptive: bool = False, confirms: bool = False) -> tuple[Step, ...]:
    """Return the full test, the same in the adaptive order, or the confirmation test of a repair.

    Raises ProcedureRefused in a car, where the bench only listens.
    """
    steps = confirmation_for(profile, scope=scope) if confirms else procedure_for(profile, scope=scope)
    return in_order(steps, profile.kind) if adaptive else steps


def asks_of(profile: Profile, *, confirms: bool = False) -> tuple[Ask, ...]:
    """Return what is asked beside the steps: before anything moves, and after a confirmation test."""
    return (*ask_first(profile), *(ask_after(profile.kind) if confirms else ()))
