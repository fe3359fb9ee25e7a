"""The pure floors are pure: what imports cannot show, the syntax tree does (DESIGN 1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"
PURE = ("model", "analysis", "procedure", "ports")
CALLS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint", "globals", "setattr"}
METHODS = {
    "now", "utcnow", "today", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "touch", "iterdir", "glob",
    "rglob", "getenv", "urandom", "default_rng", "seed", "fromfile", "tofile", "loadtxt", "savetxt", "genfromtxt", "memmap", "savez",
    "sleep", "monotonic", "monotonic_ns", "perf_counter", "time_ns", "getLogger", "load_file", "add_dbc_file",
}  # fmt: skip
MODULES = {
    "os", "io", "pathlib",
    "sys", "time", "datetime", "random", "secrets", "uuid", "logging", "threading", "asyncio", "socket", "subprocess",
    "multiprocessing", "concurrent", "signal", "select", "tempfile", "shutil", "importlib", "ctypes", "warnings",
    "builtins",
}  # fmt: skip
PURE_FILES = sorted(path for room in PURE for path in (BENCH / room).rglob("*.py"))


def impurities(source: str) -> Iterator[str]:
    """Yield what a pure module may not do, with its line."""
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield f"{line}: calls {name}()"
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                yield f"{line}: calls .{name}()"
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr="random"):
                yield f"{line}: numpy's random numbers"
            case ast.Import(names=names):
                yield from (f"{line}: imports {n.name}" for n in names if n.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield f"{line}: imports from {module}"
            case ast.Global():
                yield f"{line}: global state"
            case ast.AsyncFunctionDef() | ast.Await():
                yield f"{line}: a loop of somebody else's"


@pytest.mark.parametrize("path", PURE_FILES, ids=lambda path: str(path.relative_to(BENCH)))
def test_a_pure_module_opens_nothing_asks_no_clock_rolls_no_dice_and_says_nothing(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "open('x')", "from datetime import datetime\ndatetime.now()", "import random\nrandom.random()", "print(1)", "eval('1')",
        "Path('x').read_text()", "import logging", "from threading import Thread", "np.random.normal()", "np.loadtxt('x')",
        "async def f(): ...",
        "import os.path", "def f():\n  global x\n  x = 1",
    ],
)  # fmt: skip
def test_the_check_sees_what_it_is_there_for(source: str) -> None:
    assert list(impurities(source))


def test_there_are_pure_modules_to_check() -> None:
    assert len(PURE_FILES) > 40
