"""Why a run is cut short, as an exception inside the engine. In the record it becomes one line of kind `stop`."""

from bench.errors import BenchError
from bench.model.names import StopReason


class Stopped(BenchError):
    """The run must stop now; `reason` is one of the record's own, `detail` says what, where, value and limit."""

    def __init__(self, reason: StopReason, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")
