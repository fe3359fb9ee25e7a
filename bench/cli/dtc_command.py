"""`lockbench dtc`."""

import argparse
from pathlib import Path

import msgspec

from bench.app.dtc import DtcRequest, dtc_text, reset_guide, run_dtc
from bench.cli.main import put_json, say, show
from bench.errors import UsageError
from bench.rig.can_listen import adapter_of


def main(arguments: argparse.Namespace) -> int:
    """Read or clear the BCM's codes; exit code 0 none, 1 codes (after a clear: codes that came back)."""
    if arguments.action == "reset":
        if arguments.json:
            raise UsageError("dtc reset is a guide for people and has no JSON")
        show(reset_guide())
        return 0
    request = DtcRequest(
        action=arguments.action, adapter=adapter_of(arguments.interface, arguments.channel, arguments.bitrate),
        allow_transmit=arguments.allow_transmit, is_stationary=arguments.stationary, out=Path(arguments.out),
    )  # fmt: skip
    document = run_dtc(request)
    if arguments.json:
        put_json(msgspec.json.encode(document))
        say(f"{len(document.codes)} codes")
    else:
        show(dtc_text(document))
    return 1 if (document.codes if document.after is None else document.after) else 0
