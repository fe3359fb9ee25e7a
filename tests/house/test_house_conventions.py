"""Conventions that nobody can forget, because they are tests."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bench.analysis.classify import BOUNDS
from bench.analysis.dictionary import DICTIONARY
from bench.analysis.healthy import HEALTHY_WORDS, healthy_spreads
from bench.analysis.priors import PRIORS, SYMPTOM_FACTORS
from bench.analysis.sentences import NUMBERS, WORDS
from bench.config import load_profile, profile_ids
from bench.model.faults import FAULT_TEXTS
from bench.model.names import FAULTS, HYPOTHESES, SYMPTOMS
from tests.command_runs import ROOT, spawned

BENCH = ROOT / "bench"
MODULES = sorted(BENCH.rglob("*.py"))
EACH_MODULE = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(BENCH)))
BANNED = {"manager", "managers", "helper", "helpers", "util", "utils", "handler", "handlers"}
FILE_LINES, FUNCTION_LINES = 320, 60
"""Where "about 250" and "about 40" lines end for good (DESIGN 1)."""


def pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def definitions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def committed() -> list[Path]:
    """Return the files of the repository, or all that could be in it where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return sorted(ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())
    return sorted(p for folder in ("bench", "dbc", "wiring", "tests", "docs") for p in (ROOT / folder).rglob("*") if p.is_file())


def test_every_folder_of_the_house_has_a_floor() -> None:
    """And every floor a folder, or it is one that a later issue builds."""
    settings = pyproject()["tool"]
    assert isinstance(settings, dict)
    layers = next(c for c in settings["importlinter"]["contracts"] if c["type"] == "layers")
    floors = {name.strip().strip("()") for layer in layers["layers"] for name in layer.split("|")}
    rooms = {p.name for p in BENCH.iterdir() if (p / "__init__.py").exists()} | {p.stem for p in BENCH.glob("*.py")} - {"__init__"}
    assert layers["exhaustive"] is True
    assert rooms <= floors
    assert floors - rooms <= {"web", "pytest_plugin"}


@EACH_MODULE
def test_everything_public_says_what_it_is(path: Path) -> None:
    """Each module, and each public function and class at its top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module says nothing"
    silent = [d.name for d in tree.body if isinstance(d, ast.FunctionDef | ast.ClassDef) and d.name[0] != "_" and not ast.get_docstring(d)]
    assert not silent


@pytest.mark.parametrize("room", ["ports", "rig", "engine"])
def test_every_public_method_at_the_pins_says_units_and_errors(room: str) -> None:
    """A driver, a port or a guard is called by name alone: what a method takes and raises stands in the method."""
    silent = [
        f"{path.name}: {kind.name}.{method.name}"
        for path in sorted((BENCH / room).glob("*.py"))
        for kind in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
        if isinstance(method, ast.FunctionDef) and method.name[0] != "_" and not ast.get_docstring(method)
    ]
    assert silent == []


@EACH_MODULE
def test_no_name_is_an_empty_word(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {path.stem} | {d.name for d in definitions(tree)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert not sorted(name for name in names if words_of(name) & BANNED)


@EACH_MODULE
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE_LINES
    long = {d.name: (d.end_lineno or 0) - d.lineno for d in definitions(ast.parse(text)) if isinstance(d, ast.FunctionDef)}
    assert not {name: lines for name, lines in long.items() if lines > FUNCTION_LINES}


def test_no_two_test_files_share_a_name() -> None:
    """Both pytest and mypy know them by their names alone."""
    seen: dict[str, Path] = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if path.name in {"conftest.py", "__init__.py"}:
            continue
        assert path.name not in seen, f"{path} and {seen[path.name]}"
        seen[path.name] = path


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_no_test_asserts_nothing(path: Path) -> None:
    """A test states what must hold: by assert, by pytest.raises, or by a check of its own that does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checks = {d.name for d in definitions(tree) if isinstance(d, ast.FunctionDef) and any(isinstance(n, ast.Assert) for n in ast.walk(d))}
    for test in definitions(tree):
        if not test.name.startswith("test_") or isinstance(test, ast.ClassDef):
            continue
        called = {n.func.id for n in ast.walk(test) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        methods = {n.func.attr for n in ast.walk(test) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
        states = any(isinstance(n, ast.Assert) for n in ast.walk(test)) or called & checks or methods & {"raises", "refused", "warns"}
        assert states, test.name


@pytest.mark.parametrize("ref", profile_ids())
def test_every_limit_names_its_source_and_confidence(ref: str) -> None:
    written = tomllib.loads((ROOT / "dbc" / f"{ref}.toml").read_text(encoding="utf-8"))["limits"]
    for name, limit in load_profile(ref).limits.items():
        assert len(limit.source) >= 8, name
        assert limit.unit or name in {"dropouts", "edges_per_event"} or name.endswith(("_share", "_fraction")), name
        assert written[name]["confidence"] in "ABCDE", name


def test_every_fault_has_a_row_a_prior_and_a_text() -> None:
    assert set(DICTIONARY) >= {"healthy", *FAULTS}
    assert set(DICTIONARY) <= set(HYPOTHESES)
    assert set(PRIORS) == set(HYPOTHESES)
    assert set(FAULT_TEXTS) == set(HYPOTHESES)
    assert all(weight > 0 for weight in PRIORS.values())


def test_every_column_of_the_dictionary_has_a_sentence_and_every_sentence_a_column() -> None:
    """A word has one for each of its values, a number one with its place; nothing is read, moved or said that the others lack."""
    named = {column for modes in DICTIONARY.values() for mode in modes for column in mode.moves}
    numbers = {column for ref in profile_ids() for column in healthy_spreads(load_profile(ref), 20.0)}
    assert named <= set(HEALTHY_WORDS) | numbers, "a row speaks of what nobody reads"
    assert set(WORDS) == set(HEALTHY_WORDS)
    assert set(NUMBERS) == numbers | set(BOUNDS)
    for column, odds in HEALTHY_WORDS.items():
        assert set(WORDS[column]) == set(odds), column


def test_every_symptom_moves_the_priors_of_known_faults_by_five_at_most() -> None:
    assert set(SYMPTOM_FACTORS) == set(SYMPTOMS)
    for factors in SYMPTOM_FACTORS.values():
        assert factors
        assert set(factors) <= set(FAULTS)
        assert all(1 < factor <= 5 for factor in factors.values())


def test_help_loads_nothing_heavy() -> None:
    """Start-up is part of the product (DESIGN 3.1)."""
    heavy = [
        "numpy",
        "can",
        "cantools",
        "msgspec",
        "gpiozero",
        "serial",
        "smbus2",
        "starlette",
        "uvicorn",
        "jinja2",
        "sqlalchemy",
        "asyncio",
    ]
    probe = (
        "import sys, json, contextlib, io\n"
        "from bench.cli.main import run\n"
        "with contextlib.redirect_stdout(io.StringIO()): code = run(['--help'])\n"
        f"print(json.dumps([code, [m for m in {heavy!r} if m in sys.modules]]))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [0, []]


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("test", "--help"), ("judge", "--help")])
def test_help_is_a_page_and_no_error(argv: tuple[str, ...]) -> None:
    said = spawned(*argv)
    assert said.code == 0
    assert said.err == ""
    assert "lockbench" in said.out


FOREIGN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home/(?!pi/)\w+|Users)/\w+"),
    "a host of a registry": re.compile(r"pypi\.org|pythonhosted\.org|artifactory|--index-url|\bnexus\b", re.IGNORECASE),
}


