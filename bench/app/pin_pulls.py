"""What holds a relay driver off when no program holds its line: asked in the pin process, before the rig is opened."""

from collections.abc import Iterable
from pathlib import Path

from bench.app.pin_rigs import RigOrder, is_real
from bench.config import load_wiring
from bench.model.pin_news import Pulled
from bench.rig.border import as_port_error


def pulled_down(order: RigOrder) -> Iterable[Pulled]:
    """Yield for every output of a real rig whether it rests off by its own resistor; nothing for a simulated one. Raises PortError.

    One line at a time is an input with the internal pull (about 50 kohm) towards on; 10 kohm outside win against it. A line
    that follows the pull has no resistor of its own. No two lines are tried together, so that nothing can be fed.
    """
    if not is_real(order.choice):
        return
    from bench.rig.gpio_chip import chip_called
    from bench.rig.lgpio_pins import lgpio_factory

    wiring = load_wiring(order.choice.path or Path())
    chip = chip_called(wiring.gpio.chip)
    factory, foreign = lgpio_factory(chip)
    try:
        for role, wired in wiring.output_pins.items():
            with as_port_error(f"{chip.device}, GPIO{wired.pin} ({role})", OSError, *foreign):
                pin = factory.pin(wired.pin)
                pin.input_with_pull("up" if wired.active_high else "down")
                resting = bool(pin.state) is not wired.active_high
                pin.input_with_pull("floating")
            yield Pulled(role=str(role), pin=wired.pin, rests=resting)
    finally:
        factory.close()
