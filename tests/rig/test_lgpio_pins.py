"""Two rigs in one process on lgpio: each closes its own lines and no others."""

import sys
from collections.abc import Iterator

import gpiozero.pins
import pytest
from lgpio_fake import FakeChip, fake_lgpio

from bench.errors import PortError
from bench.model.wiring import OutputPin
from bench.rig.gpio import Pins, RelayOutput
from bench.rig.gpio_chip import GpioChip
from bench.rig.lgpio_pins import ClosingFactory, lgpio_factory

HEADER = GpioChip(0, "pinctrl-rp1", 54)


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeChip]:
    """Gpiozero's own LGPIOFactory over a chip with a memory."""
    fake = FakeChip()
    monkeypatch.setitem(sys.modules, "lgpio", fake_lgpio(fake))
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)
    yield fake
    sys.modules.pop("gpiozero.pins.lgpio", None)  # what was imported over the fake is of no use to anybody else
    vars(gpiozero.pins).pop("lgpio", None)


def opened(number: int, owner: str) -> tuple[ClosingFactory, RelayOutput]:
    factory, foreign = lgpio_factory(HEADER)
    return factory, Pins(factory, owner=owner, foreign=foreign).output("enable", OutputPin(pin=number))


def test_a_second_rig_that_closes_leaves_the_first_one_its_lines(chip: FakeChip) -> None:
    """Gpiozero keeps one table of pins for all its local factories, and closing any of them made every line an input."""
    first, relay = opened(22, "rig 'one'")
    relay.set(True)
    second, other = opened(23, "rig 'two'")
    other.set(True)
    second.close()
    assert chip.lines == {22: (1, "out", 1)}
    relay.set(False)
    assert chip.lines == {22: (1, "out", 0)}
    first.close()
    assert chip.lines == {}


def test_the_line_of_another_rig_is_refused_by_the_kernel_and_stays_as_it_was(chip: FakeChip) -> None:
    first, relay = opened(22, "rig 'one'")
    relay.set(True)
    with pytest.raises(PortError, match=r"GPIO22 \(enable\)"):
        opened(22, "rig 'two'")
    assert chip.lines == {22: (1, "out", 1)}
    first.close()


def test_a_rig_opened_again_after_it_was_closed_has_its_lines(chip: FakeChip) -> None:
    for handle in (1, 2):
        factory, relay = opened(22, "rig 'one'")
        relay.set(True)
        assert chip.lines == {22: (handle, "out", 1)}
        relay.close()
        factory.close()
    assert chip.lines == {}
