"""The words of the command line. Choices are checked by the use cases, so that this file imports nothing heavy."""

import argparse
import os
from typing import NoReturn

from bench import __version__
from bench.cli.voice import VOICE, without_passwords

WORKSHOP = "the workshop's own parts, prices and name (TOML; default: LOCKBENCH_WORKSHOP)"
EXITS = "exit code: 0 PASS, 1 FAIL, 2 wrong usage or unreadable input, 3 INCONCLUSIVE, 4 ABORTED, 5 ERROR"


class Parser(argparse.ArgumentParser):
    """argparse with one sentence for a mistake; the full usage is one --help away."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with exit code 2."""
        self.exit(2, f"{self.prog}: {without_passwords(VOICE.told(message))} ({VOICE.language.say('see {prog} --help', prog=self.prog)})\n")

    def format_help(self) -> str:
        """Return the help with argparse's own first word told too."""
        return self._told(super().format_help())

    def format_usage(self) -> str:
        """Return the usage likewise."""
        return self._told(super().format_usage())

    @staticmethod
    def _told(shown: str) -> str:
        return VOICE.language.say("usage: ") + shown.removeprefix("usage: ") if shown.startswith("usage: ") else shown


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = Parser(prog="lockbench", description="Tests a car-door lock and says what is wrong with it.", epilog=EXITS)
    parser.add_argument("--version", action="version", version=f"lockbench {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _doctor(
        commands.add_parser(
            "doctor",
            help="is the rig itself sound? first power-on, stage by stage",
            epilog="exit code: 0 sound, 5 the bench is at fault, 2",
        )
    )
    _test(commands.add_parser("test", help="test a lock: the main job", epilog=EXITS))
    _judge(commands.add_parser("judge", help="judge stored runs again", epilog=EXITS))
    _report(commands.add_parser("report", help="write a report of a stored run"))
    _analyze(commands.add_parser("analyze", help="read recorded CAN logs", epilog="exit code: 0 nothing found, 1 findings, 2, 5"))
    _monitor(commands.add_parser("monitor", help="listen to a car, never sending", epilog="exit code: 0 nothing found, 1 findings, 2, 5"))
    _dtc(
        commands.add_parser("dtc", help="read or clear the BCM's fault codes (transmits)", epilog="exit code: 0 no code, 1 codes, 2, 4, 5")
    )
    _history(commands.add_parser("history", help="find stored runs again, send them to a chain's database, export, forget a VIN"))
    _stats(commands.add_parser("stats", help="first-pass yield, commonest faults, Cpk; stats grr: gauge R&R study"))
    _panel(commands.add_parser("panel", help="the operator's web page", epilog="exit code: 0 ended by Ctrl-C, 2, 5"))
    _wiring(commands.add_parser("wiring", help="which wire goes where (show), and whether a wiring file can be right (check)"))
    _faults(commands.add_parser("faults", help="causes, symptoms, remedies and tools of every fault"))
    _learn(commands.add_parser("learn", help="runs of known-good locks become the windows of their part: a profile file"))
    _wire(
        commands.add_parser(
            "wire",
            help="watch while the loom is bent by hand; sounds at each dropout, drives nothing",
            epilog="exit code: 0 none, 1 dropouts, 2, 5",
        )
    )
    _parts(commands.add_parser("parts", help="what a VIN tells, and the parts of the workshop's own table that fit"))
    _tests(commands.add_parser("tests", help="manual tests: what to do, outcomes, cost; enter one with judge --answer"))
    return parser


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang",
        metavar="CODE",
        help="language of what people read: en, ru (default: LOCKBENCH_LANG, else the system's); JSON stays English",
    )


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", required=True, metavar="R", help="a wiring file (.toml), or sim[:FAULT[@SEVERITY]]")
    parser.add_argument(
        "--stage", default="C", metavar="A|B|C", help="the last stage: A nothing moves, B relays without the motor, C one pulse"
    )
    parser.add_argument("--kind", metavar="K", help="rear_door or tailgate (default: what the rig can drive)")
    parser.add_argument("--yes", action="store_true", help="hands are clear and plugs are as asked: ask nobody")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of a simulated rig (default 0)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", required=True, metavar="R", help="sim[:FAULT[@SEVERITY]], plant:MODULE:CALLABLE or a wiring file (.toml)")
    parser.add_argument("--profile", metavar="P", help="id of a shipped profile, or a profile file (default: by --kind)")
    parser.add_argument("--kind", metavar="K", help="rear_door or tailgate (default: what the profile says)")
    parser.add_argument("--scope", metavar="S", help="what the rig is connected to: lock, door (default)")
    parser.add_argument("--confirms", metavar="RUN", help="the confirmation test after the repair of what that run found")
    parser.add_argument("--symptom", metavar="S", help="what the customer says, for example no_click")
    parser.add_argument("--vin", metavar="VIN", help="vehicle identification number, 17 characters")
    parser.add_argument("--job", metavar="TEXT", help="the workshop's own reference")
    parser.add_argument("--answers", metavar="FILE|none", help="answers in TOML; none: unattended")
    parser.add_argument("--against", metavar="RUN", help="the run of a good lock of the same make: judge by the difference")
    parser.add_argument(
        "--margin", action="store_true", help="then try ever lower supply voltages: the lowest at which the stroke completes"
    )
    parser.add_argument("--adaptive", action="store_true", help="stop as soon as a fault is beyond doubt; a good lock gets the whole test")
    parser.add_argument("--plan", action="store_true", help="print the steps and expected states, touch nothing")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of a simulated rig (default 0)")
    parser.add_argument("--temp", type=float, metavar="C", help="temperature of a simulated rig, degrees C")
    parser.add_argument("--supply", type=float, metavar="V", help="supply voltage of a simulated rig")
    parser.add_argument("--without-doctor", metavar="WHY", help="move a real rig that doctor has not passed; the reason goes on record")
    parser.add_argument("--out", default="runs", metavar="DIR", help="where run folders go (default: runs)")
    parser.add_argument("--json", action="store_true", help="the verdict document on stdout, nothing else")
    _language(parser)


