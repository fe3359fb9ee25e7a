"""Every electrical rule over one rig, in the order of RULES, each violation once."""

from collections.abc import Iterator

from bench.circuit.rule_chips import chip_violations
from bench.circuit.rule_coils import coil_violations
from bench.circuit.rule_drivers import active_low_violations, driver_pin_violations
from bench.circuit.rule_feed import feed_violations
from bench.circuit.rule_harness import harness_violations, star_violations
from bench.circuit.rule_lines import can_violations, wetting_violations
from bench.circuit.rule_paths import bcm_violations, estop_violations, heartbeat_violations, hold_violations, supply_violations
from bench.circuit.rule_pins import listening_violations, pin_violations
from bench.circuit.rule_ratings import contact_violations, fuse_violations, shunt_violations
from bench.circuit.rule_terminals import terminal_violations
from bench.circuit.sums import value_violations
from bench.circuit.violation import RULES, Violation
from bench.model.circuit import Circuit
from bench.model.wiring import ListeningRig, Wiring

LISTENING = ("harness", "pins", "supplies", "feed_to_bcm", "fuse", "can_termination", "star", "values", "terminals", "chips")
"""The rules that a rig without outputs can break."""


def rules_for(wiring: Wiring | ListeningRig) -> tuple[str, ...]:
    """Return the rules that such a rig is held against."""
    return LISTENING if isinstance(wiring, ListeningRig) else RULES


def violations(circuit: Circuit, wiring: Wiring | ListeningRig) -> tuple[Violation, ...]:
    """Return what the rules find in a circuit and its wiring file."""
    found = {violation.text: violation for violation in _all(circuit, wiring)}
    return tuple(sorted(found.values(), key=lambda violation: RULES.index(violation.rule)))


def _all(circuit: Circuit, wiring: Wiring | ListeningRig) -> Iterator[Violation]:
    yield from harness_violations(circuit)
    yield from supply_violations(circuit)
    yield from bcm_violations(circuit)
    yield from fuse_violations(circuit)
    yield from star_violations(circuit)
    yield from value_violations(circuit)
    yield from terminal_violations(circuit)
    yield from chip_violations(circuit, wiring)
    if isinstance(wiring, ListeningRig):
        yield from listening_violations(circuit, wiring)
        yield from can_violations(circuit, needed=("car",))
        return
    yield from pin_violations(circuit, wiring)
    yield from driver_pin_violations(circuit, wiring)
    yield from active_low_violations(circuit, wiring)
    yield from contact_violations(circuit)
    yield from shunt_violations(circuit, wiring)
    yield from can_violations(circuit, needed=("bench", "car"))
    yield from wetting_violations(circuit)
    yield from estop_violations(circuit)
    yield from hold_violations(circuit)
    yield from heartbeat_violations(circuit, wiring)
    yield from coil_violations(circuit)
    yield from feed_violations(circuit)
