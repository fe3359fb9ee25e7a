"""What the connection page and the lights need to know of the rig: read from its wiring file, never from a browser."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.config import circuit_path, load_circuit, load_wiring, shipped
from bench.errors import BenchError
from bench.model.circuit import Circuit
from bench.model.profile import Profile
from bench.model.wiring import Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class RigShown:
    """`inputs`: roles with a wire; `fault`: why the wiring file cannot be read, empty where it can.

    `path`, `sha256`: the wiring file and its bytes' hash, None where the rig has none; `wiring`: what stands in it; `circuit`: its
    parts and cables, None where it names no circuit file, or none that can be read (`lockbench wiring check` says why).
    """

    name: str
    simulated: bool
    inputs: frozenset[str]
    has_can: bool
    notes: tuple[str, ...] = ()
    fault: str = ""
    is_plant: bool = False
    path: Path | None = None
    sha256: str | None = None
    wiring: Wiring | None = None
    circuit: Circuit | None = None


def rig_shown(rig: str, profile: Profile) -> RigShown:
    """Return what is known of a rig as it stands on the command line."""
    path, toml, _ = rig.rpartition(".toml")
    if not toml:
        return RigShown(
            name=rig.partition(":")[0], simulated=True, inputs=frozenset(profile.roles), has_can=profile.can is not None,
            is_plant=rig.startswith("plant:"),
        )  # fmt: skip
    given = Path(path + toml)
    try:
        file = given if given.exists() else shipped(path + toml)
        wiring = load_wiring(file)
        digest = sha256(file.read_bytes()).hexdigest()
    except (BenchError, OSError) as exc:
        return RigShown(name=path, simulated=False, inputs=frozenset(), has_can=False, fault=str(exc))
    return RigShown(
        name=wiring.name, simulated=wiring.simulated, inputs=frozenset(wiring.gpio.inputs), has_can=wiring.can is not None,
        notes=wiring.notes[:3], path=file, sha256=digest, wiring=wiring,
        circuit=_circuit_of(wiring, file),
    )  # fmt: skip


def _circuit_of(wiring: Wiring, file: Path) -> Circuit | None:
    try:
        return load_circuit(circuit_path(file, wiring.circuit)) if wiring.circuit else None
    except BenchError:
        return None
