"""The lights before START: what is known to be sound, and what the run itself will prove first."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.model.language import text
from bench.web.bench_link import BenchLink
from bench.web.rigs_shown import RigShown


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One light: good, bad, or wait (known only later)."""

    name: str
    state: Literal["good", "bad", "wait"]
    more: str = ""


def lights_of(link: BenchLink, rig: RigShown, out: Path) -> tuple[Light, ...]:
    """Return the lights, the first that is bad explains why START is off."""
    home = next((p for p in (out, *out.absolute().parents) if p.exists()), Path("/"))
    return (
        Light(name=text("The program at the rig answers"), state="good" if link.is_up else "bad"),
        Light(name=text("The wiring file can be read"), state="bad" if rig.fault else "good", more=rig.fault),
        Light(name=text("Runs can be stored"), state="good" if os.access(home, os.W_OK) else "bad"),
        Light(name=text("Relays, heartbeat and current sensor"), state="wait",
              more=text("They are proved at the begin and at the end of each run; a rig that fails there judges no lock.")),
    )  # fmt: skip
