"""`lockbench wiring check|show FILE`."""

import argparse
from pathlib import Path

from bench.app.rigs import wiring_path
from bench.app.wiring_check import check_wiring
from bench.app.wiring_table import wiring_json, wiring_text
from bench.cli.main import put_json, say, show
from bench.config import check_fits, load_profile, load_rig_file
from bench.model.wiring import ListeningRig


def main(arguments: argparse.Namespace) -> int:
    """Show which wire goes where, or say whether the rig can be right; exit code 0, or 2 with every reason at once."""
    path = wiring_path(arguments.file)
    return _show(path, arguments) if arguments.action == "show" else _check(path, arguments)


def _show(path: Path, arguments: argparse.Namespace) -> int:
    wiring = load_rig_file(path)
    if arguments.profile and not isinstance(wiring, ListeningRig):
        check_fits(wiring, load_profile(arguments.profile))
    if arguments.json:
        put_json(wiring_json(wiring))
    else:
        show(wiring_text(wiring), first=False)
    return 0


def _check(path: Path, arguments: argparse.Namespace) -> int:
    found = check_wiring(path, arguments.profile)
    if arguments.json:
        put_json(found.document())
        return 2 if found.violations else 0
    for warning in found.warnings:
        say(f"warning: {warning}")
    for violation in found.violations:
        say(f"{path}: {violation}")
    if found.violations:
        say(f"lockbench: {path}: {len(found.violations)} violations against {found.circuit}; build nothing before they are gone")
        return 2
    show(f"{path}: nothing contradicts itself on paper; `lockbench doctor` looks at the rig itself")
    if found.circuit is None:
        show("it names no circuit, so the electrical rules were not held against it")
    else:
        show(f"{found.circuit}: {len(found.rules)} electrical rules hold: {', '.join(found.rules)}")
    return 0
