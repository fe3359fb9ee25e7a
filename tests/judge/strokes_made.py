"""Motor strokes with known resistance and length, made from the formulae and not from the simulator."""

import numpy as np

from bench.analysis.trace import Samples

MS = 1_000_000
BRUSH_V = 0.35


def stroke(
    *, ohm: float = 3.8, lambda_vs: float = 0.72, running_a: float = 0.7, supply_v: float = 12.6, source_ohm: float = 0.15,
    step_ms: float = 1.0, pulse_ms: int = 500, onset_ms: float = 6.0, noise_a: float = 0.0, seed: int = 0,
) -> Samples:  # fmt: skip
    """Return 500 ms of a motor that starts, runs at a constant current and stalls where its stroke is done.

    The electromotive force follows from the current (v - R i - brush); it rises with 12 ms to its running value and is
    cut where its integral reaches `lambda_vs`.
    """
    t_ms = np.arange(0, pulse_ms, step_ms)
    stall_a = (supply_v - BRUSH_V) / (ohm + source_ohm)
    run_emf = supply_v - BRUSH_V - running_a * (ohm + source_ohm)
    amps = np.zeros(len(t_ms))
    done = 0.0
    for n, t in enumerate(t_ms):
        if t < onset_ms:
            continue
        emf = run_emf * (1 - np.exp(-(t - onset_ms) / 12.0)) if done < lambda_vs else 0.0
        done += emf * step_ms / 1000
        amps[n] = stall_a - emf / (ohm + source_ohm)
    amps += np.random.default_rng(seed).normal(0, noise_a, len(amps)) * (amps > 0)
    volts = np.where(t_ms < onset_ms, 0.0, supply_v - source_ohm * amps)
    return Samples((t_ms * MS).astype(np.int64), amps, volts)
