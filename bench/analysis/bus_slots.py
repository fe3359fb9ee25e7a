"""What a bus session keeps of each channel and of each arbitration id on it."""

from typing import Final

from bench.analysis.body_doors import KEPT
from bench.analysis.body_trace import BodyTrace, Gap
from bench.analysis.bus_counter import BitCounter

SILENCE_NS: Final = 5_000_000_000
"""A whole channel that says nothing for longer: the bus slept, or the recorder paused."""


class Channel:
    """Counts of one channel."""

    __slots__ = ("bits", "counter", "first_ns", "frames", "last_ns", "name", "silences", "traces")

    def __init__(self, name: str, t_ns: int) -> None:
        self.name = name
        self.first_ns = self.last_ns = t_ns
        self.frames = 0
        self.bits = 0  # of the frames that came one by one
        self.counter = BitCounter()  # of those that came by columns
        self.traces: dict[str, BodyTrace] = {}
        self.silences: list[Gap] = []

    def wake(self, t_ns: int) -> None:
        """A frame came after a long silence."""
        if len(self.silences) < KEPT:
            ignition = next((t.ignition_now for t in self.traces.values() if t.ignition_now), None)
            self.silences.append(Gap(from_ns=self.last_ns, to_ns=t_ns, others=0, ignition=ignition))


class Slot:
    """One arbitration id on one channel: its last payload, how many bits that takes (None: not measured), and who wants to know."""

    __slots__ = ("bits", "channel", "data", "traces")

    def __init__(self, channel: Channel, traces: tuple[BodyTrace, ...]) -> None:
        self.channel = channel
        self.traces = traces
        self.data: bytes | None = None
        self.bits: int | None = None
