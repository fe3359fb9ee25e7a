"""observations.jsonl as text: one line an observation, and back. Pure: bytes in, observations out."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from bench.errors import RecordError
from bench.model.observations import Observation, Run, time_of

SCHEMA: Final = 1
"""The schema number of the lines that this version writes and reads."""

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Observation] = msgspec.json.Decoder(Observation)
_KINDS: Final = {str(t.__struct_config__.tag): t for t in Observation.__args__}


def encode(line: Observation) -> bytes:
    """Return the line as JSON with its newline."""
    return _ENCODER.encode(line) + b"\n"


class Decoder:
    """Reads lines one by one; collects what it skipped in `warnings` (each names the line).

    A torn last line and a tail of NUL bytes are dropped with a warning, unknown kinds and keys are skipped with a
    warning, anything else malformed raises RecordError that names line and key.
    """

    def __init__(self, source: str = "observations.jsonl") -> None:
        self._source = source
        self.warnings: list[str] = []
        self._unknown: set[str] = set()

    def decode(self, lines: Iterable[bytes]) -> Iterator[Observation]:
        """Yield an observation for each whole line; `lines` keep their newlines, the last may lack it."""
        for number, raw in enumerate(lines, start=1):
            whole = raw.endswith(b"\n")
            text = raw.rstrip(b"\x00").strip() if not whole else raw.strip()
            if text.startswith(b"\x00"):
                # A file system that lost power may leave NULs where the tail should be; a line written later follows them.
                self.warnings.append(f"{self._source}:{number}: NUL bytes dropped")
                text = text.lstrip(b"\x00").strip()
            elif not whole and raw.endswith(b"\x00"):
                self.warnings.append(f"{self._source}:{number}: a tail of NUL bytes dropped")
            if not text:
                continue
            try:
                yield _DECODER.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError) as exc:
                if not whole and not isinstance(exc, msgspec.ValidationError):
                    self.warnings.append(f"{self._source}:{number}: torn last line dropped")
                    return
                line = self._salvaged(number, text, exc)
                if line is not None:
                    yield line

    def _salvaged(self, number: int, text: bytes, exc: Exception) -> Observation | None:
        """Decode what a newer or odd writer left: unknown kinds and keys are skipped, all else is an error."""
        where = f"{self._source}:{number}"
        try:
            fields: Any = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as bad:
            raise RecordError(f"{where}: {bad}") from exc
        if not isinstance(fields, dict) or not isinstance(fields.get("kind"), str):
            raise RecordError(f"{where}: key 'kind' is missing or not a word") from exc
        kind = _KINDS.get(fields["kind"])
        if kind is None:
            self._warn_once(f"{where}: kind {fields['kind']!r} is unknown and was skipped", fields["kind"])
            return None
        known = {f.encode_name for f in msgspec.structs.fields(kind)} | {"kind"}
        for key in sorted(set(fields) - known):
            self._warn_once(f"{where}: key {key!r} of {fields['kind']!r} is unknown and was skipped", f"{fields['kind']}.{key}")
        try:
            line: Observation = msgspec.convert({k: v for k, v in fields.items() if k in known}, type=Observation)
        except msgspec.ValidationError as bad:
            raise RecordError(f"{where}: {_key_of(bad)}{bad}") from exc
        return line

    def _warn_once(self, message: str, about: str) -> None:
        if about not in self._unknown:
            self._unknown.add(about)
            self.warnings.append(message)


def in_order(lines: Iterable[Observation]) -> list[Observation]:
    """Sort by (time, line number): the order in which a run is judged, live and again."""
    return sorted(lines, key=time_of)


def header_of(lines: Iterable[Observation], source: str) -> Run:
    """Return the run line; raise RecordError where there is none or its schema is not ours."""
    header = next((line for line in lines if isinstance(line, Run)), None)
    if header is None:
        raise RecordError(f"{source}: no line of kind 'run'")
    if header.schema != SCHEMA:
        raise RecordError(f"{source}: schema {header.schema}, this version reads {SCHEMA}")
    return header


def _key_of(exc: msgspec.ValidationError) -> str:
    found = re.search(r"at `\$\.?([A-Za-z_0-9]+)", str(exc)) or re.search(r"field `([^`]+)`", str(exc))
    return f"key {found[1]!r}: " if found else ""
