"""`lockbench tests`."""

import argparse

from bench.app.manual_catalogue import manual_json, manual_text
from bench.cli.languages import language_of
from bench.cli.main import put_json


def main(arguments: argparse.Namespace) -> int:
    """Show one manual test, or the table of all with what each costs."""
    if arguments.json:
        put_json(manual_json(arguments.test))
    else:
        print(manual_text(arguments.test, language_of(arguments)))
    return 0
