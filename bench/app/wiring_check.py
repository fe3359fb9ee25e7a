"""Is a wiring file right on paper? The file by itself, then with its circuit: every electrical rule."""

from pathlib import Path
from typing import Final

import msgspec

from bench.circuit.check import rules_for, violations
from bench.circuit.violation import Violation
from bench.config import check_fits, circuit_path, load_circuit, load_profile, load_rig_file, warnings_of
from bench.errors import UsageError
from bench.model.wiring import ListeningRig

SCHEMA: Final = "lockbench.wiring_check/1"


class WiringCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `circuit`: the file that the `rules` were held against, None where the wiring file names none."""

    name: str
    circuit: str | None
    rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()

    def document(self) -> bytes:
        """Return it as one JSON document (schema lockbench.wiring_check/1)."""
        return msgspec.json.encode({"schema": SCHEMA} | msgspec.structs.asdict(self))


def check_wiring(path: Path, profile: str | None = None) -> WiringCheck:
    """Hold a wiring file against itself, a profile and its circuit; raises WiringError where a file cannot be what it should be."""
    wiring = load_rig_file(path)
    if isinstance(wiring, ListeningRig):
        if profile is not None:
            raise UsageError(f"--profile {profile}: {path} only listens, it tests no part")
    elif profile is not None:
        check_fits(wiring, load_profile(profile))
    warnings = () if isinstance(wiring, ListeningRig) else warnings_of(wiring)
    if not wiring.circuit:
        return WiringCheck(name=wiring.name, circuit=None, warnings=warnings)
    drawn = circuit_path(path, wiring.circuit)
    found = violations(load_circuit(drawn), wiring)
    return WiringCheck(name=wiring.name, circuit=str(drawn), rules=rules_for(wiring), warnings=warnings, violations=found)
