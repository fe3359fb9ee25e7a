"""`lockbench analyze`."""

import argparse
import contextlib
import sys
from pathlib import Path

import msgspec

from bench.app.analyze import Watch, analysis_text, analyze, exit_code
from bench.app.analyze_jobs import Step
from bench.cli.languages import language_of
from bench.cli.main import put_json, say, show
from bench.errors import UsageError
from bench.report.bus_words import told
from bench.report.timeline import timeline_page
from bench.store.analysis_table import Table, open_table


def main(arguments: argparse.Namespace) -> int:
    """Read recorded logs; exit code 0 nothing found, 1 findings, 2 where a file could not be read."""
    language = language_of(arguments)
    output = Path(arguments.output) if arguments.output else None
    if output is not None and output.suffix not in {".html", ".htm", ".json"}:
        raise UsageError(f"-o {output}: .html or .json")
    with contextlib.ExitStack() as open_files:
        table = open_files.enter_context(open_table(Path(arguments.table))) if arguments.table else None
        document = analyze(
            [Path(log) for log in arguments.logs], dbc=[Path(d) for d in arguments.dbc], jobs=arguments.jobs,
            scheduler=arguments.scheduler, is_insecure=arguments.insecure, is_quick=arguments.doors_only,
            with_signals=arguments.signals, watch=_watch(table),
        )  # fmt: skip
    for failure in document.errors:
        say(f"lockbench: {failure.error}")
    if output is not None:
        _write(output, msgspec.json.encode(document) + b"\n" if output.suffix == ".json" else timeline_page(document, language).encode())
        say(f"wrote {output}")
    if arguments.json:
        put_json(msgspec.json.encode(document))
    else:
        show(analysis_text(document, lambda sentence: told(sentence, language)))
    return exit_code(document)


def _watch(table: Table | None) -> Watch:
    """Write each answer as a row in its turn, and now and then a line of progress where there are several files."""
    is_screen, pause_s = sys.stderr.isatty(), 0.5 if sys.stderr.isatty() else 10.0
    said_s = 0.0

    def see(step: Step) -> None:
        nonlocal said_s
        if step.answer is not None and table is not None:
            table.add(step.answer)
        is_due = step.elapsed_s - said_s >= pause_s or (is_screen and said_s > 0 and step.done == step.files)
        if step.answer is None and step.files > 1 and is_due:
            said_s = step.elapsed_s
            left = "" if step.left_s is None else f", about {step.left_s:.0f} s left"
            text = f"{step.done} of {step.files} files, {step.done_bytes / 1e6:.0f} of {step.all_bytes / 1e6:.0f} MB{left}"
            say(text)

    return see


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as exc:
        raise UsageError(f"-o {path}: {exc.strerror or exc}") from exc
