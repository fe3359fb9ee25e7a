"""The electrical rules: the shipped rigs keep them, and every seeded mistake is found by the rule that is meant for it."""

from collections import Counter
from itertools import combinations

import pytest
from circuits_read import RIGS, changed, circuit_of, found, wiring_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seeded_in_parts import MORE_MISTAKES
from seeded_mistakes import MISTAKES, Mistake

from bench.circuit.check import rules_for, violations
from bench.circuit.violation import RULES
from bench.model.wiring import Wiring


@pytest.mark.parametrize("rig", RIGS)
def test_the_shipped_rigs_keep_every_rule(rig: str) -> None:
    assert found(rig) == ()
    assert set(rules_for(wiring_of(rig))) <= set(RULES)


ALL_MISTAKES = (*MISTAKES, *MORE_MISTAKES)


@pytest.mark.parametrize("mistake", ALL_MISTAKES, ids=[f"{m.rule}: {m.what}" for m in ALL_MISTAKES])
def test_a_seeded_mistake_is_found_by_its_rule_with_part_net_value_and_limit(mistake: Mistake) -> None:
    told = [str(v) for v in found(mistake.rig, mistake.circuit, mistake.wiring) if v.rule == mistake.rule]
    assert any(all(word in sentence for word in mistake.words) for sentence in told), told
    assert all("\n" not in sentence and "limit " in sentence for sentence in told)


def test_every_rule_has_two_seeded_mistakes_at_least() -> None:
    counted = Counter(mistake.rule for mistake in ALL_MISTAKES)
    assert set(counted) == set(RULES)
    assert min(counted.values()) >= 2


RPI, RPI_WIRING = circuit_of("rpi-bench"), wiring_of("rpi-bench")
WIRES = [(name, n) for name, cable in RPI.cables.items() for n in range(len(cable.wires))]
ROLES = [f"gpio/{role}/pin" for role in ("enable", "drive_lock", "drive_unlock", "heartbeat")]
ROLES += [f"gpio/inputs/{role}/pin" for role in ("ajar", "lock", "estop", "hold")]


def pin_in(wiring: object, path: str) -> int:
    """Return the GPIO at a key of the wiring file."""
    assert isinstance(wiring, Wiring)
    gpio = wiring.gpio
    pins = {f"gpio/{role}/pin": pin.pin for role, pin in wiring.output_pins.items()}
    return (pins | {f"gpio/inputs/{role}/pin": pin.pin for role, pin in gpio.inputs.items()})[path]


@pytest.mark.parametrize(("one", "other"), list(combinations(ROLES, 2)))
def test_any_two_roles_exchanged_in_the_wiring_file_are_found(one: str, other: str) -> None:
    swapped = {one: pin_in(RPI_WIRING, other), other: pin_in(RPI_WIRING, one)}
    told = found("rpi-bench", wiring=swapped)
    assert "pins" in {violation.rule for violation in told}


Swap = tuple[tuple[str, int], tuple[str, int], int]
"""Two wires by cable and place, and which ends are exchanged: 0 the start, 1 the end."""


def exchanged(first: tuple[str, int], second: tuple[str, int], end: int) -> dict[str, object] | None:
    """Return the changes that exchange the pins of two wires at one part; None: other parts, or one net, so nothing changes."""
    (a, i), (b, j) = first, second
    refs = [(RPI.cables[name].start, RPI.cables[name].end)[end] for name in (a, b)]
    pins = [RPI.cables[a].wires[i][end], RPI.cables[b].wires[j][end]]
    nets = [RPI.parts[ref].pins[pin] for ref, pin in zip(refs, pins, strict=True)]
    if refs[0] != refs[1] or nets[0] == nets[1]:
        return None
    return {f"cables/{a}/wires/{i}/{end}": pins[1], f"cables/{b}/wires/{j}/{end}": pins[0]}


SAME_PART: list[Swap] = [(one, other, end) for one, other in combinations(WIRES, 2) for end in (0, 1) if exchanged(one, other, end)]


def test_there_are_enough_wires_to_exchange() -> None:
    assert len(SAME_PART) > 100


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SAME_PART))
def test_any_two_wires_exchanged_at_one_part_are_found(swap: Swap) -> None:
    """Screwed in one pin beside: the harness rule names the cable."""
    first, second, _ = swap
    broken = changed(RPI, exchanged(*swap) or {})
    told = [v for v in violations(broken, RPI_WIRING) if v.rule == "harness"]
    assert {first[0], second[0]} & {violation.ref for violation in told}


CONTROLLER = sorted(set(RPI.parts["J1"].gpios) & {"36", "37", "38", "40", "11", "13", "15", "16"})


@settings(max_examples=80, deadline=None)
@given(st.permutations(CONTROLLER))
def test_harness_and_netlist_that_agree_on_wrong_pins_are_found_by_the_wiring_file(order: list[str]) -> None:
    """The whole cable to the Pi is built in another order, and the drawing says the same: only the wiring file knows better."""
    nets = {pin: RPI.parts["J1"].pins[pin] for pin in CONTROLLER}
    moved = dict(zip(CONTROLLER, order, strict=True))
    changes: dict[str, object] = {f"parts/J1/pins/{moved[pin]}": net for pin, net in nets.items()}
    for n, (start, end, colour) in enumerate(RPI.cables["W22"].wires):
        changes[f"cables/W22/wires/{n}"] = [moved.get(start, start), end, colour]
    told = violations(changed(RPI, changes), RPI_WIRING)
    assert not [violation for violation in told if violation.rule == "harness"]
    assert bool([violation for violation in told if violation.rule == "pins"]) == (order != CONTROLLER)
