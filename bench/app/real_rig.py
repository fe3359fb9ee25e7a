"""A real rig: the wiring's chips and pins on this very machine."""

from collections.abc import Iterable
from dataclasses import replace

from bench.model.profile import Profile
from bench.model.wiring import Wiring
from bench.ports.rig import Attendant, Operator, Rig
from bench.rig.real import open_real_rig as open_ports


def open_real_rig(
    wiring: Wiring, profile: Profile, operator: Operator, attendant: Attendant | None, *, can_ids: Iterable[int] | None = None
) -> Rig:
    """Open pins, chips and bus of a wiring on this machine; raises UsageError, WiringError, PortError.

    A tailgate has no reverse drive: its coil is opened and stays off, and nobody is given its port. `can_ids`: frames to
    listen for (None: all).
    """
    rig = open_ports(wiring, operator, can_ids=can_ids).rig
    outputs = {role: port for role, port in rig.outputs.items() if not (profile.kind == "tailgate" and role == "drive_unlock")}
    return replace(rig, outputs=outputs, attendant=attendant, rearm=wiring.rearm)
