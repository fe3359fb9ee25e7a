"""What a kernel or a library complains of reaches a user in words: one sentence, no number of an error, what it means first."""

import errno
import os
from collections.abc import Callable

import can
import pytest
import serial

from bench.errors import PortError
from bench.rig.border import as_port_error, in_words
from bench.rig.i2c import RegisterChip
from tests.command_runs import lockbench


def kernel(number: int, path: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), path) if path else OSError(number, os.strerror(number))


def wrapped() -> Exception:
    return can.CanOperationError(f"Failed to transmit: {kernel(errno.ENETDOWN)}", errno.ENETDOWN)


@pytest.mark.parametrize(
    ("foreign", "says"),
    [
        (kernel(errno.EAFNOSUPPORT), "the kernel of this machine has no CAN (Address family not supported by protocol)"),
        (kernel(errno.EREMOTEIO), "nothing answers there (Remote I/O error)"),
        (kernel(errno.EACCES, "/dev/i2c-1"), "this user may not open it (Permission denied: /dev/i2c-1)"),
        (kernel(errno.ENOSPC), "No space left on device"),
        (wrapped(), "the interface is down (Failed to transmit: Network is down)"),
        (
            serial.SerialException(2, f"could not open port x: {kernel(errno.ENOENT)}"),
            "it is not there (could not open port x: No such file or directory)",
        ),
        (ValueError("bitrate 7 is not one of them"), "bitrate 7 is not one of them"),
        (OSError("closed"), "closed"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_an_error_of_a_library_is_one_sentence_without_a_number(foreign: Exception, says: str) -> None:
    with pytest.raises(PortError) as caught, as_port_error("CAN channel can0", type(foreign)):
        raise foreign
    assert str(caught.value) == f"CAN channel can0: {says}"
    assert caught.value.__cause__ is foreign


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_no_error_of_the_kernel_shows_its_number(number: int) -> None:
    said = in_words(kernel(number))
    assert os.strerror(number) in said
    assert "Errno" not in said
    assert "[" not in said


class Dead:
    """A bus on which nothing answers."""

    def read_word_data(self, address: int, register: int, /) -> int:
        raise kernel(errno.EREMOTEIO)

    def write_word_data(self, address: int, register: int, value: int, /) -> None:
        raise kernel(errno.EREMOTEIO)


@pytest.mark.parametrize("call", [lambda chip: chip.read(0), lambda chip: chip.write(0, 1)], ids=["read", "write"])
def test_a_chip_that_is_not_there_is_named_with_its_bus(call: Callable[[RegisterChip], object]) -> None:
    with pytest.raises(PortError, match=r"^INA226 at 0x40 on I2C bus 1: nothing answers there \(Remote I/O error\)$"):
        call(RegisterChip(Dead(), chip="INA226", address=0x40, bus=1))


def test_fault_codes_on_a_machine_without_can_are_refused_in_one_sentence() -> None:
    """Where the kernel has CAN, the interface is missing; either way a person is told what is not there."""
    said = lockbench("dtc", "read", "--allow-transmit", "--stationary", "-i", "socketcan", "-c", "nocan7")
    assert said.code == 5
    assert said.err.count("\n") == 1
    assert "nocan7" in said.err
    assert "Errno" not in said.err
    assert "the kernel of this machine has no CAN" in said.err or "it is not there" in said.err
