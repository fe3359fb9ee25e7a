"""The run's signals as arrays and step functions: what every feature reads."""

import bisect
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.model.observations import Ambient, Current, Input, LineVoltage, Output, Supply
from bench.model.record import RunRecord

Array = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
COLDEST_C, HOTTEST_C = -60.0, 120.0
"""No latch is tested outside of these: such a thermometer was not read (estimate)."""
BEYOND_SENSE = 1000.0
"""No bench of this kind reads a thousand amperes or volts: such an element was not read (estimate)."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Samples:
    """Bridge feed samples: times in ns, amperes, volts; NaN where an element was not read."""

    t_ns: Times
    a: Array
    v: Array

    def between(self, start_ns: int, end_ns: int) -> "Samples":
        """Return the samples in [start, end)."""
        low, high = np.searchsorted(self.t_ns, (start_ns, end_ns))
        return Samples(self.t_ns[low:high], self.a[low:high], self.v[low:high])


class Levels:
    """A two-level line as its edges: (t_ns, level) in order of time; the first is its initial level."""

    def __init__(self, edges: list[tuple[int, int]]) -> None:
        self.edges = edges
        self._times = [t for t, _ in edges]

    def at(self, t_ns: int) -> int | None:
        """Return the level at a time; before the first line the first level; None where nothing was ever seen."""
        if not self.edges:
            return None
        return self.edges[max(bisect.bisect_right(self._times, t_ns) - 1, 0)][1]

    def changes(self, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """Return the edges in (start, end]: changes of level only, repeats left out."""
        low, high = bisect.bisect_right(self._times, start_ns), bisect.bisect_right(self._times, end_ns)
        found = []
        before = self.edges[low - 1][1] if low else None
        for t_ns, level in self.edges[low:high]:
            if before is not None and level != before:
                found.append((t_ns, level))
            before = level
        return found


@dataclass(frozen=True, slots=True)
class Trace:
    """Every signal of a run by name. A signal that never came is empty, not zero."""

    samples: Samples
    inputs: dict[str, Levels]
    outputs: dict[str, Levels]
    lines: dict[str, list[tuple[int, float]]]
    supply: list[tuple[int, float]]
    ambient: list[tuple[int, float]]

    def powered(self, role: str) -> list[tuple[int, int]]:
        """Return the spans in which a drive relay and the enable relay were both commanded on, ns."""
        drive, enable = self.outputs.get(role), self.outputs.get("enable")
        if drive is None:
            return []
        marks = sorted({t for line in (drive, enable) if line for t, _ in line.edges})
        spans: list[tuple[int, int]] = []
        start: int | None = None
        for t_ns in marks:
            on = bool(drive.at(t_ns)) and t_ns >= drive.edges[0][0] and (enable is None or bool(enable.at(t_ns)))
            if on and start is None:
                start = t_ns
            elif not on and start is not None:
                spans.append((start, t_ns))
                start = None
        if start is not None:
            spans.append((start, int(self.samples.t_ns[-1]) + 1 if len(self.samples.t_ns) else start))
        return spans


def trace_of(record: RunRecord) -> Trace:
    """Return the signals of a run. Time that runs backwards inside a current line is sorted, equal stamps are kept."""
    t: list[int] = []
    a: list[float | None] = []
    v: list[float | None] = []
    edges: dict[str, dict[str, list[tuple[int, int]]]] = {"in": {}, "out": {}}
    lines: dict[str, list[tuple[int, float]]] = {}
    supply: list[tuple[int, float]] = []
    ambient: list[tuple[int, float]] = []
    for o in record.observations:
        match o:
            case Current():
                t += [o.t0 + d for d in o.dt]
                a += o.a
                v += o.v
            case Input():
                edges["in"].setdefault(o.role, []).append((o.t, o.level))
            case Output():
                edges["out"].setdefault(o.role, []).append((o.t, int(o.energised)))
            case LineVoltage():
                if abs(o.v) <= BEYOND_SENSE:
                    lines.setdefault(o.role, []).append((o.t, o.v))
            case Supply():
                if abs(o.v) <= BEYOND_SENSE:
                    supply.append((o.t, o.v))
            case Ambient():
                if COLDEST_C <= o.c <= HOTTEST_C:
                    ambient.append((o.t, o.c))
            case _:
                pass
    return Trace(
        samples=_samples(t, a, v),
        inputs={role: Levels(found) for role, found in edges["in"].items()},
        outputs={role: Levels(found) for role, found in edges["out"].items()},
        lines=lines,
        supply=supply,
        ambient=ambient,
    )


def _samples(t: list[int], a: list[float | None], v: list[float | None]) -> Samples:
    times = np.array(t, dtype=np.int64)
    amps, volts = np.array(a, dtype=np.float64), np.array(v, dtype=np.float64)
    if len(times) > 1 and bool(np.any(np.diff(times) < 0)):
        order = np.argsort(times, kind="stable")
        times, amps, volts = times[order], amps[order], volts[order]
    return Samples(times, _believed(np.abs(amps)), _believed(volts))


def _believed(values: Array) -> Array:
    """Return the readings with those that no rig can mean left out as not read."""
    return np.where(np.abs(values) <= BEYOND_SENSE, values, np.nan)
