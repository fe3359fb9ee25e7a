"""Every sentence that the product says to people, collected from the source: what a translation must hold.

A sentence is found where it stands in `language.say("…")`, in `text("…")` (a table), in `{{ say("…") }}` (a template), or in one of
the text catalogues.

`python -m tests.language.message_ids` adds those that a language lacks to its file, untranslated.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final

import polib

ROOT: Final = Path(__file__).resolve().parents[2]
BENCH: Final = ROOT / "bench"
_IN_TEMPLATE: Final = re.compile(r"""\bsay\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_PLACE: Final = re.compile(r"\{\w+\}")
_FEW_LETTERS: Final = 8
_WRONG_USE: Final = frozenset({"UsageError", "NobodyToAsk", "ProcedureRefused"})
_SILENT: Final = frozenset({"id", "faults", "unit", "drive", "kinds", "scopes", "risk", "schema", "places", "bands"})
"""Fields of the text catalogues that hold names and no sentences."""


def in_source() -> dict[str, str]:
    """Return the sentences that Python files and templates name, each with one place."""
    found: dict[str, str] = {}
    for path in sorted(BENCH.rglob("*.py")):
        for english, line in _calls(ast.parse(path.read_text(encoding="utf-8")), own_say=(BENCH / "cli") in path.parents):
            found.setdefault(english, f"{path.relative_to(ROOT)}:{line}")
    for path in sorted((BENCH / "web").rglob("*")):
        if path.suffix in {".html", ".svg"}:
            for quoted in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
                found.setdefault(ast.literal_eval(quoted), str(path.relative_to(ROOT)))
    return found


def _calls(tree: ast.AST, *, own_say: bool) -> Iterator[tuple[str, int]]:
    """Yield what is said: `language.say(...)`, a local name `say` for it, `self._say`, and `text(...)` around a sentence in a table."""
    names = {"text"} if own_say else {"text", "say"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called, first = ast.unparse(node.func), node.args[0]
        if called in names or called.endswith(("language.say", "self._say")):
            for choice in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    yield choice.value, node.lineno


def in_errors() -> dict[str, str]:
    """Return what a wrong use is answered with, as patterns: each place of an f-string becomes {a}, {b}, ..."""
    found: dict[str, str] = {}
    for path in sorted(BENCH.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in _WRONG_USE:
                pattern = _pattern(node.args[0])
                if sum(letter.isalpha() for letter in _PLACE.sub("", pattern)) >= _FEW_LETTERS:
                    found.setdefault(pattern, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    pieces, places = node.values if isinstance(node, ast.JoinedStr) else [], iter("abcdefghijk")
    return "".join(str(one.value) if isinstance(one, ast.Constant) else f"{{{next(places)}}}" for one in pieces)


def in_help() -> dict[str, str]:
    """Return every text of `--help`."""
    from bench.cli.parser import build_parser
    from bench.cli.voice import parsers_of

    found: dict[str, str] = {}
    for parser in parsers_of(build_parser()):
        helps = [one.help for action in parser._actions for one in (action, *getattr(action, "_choices_actions", ()))]
        for said in (parser.description, parser.epilog, *helps):
            if said and said != "==SUPPRESS==":
                found.setdefault(said, parser.prog)
    return found


def in_sources() -> dict[str, str]:
    """Return where the limits of the shipped profiles come from, clause by clause."""
    from bench.config import load_profile, profile_ids
    from bench.report.sources import clauses_of

    limits = (limit for ref in profile_ids() for limit in load_profile(ref).limits.values())
    return {clause: "limits" for limit in limits for clause in clauses_of(limit.source)[1]}


def in_catalogues() -> dict[str, str]:
    """Return the sentences of the text catalogues: faults, care, manual tests, questions, and what readings say."""
    from bench.analysis import sentences
    from bench.config import load_profile, profile_ids
    from bench.model import fault_texts_care as care
    from bench.model.faults import FAULT_TEXTS
    from bench.model.guides import GUIDES
    from bench.model.manual_tests import MANUAL_TESTS, RISK_TEXTS
    from bench.procedure.plan import ASK_FIRST

    found: dict[str, str] = {}
    for name, value in vars(care).items():
        if name.isupper():
            _walk(value, "care", found)
    tables = {"faults": FAULT_TEXTS, "guides": GUIDES, "tests": MANUAL_TESTS, "risks": RISK_TEXTS, "ask first": ASK_FIRST}
    for name, value in tables.items():
        _walk(value, name, found)
    for ref in profile_ids():
        profile = load_profile(ref)
        for said in (profile.title, *profile.notes):
            found.setdefault(said, "profiles")
    for path in sorted((ROOT / "wiring").glob("*.toml")):
        for note in tomllib.loads(path.read_text(encoding="utf-8")).get("notes", ()):
            found.setdefault(note, str(path.relative_to(ROOT)))
    for words in sentences.WORDS.values():
        _walk(words, "readings", found)
    for form, _ in sentences.NUMBERS.values():
        found.setdefault(form.replace("{}", "{value}"), "readings")
    return found


def _walk(value: object, where: str, found: dict[str, str]) -> None:
    if isinstance(value, str):
        if value not in {"", "-"}:
            found.setdefault(value, where)
    elif isinstance(value, dict):
        for item in value.values():
            _walk(item, where, found)
    elif isinstance(value, tuple):
        for item in value:
            _walk(item, where, found)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in _SILENT:
                _walk(getattr(value, field.name), where, found)


def all_message_ids() -> dict[str, str]:
    """Return every sentence, with where it stands; those of wrong use and of sources too."""
    return {**in_errors(), **in_sources(), **in_help(), **in_catalogues(), **in_source()}


def add_missing(path: Path) -> int:
    """Add what a language lacks to its file, untranslated, drop what nobody says any more; return how many are open."""
    entries = polib.pofile(str(path), encoding="utf-8", wrapwidth=120)
    wanted = all_message_ids()
    known = {entry.msgid for entry in entries}
    for entry in [e for e in entries if e.msgid not in wanted]:
        entries.remove(entry)
    for english in wanted:
        if english not in known:
            entries.append(polib.POEntry(msgid=english, msgstr=""))
    entries.sort(key=lambda entry: entry.msgid)
    entries.save(str(path))
    return sum(not entry.msgstr for entry in entries)


if __name__ == "__main__":
    for file in sorted((BENCH / "locale").glob("*.po")):
        print(f"{file.relative_to(ROOT)}: {add_missing(file)} sentences wait for their translation")
