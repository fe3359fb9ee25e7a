"""`lockbench analyze`."""

import argparse
from pathlib import Path

import msgspec

from bench.app.analyze import analysis_text, analyze, exit_code
from bench.cli.main import put_json, say


def main(arguments: argparse.Namespace) -> int:
    """Read recorded logs; exit code 0 nothing found, 1 findings, 2 where a file could not be read."""
    document = analyze([Path(log) for log in arguments.logs], dbc=Path(arguments.dbc) if arguments.dbc else None)
    for failure in document.errors:
        say(f"lockbench: {failure.error}")
    if arguments.json:
        put_json(msgspec.json.encode(document))
    else:
        print(analysis_text(document))
    return exit_code(document)
