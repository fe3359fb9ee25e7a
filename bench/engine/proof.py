"""The proof test that opens and closes every run (DESIGN 6): can this bench be trusted to switch off?

A feed that stays at 0 V with enable closed is no failure here: a blown fuse is for the judge.

    at the start                                                            at the end
    rearm "self"   enable open: dead - enable closed: no current - heartbeat withheld: dead       the same
    rearm "reset"  enable open: dead - enable closed, no heartbeat yet: dead - RESET by hand      enable open: dead - closed: no
                   - enable closed: no current                                                    current - heartbeat withheld: dead

So a rig with a self-holding safety relay costs one RESET a run, the one that it needs anyhow: its heartbeat is silent between two
runs (firmware-notes/decisions/0001). A contact that is welded or held shows in the second item, with the heartbeat still silent.
"""

from statistics import median

from bench.engine.guard import Guard
from bench.engine.loop import Loop
from bench.engine.stopped import Stopped
from bench.model.ceilings import DRY_SWITCH_MS, FEED_DEAD_V, HEARTBEAT_DEAD_MS, OFF_CURRENT_A
from bench.ports.rig import Rig

SETTLE_MS = 30  # relay time (<= 10 ms), contact bounce, and one conversion of the monitor
WINDOW_MS = 40  # at the 0.5-1 kS/s of facts/actuator.md 3, twenty samples or more
ARM_MS = DRY_SWITCH_MS  # a few heartbeats before enable closes


def prove_at_start(loop: Loop, guard: Guard, rig: Rig) -> None:
    """Prove the rig before anything is driven, and arm it; raises Stopped with what was read and its limit."""
    guard.arm()
    attendant = rig.attendant
    if rig.rearm == "self" or attendant is None:
        _prove_whole(loop, guard)
        return
    guard.feed_bare(silent=True)
    loop.wait(HEARTBEAT_DEAD_MS + SETTLE_MS)
    _feed_is_dead(loop, "no heartbeat since the rig was opened")
    guard.release()
    loop.wait(SETTLE_MS + ARM_MS)
    _feed_is_dead(loop, "enable open")
    attendant.ask("reset", "proof")
    loop.wait_while(lambda: not attendant.has_said_so(), still=True)
    guard.feed_bare()
    _no_current(loop)
    guard.release()
    loop.wait(SETTLE_MS)


def prove_at_end(loop: Loop, guard: Guard) -> None:
    """Prove the rig once more; a relay that holds itself stays down afterwards. Raises Stopped as above."""
    _prove_whole(loop, guard)


def _prove_whole(loop: Loop, guard: Guard) -> None:
    loop.wait(SETTLE_MS + ARM_MS)
    _feed_is_dead(loop, "enable open")
    guard.feed_bare()
    _no_current(loop)
    guard.withhold_heartbeat()
    loop.wait(HEARTBEAT_DEAD_MS + SETTLE_MS)
    _feed_is_dead(loop, f"the heartbeat withheld for {HEARTBEAT_DEAD_MS + SETTLE_MS} ms")
    guard.release()
    loop.wait(SETTLE_MS)


def _no_current(loop: Loop) -> None:
    loop.wait(SETTLE_MS)
    amperes = [a for a, _ in _window(loop) if a is not None]
    if not amperes:
        raise Stopped("sensor", "proof test: no current was read with enable closed")
    if (a := median(abs(x) for x in amperes)) >= OFF_CURRENT_A:
        raise Stopped("error", f"proof test: current {a:.3g} A with enable closed and both drives off, limit {OFF_CURRENT_A} A")


def _feed_is_dead(loop: Loop, when: str) -> None:
    volts = [v for _, v in _window(loop) if v is not None]
    if not volts:
        raise Stopped("sensor", f"proof test: no feed voltage was read with {when}")
    if (v := median(volts)) >= FEED_DEAD_V:
        raise Stopped("error", f"proof test: feed {v:.3g} V with {when}, limit {FEED_DEAD_V} V")


def _window(loop: Loop) -> list[tuple[float | None, float | None]]:
    loop.look()
    loop.window = []
    try:
        loop.wait(WINDOW_MS)
        return loop.window
    finally:
        loop.window = None