def _judge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="a run folder or an observations.jsonl")
    parser.add_argument("--answer", action="append", default=[], metavar="KEY=VALUE", help="what a person saw, for example close#1.held=no")
    parser.add_argument("--keep", action="store_true", help="keep the answers in the run folder and renew its verdict and report")
    parser.add_argument(
        "--against",
        metavar="RUN",
        help="the run of a good lock of the same make: judge by the difference (default: the one kept in the run; none)",
    )
    parser.add_argument("--json", action="store_true", help="the document on stdout; JSON Lines for several runs")
    _language(parser)


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="a run folder or an observations.jsonl")
    parser.add_argument("-o", "--output", metavar="FILE", help=".html, .pdf, .json or .xml (JUnit); default: report.html in the run folder")
    parser.add_argument("--against", metavar="RUN", help="the run of a good lock: its curves are drawn beside this one's")
    parser.add_argument("--workshop", metavar="FILE", help=WORKSHOP)
    _language(parser)


def _analyze(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("logs", nargs="+", metavar="LOG", help="recorded CAN logs, folders or patterns")
    parser.add_argument("--dbc", action="append", default=[], metavar="FILE", help="a CAN database of your own; may be repeated")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="worker processes that share the files (default 1)")
    parser.add_argument(
        "--scheduler", metavar="URL", help="let a dask.distributed cluster read: tls://HOST:PORT, or tcp:// on this machine"
    )
    parser.add_argument(
        "--insecure", action="store_true", help="with --scheduler: plain tcp:// to another machine, which runs anybody's code"
    )
    parser.add_argument("--doors-only", action="store_true", help="read only the door frames' ids: quicker, no bus load")
    parser.add_argument("--signals", action="store_true", help="with --dbc: tell what every signal did")
    parser.add_argument("--table", metavar="FILE", help="write one row a file as its turn comes: .parquet, else JSON Lines")
    parser.add_argument("-o", "--output", metavar="FILE", help=".html: a timeline to zoom into, in one file; .json")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _adapter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-i", "--interface", metavar="IFACE", help="python-can's name, for example socketcan (default: can.ini)")
    parser.add_argument("-c", "--channel", metavar="CHANNEL", help="for example can0 (default: can.ini)")
    parser.add_argument("-b", "--bitrate", type=int, metavar="BITRATE", help="bit/s (default: as the interface is set, else 500000)")


