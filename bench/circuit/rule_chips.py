"""Chips among themselves: a ground for each, one address each, data on data and clock on clock, and no volts that a pin cannot bear."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from bench.circuit.paths import supply_nets
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part
from bench.model.wiring import ListeningRig, Wiring

PIN_MAX_V: Final = 3.6
"""A GPIO of a Pi or of a USB bridge at 3.3 V + 10 %; no 5 V tolerance is claimed for either (confidence C)."""
_CHIPS: Final = ("module", "logic", "monostable", "controller")
_PI_BUS: Final = {2: "SDA", 3: "SCL"}
"""I2C bus 1 of a Pi's header, by BCM number."""
_LEADS_ON: Final = frozenset(("resistor", "link", "switch", "fuse", "shunt", "diode", "contact"))


def chip_violations(circuit: Circuit, wiring: Wiring | ListeningRig) -> Iterator[Violation]:
    """Yield each chip without a ground, on another bus or address than its own, or at volts that its neighbour cannot bear."""
    for ref, part in circuit.of_kind(*_CHIPS):
        if part.pins and not set(part.pins.values()) & set(circuit.grounds):
            yield _says(ref, "", f"{ref}: none of its pins is at ground", "no ground", "one ground at least")
        yield from _labelled(circuit, ref, part)
    yield from _buses(circuit)
    yield from _addresses(circuit)
    yield from _volts(circuit)
    if isinstance(wiring, Wiring):
        yield from _shared_gpios(circuit, wiring)


def _says(ref: str, net: str, text: str, value: str, limit: str) -> Violation:
    return Violation(rule="chips", ref=ref, net=net, text=f"{text}, limit {limit}", value=value, limit=limit)


def _labelled(circuit: Circuit, ref: str, part: Part) -> Iterator[Violation]:
    """What a chip's pins are called says where they must be: VCC, GND, a monostable's timing pins; and no pin is on a net alone."""
    supplies = supply_nets(circuit.parts)
    for pin, net in part.pins.items():
        name = re.sub(r"^\d+(?=R?[xC])", "", part.labels.get(pin, "")) if part.kind in {"logic", "monostable"} else ""
        if name in {"GND", "Cx"} and net not in circuit.grounds:
            yield _says(ref, net, f"{ref}.{pin} ({part.labels[pin]}): on net {net or 'none'}", net or "no net", "a ground")
        elif name == "VCC" and net not in supplies:
            yield _says(ref, net, f"{ref}.{pin} (VCC): on net {net or 'none'}", net or "no net", "a supply")
        elif name == "RxCx":
            yield from _timing(circuit, ref, pin, net, supplies)
        elif net and part.kind != "controller" and sum(1 for _ in circuit.on_net(net)) == 1:
            yield _says(ref, net, f"{ref}.{pin}: nothing else is on net {net}", "1 pin", "2 pins at least")


def _timing(circuit: Circuit, ref: str, pin: str, net: str, supplies: Collection[str]) -> Iterator[Violation]:
    """One resistor up and one capacitor down, or the time that is reckoned is another part's."""
    up = [r for r, p in circuit.of_kind("resistor") if net in p.pins.values() and any(n in supplies for n in p.pins.values())]
    down = [r for r, p in circuit.of_kind("capacitor") if net in p.pins.values() and any(n in circuit.grounds for n in p.pins.values())]
    if len(up) != 1 or len(down) != 1:
        has = ", ".join((*up, *down)) or "nothing"
        text = f"{ref}.{pin}: net {net or 'none'} has {has}"
        yield _says(ref, net, text, has, "one resistor to the supply and one capacitor to ground")


def _bus_nets(circuit: Circuit) -> dict[str, str]:
    """Return the nets of SDA and SCL at the controller."""
    found: dict[str, str] = {}
    for _, part in circuit.of_kind("controller"):
        found |= {name: part.pins[name] for name in ("SDA", "SCL") if name in part.pins}
        found |= {_PI_BUS[gpio]: part.pins[pin] for pin, gpio in part.gpios.items() if gpio in _PI_BUS and "SDA" not in part.pins}
    return {name: net for name, net in found.items() if net}


def _buses(circuit: Circuit) -> Iterator[Violation]:
    bus = _bus_nets(circuit)
    for ref, part in circuit.of_kind("module"):
        for name, net in bus.items():
            if name in part.pins and part.pins[name] != net:
                there = part.pins[name]
                yield _says(ref, there, f"{ref}.{name}: on net {there or 'none'}", there or "no net", f"net {net}")


