"""Wiring file against circuit, pin by pin: each role, followed through the board, must end at the part that plays it."""

from collections.abc import Iterator

from bench.circuit.paths import supply_nets
from bench.circuit.signals import driven_by, line_of, through_resistors, to_ground
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part
from bench.model.pi_header import HEADER_PIN
from bench.model.wiring import LineAdc, ListeningRig, Wiring

RATIO_TOLERANCE = 0.02
"""A divider of two 1 % resistors is off by 2 % at most."""


def _says(ref: str, net: str, text: str, value: str, limit: str) -> Violation:
    return Violation(rule="pins", ref=ref, net=net, text=f"{text}, limit {limit}", value=value, limit=limit)


def gpio_net(circuit: Circuit, bcm: int) -> tuple[str, str, str] | None:
    """Return (reference, pin, net) of a GPIO at the controller; None where it comes out nowhere."""
    for ref, part in circuit.of_kind("controller"):
        for pin, number in part.gpios.items():
            if number == bcm:
                return ref, pin, part.pins[pin]
    return None


def role_net(circuit: Circuit, wiring: Wiring, role: str) -> str:
    """Return the net that an output's GPIO is on; "" where it has none."""
    wired = wiring.output_pins.get(role)
    found = gpio_net(circuit, wired.pin) if wired is not None else None
    return found[2] if found else ""


def heartbeat_net(circuit: Circuit, wiring: Wiring) -> str:
    """Return the net that carries the heartbeat; "" where there is none."""
    if wiring.heartbeat_line is not None:
        lines = [part.pins.get(wiring.heartbeat_line.line.upper(), "") for _, part in circuit.with_role("heartbeat_line")]
        return lines[0] if lines else ""
    found = gpio_net(circuit, wiring.gpio.heartbeat.pin) if wiring.gpio.heartbeat else None
    return found[2] if found else ""


