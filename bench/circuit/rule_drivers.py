"""Driver inputs off by themselves: allowed GPIOs, a pull-down outside of the controller, nothing that an absent program switches on."""

from collections.abc import Iterator, Mapping

from bench.circuit.paths import leads_of, power_nets, reach, relay_states, seated, state_words
from bench.circuit.rule_pins import gpio_net
from bench.circuit.signals import to_ground
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part
from bench.model.wiring import Wiring

PULL_DOWN_OHM = (1_000.0, 22_000.0)
"""10 kohm are asked for; below 1 kohm a GPIO's drive strength is used up, above 22 kohm a weak internal pull-up of 50 kohm leaves
0.3 of 3.3 V and more at the driver (confidence E, by the divider)."""


def driver_pin_violations(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Yield each output on a GPIO that a driver may not have, and each without its own pull-down."""
    taken = {gpio: ref for ref, part in circuit.parts.items() for gpio in part.uses_gpios}
    for role, wired in wiring.output_pins.items():
        found = gpio_net(circuit, wired.pin)
        if found is None:
            continue  # the rule of the pins has said so
        ref, pin, net = found
        allowed = [gpio for gpio in circuit.parts[ref].driver_gpios if gpio not in taken]
        if wired.pin not in allowed:
            why = f"is {taken[wired.pin]}'s" if wired.pin in taken else "is not off at boot"
            limit = f"GPIO {', '.join(map(str, allowed))}"
            text = f"{ref}.{pin}: {role} on net {net} has GPIO{wired.pin}, which {why}, limit {limit}"
            yield Violation(rule="driver_pins", ref=ref, net=net, text=text, value=f"GPIO{wired.pin}", limit=limit)
        yield from _pull_down(circuit, role, ref, pin, net)
    if wiring.heartbeat_line is not None:
        for ref, part in circuit.with_role("heartbeat_line"):
            line = wiring.heartbeat_line.line.upper()
            yield from _pull_down(circuit, "heartbeat", ref, line, part.pins.get(line, ""))


def _pull_down(circuit: Circuit, role: str, ref: str, pin: str, net: str) -> Iterator[Violation]:
    low, high = PULL_DOWN_OHM
    fitted = to_ground(circuit.parts, net, circuit.grounds)
    if not any(low <= ohm <= high for _, ohm in fitted):
        has = ", ".join(f"{resistor} of {ohm:g} ohm" for resistor, ohm in fitted) or "none"
        text = f"{ref}.{pin}: {role} on net {net} has as external pull-down {has}, limit {low:g} to {high:g} ohm"
        yield Violation(rule="driver_pins", ref=ref, net=net, text=text, value=has, limit=f"{low:g} to {high:g} ohm")


def active_low_violations(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Yield each relay that a low or floating input switches on, unless its contacts are dead while the enable relay is open."""
    low = {role for role, wired in wiring.output_pins.items() if not wired.active_high}
    enables = {ref for ref, _ in circuit.with_role("enable")}
    for ref, part in circuit.of_kind("relay"):
        if not part.active_low and part.role not in low and not ("heartbeat" in low and part.role == "safety"):
            continue
        net = part.pins[part.contacts[0][0]]
        if part.role in {"enable", "safety"}:
            text = f"{ref}: the {part.role} relay on net {net} is active-low, limit active-high"
            yield Violation(rule="active_low", ref=ref, net=net, text=text, value="active-low", limit="active-high")
        elif way := _live_without(circuit, part, enables):
            text = f"{ref}: active-low, and net {way[0]} is live with the enable relay open {way[1]}, limit behind the enable relay"
            yield Violation(rule="active_low", ref=ref, net=way[0], text=text, value="live", limit="behind the enable relay")


def _live_without(circuit: Circuit, relay: Part, enables: set[str]) -> tuple[str, str] | None:
    """Return a contact's net that the feed reaches while the enable relay is open, and in which state; None: none."""
    nets = {relay.pins[pin] for contact in relay.contacts for pin in contact if pin and relay.pins[pin] not in circuit.grounds}
    for lead in leads_of(circuit):
        parts: Mapping[str, Part] = seated(circuit, lead)
        for energised in relay_states(parts):
            if energised & enables:
                continue
            for start in power_nets(parts):
                hit = nets & reach(parts, start, grounds=circuit.grounds, energised=energised).keys()
                if hit:
                    return min(hit), state_words(energised)
    return None
