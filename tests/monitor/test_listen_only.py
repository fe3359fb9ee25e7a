"""Listen-only is proven before anything is opened: read back over netlink, asked of the adapter, or refused with the command."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitor_fakes import HandClock

from bench.errors import PortError, UsageError
from bench.rig.can_listen import Adapter, adapter_of, check_link, open_listening
from bench.rig.can_netlink import CanLink, listens_only, parse_answer, question, read_link
from bench.rig.can_python import LISTEN_ONLY_BY, open_python_can
from bench.rig.can_raw import Filter

CAN0 = Adapter(interface="socketcan", channel="can0")


def attribute(kind: int, body: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(body), kind) + body + bytes(-len(body) % 4)


def answer(kind: str, *, name: str = "can0", flags: int = 1, mode: int = 0, bitrate: int = 500_000, state: int = 0) -> bytes:
    """RTM_NEWLINK as the kernel writes it, with attributes around those that are wanted."""
    details = attribute(1, struct.pack("=8I", bitrate, 875, 125, 6, 7, 2, 1, 4)) + attribute(4, struct.pack("=I", state))
    details += attribute(5, struct.pack("=II", 0, mode)) + attribute(6, struct.pack("=I", 100))
    described = attribute(1, kind.encode() + b"\0") + (attribute(2, details) if kind == "can" else b"")
    body = struct.pack("=BxHiII", 0, 280, 3, flags, 0) + attribute(3, name.encode() + b"\0") + attribute(13, struct.pack("=I", 10))
    body += attribute(18 | 0x8000, described)
    return struct.pack("=IHHII", 16 + len(body), 16, 0, 1, 0) + body


def link(kind: str = "can", *, flags: int = 1, mode: int = 0, bitrate: int = 500_000) -> CanLink:
    found = parse_answer(answer(kind, flags=flags, mode=mode, bitrate=bitrate), "test")
    assert found is not None
    return found


def test_the_mode_bit_of_the_kernel_decides() -> None:
    assert link(mode=0x02).is_listen_only is True
    assert link(mode=0x12).is_listen_only is True
    assert link(mode=0x10).is_listen_only is False
    assert link(mode=0).is_listen_only is False
    assert (link().bitrate, link().state, link().restart_ms, link().is_up, link(flags=0).is_up) == (500_000, "active", 100, True, False)


@pytest.mark.parametrize("kind", ["vcan", "vxcan"])
def test_a_virtual_bus_has_no_such_mode(kind: str) -> None:
    assert link(kind).is_listen_only is None


@pytest.mark.parametrize("kind", ["dummy", "bridge", "cannot"])
def test_any_other_device_is_not_listen_only(kind: str) -> None:
    assert link(kind).is_listen_only is False


@given(st.integers(0, 200), st.binary(max_size=6))
def test_a_torn_answer_is_never_taken_for_listen_only(keep: int, tail: bytes) -> None:
    whole = answer("can", mode=0x10)
    try:
        found = parse_answer(whole[: min(keep, len(whole))] + tail, "test")
    except PortError:
        return
    assert found is None or found.is_listen_only is not True


def test_the_kernel_here_is_asked_without_root() -> None:
    found = read_link("lo")
    assert found is not None
    assert (found.name, found.is_listen_only, found.is_up) == ("lo", False, True)
    assert read_link("nosuchcan0") is None
    assert read_link("a-name-that-is-too-long-for-linux") is None
    assert listens_only("nosuchcan0") is False


def test_the_question_names_the_interface_and_is_padded() -> None:
    raw = question("can0")
    assert struct.unpack_from("=IHH", raw) == (len(raw), 18, 1)
    assert len(raw) % 4 == 0
    assert b"can0\0" in raw


def test_an_error_of_the_kernel_is_a_port_error() -> None:
    refused = struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -1) + bytes(16)
    with pytest.raises(PortError, match="Operation not permitted"):
        parse_answer(refused, "netlink question")


def test_an_interface_that_acknowledges_is_refused_with_the_exact_commands() -> None:
    with pytest.raises(PortError) as refused:
        check_link(CAN0, link(bitrate=250_000))
    assert str(refused.value).endswith(
        "type: ip link set can0 down && ip link set can0 type can bitrate 250000 listen-only on && ip link set can0 up"
    )
    with pytest.raises(PortError, match="type: ip link set can0 type can bitrate 500000 listen-only on && ip link set can0 up"):
        check_link(CAN0, link(flags=0))


def test_an_interface_that_is_missing_down_or_no_can_is_refused_and_says_why() -> None:
    with pytest.raises(PortError, match="no such network interface"):
        check_link(CAN0, None)
    with pytest.raises(PortError, match="is down; type: ip link set can0 up"):
        check_link(CAN0, link(mode=2, flags=0))
    with pytest.raises(PortError, match="is no CAN interface"):
        check_link(CAN0, link("bridge"))


def test_another_bit_rate_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(PortError, match="runs at 250000 bit/s, -b says 500000"):
        check_link(Adapter(interface="socketcan", channel="can0", bitrate=500_000), link(mode=2, bitrate=250_000))


def test_a_proven_interface_says_so_and_a_virtual_one_says_that_it_has_no_mode() -> None:
    assert check_link(CAN0, link(mode=2)) == "can0 is listen-only (read back from the kernel), 500000 bit/s"
    assert "no listen-only mode" in check_link(CAN0, link("vcan"))


def test_nothing_is_opened_before_the_proof() -> None:
    with pytest.raises(PortError, match="is not listen-only, so it was not opened"):
        open_listening(CAN0, HandClock(), read=lambda _: link())


@pytest.mark.parametrize("interface", ["gs_usb", "serial", "usb2can", "canalystii", "neovi", "socketcand", "ixxat", "nonsense"])
def test_an_adapter_that_cannot_be_made_silent_is_refused(interface: str) -> None:
    with pytest.raises(PortError, match="cannot switch"):
        open_python_can(interface, "0", HandClock())


def test_slcan_is_told_to_open_in_listening_mode() -> None:
    """Over a pseudo terminal: the adapter gets `L`, never `O`."""
    import os
    import select
    import tty

    master, slave = os.openpty()
    tty.setraw(slave)
    reader = open_python_can("slcan", os.ttyname(slave), HandClock(), bitrate=500_000)
    told = b""
    while b"\rL\r" not in told and select.select([master], [], [], 20)[0]:  # a busy kernel hands on what was written a little later
        told += os.read(master, 1000)
    reader.close()
    assert b"\rL\r" in told
    assert b"O\r" not in told
    os.close(master)
    os.close(slave)


def test_every_silent_option_is_one_that_python_can_knows() -> None:
    import importlib
    import inspect

    from can.interfaces import BACKENDS

    for interface in LISTEN_ONLY_BY:
        module, name = BACKENDS[interface]
        home = inspect.getmodule(getattr(importlib.import_module(module), name))
        assert home is not None
        missing = [option for option in LISTEN_ONLY_BY[interface] if option not in inspect.getsource(home)]
        assert not missing, interface


def test_a_virtual_bus_is_opened_and_says_once_that_it_is_none() -> None:
    opened = open_listening(Adapter(interface="virtual", channel="nowhere"), HandClock())
    assert opened.notice == "virtual is no real bus and has no listen-only mode"
    opened.reader.close()


def test_what_is_typed_is_checked_before_anything_is_opened() -> None:
    assert adapter_of("socketcan", "can0", None, ["60D:7FF"]).filters == (Filter(0x60D, 0x7FF),)
    for bad in ("60D", "x:y", "60D:FFFFFFFF"):
        with pytest.raises(UsageError, match="--filter"):
            adapter_of("socketcan", "can0", None, [bad])
    with pytest.raises(UsageError, match="-b 3"):
        adapter_of("socketcan", "can0", 3)
    with pytest.raises(UsageError, match="no channel"):
        adapter_of("socketcan", "", None)


def test_without_interface_python_cans_own_configuration_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAN_INTERFACE", "virtual")
    monkeypatch.setenv("CAN_CHANNEL", "from-the-environment")
    assert adapter_of(None, None, None) == Adapter(interface="virtual", channel="from-the-environment")
