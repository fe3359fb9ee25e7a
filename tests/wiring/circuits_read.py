"""The shipped rigs with their circuits, and copies of them with one thing changed."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from bench.circuit.check import violations
from bench.circuit.violation import Violation
from bench.config import circuit_path, load_circuit, load_rig_file
from bench.model.circuit import Circuit
from bench.model.wiring import ListeningRig, Wiring
from tests.command_runs import ROOT

T = TypeVar("T")
RIGS = ("rpi-bench", "usb-relay", "in-car")


def wiring_of(rig: str) -> Wiring | ListeningRig:
    """Return the wiring file of a rig."""
    return load_rig_file(ROOT / "wiring" / f"{rig}.toml")


def circuit_file(rig: str) -> Path:
    """Return the circuit file that a rig's wiring file names."""
    return circuit_path(ROOT / "wiring" / f"{rig}.toml", wiring_of(rig).circuit)


def circuit_of(rig: str) -> Circuit:
    """Return the circuit of a rig, with what it includes."""
    return load_circuit(circuit_file(rig))


def changed(whole: T, changes: dict[str, Any]) -> T:
    """Return a copy of a circuit or a wiring with these values in place; None takes a key out. Keys: `parts/K1/pins/87`."""
    table: Any = msgspec.json.decode(msgspec.json.encode(whole))
    for path, value in changes.items():
        *above, last = path.split("/")
        node = table
        for key in above:
            node = node[int(key)] if isinstance(node, list | tuple) else node[key]
        if value is None:
            del node[last]
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return msgspec.convert(table, type(whole))


def found(rig: str, circuit: dict[str, Any] | None = None, wiring: dict[str, Any] | None = None) -> tuple[Violation, ...]:
    """Return what the rules find in a rig with these changes."""
    return violations(changed(circuit_of(rig), circuit or {}), changed(wiring_of(rig), wiring or {}))
