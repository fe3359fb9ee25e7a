"""The lights before START: what is known to be sound, and what the run itself will prove first."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bench.app.panel_state import DoctorLight
from bench.app.pin_gate import check_doctor, check_limits
from bench.errors import BenchError
from bench.model.language import text
from bench.web.bench_link import BenchLink
from bench.web.rigs_shown import RigShown

CHECKS: Final = {
    "heartbeat": text("Heartbeat and enable relay"), "inputs": text("Inputs"), "estop": text("Emergency stop, its loop"),
    "estop pressed": text("Emergency stop, pressed once"), "shunt zero": text("Current sensor at rest"),
    "sampling": text("Current sensor, how often"), "supply": text("Supply"), "can": text("CAN"), "gaps": text("Gaps in the record"),
    "range": text("Measuring range"), "limits": text("Limits in the wiring file"), "pull-down of enable": text("Pull-down of enable"),
    "pull-down of drive_lock": text("Pull-down of drive_lock"), "pull-down of drive_unlock": text("Pull-down of drive_unlock"),
    "pull-down of heartbeat": text("Pull-down of heartbeat"),
}  # fmt: skip
"""Doctor's checks of stage A in words."""
SENTENCES: Final = (
    text("enable open: feed dead; enable closed, drives off: no current; heartbeat withheld: the enable relay dropped, feed dead"),
    text("its loop is closed"), text("pressed, or its wire is broken: release it, or mend the loop"),
    text("no emergency stop is read back"), text("no level was ever seen of {roles}"),
    text("{zero} mA with the outputs off (noise {noise} mA), limit {limit} mA"), text("{n} current samples with the outputs off"),
    text("{rate} samples a second, longest gap {gap} ms; at least {least}, at most {most} ms"), text("nothing reads the supply"),
    text("{volts} V, wanted {low}..{high} V"), text("no CAN is connected"), text("{n} frames heard"),
    text("the controller is {state}: bit rate, termination or wiring"),
    text("opened, but no frame was heard: it sleeps, or nothing is connected"), text("nobody can press it on a simulated rig"),
    text("not tried, the stage has failed before"), text("the run stopped at once"), text("no run was stopped by it"),
    text("rests off by its own resistor"), text("{pin} follows the internal pull: fit 10 kohm to its off level"),
    text("{file} does not set {keys}: write them down for this rig"), text("{n} gaps on record, first: {source}, {reason}"),
    text("{file}: doctor has not passed for {rig}; run: lockbench doctor --rig {path}"),
    text("{file} has changed since doctor passed on {utc}; run: lockbench doctor --rig {path}"),
    text("{file}: doctor's stages {stages} have not passed for {rig}; run: lockbench doctor --rig {path}"),
    text("{file}: {keys} must be set in the file of a real rig before it moves anything"),
)  # fmt: skip
"""What doctor and the gate say, as message ids: the page tells them again in the browser's language."""
INPUTS: Final = {
    "ajar": text("door switch line {level}"), "lock": text("lock switch line {level}"), "estop": text("emergency-stop loop {level}"),
    "hold": text("hold button {level}"),
}  # fmt: skip
"""The inputs' levels in words, by role."""
_STATES: Final[dict[str, Literal["good", "bad", "wait"]]] = {"pass": "good", "fail": "bad", "not_tested": "wait"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """One light: good, bad, or wait (known only later, or not at all). `parts`: more that is told one by one.

    `is_check`: one of doctor's, which alone keeps no START off. A red check closes a real rig's gate, which has a light of
    its own; a simulated rig has no gate, and its faults are there to be tested.
    """

    name: str
    state: Literal["good", "bad", "wait"]
    more: str = ""
    parts: tuple[str, ...] = ()
    is_check: bool = False

    @property
    def blocks(self) -> bool:
        """Is there no START under this light?"""
        return self.state == "bad" and not self.is_check


def lights_of(link: BenchLink, rig: RigShown, out: Path) -> tuple[Light, ...]:
    """Return the lights; one that blocks keeps START off and says why."""
    home = next((p for p in (out, *out.absolute().parents) if p.exists()), Path("/"))
    return (
        Light(name=text("The program at the rig answers"), state="good" if link.is_up else "bad"),
        Light(name=text("The wiring file can be read"), state="bad" if rig.fault else "good", more=rig.fault),
        Light(name=text("Runs can be stored"), state="good" if os.access(home, os.W_OK) else "bad"),
        *_gate(rig),
        *_doctor(link, rig),
        Light(name=text("Relays, heartbeat and current sensor"), state="wait",
              more=text("They are proved at the beginning and at the end of each run; a rig that fails there judges no lock.")),
    )  # fmt: skip


def _gate(rig: RigShown) -> Iterator[Light]:
    """The gate of a real rig, asked before START: it refuses motion until doctor has passed for this very file."""
    if rig.path is None or rig.simulated or rig.fault:
        return
    name = text("This rig may drive a lock")
    try:
        check_limits(rig.path)
        check_doctor(rig.path)
    except BenchError as exc:
        yield Light(name=name, state="bad", more=str(exc))
    else:
        yield Light(name=name, state="good", more=text("Doctor's three stages have passed for this very wiring file."))


def _doctor(link: BenchLink, rig: RigShown) -> Iterator[Light]:
    """What stage A found; that a rig was not examined, or its file was changed since, keeps no START off: the gate does."""
    found, name = link.doctor, text("The rig was examined")
    if rig.fault or rig.is_plant:
        return
    if found is None:
        yield Light(name=name, state="wait", more=text("Not yet. Examine it: nothing moves, and it takes a few seconds."))
    elif found.error is not None:
        yield Light(name=name, state="bad", more=found.error)
    elif found.wiring_sha256 != rig.sha256:
        yield Light(name=name, state="wait", more=text("The wiring file has changed since: examine it again."))
    else:
        yield from (_check(light) for light in found.lights)


def _check(light: DoctorLight) -> Light:
    if light.name == "inputs" and light.outcome == "pass":
        levels = [part.partition(" ") for part in light.text.split(", ")]
        parts = tuple(INPUTS[role].format(level=level) for role, _, level in levels if role in INPUTS)
        return Light(name=CHECKS["inputs"], state="good", parts=parts, is_check=True)
    return Light(name=CHECKS.get(light.name, light.name), state=_STATES[light.outcome], more=light.text, is_check=True)