def _addresses(circuit: Circuit) -> Iterator[Violation]:
    owner: dict[tuple[str, int], str] = {}
    for ref, part in circuit.of_kind("module"):
        if "address" not in part.ratings or not part.pins.get("SDA"):
            continue
        net, address = part.pins["SDA"], int(part.ratings["address"])
        other = owner.setdefault((net, address), ref)
        if other != ref:
            text = f"{other} and {ref}: both answer at {address:#04x} on net {net}"
            yield _says(ref, net, text, f"{address:#04x} twice", "one chip an address")


def volts_of(name: str) -> float | None:
    """Return the volts in a supply's name ("Pi 3.3 V"); None where it names none."""
    found = re.search(r"(\d+(?:\.\d+)?) V\b", name)
    return float(found[1]) if found else None


def _high_nets(circuit: Circuit) -> dict[str, tuple[str, float]]:
    """Return the nets of supplies that no GPIO can bear, each with its name and volts."""
    named = {net: there[0][0] for net, there in supply_nets(circuit.parts).items()}
    volts = {net: (name, volts_of(name)) for net, name in named.items()}
    return {net: (name, v) for net, (name, v) in volts.items() if v is not None and v > PIN_MAX_V}


def _signal_nets(circuit: Circuit) -> dict[str, str]:
    """Return the nets of the controller's signals, each with the pin where it comes out."""
    supplies = supply_nets(circuit.parts)
    return {
        net: f"{ref}.{pin}"
        for ref, part in circuit.of_kind("controller")
        for pin, net in part.pins.items()
        if net and net not in circuit.grounds and net not in supplies
    }


def _volts(circuit: Circuit) -> Iterator[Violation]:
    high, signals = _high_nets(circuit), _signal_nets(circuit)
    for net, where in signals.items():
        for other in _joined(circuit, net) & high.keys():
            name, volts = high[other]
            yield _says(
                where.split(".")[0], net, f"{where}: net {net} is pulled to {name} (net {other})", f"{volts:g} V", f"{PIN_MAX_V:g} V"
            )
    for ref, part in circuit.of_kind("module", "logic", "monostable"):
        fed = [net for net in part.pins.values() if net in high]
        shared = [net for net in part.pins.values() if net in signals]
        if fed and shared:
            name, volts = high[fed[0]]
            text = f"{ref}: fed by {name} (net {fed[0]}), and net {shared[0]} goes on to {signals[shared[0]]}"
            yield _says(ref, shared[0], text, f"{volts:g} V", f"{PIN_MAX_V:g} V")


def _joined(circuit: Circuit, start: str) -> set[str]:
    """Return the nets that a signal's net is joined to, but for ground: through resistors of any size, links, switches."""
    found, queue = {start}, [start]
    while queue:
        net = queue.pop()
        for part in circuit.parts.values():
            if part.kind in _LEADS_ON and net in part.pins.values():
                more = {other for other in part.pins.values() if other and other not in circuit.grounds} - found
                found |= more
                queue.extend(more)
    return found


def _shared_gpios(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """What sits on the controller's header has its own GPIOs, and nobody else has them."""
    for ref, part in circuit.of_kind("module"):
        if not part.uses_gpios:
            continue
        own = ", ".join(map(str, part.uses_gpios))
        for pin, (net, gpio) in _on_gpios(circuit, part).items():
            if gpio not in part.uses_gpios:
                yield _says(ref, net, f"{ref}.{pin}: on net {net}, which is GPIO{gpio}", f"GPIO{gpio}", f"its own GPIO {own}")
        for role, wired in wiring.gpio.inputs.items():
            if wired.pin in part.uses_gpios:
                yield _says(ref, "", f"{ref}: {role} has GPIO{wired.pin}, which is {ref}'s", f"GPIO{wired.pin}", "one user a GPIO")


def _on_gpios(circuit: Circuit, part: Part) -> dict[str, tuple[str, int]]:
    """Return (net, BCM number) of each pin of a part that is on a GPIO, by pin."""
    numbers = {c.pins[pin]: bcm for _, c in circuit.of_kind("controller") for pin, bcm in c.gpios.items() if c.pins[pin]}
    return {pin: (net, numbers[net]) for pin, net in part.pins.items() if net in numbers}
