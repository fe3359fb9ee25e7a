"""`lockbench judge`."""

import argparse
import sys
from pathlib import Path

import msgspec

from bench.app.judging_again import Judged, judge_paths
from bench.app.late import keep_answers
from bench.cli.languages import language_of
from bench.cli.main import put_json, say
from bench.errors import UsageError
from bench.model.language import Language
from bench.model.verdict import Verdict
from bench.report.terminal import terminal_report


def main(arguments: argparse.Namespace) -> int:
    """Judge one run (exit code of its verdict) or several (0 if all were judged, else 2)."""
    paths = [Path(run) for run in arguments.runs]
    results, language = [], language_of(arguments)
    if arguments.keep:
        if len(paths) != 1 or arguments.against:
            raise UsageError("--keep takes one run, and no --against: what is kept must not depend on another run")
        keep_answers(paths[0], arguments.answer, language)
        arguments.answer = []
    for judged in judge_paths(paths, arguments.answer, Path(arguments.against) if arguments.against else None):
        results.append(judged)
        _show(judged, language, as_json=arguments.json, several=len(paths) > 1)
    if len(results) == 1 and results[0].judgement is not None:
        return Verdict[results[0].judgement.document.verdict].exit_code
    return 2 if any(r.error is not None for r in results) else 0


def _show(judged: Judged, language: Language, *, as_json: bool, several: bool) -> None:
    if judged.judgement is None:
        if as_json and several:
            put_json({"path": str(judged.path), "error": judged.error or ""})
        say(f"lockbench: {judged.error}")
        return
    document = judged.judgement.document
    for warning in document.warnings:
        say(f"warning: {warning}")
    if as_json:
        put_json(msgspec.json.encode(document))
    else:
        print(terminal_report(document, colour=sys.stdout.isatty(), where=str(judged.path), language=language))
