"""The words of the command line. Choices are checked by the use cases, so that this file imports nothing heavy."""

import argparse
from typing import NoReturn

from bench import __version__

EXITS = "exit code: 0 PASS, 1 FAIL, 2 wrong usage or unreadable input, 3 INCONCLUSIVE, 4 ABORTED, 5 ERROR"


class Parser(argparse.ArgumentParser):
    """argparse with one sentence for a mistake; the full usage is one --help away."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = Parser(prog="lockbench", description="Tests a car-door lock and says what is wrong with it.", epilog=EXITS)
    parser.add_argument("--version", action="version", version=f"lockbench {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _test(commands.add_parser("test", help="test a lock: the main job", epilog=EXITS))
    _judge(commands.add_parser("judge", help="judge stored runs again", epilog=EXITS))
    _report(commands.add_parser("report", help="write a report of a stored run"))
    _analyze(commands.add_parser("analyze", help="read recorded CAN logs", epilog="exit code: 0 nothing found, 1 findings, 2, 5"))
    _faults(commands.add_parser("faults", help="causes, symptoms, remedies and tools of every fault"))
    return parser


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", required=True, metavar="R", help="sim[:FAULT[@SEVERITY]], plant:MODULE:CALLABLE or a wiring file (.toml)")
    parser.add_argument("--profile", metavar="P", help="id of a shipped profile, or a profile file (default: by --kind)")
    parser.add_argument("--kind", metavar="K", help="rear_door or tailgate (default: what the profile says)")
    parser.add_argument("--scope", metavar="S", help="what the rig is connected to: lock, door (default)")
    parser.add_argument("--symptom", metavar="S", help="what the customer says, for example no_click")
    parser.add_argument("--vin", metavar="VIN", help="vehicle identification number, 17 characters")
    parser.add_argument("--job", metavar="TEXT", help="the workshop's own reference")
    parser.add_argument("--answers", metavar="FILE|none", help="answers in TOML; none: unattended")
    parser.add_argument("--plan", action="store_true", help="print the steps and expected states, touch nothing")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of a simulated rig (default 0)")
    parser.add_argument("--temp", type=float, metavar="C", help="temperature of a simulated rig, degrees C")
    parser.add_argument("--supply", type=float, metavar="V", help="supply voltage of a simulated rig")
    parser.add_argument("--out", default="runs", metavar="DIR", help="where run folders go (default: runs)")
    parser.add_argument("--json", action="store_true", help="the verdict document on stdout, nothing else")


def _judge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run folder or an observations.jsonl")
    parser.add_argument("--answer", action="append", default=[], metavar="KEY=VALUE", help="what a person saw, for example close#1.held=no")
    parser.add_argument("--json", action="store_true", help="the document on stdout; JSON Lines for several runs")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run folder or an observations.jsonl")
    parser.add_argument("-o", "--output", metavar="FILE", help=".html, .json or .xml (JUnit); default: report.html in the run folder")


def _analyze(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("logs", nargs="+", metavar="LOG", help="recorded CAN logs, folders or patterns")
    parser.add_argument("--dbc", metavar="FILE", help="a CAN database of your own")
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _faults(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fault", nargs="?", metavar="ID", help="one fault; without it, the table of all")
    parser.add_argument("--json", action="store_true", help="as JSON")
