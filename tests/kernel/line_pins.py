"""The product's pin process on the guest's real rig; its hands are the world's, and a driver can be told to break. The rest is not ours."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "stop")]

from stop_memory import Memory, Slot  # noqa: E402
from stop_pins import MemoryHands  # noqa: E402

from bench.app.pin_process import main  # noqa: E402
from bench.app.pin_rigs import RigOrder, Seat  # noqa: E402
from bench.app.real_rig import open_real_rig  # noqa: E402
from bench.app.urgency import become_urgent  # noqa: E402
from bench.config import load_wiring  # noqa: E402
from bench.model.names import Scope  # noqa: E402
from bench.model.observations import Observation  # noqa: E402
from bench.model.profile import Profile  # noqa: E402
from bench.ports.rig import Rig  # noqa: E402


class Fate:
    """A source that sees nothing, until it breaks."""

    def __init__(self, memory: Memory) -> None:
        self._m = memory

    def drain(self) -> Iterable[Observation]:
        self._m[Slot.PIN_TURNS] += 1
        if self._m[Slot.PIN_RAISES]:
            raise RuntimeError("a driver of the pin process broke")
        return ()


def open_lines(order: RigOrder, profile: Profile, scope: Scope, seat: Seat) -> Rig:
    """Open the rig of wiring/kernel.toml as `lockbench test` does, with the world's hands at the latch."""
    memory = Memory(Path(sys.argv[1]))
    rig = open_real_rig(load_wiring(HERE.parents[1] / "wiring" / "kernel.toml"), profile, MemoryHands(memory), None)
    return replace(rig, sources=(Fate(memory), *rig.sources))


if __name__ == "__main__":
    for note in become_urgent():
        sys.stderr.write(f"note: {note}\n")
    sys.exit(main(sys.argv[2:], opener=open_lines, real=False))
