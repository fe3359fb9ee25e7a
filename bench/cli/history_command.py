"""`lockbench history`: the index over run folders."""

import argparse
import sys
from pathlib import Path

import msgspec

from bench.app.history import History, HistoryPlace, forget, make_central, make_filter, open_history, sync
from bench.app.history_exports import export_runs
from bench.cli.languages import language_of
from bench.cli.main import put_json, say, show
from bench.errors import UsageError
from bench.model.care_due import next_care_due
from bench.model.history import HISTORY_SCHEMA, RunFilter
from bench.report.history_text import history_text
from bench.store.vin_key import default_key_path


def place_of(arguments: argparse.Namespace) -> HistoryPlace:
    """Return where the history lies: --db or LOCKBENCH_HISTORY, else the folder of runs."""
    key = Path(arguments.vin_key) if arguments.vin_key else default_key_path()
    return HistoryPlace(runs=Path(arguments.runs), url=arguments.db, vin_key=key)


def filter_of(arguments: argparse.Namespace, *, limit: int | None = None) -> RunFilter:
    """Return what the user looks for."""
    return make_filter(
        vin=arguments.vin, job=arguments.job, fault=arguments.fault, verdict=arguments.verdict, profile=arguments.profile,
        since=arguments.since, until=arguments.until, limit=limit,
    )  # fmt: skip


def main(arguments: argparse.Namespace) -> int:
    """List, rebuild, send, export or forget; exit code 0, or 5 where a database does not answer."""
    actions = {
        "list": _list, "reindex": _reindex, "sync": _sync, "create": _create, "export": _export, "forget": _forget,
    }  # fmt: skip
    return actions[arguments.action](arguments)


def tell_problems(history: History) -> None:
    """Name the folders that could not be read; the rest goes on."""
    for problem in history.problems:
        say(f"warning: {problem}")


def _list(arguments: argparse.Namespace) -> int:
    with open_history(place_of(arguments)) as history:
        found = history.search(filter_of(arguments, limit=arguments.limit))
        tell_problems(history)
    if arguments.json:
        put_json(msgspec.json.encode({"schema": HISTORY_SCHEMA, "runs": found, "problems": history.problems}))
    elif found:
        print(history_text(found, [next_care_due(one.run.utc) for one in found], language_of(arguments)))
    else:
        say("no run fits")
    return 0


def _reindex(arguments: argparse.Namespace) -> int:
    with open_history(place_of(arguments), anew=True) as history:
        count = len(history.search(RunFilter()))
        tell_problems(history)
    say(f"{arguments.runs}: {count} runs indexed anew")
    return 0


def _target(arguments: argparse.Namespace, what: str) -> str:
    url: str | None = arguments.target or arguments.db
    if not url:
        raise UsageError(f"history {what}: which database? Give its URL, or set LOCKBENCH_HISTORY")
    return url


def _sync(arguments: argparse.Namespace) -> int:
    def progress(sent: int, total: int) -> None:
        if sys.stderr.isatty():
            say(f"{sent} of {total} sent")

    count, problems = sync(place_of(arguments), _target(arguments, "sync"), with_vin=arguments.with_vin, progress=progress)
    for problem in problems:
        say(f"warning: {problem}")
    say(f"{count} sent" if count else "nothing new to send")
    return 0


def _create(arguments: argparse.Namespace) -> int:
    for line in make_central(_target(arguments, "create"), arguments.rig_role):
        say(line)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    if not arguments.output:
        raise UsageError("history export: name the file with -o FILE.csv, .jsonl or .xml (JUnit)")
    with open_history(place_of(arguments)) as history:
        count = export_runs(
            history, filter_of(arguments, limit=arguments.limit), Path(arguments.output), with_vin=arguments.with_vin,
            measurements=arguments.measurements,
        )  # fmt: skip
        tell_problems(history)
    show(f"{arguments.output}: {count} runs")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    vin = arguments.target or arguments.vin
    if not vin:
        raise UsageError("history forget: which VIN?")
    for line in forget(place_of(arguments), vin):
        say(line)
    return 0
