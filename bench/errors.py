"""Everything that can go wrong with the bench itself, and the exit code of each.

    BenchError                          5  an error of the bench; says nothing about the lock
     +-- UsageError        (ValueError) 2  asked for something that does not exist or does not fit
     |    +-- ProcedureRefused             asked for what the guard would stop
     |    +-- NobodyToAsk                  a question, and neither a terminal nor an answers file
     +-- InputError        (ValueError) 2  a file that cannot be read as what it should be
     |    +-- ConfigError                  a profile, wiring or answers file; names file and key
     |    |    +-- WiringError             a wiring file contradicts itself
     |    |    +-- DbcError                a CAN database is refused
     |    +-- RecordError                  an observations.jsonl or a run folder
     |    +-- LogError                     a recorded CAN log
     +-- PortError         (OSError)    5  a device did not open or did not answer
     |    +-- PortTimeout  (TimeoutError)
     +-- PlantError                     5  an outside plant raised or returned nonsense
     +-- Unsafe                         5  the bench cannot be trusted: outputs are off

A fault of the device under test is NOT an error: it is a Diagnosis. An over-current is an observation.
"""

from typing import ClassVar


class BenchError(Exception):
    """Base of all of them."""

    exit_code: ClassVar[int] = 5


class UsageError(BenchError, ValueError):
    """Asked for something that does not exist or does not fit."""

    exit_code = 2


class ProcedureRefused(UsageError):
    """Asked for what the guard would stop; lists every reason."""


class NobodyToAsk(UsageError):
    """A question that nobody can answer: no terminal and no answers file."""


class InputError(BenchError, ValueError):
    """A file that cannot be read as what it should be."""

    exit_code = 2


class ConfigError(InputError):
    """A profile, wiring or answers file is wrong; the message names file and key."""


class WiringError(ConfigError):
    """A wiring file contradicts itself; the message names both parties."""


class DbcError(ConfigError):
    """A CAN database is refused; the message names file, line and reason."""


class RecordError(InputError):
    """An observations.jsonl or a run folder is unreadable; the message names line and key."""


class LogError(InputError):
    """A recorded CAN log is unreadable."""


class PortError(BenchError, OSError):
    """A device did not open or did not answer."""

    def __str__(self) -> str:
        return " ".join(str(a) for a in self.args)


class PortTimeout(PortError, TimeoutError):
    """A device did not answer in time."""


class PlantError(BenchError):
    """An outside plant raised, or returned what no world can be (NaN, a level of 3)."""


class Unsafe(BenchError):
    """The bench cannot be trusted (welded relay, dead sensor); the guard cut the outputs."""

    def __init__(self, what: str, value: float, limit: float, unit: str) -> None:
        self.what, self.value, self.limit, self.unit = what, value, limit, unit
        super().__init__(f"{what}: {value:g} {unit}, limit {limit:g} {unit}; outputs are off")
