"""Where no current may go: from one supply into another, from the rig's feed into a BCM, past the emergency stop or a lost heartbeat."""

from collections.abc import Iterator, Mapping

from bench.circuit.paths import leads_of, power_nets, reach, relay_states, seated, state_words, supply_nets
from bench.circuit.rule_pins import heartbeat_net, role_net
from bench.circuit.signals import deciders, driven_by
from bench.circuit.violation import Violation
from bench.model.circuit import Circuit, Part
from bench.model.wiring import Wiring

Source = tuple[str, str, str]
"""A supply's name, its part and the pin where it comes out."""


def supply_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each net that joins two supplies, directly or through closed contacts in any state of the relays."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        nets = supply_nets(parts)
        for net, there in nets.items():
            names = sorted({name for name, _, _ in there})
            if len(names) > 1 or net in circuit.grounds:
                who = " and ".join(f"{ref}.{pin} ({name})" for name, ref, pin in there)
                what = f"{who} at ground" if net in circuit.grounds else who
                yield Violation(rule="supplies", ref=there[0][1], net=net, text=f"{what}: on net {net}, limit one supply a net",
                                value=" and ".join(names), limit="one supply")  # fmt: skip
        for energised in relay_states(parts):
            for net, there in nets.items():
                found = reach(parts, net, grounds=circuit.grounds, energised=energised)
                met = {other: way for other, way in found.items() if other in nets and other > net}
                yield from _meet(net, there[0], met, nets, energised)


def _meet(
    net: str, one: Source, found: Mapping[str, tuple[str, ...]], nets: Mapping[str, list[Source]], energised: frozenset[str]
) -> Iterator[Violation]:
    for other, way in found.items():
        name = nets[other][0][0]
        if name != one[0]:
            text = f"{one[1]}.{one[2]} ({one[0]}, net {net}) meets {name} on net {other} through {', '.join(way)} {state_words(energised)}"
            yield Violation(rule="supplies", ref=one[1], net=net, text=f"{text}, limit none", value=other, limit="none")


def bcm_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield each way from the rig's feed to a motor pin of a BCM, in any state of the relays, with every switch closed."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        targets = {net: (ref, pin) for ref, part in parts.items() if part.kind == "bcm" for pin, net in part.pins.items() if "motor" in pin}
        for energised in relay_states(parts):
            for start in power_nets(parts):
                found = reach(parts, start, grounds=circuit.grounds, energised=energised)
                for net in targets.keys() & found.keys():
                    ref, pin = targets[net]
                    way = ", ".join(found[net]) or "the net itself"
                    text = f"{ref}.{pin}: the rig's {start} reaches it on net {net} through {way} {state_words(energised)}, limit no path"
                    yield Violation(rule="feed_to_bcm", ref=ref, net=net, text=text, value=f"path through {way}", limit="no path")


