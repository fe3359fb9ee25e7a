"""What doctor looks at before a rig is opened: limits that somebody set, and pull-downs that hold a driver off by themselves."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from bench.app.doctor_checks import Check
from bench.app.pin_gate import LIMITS
from bench.model.wiring import Wiring
from bench.rig.border import as_port_error


def limits_set(path: Path) -> Check:
    """Are the limits of this rig written down, or only defaults?"""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    missing = [key for key in LIMITS if key not in given]
    if missing:
        return Check(name="limits", outcome="fail", text=f"{path.name} does not set {', '.join(missing)}: write them down for this rig")
    return Check(name="limits", outcome="pass", text=", ".join(f"{key} {given[key]:g}" for key in LIMITS))


def pulled_down(wiring: Wiring) -> Iterable[Check]:
    """Does every relay driver rest off by its own resistor, against the weak internal pull to the other side?

    One line at a time is an input with the internal pull (about 50 kohm) towards on; 10 kohm outside win against it. A line
    that follows the pull has no resistor of its own. No two lines are tried together, so that nothing can be fed.
    """
    from bench.rig.gpio_chip import chip_called
    from bench.rig.lgpio_pins import lgpio_factory

    chip = chip_called(wiring.gpio.chip)
    factory, foreign = lgpio_factory(chip)
    try:
        for role, wired in wiring.output_pins.items():
            with as_port_error(f"{chip.device}, GPIO{wired.pin} ({role})", OSError, *foreign):
                pin = factory.pin(wired.pin)
                pin.input_with_pull("up" if wired.active_high else "down")
                resting = bool(pin.state) is not wired.active_high
                pin.input_with_pull("floating")
            follows = f"GPIO{wired.pin} follows the internal pull: fit 10 kohm to its off level"
            text = "rests off by its own resistor" if resting else follows
            yield Check(name=f"pull-down of {role}", outcome="pass" if resting else "fail", text=text)
    finally:
        factory.close()
