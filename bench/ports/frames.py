"""What a live monitor needs of a CAN adapter: something that hears. It drains and closes, and cannot send."""

from typing import NamedTuple, Protocol

from bench.model.can_frame import FrameBatch
from bench.model.names import BusState

SILENCE: FrameBatch = FrameBatch.of(())
"""No frame at all."""


class Heard(NamedTuple):
    """What came since the last drain.

    `frames`: times in ns of the monitor's own monotonic clock. `dropped`: frames that the kernel or adapter lost.
    `errors`: error reports. `state`: the controller's state where it changed. `lost`: why there is no adapter now.
    """

    frames: FrameBatch = SILENCE
    dropped: int = 0
    errors: int = 0
    state: BusState | None = None
    lost: str | None = None


class FrameReader(Protocol):
    """Hands over what was heard, without blocking; raises PortError where the adapter is gone."""

    def drain(self) -> Heard:
        """Return what came since the last call, at once; raises PortError where the adapter is gone."""
        ...

    def close(self) -> None:
        """Let go of the adapter; nothing may be drained afterwards. Raises PortError where that fails."""
