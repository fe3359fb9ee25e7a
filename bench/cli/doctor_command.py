"""`lockbench doctor`."""

import argparse

import msgspec

from bench.app.doctor import DoctorDocument, DoctorOrder, examine
from bench.app.doctor_person import DoctorPerson
from bench.app.pin_rigs import is_real
from bench.app.rigs import World, parse_rig
from bench.cli.main import put_json, say, show
from bench.errors import UsageError
from bench.model.names import KINDS
from bench.store.doctor_state import STAGES

SIGNS = {"pass": "ok", "fail": "FAIL", "not_tested": "-"}


def main(arguments: argparse.Namespace) -> int:
    """Examine a rig; 0 sound, 5 the bench is at fault, 2 wrong usage."""
    choice = parse_rig(arguments.rig)
    upto = next((stage for stage in STAGES if stage == arguments.stage), None)
    if upto is None:
        raise UsageError(f"--stage {arguments.stage}: not one of {', '.join(STAGES)}")
    kind = next((k for k in KINDS if k == arguments.kind), None)
    if arguments.kind is not None and kind is None:
        raise UsageError(f"--kind {arguments.kind}: not one of {', '.join(KINDS)}")
    person = DoctorPerson(say, yes=arguments.yes) if is_real(choice) else None
    order = DoctorOrder(choice=choice, kind=kind, upto=upto, yes=arguments.yes, world=World(seed=arguments.seed))
    document = examine(order, say=lambda text: say(f"  {text}"), person=person)
    if arguments.json:
        put_json(msgspec.json.encode(document))
    else:
        show(_text(document))
    return 0 if document.sound else 5


def _text(document: DoctorDocument) -> str:
    rows = []
    for stage in document.stages:
        rows.append(f"Stage {stage.stage}: {'passed' if stage.passed else 'FAILED'}")
        rows += [f"  {SIGNS[c.outcome]:>4}  {c.name:<24} {c.text}" for c in stage.checks]
    tried = "".join(stage.stage for stage in document.stages)
    rows.append(f"{document.rig}: {'sound' if document.sound else 'NOT sound'} (stages tried: {tried})")
    if document.kept is not None:
        rows.append(f"kept in {document.kept}")
    return "\n".join(rows)
