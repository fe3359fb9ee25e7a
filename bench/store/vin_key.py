"""The keyed hash under which a VIN leaves a workshop: the same car is found again, the VIN itself is not read out of it.

A plain hash would not do: the 17 characters of a VIN have so little freedom that all of them can be tried. All rigs of a chain
share one key file, and whoever keeps the central database does not need it.
"""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final

import msgspec

from bench.errors import ConfigError, PortError
from bench.model.history import IndexedRun

KEY_BYTES: Final = 32
_LIKE_A_VIN: Final = re.compile(r"(?<![A-Z0-9])(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){4})[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9])", re.IGNORECASE)
"""Seventeen letters and digits in a row (ISO 3779), some of both."""


def default_key_path() -> Path:
    """Return where the key lies unless the user says otherwise."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "lockbench" / "vin.key"


def load_key(path: Path) -> bytes:
    """Return the key, made at first use and readable by its owner only.

    Raises ConfigError for a file that holds no key, PortError where none can be made.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _made(path)
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"VIN key {path}: {exc}") from exc
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(f"VIN key {path}: {len(text)} characters, a key is {2 * KEY_BYTES} hexadecimal digits")
    return key


def _made(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
    except FileExistsError:
        return load_key(path)  # another program was quicker
    except OSError as exc:
        raise PortError(f"VIN key {path}: {exc.strerror or exc}") from exc
    return key


def vin_hash(vin: str, key: bytes) -> str:
    """Return HMAC-SHA-256 of the VIN, 64 hexadecimal digits."""
    return hmac.new(key, vin.upper().encode(), hashlib.sha256).hexdigest()


def without_vin(run: IndexedRun, key: bytes) -> IndexedRun:
    """Return the run's row with the keyed hash in place of its VIN; what looks like a VIN goes out of its job text, this car's or not."""
    job = _LIKE_A_VIN.sub(lambda found: "-" * len(found[0]), run.job) if run.job else run.job
    if run.vin is None:
        return msgspec.structs.replace(run, job=job)
    return msgspec.structs.replace(run, vin=None, vin_hash=vin_hash(run.vin, key), job=without(job, run.vin) if job else job)


def without(text: str, vin: str) -> str:
    """Return a text with dashes in place of a VIN, in whatever case it is written."""
    return re.sub(re.escape(vin), "-" * len(vin), text, flags=re.IGNORECASE)
