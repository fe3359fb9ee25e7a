"""`lockbench learn`."""

import argparse
from pathlib import Path

from bench.app.part_learning import learn, learnt_json, learnt_text, write_profile
from bench.cli.main import put_json, show


def main(arguments: argparse.Namespace) -> int:
    """Lay the windows of a part around what its known-good locks read; write the profile file."""
    path = Path(arguments.output)
    found = learn(
        [Path(run) for run in arguments.runs], profile=arguments.profile, labels=arguments.unit, left_out=arguments.leave_out,
        new_id=arguments.id,
    )  # fmt: skip
    write_profile(found, path)
    if arguments.json:
        put_json(learnt_json(found, path))
    else:
        show(learnt_text(found, path))
    return 0
