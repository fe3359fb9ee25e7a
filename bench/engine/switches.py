"""The coils of one rig: what is commanded, on record, and all of them off."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack

from bench.model.names import OutputRole
from bench.model.observations import Observation, Output
from bench.ports.rig import OutputPort

ROLES: tuple[OutputRole, ...] = ("enable", "drive_lock", "drive_unlock")
_HIGH, _LOW = True, False


class Switches:
    """Every output port of a rig; `record` takes each change after it was made. Only the guard holds one."""

    def __init__(self, ports: Mapping[str, OutputPort], record: Callable[[Observation], None]) -> None:
        self._ports, self._record = ports, record
        self._on: dict[OutputRole, bool] = {role: False for role in ROLES if role in ports}
        self._beat = False

    def close(self, role: OutputRole, now_ns: int) -> None:
        """Energise one coil, which closes its contact."""
        self._set(role, _HIGH, now_ns)

    def open(self, role: OutputRole, now_ns: int) -> None:
        """Let one coil go."""
        self._set(role, _LOW, now_ns)

    def _set(self, role: OutputRole, energised: bool, now_ns: int) -> None:
        # Written even where nothing changes, recorded where it does.
        self._ports[role].set(energised)
        if self._on[role] != energised:
            self._on[role] = energised
            self._record(Output(t=now_ns, role=role, energised=energised))

    def beat(self) -> None:
        """Toggle the heartbeat line."""
        self._beat = not self._beat
        self._ports["heartbeat"].set(self._beat)

    def all_off(self, now_ns: int) -> tuple[Output, ...]:
        """Everything low, enable first, each one tried even if another fails. Returns the changes; records nothing."""
        changes = tuple(Output(t=now_ns, role=role, energised=False) for role in self._on if self._on[role])
        self._on = dict.fromkeys(self._on, False)
        with ExitStack() as at_the_end:  # the last one registered drops first
            for port in ("heartbeat", *reversed(ROLES)):
                if port in self._ports:
                    at_the_end.callback(self._ports[port].set, _LOW)
        return changes