def _monitor(parser: argparse.ArgumentParser) -> None:
    _adapter(parser)
    parser.add_argument(
        "--filter", nargs="+", default=[], metavar="ID:MASK", help="hear only these ids (hexadecimal), filtered in the kernel"
    )
    parser.add_argument("--dbc", action="append", default=[], metavar="FILE", help="a CAN database of your own; may be given several times")
    parser.add_argument("--log", metavar="FILE", help="record all as candump text; a folder: named by the time; never over an older file")
    parser.add_argument("-s", "--file_size", "--file-size", type=int, default=64 << 20, metavar="BYTES", help="begin a new file (64 MiB)")
    parser.add_argument("--file-minutes", type=float, default=60.0, metavar="MIN", help="begin a new file after this long (default 60)")
    parser.add_argument("--around-events", action="store_true", help="record only 30 s before and after each event")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N seconds (default: at Ctrl-C)")
    parser.add_argument(
        "--learn", nargs="?", const="learnt", metavar="NAME", help="find the door bits of an unknown car, write NAME.dbc, .toml"
    )
    parser.add_argument("--door", action="append", default=[], metavar="DOOR", help="with --learn: a door to learn (default: all five)")
    parser.add_argument("--out", default=".", metavar="DIR", help="with --learn: where the files go (default: here)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="JSON Lines of events, then a summary")


def _dtc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=["read", "clear", "reset"], metavar="read|clear|reset", help="reset: how to restart the BCM by hand"
    )
    _adapter(parser)
    parser.add_argument("--allow-transmit", action="store_true", help="needed: the command sends requests to the BCM")
    parser.add_argument("--stationary", action="store_true", help="you say that the car stands still (where its speed is not seen)")
    parser.add_argument("--out", default=".", metavar="DIR", help="where the codes are saved (default: here)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", default="runs", metavar="DIR", help="the folder of runs (default: runs)")
    parser.add_argument(
        "--db", default=os.environ.get("LOCKBENCH_HISTORY"), metavar="URL", help="a chain's database instead (or LOCKBENCH_HISTORY)"
    )
    parser.add_argument("--vin", metavar="VIN", help="only this car")
    parser.add_argument("--job", metavar="TEXT", help="only jobs that contain this")
    parser.add_argument("--fault", metavar="ID", help="only runs whose answer holds this fault")
    parser.add_argument("--verdict", metavar="V", help="only this verdict")
    parser.add_argument("--profile", metavar="P", help="only this profile's id")
    parser.add_argument("--since", metavar="DAY", help="first day, 2026-11-23 (UTC)")
    parser.add_argument("--until", metavar="DAY", help="last day")
    parser.add_argument("--vin-key", metavar="FILE", help="the chain's key for VIN hashes (default: ~/.config/lockbench/vin.key)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", default="list", choices=["list", "reindex", "sync", "create", "export", "forget"],
        metavar="list|reindex|sync|create|export|forget",
        help="list (default); reindex: from the folders alone; sync URL: send new runs; create URL: the tables there; forget VIN",
    )  # fmt: skip
    parser.add_argument("target", nargs="?", metavar="URL|VIN", help="of sync and create: the database; of forget: the VIN")
    _search(parser)
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many runs")
    parser.add_argument("--with-vin", action="store_true", help="sync and export: send VINs as they are, not as a keyed hash")
    parser.add_argument("--rig-role", metavar="NAME", help="create: give this role the right to insert, and no other")
    parser.add_argument("--measurements", action="store_true", help="export: the numbers of the runs instead of the runs")
    parser.add_argument("-o", "--output", metavar="FILE", help="export: .csv, .jsonl or .xml (JUnit)")


