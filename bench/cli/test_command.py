"""`lockbench test`."""

import argparse
import contextlib
import sys
from pathlib import Path
from typing import get_args

from bench.app.adaptive_words import refuse_adaptive
from bench.app.asked import check_job, check_symptom, check_vin
from bench.app.bench_session import BenchOrder
from bench.app.confirming import load_failed, taken_over
from bench.app.panel_orders import StartOrder
from bench.app.pin_rigs import Hands, is_real
from bench.app.recording import Kept
from bench.app.rigs import RigChoice, World, default_scope, parse_rig
from bench.app.session_ends import kept_of
from bench.app.testing import TestRequest, plan_json, plan_text, profile_for, run_test
from bench.cli.bench_dialogue import ask_first, run_at_terminal
from bench.cli.languages import language_of
from bench.cli.main import put_json, say, show
from bench.cli.voice import VOICE
from bench.config import load_answers, load_profile, profile_ids
from bench.errors import NobodyToAsk, UsageError
from bench.model.names import KINDS, SCOPES, Kind, Scope
from bench.model.verdict import Verdict
from bench.procedure.choice import asks_of
from bench.procedure.plan import ask_first as asks_before
from bench.report.machine import json_report
from bench.report.terminal import terminal_report


def main(arguments: argparse.Namespace) -> int:
    """Run one test; the document or the verdict on stdout, progress on stderr."""
    request = _request(arguments)
    if arguments.plan:
        if arguments.json:
            put_json(plan_json(request))
        else:
            show(plan_text(request))
        return 0
    with contextlib.redirect_stdout(sys.stderr):  # what an outside plant prints is no part of the answer
        if request.rig.sort == "wiring":
            kept = _in_real_time(request, arguments)
            document, where = kept.judgement.document, kept.folder / "report.html"
        else:
            outcome = run_test(request, progress=lambda text: say(f"  {text}"))
            document, where = outcome.judgement.document, outcome.folder / "report.html"
    if arguments.adaptive:
        saved, done = (document.undone.actuations_saved, len(document.undone.steps)) if document.undone else (0, 0)
        say(f"adaptive: {saved} actuations of the motor saved, {done} steps left out")
    if arguments.json:
        put_json(json_report(document))
        say(f"{document.verdict}: {where}")
    else:
        print(terminal_report(document, colour=sys.stdout.isatty(), where=str(where), language=request.language))
    return Verdict[document.verdict].exit_code


def _in_real_time(request: TestRequest, arguments: argparse.Namespace) -> Kept:
    """Run it in two processes, as every rig whose clock is the world's (DESIGN 6, ring 2)."""
    real = is_real(request.rig)
    if real and request.unattended:
        raise NobodyToAsk(f"--rig {arguments.rig}: at a real rig somebody must move the latch; --answers none is for simulated rigs")
    if real and not sys.stdin.isatty():
        raise NobodyToAsk(f"--rig {arguments.rig}: at a real rig somebody must move the latch, and there is no terminal to ask at")
    own = () if request.profile in profile_ids() else (request.profile,)
    hands: Hands = "person" if real else "plant" if request.answers is None or request.unattended else "asked"
    order = BenchOrder(
        rig=arguments.rig, out=request.out, hands=hands, world=request.world, profiles=own, without_doctor=arguments.without_doctor,
        language=request.language,
    )  # fmt: skip
    answers = request.answers or {}
    profile = load_profile(request.profile)
    VOICE.told("-")  # a language makes its patterns ready at the first word: now, and not between two beats of a run
    first = {ask.id: answers[ask.id] for ask in asks_of(profile, confirms=request.confirms is not None) if ask.id in answers}
    if real:
        first |= ask_first(asks_before(profile), answers, say)
    start = StartOrder(
        profile=profile.id, scope=request.scope, symptom=request.symptom, vin=request.vin, job=request.job,
        against=str(request.against) if request.against else None, asked=first, margin=request.margin, adaptive=request.adaptive,
        confirms=request.confirms,
    )  # fmt: skip
    return kept_of(run_at_terminal(order, start, say=say, answers=request.answers))


def _request(arguments: argparse.Namespace) -> TestRequest:
    rig = parse_rig(arguments.rig)
    answers, unattended = _answers(arguments.answers)
    profile, vin, job = arguments.profile, check_vin(arguments.vin), check_job(arguments.job)
    failed = load_failed(Path(arguments.confirms)) if arguments.confirms else None
    if arguments.adaptive:
        refuse_adaptive(margin=arguments.margin, confirms=failed is not None)
    if failed is not None:
        profile, vin, job = taken_over(failed, profile=profile, vin=vin, job=job)
    return TestRequest(
        rig=rig, profile=profile_for(profile, kind_of(arguments.kind)), scope=_scope(arguments.scope, rig),
        language=language_of(arguments), confirms=failed.run_id if failed else None,
        symptom=check_symptom(arguments.symptom), vin=vin, job=job, answers=answers,
        unattended=unattended, margin=arguments.margin, adaptive=arguments.adaptive,
        out=Path(arguments.out), against=Path(arguments.against) if arguments.against else None,
        world=World(seed=arguments.seed, temp_c=arguments.temp, supply_v=arguments.supply),
    )  # fmt: skip


def _answers(given: str | None) -> tuple[dict[str, bool | None] | None, bool]:
    if given is None:
        return None, False
    return ({}, True) if given == "none" else (load_answers(given), False)


def kind_of(given: str | None) -> Kind | None:
    """Return the kind of lock that --kind names; raise UsageError for another word."""
    found = next((k for k in KINDS if k == given), None)
    if given is not None and found is None:
        raise UsageError(f"--kind {given}: not one of {', '.join(KINDS)}")
    return found


def _scope(given: str | None, rig: RigChoice) -> Scope:
    if given is None:
        return default_scope(rig)
    found = next((s for s in SCOPES if s == given), None)
    if found is None:
        raise UsageError(f"--scope {given}: not one of {', '.join(get_args(Scope))}")
    return found