def estop_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield what is wrong with the emergency stop: none, normally open, or a coil that is still fed while it is pressed."""
    stops = [(ref, part) for ref, part in circuit.with_role("estop") if part.kind == "switch"]
    if len(stops) != 1:
        text = f"{', '.join(ref for ref, _ in stops) or 'no part'}: {len(stops)} switches with the role estop in the coil supply, limit 1"
        yield Violation(rule="estop", ref="", net="", text=text, value=str(len(stops)), limit="1")
        return
    ref, stop = stops[0]
    if stop.normally != "closed":
        net = next(iter(stop.pins.values()))
        text = f"{ref}: a normally {stop.normally} contact on net {net}, limit a normally closed one"
        yield Violation(rule="estop", ref=ref, net=net, text=text, value=f"normally {stop.normally}", limit="normally closed")
    for role in ("safety", "enable"):
        relays = [(r, p) for r, p in circuit.with_role(role) if p.kind == "relay"]
        if len(relays) != 1:
            text = f"{', '.join(r for r, _ in relays) or 'no part'}: {len(relays)} relays with the role {role}, limit 1"
            yield Violation(rule="estop", ref="", net="", text=text, value=str(len(relays)), limit="1")
        for relay, part in relays:
            if way := _fed(circuit, part, opened={ref}):
                text = f"{relay}: its coil (net {_coil_net(part)}) is fed through {', '.join(way[0]) or 'no part'} with {ref} pressed"
                yield Violation(rule="estop", ref=relay, net=_coil_net(part), text=f"{text} {way[1]}, limit no path",
                                value="fed", limit="no path")  # fmt: skip


def hold_violations(circuit: Circuit) -> Iterator[Violation]:
    """Yield the enable relay where it is fed with the hold button let go; a rig without one has none to hold to."""
    holds = {ref for ref, part in circuit.with_role("hold") if part.kind == "switch"}
    for relay, part in circuit.with_role("enable") if holds else ():
        if way := _fed(circuit, part, opened=holds):
            net = _coil_net(part)
            text = f"{relay}: its coil (net {net}) is fed through {', '.join(way[0])} with {', '.join(holds)} let go, limit no path"
            yield Violation(rule="estop", ref=relay, net=net, text=text, value="fed", limit="no path")


def heartbeat_violations(circuit: Circuit, wiring: Wiring) -> Iterator[Violation]:
    """Yield what would keep the feed alive without a heartbeat."""
    safety = next(((r, p) for r, p in circuit.with_role("safety") if p.kind == "relay"), None)
    enable = next(((r, p) for r, p in circuit.with_role("enable") if p.kind == "relay"), None)
    if safety is None or enable is None:
        return  # the emergency-stop rule has said so
    yield from _through_monostable(circuit, wiring, safety[0])
    if way := _fed(circuit, enable[1], released={safety[0]}):
        yield _still_fed(enable, way[0], f"with {safety[0]} released")
    resets = {ref for ref, _ in circuit.with_role("reset")}
    if wiring.rearm == "reset" and (way := _fed(circuit, safety[1], opened=resets, released={safety[0]})):
        yield _still_fed(safety, way[0], "once released, without RESET")
    for name, limit in (("feed_dead_ms", "50 to 90 ms"), ("heartbeat_min_ms", "50 to 90 ms"), ("one_shot_max_ms", "1000 ms at most")):
        if name not in circuit.sums:
            text = f"sums.{name}: missing, so nothing holds the monostable to its time, limit {limit}"
            yield Violation(rule="heartbeat", ref=safety[0], net="", text=text, value="missing", limit=limit)
    yield from _one_shot(circuit, wiring, enable)


def _one_shot(circuit: Circuit, wiring: Wiring, enable: tuple[str, Part]) -> Iterator[Violation]:
    """Some monostable before the enable relay's driver must hear of enable and of each drive that a GPIO asks for."""
    low = _low_net(enable[1])
    gates = [part.pins["G"] for _, part in circuit.of_kind("transistor") if part.pins.get("D") == low and "G" in part.pins]
    asked = {net: role for role in ("enable", "drive_lock", "drive_unlock") if (net := role_net(circuit, wiring, role))}
    stop = (*circuit.grounds, *supply_nets(circuit.parts))
    for gate in gates:
        timers = deciders(circuit.parts, gate, stop, timers=True)
        behind = [deciders(circuit.parts, net, stop, timers=False) for net in timers]
        beat = heartbeat_net(circuit, wiring)
        if beat and not any(beat in nets for nets in behind):
            text = f"{enable[0]}: its driver (net {gate}) does not hear of the heartbeat on net {beat}, limit by a monostable"
            yield Violation(rule="heartbeat", ref=enable[0], net=gate, text=text, value="no heartbeat", limit="by a monostable")
        heard = [asked.keys() & nets for nets in behind]
        best = max(heard, key=len, default=set())
        if missing := [role for net, role in asked.items() if net not in best]:
            text = f"{enable[0]}: no one-shot before its driver (net {gate}) hears of {', '.join(missing)}, limit a pulse of 1 s at most"
            yield Violation(rule="heartbeat", ref=enable[0], net=gate, text=text, value="no one-shot", limit="1 s")


def _still_fed(relay: tuple[str, Part], way: tuple[str, ...], when: str) -> Violation:
    ref, net = relay[0], _coil_net(relay[1])
    text = f"{ref}: its coil (net {net}) is fed through {', '.join(way) or 'no part'} {when}, limit no path"
    return Violation(rule="heartbeat", ref=ref, net=net, text=text, value="fed", limit="no path")


def _through_monostable(circuit: Circuit, wiring: Wiring, safety: str) -> Iterator[Violation]:
    net = heartbeat_net(circuit, wiring)
    supplies = set(supply_nets(circuit.parts))
    if not net:
        return  # the rule of the pins has said so
    if safety not in driven_by(circuit.parts, net, circuit.grounds, supplies):
        text = f"{safety}: the heartbeat on net {net} does not reach its coil, limit through a monostable"
        yield Violation(rule="heartbeat", ref=safety, net=net, text=text, value="no path", limit="through a monostable")
    without = {ref: part for ref, part in circuit.parts.items() if part.kind != "monostable"}
    if safety in driven_by(without, net, circuit.grounds, supplies):
        text = f"{safety}: the level of net {net} alone holds its coil, limit through a monostable"
        yield Violation(rule="heartbeat", ref=safety, net=net, text=text, value="a level", limit="through a monostable")
    low = _low_net(circuit.parts[safety])
    drivers = [ref for ref, part in circuit.of_kind("transistor") if part.pins.get("D") == low]
    if len(drivers) != 1:
        text = f"{safety}: {len(drivers)} transistors at its coil's low side (net {low}), limit 1"
        yield Violation(rule="heartbeat", ref=safety, net=low, text=text, value=str(len(drivers)), limit="1")


def _low_net(part: Part) -> str:
    return part.pins[part.coil[1]] if part.coil else ""


def _coil_net(part: Part) -> str:
    return part.pins[part.coil[0]] if part.coil else ""


def _fed(
    circuit: Circuit, relay: Part, *, opened: set[str] | None = None, released: set[str] | None = None
) -> tuple[tuple[str, ...], str] | None:
    """Return how a coil's high side is fed from a supply of the rig, and in which state of the relays; None: in none."""
    for lead in leads_of(circuit):
        parts = seated(circuit, lead)
        for energised in relay_states(parts):
            if energised & (released or set()):
                continue
            for start in power_nets(parts):
                found = reach(parts, start, grounds=circuit.grounds, energised=energised, opened=opened or ())
                if _coil_net(relay) in found:
                    return found[_coil_net(relay)], state_words(energised)
    return None
