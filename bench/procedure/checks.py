"""Refuse a whole procedure before the first relay clicks, with every reason. The guard still stands at run time."""

from collections.abc import Iterable, Iterator

from bench.errors import ProcedureRefused
from bench.model import ceilings
from bench.model.profile import Profile
from bench.procedure.step import Step


def check(steps: Iterable[Step], profile: Profile | None = None) -> None:
    """Raise ProcedureRefused with every reason why the guard would stop these steps.

    With a profile, a reverse drive of a one-way lock is refused too.
    """
    steps = tuple(steps)
    reasons = [reason for step in steps for reason in _of_one(step)]
    reasons += _of_order(steps)
    if profile is not None and profile.kind == "tailgate":
        reasons += [f"{s.key}: drive_unlock, but {profile.id} is driven one way only" for s in steps if s.drive == "drive_unlock"]
    actuations = sum(step.drive is not None and step.name != "margin" for step in steps)  # those rest whenever it is due
    if actuations > ceilings.ACTUATIONS_MAX:
        reasons.append(f"{actuations} actuations, limit {ceilings.ACTUATIONS_MAX} without a rest")
    if reasons:
        raise ProcedureRefused("; ".join(reasons))


def _of_one(step: Step) -> Iterator[str]:
    if step.n < 1:
        yield f"{step.key}: steps count from 1"
    if step.settle_ms < ceilings.SETTLE_MIN_MS:
        yield f"{step.key}: settles {step.settle_ms} ms, at least {ceilings.SETTLE_MIN_MS} ms"
    if step.drive is None:
        if step.on_ms:
            yield f"{step.key}: {step.on_ms} ms on, but drives nothing"
        return
    wiggles = step.hand == "wiggle"
    if step.hand is not None and not wiggles:
        yield f"{step.key}: {step.drive} while a hand is at the latch ({step.hand})"
    limit = ceilings.WIGGLE_PULSE_MAX_MS if wiggles else ceilings.PULSE_MAX_MS
    if not 0 < step.on_ms <= limit:
        yield f"{step.key}: {step.on_ms} ms on, limit {limit} ms"
    most = ceilings.WIGGLE_PULSES_MAX if wiggles else 1
    if not 1 <= step.pulses <= most:
        yield f"{step.key}: {step.pulses} pulses, limit {most}"
    if wiggles and step.pulses > 1 and step.gap_ms < ceilings.WIGGLE_GAP_MIN_MS:
        yield f"{step.key}: pulses {step.gap_ms} ms apart, at least {ceilings.WIGGLE_GAP_MIN_MS} ms"


def _of_order(steps: tuple[Step, ...]) -> Iterator[str]:
    """A wiggle drives only towards the stop where the lock already stands; a tailgate's latch must be released."""
    stands: str | None = None
    released = False
    for step in steps:
        if step.hand == "wiggle" and step.drive is not None:
            if stands != step.drive:
                yield f"{step.key}: {step.drive} would move the lock, which stands at {stands or 'an unknown stop'}"
        elif step.drive is not None:
            stands = step.drive
            released = step.name == "release"
        elif step.hand == "close" and released:
            stands = None
