"""Wiring files: which pin, bus and address plays which role. What contradicts itself is refused, both parties named."""

from collections.abc import Iterator
from pathlib import Path

from bench.config.source_file import read_toml
from bench.config.typed import typed
from bench.config.wiring_checks import STALL_A, chip_reasons, full_scale_a, pin_reasons
from bench.config.wiring_serial_checks import serial_reasons
from bench.errors import WiringError
from bench.model.profile import Profile
from bench.model.wiring import CanPort, ListeningRig, Wiring

__all__ = ["check_fits", "full_scale_a", "load_rig_file", "load_wiring", "warnings_of"]


def load_wiring(path: str | Path) -> Wiring:
    """Return the rig that a file describes; raise WiringError that names file, key and reason, all reasons at once."""
    wiring = load_rig_file(path)
    if isinstance(wiring, ListeningRig):
        listens = f"lockbench monitor -i {wiring.can.interface}" + (f" -c {wiring.can.channel}" if wiring.can.channel else "")
        raise WiringError(f"{path}: {wiring.name} only listens in a car and has nothing to test a lock with; use {listens}")
    return wiring


def load_rig_file(path: str | Path) -> Wiring | ListeningRig:
    """Return what a wiring file describes, a rig that tests or (scope "car") one that listens; raises WiringError as above."""
    path = Path(path)
    table = read_toml(path, error=WiringError)
    if table.get("scope") == "car" and "gpio" not in table:
        return _listening(path, typed(table, ListeningRig, str(path), error=WiringError))
    wiring = typed(table, Wiring, str(path), error=WiringError)
    reasons = [*pin_reasons(wiring), *chip_reasons(wiring), *serial_reasons(wiring), *_others(wiring)]
    if reasons:
        raise WiringError(f"{path}: {'; '.join(reasons)}")
    return wiring


def _listening(path: Path, rig: ListeningRig) -> ListeningRig:
    reasons = list(_bus(rig.can))
    if rig.can.mode != "listen_only":
        reasons.append(f"can.mode: {rig.can.mode!r} in a car, limit 'listen_only'")
    if reasons:
        raise WiringError(f"{path}: {'; '.join(reasons)}")
    return rig


def check_fits(wiring: Wiring, profile: Profile) -> None:
    """Refuse a rig that cannot test this part at all; raise WiringError that names both parties.

    A missing lock switch input is no reason: the faults that only it shows are then not tested.
    """
    reasons = []
    if profile.kind == "rear_door" and "drive_unlock" not in wiring.drives:
        reasons.append(f"gpio.drive_unlock is missing, profile {profile.id!r} is a rear_door and is driven both ways")
    if "ajar" not in wiring.gpio.inputs:
        reasons.append(f"gpio.inputs.ajar is missing, profile {profile.id!r} cannot be judged without its door switch")
    if wiring.can and profile.can and wiring.can.bitrate != profile.can.bitrate:
        reasons.append(f"can.bitrate is {wiring.can.bitrate} bit/s here and {profile.can.bitrate} bit/s in profile {profile.id!r}")
    if reasons:
        raise WiringError(f"wiring {wiring.name!r}: {'; '.join(reasons)}")


def warnings_of(wiring: Wiring) -> tuple[str, ...]:
    """Return what a rig is not able to show, a sentence each; none of it keeps a run from starting."""
    seen_a = full_scale_a(wiring.current)
    if seen_a < STALL_A:
        return (
            (
                f"{wiring.current.chip} with {wiring.current.shunt_ohm:g} ohm clips at {seen_a:.2f} A, below the {STALL_A:g} A that a "
                "stalled drive may take: stall current and winding resistance are not judged; fit a shunt of 0.01 ohm"
            ),
        )
    return ()


def _others(wiring: Wiring) -> Iterator[str]:
    if not wiring.name.strip():
        yield "name: empty"
    if "estop" not in wiring.gpio.inputs:
        yield "gpio.inputs.estop is missing: no rig without an emergency stop that is read back"
    if not 3.0 <= wiring.logic_min_v <= 11.0:
        yield f"logic_min_v: {wiring.logic_min_v:g} V, limit 3..11 V"
    if wiring.can is not None:
        yield from _bus(wiring.can)
    if not wiring.simulated and wiring.gpio.factory == "mock":
        yield "gpio.factory is 'mock' but simulated is false: nothing would be driven"
    if wiring.simulated and wiring.gpio.factory != "mock":
        yield f"gpio.factory is {wiring.gpio.factory!r} but simulated is true: a simulated rig touches no real pin, use 'mock'"


def _bus(can: CanPort) -> Iterator[str]:
    if can.interface != "can.ini" and not (can.interface.strip() and can.channel.strip()):
        yield "can.interface and can.channel: one of them is empty"
    if not 10_000 <= can.bitrate <= 1_000_000:
        yield f"can.bitrate: {can.bitrate} bit/s, limit 10000..1000000 bit/s"
