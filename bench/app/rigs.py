"""Which rig a run gets: the only place that chooses one."""

import importlib
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.config import check_fits, load_wiring, shipped
from bench.errors import ConfigError, PlantError, UsageError
from bench.model.names import FAULTS, Kind, Scope
from bench.model.profile import Profile
from bench.ports.plant import Plant
from bench.ports.rig import Rig
from bench.sim.virtual import virtual_rig

DEFAULT_SEVERITY = 0.85
"""Where the signatures of facts/actuator.md stand (DESIGN 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The conditions of a simulated run. None: the plant's own default."""

    seed: int = 0
    temp_c: float | None = None
    supply_v: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RigChoice:
    """A parsed --rig."""

    sort: str
    name: str
    fault: str | None = None
    severity: float = DEFAULT_SEVERITY
    module: str = ""
    attribute: str = ""
    path: Path | None = None

    @property
    def text(self) -> str:
        """What `--rig` took, for another process."""
        if self.sort == "plant":
            return f"plant:{self.module}:{self.attribute}"
        head = str(self.path) if self.sort == "wiring" else "sim"
        return head if self.fault is None else f"{head}:{self.fault}@{self.severity!r}"


def parse_rig(text: str) -> RigChoice:
    """Read --rig: sim[:FAULT[+FAULT][@SEVERITY]], plant:MODULE:CALLABLE or a wiring file; raise UsageError otherwise.

    A wiring file of a simulated rig takes a fault behind a colon too: wiring/ci.toml:switch_stuck_closed.
    """
    sort, _, rest = text.partition(":")
    if sort == "sim":
        return _simulated(text, rest)
    if sort == "plant":
        module, _, attribute = rest.partition(":")
        if not module or not attribute:
            raise UsageError(f"--rig {text}: write plant:MODULE:CALLABLE")
        return RigChoice(sort="plant", name="plant", module=module, attribute=attribute)
    path, toml, fault = text.rpartition(".toml")
    if toml and fault[:1] in ("", ":"):
        found = wiring_path(path + toml)
        given = _simulated(text, fault[1:])
        return RigChoice(sort="wiring", name=found.stem, path=found, fault=given.fault, severity=given.severity)
    raise UsageError(f"--rig {text}: neither sim[:FAULT[@SEVERITY]] nor plant:MODULE:CALLABLE nor a wiring file (.toml)")


def wiring_path(name: str) -> Path:
    """Return the file as given, or the shipped one of that name: an installed lockbench works from any folder."""
    path = Path(name)
    if not path.exists() and not path.is_absolute():
        try:
            return shipped(name)
        except ConfigError:
            return path
    return path


def _simulated(text: str, rest: str) -> RigChoice:
    if not rest:
        return RigChoice(sort="sim", name="sim")
    fault, at, given = rest.partition("@")
    names = fault.split("+")
    if (unknown := [name for name in names if name not in FAULTS]) or len(names) > 2 or len(set(names)) < len(names):
        why = f"no fault {unknown[0]!r}" if unknown else "two different faults at most"
        raise UsageError(f"--rig {text}: {why}; known: {', '.join(FAULTS)}")
    severity = DEFAULT_SEVERITY
    if at:
        try:
            severity = float(given)
        except ValueError:
            raise UsageError(f"--rig {text}: severity {given!r} is not a number") from None
        if not 0 <= severity <= 1:
            raise UsageError(f"--rig {text}: severity {severity:g} is outside 0..1")
    return RigChoice(sort="sim", name="sim", fault=fault, severity=severity)


def default_scope(choice: RigChoice) -> Scope:
    """Return what the rig is connected to where the user does not say: the wiring file's word, else `door` (DESIGN 2)."""
    return load_wiring(choice.path).scope if choice.path is not None else "door"


def open_rig(choice: RigChoice, profile: Profile, scope: Scope, world: World) -> Rig:
    """Open the rig; every time on it counts from here. Raises UsageError, ConfigError, PlantError or PortError."""
    if choice.sort == "sim":
        return virtual_rig(build(choice, profile.kind, scope, world), name="sim", default_roles=frozenset(profile.roles), kind=profile.kind)
    if choice.sort == "plant":
        return virtual_rig(
            outside_plant(choice.module, choice.attribute), name="plant", default_roles=frozenset(profile.roles), kind=profile.kind
        )
    path = choice.path or Path()
    wiring = load_wiring(path)
    if not wiring.simulated and choice.fault is not None:
        raise UsageError(f"{path}: {wiring.name} is a real rig, it cannot be given the fault {choice.fault}")
    if not wiring.simulated:
        raise UsageError(
            f"{path}: {wiring.name} is a real rig: only the pin process may open it (lockbench test), for it lets go when all else has died"
        )
    check_fits(wiring, profile)
    from bench.app.ci_rig import open_ci_rig

    return open_ci_rig(wiring, profile, build(choice, profile.kind, scope, world))


def build(choice: RigChoice, kind: Kind, scope: Scope, world: World) -> Plant:
    """Return the built-in plant with the chosen fault."""
    from bench.sim.plant import build_plant

    conditions: dict[str, Any] = {}
    if world.temp_c is not None:
        if not -60 <= world.temp_c <= 120:
            raise UsageError(f"--temp {world.temp_c:g} is outside -60..120 degrees C")
        conditions["ambient_c"] = world.temp_c
    if world.supply_v is not None:
        if not (math.isfinite(world.supply_v) and 0 <= world.supply_v <= 30):
            raise UsageError(f"--supply {world.supply_v:g} is outside 0..30 V")
        conditions["supply_v"] = world.supply_v
    return build_plant(kind=kind, fault=choice.fault, severity=choice.severity, seed=world.seed, scope=scope, **conditions)


def outside_plant(module: str, attribute: str) -> Plant:
    """Import an outside plant and make one; its module is looked for in the current folder too."""
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        maker = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, SyntaxError) as exc:
        raise UsageError(f"--rig plant:{module}:{attribute}: {exc}") from exc
    except (Exception, SystemExit) as exc:  # somebody else's module: whatever it does when imported is named
        raise UsageError(f"--rig plant:{module}:{attribute}: importing it raised {type(exc).__name__}: {exc}") from exc
    if not callable(maker):
        raise UsageError(f"--rig plant:{module}:{attribute}: {attribute} is not callable")
    try:
        plant: Plant = maker()
    except (Exception, SystemExit) as exc:  # somebody else's code: whatever it raises is its own fault and is named
        raise PlantError(f"plant {module}:{attribute} raised {type(exc).__name__} when it was made: {exc}") from exc
    for method in ("advance", "operator"):
        if not callable(getattr(plant, method, None)):
            raise PlantError(f"plant {module}:{attribute} has no method {method}()")
    return plant
