"""Answers files: true, false and unknown, by step and question; everything else is refused."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.config import load_answers
from bench.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "answers.toml"
    path.write_text(text)
    return path


def test_answers_come_by_step_and_question(tmp_path: Path) -> None:
    text = 'child_lock_off = true\n"close#1".held = true\n"close#1".half = false\n["lock#2"]\nknob_moved = "unknown"\n'
    assert load_answers(write(tmp_path, text)) == {
        "child_lock_off": True, "close#1.held": True, "close#1.half": False, "lock#2.knob_moved": None,
    }  # fmt: skip


MISTAKES = {
    '"close#1".opened = true': r"close#1\.opened: unknown key, close#1 is asked held and half",
    '"close".held = true': r"close: no such step",
    '"close#0".held = true': r"close#0: no such step",
    '"dance#1".held = true': r"dance#1: no such step",
    '"close#1".held = 1': r'close#1\.held: 1 is not true, false or "unknown"',
    '"close#1".held = "maybe"': r"close#1\.held: 'maybe' is not true",
    "child_lock_off = nan": r"child_lock_off: nan is not true",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_each_mistake_names_file_key_and_reason(text: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=MISTAKES[text]) as caught:
        load_answers(path)
    assert str(caught.value).startswith(str(path))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_whatever_stands_in_the_file_it_is_answers_or_a_config_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(content)
    try:
        answers = load_answers(path)
    except ConfigError as exc:
        refusal = str(exc)
    else:
        refusal = str(path)
        assert all(value in {True, False, None} for value in answers.values())
    assert refusal.startswith(str(path))
