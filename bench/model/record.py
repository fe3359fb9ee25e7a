"""A run as it was seen: its header, its steps, and every observation in order of time."""

from dataclasses import dataclass, field

from bench.model.observations import End, Observation, Run, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpan:
    """One step of a run, from its start mark to its end mark; `end_ns` None: the run was cut inside it."""

    name: str
    n: int
    start_ns: int
    end_ns: int | None

    @property
    def key(self) -> str:
        """The step's name in documents: `lock#1`."""
        return f"{self.name}#{self.n}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """Everything that one run saw. Observations are sorted by (time, line number)."""

    run_id: str
    header: Run
    observations: tuple[Observation, ...]
    steps: tuple[StepSpan, ...]
    warnings: tuple[str, ...] = field(default=())

    @property
    def stop(self) -> Stop | None:
        """The first stop line, or None where nothing stopped the run."""
        return next((o for o in self.observations if isinstance(o, Stop)), None)

    @property
    def is_complete(self) -> bool:
        """Did the run reach its end line?"""
        return any(isinstance(o, End) for o in self.observations)
