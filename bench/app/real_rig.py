"""A real rig: the wiring's chips and pins on this very machine."""

from bench.errors import UsageError
from bench.model.profile import Profile
from bench.model.wiring import Wiring
from bench.ports.rig import Attendant, Operator, Rig


def open_real_rig(wiring: Wiring, profile: Profile, operator: Operator, attendant: Attendant | None) -> Rig:
    """Open pins, chips and bus of a wiring on this machine; raises UsageError, PortError."""
    del operator, attendant
    raise UsageError(f"wiring {wiring.name}: this version opens no real rig yet (profile {profile.id})")
