"""`lockbench faults`."""

import argparse

from bench.app.catalogue import faults_json, faults_text
from bench.cli.languages import language_of
from bench.cli.main import put_json


def main(arguments: argparse.Namespace) -> int:
    """Show one fault, or the table of all with causes, remedies and warnings."""
    if arguments.json:
        put_json(faults_json(arguments.fault))
    else:
        print(faults_text(arguments.fault, language_of(arguments)))
    return 0
