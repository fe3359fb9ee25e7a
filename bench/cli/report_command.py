"""`lockbench report`."""

import argparse
import os
from pathlib import Path

from bench.app.judging import judge_record, load_run
from bench.app.kept_reference import reference_for
from bench.app.reporting import report_bytes, write_report
from bench.cli.languages import language_of
from bench.config.workshops import VARIABLE, chosen_workshop
from bench.errors import UsageError


def main(arguments: argparse.Namespace) -> int:
    """Judge a stored run and write its report; says where it lies."""
    run, language = Path(arguments.run), language_of(arguments)
    if arguments.output is None and not run.is_dir():
        raise UsageError(f"{run} is no run folder: name the report with -o FILE.html")
    path = Path(arguments.output) if arguments.output else run / "report.html"
    record, profile = load_run(run)
    reference = reference_for(run, Path(arguments.against) if arguments.against else None, profile)
    workshop = chosen_workshop(arguments.workshop, os.environ.get(VARIABLE))
    judgement = judge_record(record, profile, reference)
    content = report_bytes(judgement, record, profile, path.suffix.lower(), reference=reference, language=language, workshop=workshop)
    write_report(path, content)
    print(path)
    return 0
