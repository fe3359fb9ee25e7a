"""Records with anything in them: judged, or refused in one sentence; never a crash, never a number that is none."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command_runs import GATE, RunShelf, lockbench, written

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63 - 1, -(2**63), 1e300, -1e300, 1e-300, 0.5, "", "x", "zz", "0", "car", "lock", [], [0], {},
    "2006", "20060000000000000000", [None], [1e300],
]  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.integers(0, 13), st.integers(0), st.integers(0), st.sampled_from(ODD), st.integers(0)), min_size=1, max_size=4
)
ONCE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONG = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Change = tuple[int, int, int, Any, int]


def changed(lines: list[dict[str, Any]], changes: list[Change]) -> list[dict[str, Any]]:
    """Return the lines with some values replaced: a kind, one of its lines, one of its keys, maybe one element."""
    lines = copy.deepcopy(lines)
    for kind_n, line_n, key_n, value, element_n in changes:
        kinds = sorted({line["kind"] for line in lines})
        chosen = [line for line in lines if line["kind"] == kinds[kind_n % len(kinds)]]
        line = chosen[line_n % len(chosen)]
        key = [k for k in line if k != "kind"][key_n % (len(line) - 1)]
        if isinstance(line[key], list) and line[key] and element_n % 2:
            line[key][element_n % len(line[key])] = copy.deepcopy(value)
        else:
            line[key] = copy.deepcopy(value)  # a list of ODD itself would be changed by the next change, into itself
    return lines


def held_to_account(lines: list[dict[str, Any]], folder: Path) -> None:
    """Judge the lines: one document that makes sense, or one sentence."""
    said = lockbench("judge", "--json", written(folder / "odd.jsonl", lines))
    if said.code == 2:
        said.refused("odd.jsonl" if "profile '" not in said.err and "TOML" not in said.err else "")
        return
    assert "internal error" not in said.err, said.err
    assert "NaN" not in said.out
    assert "Infinity" not in said.out
    document = said.document
    assert said.code == {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3, "ABORTED": 4, "ERROR": 5}[document["verdict"]]
    if document["probabilities"] is not None:
        assert abs(sum(document["probabilities"].values()) - 1) < 1e-9


@ONCE
@given(changes=CHANGES)
def test_a_record_with_odd_values_is_judged_or_refused(changes: list[Change], shelf: RunShelf, tmp_path: Path) -> None:
    held_to_account(changed(shelf.get("sim:wire_intermittent", "--seed", "1").lines(), changes), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--profile", GATE)])
@LONG
@given(changes=CHANGES)
def test_a_record_with_odd_values_is_judged_or_refused_at_length(
    changes: list[Change], more: tuple[str, ...], shelf: RunShelf, tmp_path: Path
) -> None:
    held_to_account(changed(shelf.get("sim:switch_bounce", *more, "--seed", "1").lines(), changes), tmp_path)


@ONCE
@given(order=st.randoms(use_true_random=False))
def test_lines_in_any_order_are_judged_without_a_crash(order: Any, shelf: RunShelf, tmp_path: Path) -> None:
    head, *rest = shelf.get("sim", "--seed", "1").lines()
    order.shuffle(rest)
    held_to_account([head, *rest], tmp_path)


@ONCE
@given(keep=st.sets(st.integers(0, 40)))
def test_a_record_with_holes_is_judged_without_a_crash(keep: set[int], shelf: RunShelf, tmp_path: Path) -> None:
    """Any selection of its lines: what is missing says nothing."""
    head, *rest = shelf.get("sim", "--seed", "1").lines()
    held_to_account([head, *(line for n, line in enumerate(rest) if n % 41 in keep)], tmp_path)


def test_the_fuzz_changes_what_it_says(shelf: RunShelf) -> None:
    lines = shelf.get("sim", "--seed", "1").lines()
    assert json.dumps(changed(lines, [(0, 0, 0, "x", 0)])) != json.dumps(lines)
