"""`lockbench report`."""

import argparse
from pathlib import Path

from bench.app.judging import judge_record, load_run
from bench.app.reporting import report_text, write_report
from bench.errors import UsageError


def main(arguments: argparse.Namespace) -> int:
    """Judge a stored run and write its report; says where it lies."""
    run = Path(arguments.run)
    if arguments.output is None and not run.is_dir():
        raise UsageError(f"{run} is no run folder: name the report with -o FILE.html")
    path = Path(arguments.output) if arguments.output else run / "report.html"
    record, profile = load_run(run)
    write_report(path, report_text(judge_record(record, profile), record, profile, path.suffix.lower()))
    print(path)
    return 0
