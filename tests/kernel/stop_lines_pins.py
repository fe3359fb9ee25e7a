"""The pin process of the product on the guest's real lines; only fate and the hands, which come from the shared slots, are ours."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "stop"))
from stop_memory import Memory
from stop_pins import FateSource, MemoryHands

from bench.app.pin_process import main
from bench.app.pin_rigs import RigOrder, Seat
from bench.app.real_rig import open_real_rig
from bench.config import load_wiring
from bench.model.names import Scope
from bench.model.profile import Profile
from bench.ports.rig import Rig


def opener(path: Path) -> Callable[[RigOrder, Profile, Scope, Seat], Rig]:
    """Return what opens the rig of the order's wiring, with hands that move by themselves."""
    memory = Memory(path)

    def open_it(order: RigOrder, profile: Profile, scope: Scope, seat: Seat) -> Rig:
        assert order.choice.path is not None
        rig = open_real_rig(load_wiring(order.choice.path), profile, MemoryHands(memory), None)
        return replace(rig, sources=(FateSource(memory), *rig.sources))

    return open_it


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], opener=opener(Path(sys.argv[1])), real=True))
