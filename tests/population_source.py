"""What a stored run, and a stored answer, depend on: a hash over the modules that made it, found by following their imports."""

import ast
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from bench.config import load_profile
from bench.model.names import KINDS
from bench.model.profile import Profile

ROOT: Final = Path(__file__).resolve().parent.parent
PROFILES: Final = {"rear_door": "qashqai-j11-rear-door", "tailgate": "qashqai-j11-tailgate"}
MAKERS: Final = ("bench.engine.run", "bench.procedure.plan", "bench.sim.plant", "bench.sim.virtual", "bench.model.codec")
"""What a run is made by; what it is told in (the texts of faults, the verdict document) is not among it."""


@lru_cache(maxsize=8)
def source_hash() -> str:
    """Return a hash of everything that a run depends on: not of the analysis, and not of a profile's windows."""
    driven = (msgspec.structs.replace(_profile(kind), limits={}, notes=()) for kind in KINDS)
    made = _closure(MAKERS)
    return _hash([*made, *_modules_of("tests.plants")], *(_written(profile) for profile in driven))


@lru_cache(maxsize=8)
def judge_hash() -> str:
    """Return a hash of everything that a verdict on a stored run depends on, the way of counting it included."""
    return _hash(_closure(("bench.app.judging", "tests.population_results")), *(_written(_profile(kind)) for kind in KINDS))


def _written(profile: Profile) -> bytes:
    return msgspec.json.encode(profile, order="deterministic")


def _profile(kind: str) -> Profile:
    return load_profile(PROFILES[kind])


def _hash(paths: Iterable[Path], *more: bytes) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    for piece in more:
        digest.update(piece)
    return digest.hexdigest()[:16]


def _modules_of(package: str) -> list[Path]:
    return sorted((ROOT / package.replace(".", "/")).glob("*.py"))


def _closure(modules: Iterable[str]) -> set[Path]:
    """Return the files of these modules and of all of ours that they import, directly or not, inside functions too."""
    waiting, found = list(modules), set[Path]()
    while waiting:
        path = _file_of(waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        waiting += _imported(path)
    return found


def _file_of(module: str) -> Path | None:
    base = ROOT / module.replace(".", "/")
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.split(".")[0] in ("bench", "tests")]
