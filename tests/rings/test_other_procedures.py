"""Margin, adaptive and confirmation tests on a rig of two processes: chosen by name, and by a judge who can only leave out."""

import itertools
import re
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rings_person import PROFILE, Worker, order

from bench.app.bench_session import Ended
from bench.app.live_judge import LiveJudge
from bench.app.panel_orders import StartOrder
from bench.app.pin_choice import JUDGE_S, check_start, chosen_by_the_judge
from bench.app.pin_person import OrderSource
from bench.app.pin_pipe import PipeSink
from bench.app.private_socket import OrderInbox
from bench.config import load_profile
from bench.errors import UsageError
from bench.model.observations import Output, Run, Stop
from bench.model.pin_news import Judged
from bench.model.record import RunRecord
from bench.procedure.adaptive import FIRST_LOOK
from bench.procedure.choice import catalogue_steps
from bench.procedure.step import Step
from tests.command_runs import lockbench

STEPS = catalogue_steps(load_profile(PROFILE), scope="door", adaptive=True)
KEYS = [step.key for step in STEPS]
STARVED = re.compile(r"the writer is \d+ ms behind|a turn came \d+ ms late")


TRIES = 3


def played(out: Path, rig: str, *, speed: float, **start: object) -> Ended:
    """Play one test in real time. A run that ended by itself for want of CPU, as it must, is begun anew, and each try is told."""
    for n in range(TRIES):
        worker = Worker(order(out, rig, speed=speed))
        try:
            ended = worker.play(**start)
        finally:
            worker.session.close()
        assert ended.kept is not None, ended.error
        starved = [line.detail for line in ended.kept.record.observations if isinstance(line, Stop) and STARVED.match(line.detail or "")]
        if not starved or n == TRIES - 1:
            return ended
        sys.stderr.write(f"{rig}: {starved[-1]}; try {n + 1} of {TRIES}\n")
    raise AssertionError("unreachable")


def test_a_fault_beyond_doubt_ends_the_test_and_what_was_left_out_is_told(out: Path) -> None:
    kept = played(out, "sim:motor_open", speed=10.0, adaptive=True).kept
    assert kept is not None
    document = kept.judgement.document
    assert document.verdict == "FAIL"
    assert document.undone is not None
    assert document.undone.actuations_saved >= 2
    done = [f"{s.name}#{s.n}" for s in kept.record.steps]
    assert [*done, *document.undone.steps] == KEYS, "the steps are the catalogue's, in its order, and only the end is missing"
    assert kept.record.header.plan == tuple(KEYS)


def test_a_good_lock_gets_the_whole_test(out: Path) -> None:
    kept = played(out, "sim", speed=10.0, adaptive=True).kept
    assert kept is not None
    assert (kept.judgement.document.verdict, kept.judgement.document.undone) == ("PASS", None)


def test_a_confirmation_test_is_one_and_says_which_run_it_confirms(out: Path) -> None:
    first = played(out, "sim:motor_open", speed=10.0, adaptive=True).kept
    assert first is not None
    kept = played(out, "sim", speed=10.0, confirms=first.folder.name, asked={"remote_works": True}).kept
    assert kept is not None
    assert [s.name for s in kept.record.steps][:8] == ["rest", "close", "open", "close", "open", "close", "open", "close"]
    header = kept.record.header
    assert isinstance(header, Run)
    assert header.confirms == first.folder.name


def test_the_margin_is_found_over_the_drivers(out: Path) -> None:
    """A weak drive needs more volts than a good one may; each rung is driven both ways, and the supply is put back."""
    kept = played(out, "wiring/ci.toml:motor_weak", speed=100.0, margin=True).kept
    assert kept is not None
    found = next(m for s in kept.judgement.document.steps for m in s.measurements if m.name == "margin_v")
    assert found.outcome == "fail", found
    driven = {line.role for line in kept.record.observations if isinstance(line, Output) and line.energised}
    assert driven == {"enable", "drive_lock", "drive_unlock"}


