"""What `lockbench doctor` found for one wiring file: real motion waits for it (issue 3). The hash ties it to that very file."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import msgspec

from bench.store.folder import disk, read_small, write_atomically

Stage = Literal["A", "B", "C"]
STAGES: Final[tuple[Stage, ...]] = ("A", "B", "C")
"""A: nothing moves. B: relays without the motor. C: one short pulse."""
_MAX_BYTES: Final = 65536


class DoctorState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The wiring file's SHA-256 (hexadecimal, of its bytes), when doctor passed (ISO 8601, UTC), and which stages."""

    wiring_sha256: str
    utc: str
    stages: tuple[Stage, ...]
    schema: Literal[1] = 1

    def has_passed(self, wiring_sha256: str, stages: Sequence[Stage] = STAGES) -> bool:
        """Did these stages pass for the file with that hash?"""
        return self.wiring_sha256 == wiring_sha256 and set(stages) <= set(self.stages)


def doctor_path(rig_name: str, home: Path | None = None) -> Path:
    """Return where a rig's state is kept: $XDG_STATE_HOME or ~/.local/state, lockbench/doctor-RIG.json."""
    base = home or Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    word = "".join(c if c.isalnum() or c in "-_" else "_" for c in rig_name)[:80]
    return base / "lockbench" / f"doctor-{word}.json"


def read_doctor_state(path: Path) -> DoctorState | None:
    """Return what doctor left, or None where it left nothing that can be believed."""
    try:
        return msgspec.json.decode(read_small(path, _MAX_BYTES), type=DoctorState)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def write_doctor_state(path: Path, state: DoctorState) -> None:
    """Keep what doctor found, whole or not at all; raises PortError where the disk refuses."""
    with disk("cannot keep what doctor found in", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, msgspec.json.encode(state))