def pin_violations(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Yield each role of the wiring file that ends at another part than its own."""
    yield from _header(circuit, wiring)
    yield from _outputs(circuit, wiring)
    yield from _board(circuit, wiring)
    yield from _inputs(circuit, wiring)
    yield from _adcs(circuit, wiring)
    yield from _chips(circuit, wiring)


def listening_violations(circuit: Circuit, wiring: ListeningRig) -> Iterator[Violation]:
    """Yield each part of a listening rig that could drive, and a bus that nothing listens to."""
    for ref, part in circuit.parts.items():
        if part.kind in {"relay", "transistor"}:
            net = next(iter(part.pins.values()), "")
            yield _says(
                ref, net, f"{ref}: a {part.kind} on net {net} in {wiring.name}, which only listens", part.kind, "nothing that drives"
            )
    if not any(circuit.with_role("can")):
        yield _says("", "", f"can: {wiring.can.interface} {wiring.can.channel} has no part with the role can", "0", "1")


def _header(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """A Pi's header is what it is: a circuit cannot number it otherwise."""
    if not wiring.gpio.on_pi_header:
        return
    for ref, part in circuit.of_kind("controller"):
        for pin, bcm in part.gpios.items():
            if str(HEADER_PIN.get(bcm)) != pin:
                yield _says(ref, part.pins[pin], f"{ref}.{pin}: called GPIO{bcm}", f"pin {pin}", f"header pin {HEADER_PIN.get(bcm)}")


def _outputs(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Each output reaches its own relay, and of the others only the enable relay, which the one-shot shares."""
    for role, wired in wiring.output_pins.items():
        found = gpio_net(circuit, wired.pin)
        if found is None or not found[2]:
            yield _says("", "", f"{role}: GPIO{wired.pin} of the wiring file is on no net", "no net", "one net")
            continue
        ref, pin, net = found
        yield from _reaches(circuit, role, f"{ref}.{pin} (GPIO{wired.pin})", net)
    if wiring.heartbeat_line is not None:
        line, net = wiring.heartbeat_line.line.upper(), heartbeat_net(circuit, wiring)
        if not net:
            yield _says("", "", f"heartbeat: line {line} of the wiring file is on no net", "no net", "one net")
        else:
            yield from _reaches(circuit, "heartbeat", f"line {line}", net)


def _reaches(circuit: Circuit, role: str, where: str, net: str) -> Iterator[Violation]:
    relays = driven_by(circuit.parts, net, circuit.grounds, set(supply_nets(circuit.parts)))
    roles = {circuit.parts[ref].role: ref for ref in relays}
    wanted = {"heartbeat": "safety"}.get(role, role)
    if wanted not in roles or roles.keys() - {wanted, "enable"}:
        reached = ", ".join(f"{ref} ({there})" for there, ref in sorted(roles.items())) or "no relay"
        yield _says(where.split(".")[0], net, f"{where}: {role} is on net {net}, which reaches {reached}", reached, f"the {wanted} relay")


def _board(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    board = wiring.relay_board
    for role, channel in (("drive_lock", board.drive_lock), ("drive_unlock", board.drive_unlock)) if board else ():
        for ref, part in circuit.with_role(role):
            there = part.ratings.get("channel")
            if channel is not None and there != channel:
                has = "none" if there is None else f"{there:g}"
                net = part.pins[part.contacts[0][0]]
                yield _says(ref, net, f"{ref}: {role} on net {net} is relay {has} of its board", f"relay {has}", f"relay {channel}")


def _inputs(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    for role, wired in wiring.gpio.inputs.items():
        found = gpio_net(circuit, wired.pin)
        looked = line_of(circuit.parts, found[2], circuit.grounds) if found and found[2] else None
        if found is None or looked is None:
            where = f"{found[0]}.{found[1]} on net {found[2] or 'none'}" if found else "no pin"
            yield _says(found[0] if found else "", found[2] if found else "", f"{role}: GPIO{wired.pin} is {where}", "no line", "one line")
            continue
        ref, pin, net = found
        line, turned = looked
        if not any(line in part.pins.values() for _, part in circuit.with_role(role)):
            yield _says(ref, net, f"{ref}.{pin} (GPIO{wired.pin}): {role} looks at line {line}", line, f"a line of the part {role}")
        if turned != wired.inverted:
            what = "turned over by a transistor" if turned else "not turned over"
            yield _says(ref, net, f"{ref}.{pin} (GPIO{wired.pin}): {role} is {what}", what, f"inverted = {str(wired.inverted).lower()}")


def _adcs(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    watched: dict[str, LineAdc] = {str(role): adc for role, adc in wiring.lines.items()}
    if wiring.supply_line is not None:
        watched["supply"] = wiring.supply_line
    for role, adc in watched.items():
        for ref, part in circuit.with_role("adc"):
            yield from _adc(circuit, role, adc, ref, part)
        if not any(circuit.with_role("adc")):
            yield _says("", "", f"{role}: {adc.chip} channel {adc.channel} has no part with the role adc", "0", "1")


def _adc(circuit: Circuit, role: str, adc: LineAdc, ref: str, part: Part) -> Iterator[Violation]:
    pin = f"A{adc.channel}"
    net = part.pins.get(pin, "")
    above, below = through_resistors(circuit.parts, net, circuit.grounds), to_ground(circuit.parts, net, circuit.grounds)
    if not net or len(above) != 1 or len(below) != 1:
        yield _says(ref, net, f"{ref}.{pin}: {role} has {len(above)} and {len(below)} resistors", "no divider", "one up and one down")
        return
    (line, top), (bottom_ref, bottom) = above[0], below[0]
    ratio = (top + bottom) / bottom
    if abs(ratio / adc.ratio - 1) > RATIO_TOLERANCE:
        yield _says(
            bottom_ref, net, f"{bottom_ref}: {role} is divided by {ratio:.3g} on net {net}", f"{ratio:.3g}", f"{adc.ratio:g} within 2 %"
        )
    if line not in (wanted := _lines_of(circuit, role)):
        yield _says(ref, net, f"{ref}.{pin}: {role} looks at line {line}", line, " or ".join(wanted) or f"a line of {role}")


def _lines_of(circuit: Circuit, role: str) -> list[str]:
    if role == "supply":
        return [part.pins[part.contacts[0][0]] for _, part in circuit.with_role("enable") if part.contacts]
    relay = {"motor_lock": "drive_lock", "motor_unlock": "drive_unlock"}.get(role)
    if relay:
        return [part.pins[part.contacts[0][0]] for _, part in circuit.with_role(relay) if part.contacts]
    return sorted({net for _, part in circuit.with_role(role) for net in part.pins.values() if net not in circuit.grounds})


def _chips(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    addresses = {"current": wiring.current.address}
    addresses |= dict([("adc", adc.address) for adc in wiring.lines.values() if adc.chip == "ads1115"][:1])
    if wiring.ambient is not None and wiring.ambient.channel is None:
        addresses["ambient"] = wiring.ambient.address
    chips = {"current": wiring.current.chip, "adc": "ads1115", "ambient": wiring.ambient.chip if wiring.ambient else ""}
    for role, address in addresses.items():
        parts = list(circuit.with_role(role))
        if len(parts) != 1:
            yield _says("", "", f"{role}: {len(parts)} parts play it", str(len(parts)), "1")
        for ref, part in parts:
            there = int(part.ratings.get("address", 0))
            net = part.pins.get("SDA", "")
            if there != address or part.value.lower() != chips[role]:
                what = f"{ref}: {role} is an {part.value} at {there:#04x} on net {net}"
                yield _says(ref, net, what, f"{part.value} at {there:#04x}", f"{chips[role]} at {address:#04x}")
    if wiring.can is not None and not any(circuit.with_role("can")):
        yield _says("", "", f"can: {wiring.can.interface} {wiring.can.channel} has no part with the role can", "0", "1")
