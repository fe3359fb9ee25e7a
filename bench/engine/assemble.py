"""From raw observations to the lines of the record (DESIGN 3.4): samples joined, frames counted, repeated levels dropped."""

import math

from bench.model.ceilings import MS
from bench.model.observations import Ambient, Bus, Can, Current, Input, LineVoltage, Observation, Supply
from bench.ports.sink import Sink

SPAN_NS = 50 * MS
"""No line of current samples spans more (DESIGN 3.4)."""

A_DIGITS, V_DIGITS, C_DIGITS = 4, 3, 2
"""Decimals kept: an INA226 with R010 steps 0.25 mA and 1.25 mV, a thermometer 0.06 degrees (facts/actuator.md 3)."""


def rounded(line: Observation, *, signed: bool) -> Observation:
    """Return the line with the decimals that are written, and no negative current unless the rig measures it signed.

    What is judged live is then what is written. A reading that is not finite stays so, for the guard to see.
    """
    if isinstance(line, Current):
        low = -math.inf if signed else 0.0
        a = [None if x is None else (round(x, A_DIGITS) if x > low or x != x else 0.0) for x in line.a]
        v = [None if x is None else round(x, V_DIGITS) for x in line.v]
        return Current(t0=line.t0, dt=line.dt, a=a, v=v)
    if isinstance(line, Supply):
        return Supply(t=line.t, v=round(line.v, V_DIGITS))
    if isinstance(line, LineVoltage):
        return LineVoltage(t=line.t, role=line.role, v=round(line.v, V_DIGITS))
    if isinstance(line, Ambient):
        return Ambient(t=line.t, c=round(line.c, C_DIGITS))
    return line


class Assembler:
    """Joins what belongs together and hands whole lines to the sink. `failure`: what the sink raised, if it did."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._t0 = 0
        self._dt: list[int] = []
        self._a: list[float | None] = []
        self._v: list[float | None] = []
        self._runs: dict[tuple[str, int], list[Can]] = {}
        self._levels: dict[str, object] = {}
        self.failure: BaseException | None = None

    def take(self, line: Observation) -> None:
        """Take one raw observation, already rounded."""
        if isinstance(line, Current):
            self._samples(line)
        elif isinstance(line, Can):
            self._frame(line)
        elif isinstance(line, Input):
            self._changed(line.role, line.level, line)
        elif isinstance(line, Bus):
            self._changed(f"bus {line.channel}", (line.state, line.error_frames, line.tx_errors, line.rx_errors), line)
        else:
            self.put(line)

    def put(self, line: Observation) -> None:
        """Hand one line to the sink as it is."""
        try:
            self._sink(line)
        except BaseException as exc:
            self.failure = exc
            raise

    def step_end(self) -> None:
        """A step is over and flushed: let the sink make it durable."""
        try:
            self._sink.step_end()
        except BaseException as exc:
            self.failure = exc
            raise

    def flush(self) -> None:
        """Hand over what is still open: samples and run-lengths."""
        self._flush_samples()
        runs, self._runs = self._runs, {}
        for last in runs.values():
            self._put_run(last)

    def _changed(self, what: str, state: object, line: Observation) -> None:
        if self._levels.get(what) != state:
            self._levels[what] = state
            self.put(line)

    def _samples(self, line: Current) -> None:
        if self._dt and line.t0 + line.dt[-1] - self._t0 <= SPAN_NS:
            shift = line.t0 - self._t0
            self._dt.extend([shift + dt for dt in line.dt])
            self._a.extend(line.a)
            self._v.extend(line.v)
            return
        for dt, a, v in zip(line.dt, line.a, line.v, strict=True):
            t = line.t0 + dt
            if self._dt and t - self._t0 > SPAN_NS:
                self._flush_samples()
            if not self._dt:
                self._t0 = t
            self._dt.append(t - self._t0)
            self._a.append(a)
            self._v.append(v)

    def _flush_samples(self) -> None:
        dt, a, v, self._dt, self._a, self._v = self._dt, self._a, self._v, [], [], []
        if dt:
            self.put(Current(t0=self._t0, dt=dt, a=a, v=v))

    def _frame(self, line: Can) -> None:
        key = (line.channel, line.id)
        run = self._runs.get(key)
        if run is not None and run[0].data == line.data:
            run.append(line)
            return
        self._runs[key] = [line]
        if run is not None:
            self._put_run(run)

    def _put_run(self, run: list[Can]) -> None:
        first = run[0]
        count = sum(line.count for line in run)
        self.put(Can(t=first.t, channel=first.channel, id=first.id, data=first.data, count=count, last=run[-1].last))
