"""`lockbench parts`."""

import argparse
import os
from typing import Final

import msgspec

from bench.app.asked import check_vin
from bench.cli.languages import language_of
from bench.cli.main import put_json
from bench.config.workshops import VARIABLE, chosen_workshop
from bench.errors import UsageError
from bench.model.language import Language
from bench.model.names import KINDS
from bench.model.vin import VinReading, read_vin, vin_sentences
from bench.model.workshop import Part, parts_for

SCHEMA: Final = "lockbench.parts/1"


def main(arguments: argparse.Namespace) -> int:
    """Say what a VIN tells, and which parts of the workshop's own table fit; exit code 0."""
    kind = next((k for k in KINDS if k == (arguments.kind or "rear_door")), None)
    if kind is None:
        raise UsageError(f"--kind {arguments.kind}: not one of {', '.join(KINDS)}")
    vin = check_vin(arguments.vin)
    workshop = chosen_workshop(arguments.workshop, os.environ.get(VARIABLE))
    parts = parts_for(workshop, kind, vin)
    reading = read_vin(vin) if vin else None
    if arguments.json:
        put_json(msgspec.json.encode({"schema": SCHEMA, "vin": reading, "kind": kind, "parts": parts}))
    else:
        print(_text(reading, parts, language_of(arguments), has_table=workshop is not None))
    return 0


def _text(reading: VinReading | None, parts: tuple[Part, ...], language: Language, *, has_table: bool) -> str:
    lines = [f"VIN {reading.vin}", *(f"  {said}" for said in vin_sentences(reading, language)), ""] if reading else []
    for part in parts:
        found = language.say("from {source}, {day}", source=part.source, day=language.date(part.date))
        lines += [f"{part.number}  {part.what} ({part.platform})", f"  {found}"]
        lines += [f"  {part.note}"] if part.note else []
    if not parts and has_table:
        lines.append(language.say("No part of this kind is in the workshop's table."))
    elif not parts:
        lines.append(language.say("There is no parts table: name one with --workshop FILE."))
    lines.append(language.say("Compare the part with the VIN of the car before paying."))
    return "\n".join(lines)
