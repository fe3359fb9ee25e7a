"""A run's measurements as an MF4 file (ASAM MDF 4), for tools of measurement engineers; needs the extra `mdf`."""

import io
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from bench.errors import UsageError
from bench.model.observations import Ambient, Current, Input, LineVoltage, Output, Supply
from bench.model.record import RunRecord

_SECOND: Final = 1e9


class Channel(NamedTuple):
    """One signal: its name and unit, seconds since the run's first line, and values (NaN: was not read)."""

    name: str
    unit: str
    t_s: list[float]
    values: list[float]


def mf4_report(record: RunRecord) -> bytes:
    """Return the file: feed current and voltage, line voltages, inputs and outputs as levels, temperature and supply.

    Raises UsageError where asammdf is not installed, or where the run measured nothing.
    """
    try:
        from asammdf import MDF, Signal
    except ImportError as exc:
        raise UsageError("an .mf4 file needs asammdf: pip install 'lockbench[mdf]'") from exc
    import numpy as np

    channels = list(channels_of(record))
    if not channels:
        raise UsageError(f"{record.run_id}: measured nothing, so there is nothing to write as .mf4")
    with MDF(version="4.10") as file:
        for channel in channels:
            file.append(
                [Signal(np.array(channel.values), np.array(channel.t_s), unit=channel.unit, name=channel.name)],
                acq_name=channel.name, comment=f"lockbench run {record.run_id}",
            )  # fmt: skip
        written = io.BytesIO()
        file.save(written)
        return written.getvalue()


def channels_of(record: RunRecord) -> Iterator[Channel]:
    """Yield the signals of a run, those without a single sample left out."""
    amperes, volts = Channel("current", "A", [], []), Channel("feed", "V", [], [])
    others: dict[str, Channel] = {}
    for seen in record.observations:
        if isinstance(seen, Current):
            for dt, a, v in zip(seen.dt, seen.a, seen.v, strict=True):
                for channel, value in ((amperes, a), (volts, v)):
                    channel.t_s.append((seen.t0 + dt) / _SECOND)
                    channel.values.append(math.nan if value is None else value)
        elif (one := _single(seen)) is not None:
            name, unit, value, t_ns = one
            channel = others.setdefault(name, Channel(name, unit, [], []))
            channel.t_s.append(t_ns / _SECOND)
            channel.values.append(value)
    yield from (channel for channel in (amperes, volts, *(others[name] for name in sorted(others))) if channel.t_s)


def _single(seen: object) -> tuple[str, str, float, int] | None:
    """Return name, unit, value and time of an observation of one value; None for anything else."""
    match seen:
        case Input(t=t, role=role, level=level):
            return f"input_{role}", "", float(level), t
        case Output(t=t, role=role, energised=energised):
            return f"output_{role}", "", float(energised), t
        case LineVoltage(t=t, role=role, v=v):
            return f"line_{role}", "V", v, t
        case Ambient(t=t, c=c):
            return "ambient", "degC", c, t
        case Supply(t=t, v=v):
            return "supply", "V", v, t
    return None
