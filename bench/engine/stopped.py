"""Why a run is cut short, as an exception inside the engine. In the record it becomes one line of kind `stop`."""

from typing import Final

from bench.errors import BenchError
from bench.model.names import StopReason
from bench.model.observations import Stop

PROOF: Final = "proof test:"
LEFT: Final = ("feed ", "current ")
"""How the details begin of stops that say: this bench cannot be trusted to switch off. They come from the proof test and the guard."""


class Stopped(BenchError):
    """The run must stop now; `reason` is one of the record's own, `detail` says what, where, value and limit."""

    def __init__(self, reason: StopReason, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


def is_untrusted(stop: Stop) -> bool:
    """Did the proof test fail, or did the guard see a feed or a current that should be gone? Then only doctor frees the rig."""
    return stop.detail.startswith(PROOF) or (stop.reason == "error" and stop.detail.startswith(LEFT))