def _stats(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", default="runs", choices=["runs", "grr"], metavar="runs|grr", help="grr: gauge R&R study")
    _search(parser)
    parser.add_argument("--study", metavar="FILE", help="grr: CSV with run, part, operator (default: part= and operator= in the job texts)")
    parser.add_argument("--measurement", metavar="NAME", help="grr: only this one, for example travel_ms")
    parser.add_argument("-o", "--output", metavar="FILE", help="write .html (with plots) or .json")


def _panel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", default="sim", metavar="R", help="sim[:FAULT[@SEVERITY]], plant:MODULE:CALLABLE or a wiring file (.toml)")
    parser.add_argument("--out", default="runs", metavar="DIR", help="where run folders lie and go (default: runs)")
    parser.add_argument("--port", type=int, default=8012, metavar="N", help="TCP port (default 8012)")
    parser.add_argument("--host", metavar="ADDRESS", help="serve on this address of this machine too (default: this machine only)")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="another name by which browsers call the page")
    parser.add_argument(
        "--access-point", action="store_true", help="--host is the rig's own Wi-Fi access point: operating over plain http is allowed"
    )
    parser.add_argument("--cert", metavar="FILE", help="TLS certificate (PEM); with it a screen on the network may operate")
    parser.add_argument("--key", metavar="FILE", help="the certificate's key (PEM)")
    parser.add_argument("--pair", action="store_true", help="print a pairing code of the panel that runs on this machine, and end")
    parser.add_argument("--role", choices=["operator", "watcher"], default="operator", help="with --pair: what the code allows")
    parser.add_argument("-i", "--interface", metavar="IFACE", help="the car's page: python-can's interface name")
    parser.add_argument("-c", "--channel", metavar="CHANNEL", help="the car's page: for example can0")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of a simulated rig (default 0)")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="world seconds a second of a simulated rig (default 1)")


def _wiring(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["check", "show"], metavar="check|show", help="show: the pin table for the bench")
    parser.add_argument("file", metavar="FILE", help="a wiring file, for example wiring/rpi-bench.toml")
    parser.add_argument("--profile", metavar="P", help="check too whether this rig can test that part")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _faults(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fault", nargs="?", metavar="ID", help="one fault; without it, the table of all")
    parser.add_argument("--json", action="store_true", help="as JSON")
    _language(parser)


def _parts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vin", metavar="V", help="the car's VIN")
    parser.add_argument("--kind", metavar="K", help="rear_door (default) or tailgate")
    parser.add_argument("--workshop", metavar="FILE", help=WORKSHOP)
    parser.add_argument("--json", action="store_true", help="as JSON")
    _language(parser)


def _tests(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("test", nargs="?", metavar="ID", help="one manual test; without it, the table of all")
    parser.add_argument("--json", action="store_true", help="as JSON")
    _language(parser)


def _learn(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", metavar="RUN", help="run folders of known-good locks of one part")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the profile file to write (.toml), for --profile FILE")
    parser.add_argument("--profile", metavar="P", help="the profile to start from (default: that of the first run)")
    parser.add_argument(
        "--unit", action="append", default=[], metavar="RUN=LABEL", help="which lock a run is of (default: its VIN and job)"
    )
    parser.add_argument("--leave-out", action="append", default=[], metavar="LABEL", help="a unit that is not to count")
    parser.add_argument("--id", metavar="ID", help="id of the new profile (default: the old one's and -learnt)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")


def _wire(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rig", required=True, metavar="R", help="sim[:FAULT[@SEVERITY]], plant:MODULE:CALLABLE or a wiring file (.toml)")
    parser.add_argument("--profile", metavar="P", help="id of a shipped profile, or a profile file (default: by --kind)")
    parser.add_argument("--kind", metavar="K", help="rear_door or tailgate (default: what the profile says)")
    parser.add_argument("--seconds", type=float, default=30.0, metavar="N", help="end after N seconds (default 30), or at Enter or Ctrl-C")
    parser.add_argument("--vin", metavar="VIN", help="vehicle identification number, 17 characters")
    parser.add_argument("--job", metavar="TEXT", help="the workshop's own reference")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of a simulated rig (default 0)")
    parser.add_argument("--out", default="runs", metavar="DIR", help="where run folders go (default: runs)")
    _language(parser)
    parser.add_argument("--json", action="store_true", help="one document on stdout")