def test_no_committed_file_names_one_machine_or_a_registry() -> None:
    found = []
    for path in committed():
        if path == Path(__file__).resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # pictures and packed recordings
        found += [f"{path.relative_to(ROOT)}: {what}: {hit[0]}" for what, pattern in FOREIGN.items() if (hit := pattern.search(text))]
    assert found == []


def test_third_party_lists_every_dependency_with_its_licence() -> None:
    """What pyproject.toml asks for at run time, extras included, is in THIRD-PARTY.md; and nothing else stands there as wanted by us."""
    project = pyproject()["project"]
    assert isinstance(project, dict)
    asked = [*project["dependencies"], *(need for extra in project["optional-dependencies"].values() for need in extra)]
    wanted = {canonical(re.split(r"[<>=!~;\[ ]", need, maxsplit=1)[0]) for need in asked} - {"lockbench"}
    ours, brought = (rows(part) for part in third_party().split("What those bring with them", 1))
    assert set(ours) == wanted
    assert all(licence for licence in (ours | brought).values())
    assert not [name for name, licence in ours.items() if re.search(r"(?<!L)GPL", licence)], "GPL only as a subprocess"


def test_third_party_lists_what_the_dependencies_bring() -> None:
    """Every package that installing lockbench without extras brings, by the metadata of what is installed here."""
    project = pyproject()["project"]
    assert isinstance(project, dict)
    listed = {name for part in third_party().split("What those bring with them", 1) for name in rows(part)}
    assert set(brought_by([canonical(re.split(r"[<>=!~;\[ ]", need, maxsplit=1)[0]) for need in project["dependencies"]])) <= listed


def third_party() -> str:
    return (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")


def rows(text: str) -> dict[str, str]:
    """Return licence by distribution of the tables in a text."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {canonical(row[0]): row[1] for row in cells if row[0] != "distribution"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def brought_by(names: list[str]) -> set[str]:
    """Return these distributions and all that they need here, extras left out."""
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name in seen:
            continue
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue  # not needed on this platform or Python
        seen.add(name)
        wanted = [need for need in map(Requirement, needs) if need.marker is None or need.marker.evaluate({"extra": ""})]
        names += [canonical(need.name) for need in wanted]
    return seen


def test_the_wheel_and_the_licence_files_are_there() -> None:
    project = pyproject()["project"]
    assert isinstance(project, dict)
    assert all((ROOT / name).is_file() for name in [*project["license-files"], project["readme"]])
