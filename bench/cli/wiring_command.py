"""`lockbench wiring check|show FILE`."""

import argparse
from pathlib import Path

from bench.app.rigs import wiring_path
from bench.app.wiring_table import wiring_json, wiring_text
from bench.cli.main import put_json, say
from bench.config import check_fits, load_profile, load_wiring
from bench.config.wirings import warnings_of


def main(arguments: argparse.Namespace) -> int:
    """Show which wire goes where, or say whether the file can be right; exit code 0, or 2 with every reason at once."""
    path = wiring_path(arguments.file)
    wiring = load_wiring(path)
    if arguments.profile:
        check_fits(wiring, load_profile(arguments.profile))
    if arguments.action == "show":
        if arguments.json:
            put_json(wiring_json(wiring))
        else:
            print(wiring_text(wiring))
        return 0
    warnings = warnings_of(wiring)
    if arguments.json:
        put_json({"schema": "lockbench.wiring_check/1", "name": wiring.name, "warnings": list(warnings)})
        return 0
    for warning in warnings:
        say(f"warning: {warning}")
    print(f"{Path(path)}: nothing contradicts itself on paper; `lockbench doctor` looks at the rig itself")
    return 0