def test_the_command_takes_adaptive_on_a_rig_of_two_processes(out: Path) -> None:
    """In real time, over the real drivers: `lockbench test --rig wiring/ci.toml --adaptive`."""
    said = lockbench("test", "--rig", "wiring/ci.toml:motor_open", "--profile", PROFILE, "--adaptive", "--json", "--out", out)
    assert said.code == 1
    assert said.document["undone"]["actuations_saved"] >= 2
    assert "actuations of the motor saved" in said.err


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ({"adaptive": True, "margin": True}, "--adaptive and --margin"), ({"adaptive": True, "confirms": "r"}, "--confirms and --adaptive"),
        ({"confirms": "../../etc"}, "no slash"), ({"confirms": ""}, "1 to 200"), ({"confirms": "r" * 201}, "1 to 200"),
    ],
)  # fmt: skip
def test_what_is_no_procedure_of_the_catalogue_is_refused_by_the_pin_process(start: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        check_start(StartOrder(**{"profile": PROFILE, **start}))  # type: ignore[arg-type]


# The judge's words


class Words:
    """The judge's end of the socket, and the pin process's end of what came."""

    def __init__(self) -> None:
        self._theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
        self._null = open("/dev/null", "wb")  # noqa: PTH123, SIM115 (closed below)
        self.orders = OrderSource(OrderInbox(ours), PipeSink(self._null.fileno()))
        self._ours = ours

    def say(self, step: str, *, firm: bool) -> None:
        self._theirs.send(msgspec.json.encode(Judged(step=step, firm=firm)))
        self.orders.drain()

    def close(self) -> None:
        self._theirs.close()
        self._ours.close()
        self._null.close()


def chosen(words: Words, answer: Callable[[str], bool | None], *, now_s: Callable[[], float]) -> list[str | None]:
    """Carry out what is chosen; after each step the judge says something, or nothing."""
    done: list[str | None] = []
    last: str | None = None
    for step in chosen_by_the_judge(STEPS, "rear_door", words.orders, now_s):
        done.append(step.key if step is not None else None)
        if step is not None:
            last = step.key
        elif last is not None and (firm := answer(last)) is not None:
            words.say(last, firm=firm)
    return done


@given(st.lists(st.none() | st.booleans(), max_size=30), st.sampled_from(["drive#1", "close#99", "../x", "unlock#3"]))
def test_whatever_a_judge_says_the_steps_are_the_first_ones_of_the_catalogue(said: list[bool | None], foreign: str) -> None:
    """Words about other steps do nothing; silence, or no judge at all, gives the whole test."""
    words, ticks, answers = Words(), itertools.count(), iter(said)
    try:
        words.say(foreign, firm=False)
        done = [key for key in chosen(words, lambda _: next(answers, None), now_s=lambda: next(ticks) * JUDGE_S / 3) if key is not None]
    finally:
        words.close()
    assert done == KEYS[: len(done)]
    assert KEYS.index(FIRST_LOOK["rear_door"]) < len(done), "before that nothing is decided"
    if True not in said:
        assert done == KEYS


def test_while_the_judge_thinks_turns_go_by_and_his_late_word_is_of_no_use() -> None:
    words, now = Words(), itertools.count(step=1)
    try:
        done = chosen(words, lambda _: None, now_s=lambda: float(next(now)))
    finally:
        words.close()
    assert None in done
    assert [key for key in done if key is not None] == KEYS


def test_a_judge_that_breaks_says_not_yet() -> None:
    said: list[Judged] = []

    def broken(_: RunRecord) -> bool:
        raise ZeroDivisionError

    judge = LiveJudge(broken, said.append)
    judge.ask("unlock#1", RunRecord(run_id="r", header=Run(schema=1, profile=PROFILE), observations=(), steps=(), warnings=()))
    judge.close()
    assert said == [Judged(step="unlock#1", firm=False)]


def test_the_catalogue_has_three_procedures_and_each_step_is_within_the_guard_s_limits() -> None:
    profile = load_profile(PROFILE)
    procedures: Sequence[Sequence[Step]] = [
        catalogue_steps(profile, scope="door"), catalogue_steps(profile, scope="door", adaptive=True),
        catalogue_steps(profile, scope="door", confirms=True),
    ]  # fmt: skip
    assert len({tuple(step.key for step in steps) for steps in procedures}) == 3
    assert all(0 <= step.on_ms <= 1000 for steps in procedures for step in steps)
