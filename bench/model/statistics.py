"""Statistics over many runs, as documents and pages carry them. Field names are the JSON keys of lockbench.stats/1."""

from typing import Final

import msgspec

STATS_SCHEMA: Final = "lockbench.stats/1"
GRR_SCHEMA: Final = "lockbench.grr/1"
CPK_WANTED: Final = 1.33
"""A process whose nearest limit is four standard deviations away: the usual demand on a capable process."""


CPK_FROM: Final = 10
"""With fewer values people are told that there are too few.

At ten the 95 % interval of a Cpk of 1.33 still spans 0.7 to 2.0 (Bissell 1990).
"""


class Yield(msgspec.Struct, frozen=True, kw_only=True):
    """First-pass yield: of the locks whose first test counted, the share that passed in it. `low`, `high`: 95 % (Wilson)."""

    units: int
    passed: int
    share: float | None
    low: float | None
    high: float | None
    not_counted: int


class FaultCount(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of the Pareto chart; `cumulative`: share of all FAIL runs up to and with this fault."""

    fault: str
    count: int
    share: float
    cumulative: float


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """How a measurement of one profile's steps lies in its limits. `cpk` None: fewer than two values, no spread or no limit.

    `low`, `high`: of the newest run; `limits_vary`: they move with temperature and supply, and the Cpk is of the place in the window.
    """

    profile: str
    step: str
    name: str
    unit: str
    n: int
    mean: float
    sd: float | None
    low: float | None
    high: float | None
    limits_vary: bool
    cpk: float | None
    cpk_low: float | None
    cpk_high: float | None
    provisional: bool
    outside: int


class GaugeStudy(msgspec.Struct, frozen=True, kw_only=True):
    """Standard deviations in the measurement's unit; `share`: of the total variation (GRR / TV), `of_tolerance`: 6 GRR / width.

    `cells`: the values themselves, by part and operator, for the plot.
    """

    name: str
    unit: str
    parts: int
    operators: int
    trials: int
    repeatability: float
    reproducibility: float
    grr: float
    part_to_part: float
    total: float
    share: float | None
    of_tolerance: float | None
    categories: int | None
    word: str
    cells: tuple[tuple[str, str, tuple[float, ...]], ...]
