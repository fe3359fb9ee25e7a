"""Two faults at once: is there a pair that explains what no single fault does?

A pair's likelihood comes from the rows of its two faults (bench.analysis.compound_joint). A pair counts only where the run itself
shows the second fault: a blown fuse hides a weak motor, and then the fuse alone is the honest answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.analysis.classify import Scores
from bench.analysis.compound_joint import Frame, frame_of, joint_log_likelihoods
from bench.analysis.groups import CLOSE, ONE_CAUSE, TWINS
from bench.analysis.trace import Array
from bench.model.names import FAULTS

SHARE: Final = 0.1
"""How often a lock that comes with a fault has a second one (estimate: more often than not a second "fault" is the first one's way of
another make)."""
SHOWN: Final = 2.0
"""Natural log: a pair must explain the run seven times better than either of its faults alone (as groups are told apart), else the second
one is not shown."""
ALONE: Final = frozenset(("bench_fault",))
"""A broken bench says nothing of the lock: it has no place in a pair."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """`gain`: log L(pair) - log L(its likelier fault alone); `log_weight`: log of prior times likelihood; -inf where not shown."""

    names: tuple[str, ...]
    gain: Array
    log_weight: Array

    def mass(self) -> float:
        """Return the logarithm of the weight of all pairs together, on the scale of prior times likelihood."""
        return float(np.logaddexp.reduce(self.log_weight, axis=None))

    def best(self) -> tuple[str, str] | None:
        """Return the likeliest pair; None where none is shown."""
        if not np.isfinite(self.log_weight).any():
            return None
        i, j = np.unravel_index(int(np.argmax(self.log_weight)), self.log_weight.shape)
        return self.names[int(i)], self.names[int(j)]

    def alternatives(self, fault: str, beside: str) -> tuple[str, ...]:
        """Return the faults that could stand in a fault's place beside another one, itself first."""
        i, j = self.names.index(fault), self.names.index(beside)
        row = np.maximum(self.log_weight[j], self.log_weight[:, j])
        near = [self.names[k] for k in np.argsort(-row) if k not in (i, j) and row[k] >= row[i] - CLOSE]
        twins = [t for twin in TWINS if fault in twin for t in sorted(twin) if t not in (fault, beside, *near) and t in self.names]
        return (fault, *near, *twins)


def pairs_of(scores: Scores, likelihoods: Mapping[str, float], priors: Mapping[str, float]) -> Pairs:
    """Return every pair of faults that may be there, weighed."""
    faults = tuple(f for f in FAULTS if f not in ALONE and priors[f] > 0)
    frame = frame_of(scores.kind, scores.scope)
    index = [n for n, name in enumerate(frame.names) if name in faults]
    starts = [n for n, k in enumerate(index) if n == 0 or frame.names[k] != frame.names[index[n - 1]]]
    names = tuple(frame.names[index[n]] for n in starts)
    joint = joint_log_likelihoods(scores, np.array(index, dtype=np.intp))
    likelihood = _summed(joint, starts) if starts else np.zeros((0, 0))
    single = np.array([likelihoods[f] for f in names])
    gain = likelihood - np.maximum(single[:, None], single[None, :])
    prior = np.array([priors[f] for f in names])
    both = np.triu(np.outer(prior, prior), 1)
    for alike in ONE_CAUSE:
        at = [n for n, name in enumerate(names) if name in alike]
        both[np.ix_(at, at)] = 0.0
    total = both.sum()
    weight = np.full_like(gain, -np.inf)
    shown = (gain > SHOWN) & (both > 0)
    weight[shown] = (likelihood + np.log(np.where(both > 0, both, 1.0) * SHARE * prior.sum() / (total or 1.0)))[shown]
    return Pairs(names, gain, weight)


def _summed(joint: Array, starts: list[int]) -> Array:
    """Return the log of the sums over each two faults' cells. What is e^700 times less likely than the best pair is as good as nothing."""
    top = float(joint.max())
    sums = np.add.reduceat(np.add.reduceat(np.exp(joint - top), starts, axis=0), starts, axis=1)
    found: Array = np.log(np.maximum(sums, np.finfo(float).tiny)) + top
    return found


def told_by(scores: Scores, fault: str, beside: str) -> dict[str, float]:
    """Return what each column contributes to log L(fault and the other) - log L(the other alone): the loss without it."""
    frame = frame_of(scores.kind, scores.scope)
    index = np.array([n for n, name in enumerate(frame.names) if name in (fault, beside)], dtype=np.intp)
    whole = _gain(scores, frame, index, fault, None, beside)
    return {name: whole - _gain(scores, frame, index, fault, name, beside) for name in scores.columns}


def _gain(scores: Scores, frame: Frame, index: NDArray[np.intp], fault: str, without: str | None, beside: str) -> float:
    rows, others = ([k for k, n in enumerate(index) if frame.names[n] == name] for name in (fault, beside))
    joint = joint_log_likelihoods(scores, index, without)[rows][:, others]
    return float(np.logaddexp.reduce(joint, axis=None)) - scores.log_likelihoods(without)[beside]
