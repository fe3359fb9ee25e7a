"""Answers files: what a person would say at the end of each step, written down before the run."""

from pathlib import Path
from typing import Any

from bench.config.source_file import read_toml
from bench.errors import ConfigError
from bench.model.names import QUESTIONS_OF


def load_answers(path: str | Path) -> dict[str, bool | None]:
    """Return the answers by key: `close#1.held` for a question of a step, a bare word for what is asked before the run.

    The file is TOML: `"close#1".held = true`, `child_lock_off = true`; "unknown" gives None, a missing key is not in the result.
    Raises ConfigError that names file, key and reason.
    """
    path = Path(path)
    answers: dict[str, bool | None] = {}
    for key, value in read_toml(path).items():
        if not isinstance(value, dict):
            answers[key] = _answer(value, key, path)
            continue
        allowed = _questions_of(key, path)
        for question, given in value.items():
            if question not in allowed:
                raise ConfigError(f"{path}: {key}.{question}: unknown key, {key} is asked {' and '.join(allowed) or 'nothing'}")
            answers[f"{key}.{question}"] = _answer(given, f"{key}.{question}", path)
    return answers


def _questions_of(key: str, path: Path) -> tuple[str, ...]:
    step, mark, count = key.partition("#")
    if not mark or step not in QUESTIONS_OF or not (count.isascii() and count.isdigit() and int(count) >= 1):
        raise ConfigError(f'{path}: {key}: no such step, write for example "close#1"; steps with questions are {", ".join(QUESTIONS_OF)}')
    return QUESTIONS_OF[step]


def _answer(value: Any, key: str, path: Path) -> bool | None:
    if isinstance(value, bool):
        return value
    if value == "unknown":
        return None
    raise ConfigError(f'{path}: {key}: {value!r} is not true, false or "unknown"')
