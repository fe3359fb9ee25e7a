"""The pin process of the product before a real wiring file: gate, ledger and lock are its own, only what it opens is simulated."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from bench.app.pin_process import main
from bench.app.pin_rigs import RigOrder, Seat, open_for
from bench.app.rigs import parse_rig
from bench.model.names import Scope
from bench.model.profile import Profile
from bench.ports.rig import Rig


def opener(opened: Path, meddles: str, sim: str) -> object:
    """Return what opens the simulated rig `sim` and notes which process did.

    `meddles`: a word that is written into the wiring file meanwhile.
    """

    def open_it(order: RigOrder, profile: Profile, scope: Scope, seat: Seat) -> Rig:
        with opened.open("a") as note:
            note.write(f"{os.getpid()}\n")
        if meddles:
            path = order.choice.path or Path()
            path.write_text(f"{path.read_text()}\n# {meddles}\n")
        return open_for(replace(order, choice=parse_rig(sim), speed=10.0), profile, scope, seat)

    return open_it


if __name__ == "__main__":
    sys.exit(main(sys.argv[4:], opener=opener(Path(sys.argv[1]), sys.argv[2], sys.argv[3])))  # type: ignore[arg-type]
