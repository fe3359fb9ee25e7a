"""dtc read and clear against a simulated BCM: only when allowed and standing, codes saved first, and never another id or service."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from simulated_bcm import Manner, SimulatedBcm

from bench.app.dtc import DtcDocument, DtcRequest, dtc_text, reset_guide, run_dtc
from bench.errors import PortError, Unsafe, UsageError
from bench.rig.can_claim import ChannelClaim
from bench.rig.can_listen import Adapter
from bench.rig.dtc_link import BcmLink, DiagnosticBus, open_diagnostic_bus

Make = Callable[[Manner], SimulatedBcm]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed frames come every 20 ms here too: 0.2 s hears ten."""
    monkeypatch.setattr("bench.app.dtc.SPEED_WATCH_S", 0.2)
    monkeypatch.setattr("bench.rig.dtc_link.TIMEOUT_S", 0.4)


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[SimulatedBcm] = []

    def build(manner: Manner) -> SimulatedBcm:
        made.append(SimulatedBcm(manner))
        return made[-1]

    yield build
    for bcm in made:
        bcm.close()


def ask(bcm: SimulatedBcm, action: Literal["read", "clear"] = "read", out: Path = Path(), *, typed: bool = False) -> DtcDocument:
    adapter = Adapter(interface="virtual", channel=bcm.channel)
    return run_dtc(DtcRequest(action=action, adapter=adapter, allow_transmit=True, is_stationary=typed, out=out))


def test_codes_are_read_in_the_nissan_session_and_the_module_is_left_as_it_was(make: Make) -> None:
    bcm = make(Manner())
    document = ask(bcm)
    assert [(c.code, c.status) for c in document.codes] == [("B2602-00", 0x2F), ("U1000-00", 8), ("B2562-00", 1)]
    assert (document.session, document.service, document.speed) == ("10 C0", "19 02 FF", "seen as 0")
    assert bcm.asked == [b"\x10\xc0", b"\x19\x02\xff", b"\x10\x81"]
    assert "failed now" in document.codes[0].states
    assert document.verified_on_j11 is False


@pytest.mark.parametrize(
    ("manner", "session", "service"),
    [
        (Manner(sessions=(0x81,)), "10 81", "19 02 FF"),
        (Manner(sessions=(0x03,)), "10 03", "19 02 FF"),
        (Manner(sessions=(), needs_session=False), "10 81", "19 02 FF"),
        (Manner(dialect="kwp"), "10 C0", "18 00 FF 00"),
        (Manner(pending=True), "10 C0", "19 02 FF"),
    ],
)
def test_every_manner_of_a_sister_is_found(make: Make, manner: Manner, session: str, service: str) -> None:
    document = ask(make(manner))
    assert (document.session, document.service, len(document.codes)) == (session, service, 3)


def test_a_clear_saves_the_codes_first_and_shows_those_that_come_back(make: Make, tmp_path: Path) -> None:
    bcm = make(Manner())
    document = ask(bcm, "clear", tmp_path)
    assert document.saved is not None
    saved = msgspec.json.decode(Path(document.saved).read_bytes(), type=DtcDocument)
    assert [c.code for c in saved.codes] == ["B2602-00", "U1000-00", "B2562-00"]
    assert document.after is not None
    assert [c.code for c in document.after] == ["B2602-00"]
    assert b"\x14\xff\xff\xff" in bcm.asked
    assert "is there now" in dtc_text(document)


def test_nothing_is_cleared_where_the_codes_cannot_be_saved(make: Make, tmp_path: Path) -> None:
    bcm = make(Manner())
    with pytest.raises(PortError, match="nothing was cleared"):
        ask(bcm, "clear", tmp_path / "missing")
    assert not [request for request in bcm.asked if request[0] == 0x14]
    assert len(bcm.manner.codes) == 3


def test_without_permission_or_in_a_moving_car_not_one_frame_is_sent(make: Make) -> None:
    bcm = make(Manner(speed_kmh=3.2))
    adapter = Adapter(interface="virtual", channel=bcm.channel)
    with pytest.raises(UsageError, match="--allow-transmit"):
        run_dtc(DtcRequest(action="read", adapter=adapter))
    for typed in (False, True):
        with pytest.raises(UsageError, match=r"the car moves \(3.2 km/h\)"):
            ask(bcm, typed=typed)
    assert bcm.asked == []
    assert bcm.ids <= {0x280}


def test_an_unknown_speed_needs_the_word_of_a_person(make: Make) -> None:
    bcm = make(Manner(speed_kmh=None))
    with pytest.raises(UsageError, match="--stationary"):
        ask(bcm)
    assert bcm.asked == []
    assert ask(bcm, typed=True).speed == "stationary, as typed"


def test_a_car_that_drives_off_before_the_clear_is_not_cleared(make: Make, tmp_path: Path) -> None:
    bcm = make(Manner())

    class DrivesOff(DiagnosticBus):
        """Listens a second time: by then the car rolls."""

        times = 0

        def listen(self, seconds: float) -> Iterator[tuple[int, bytes]]:
            DrivesOff.times += 1
            yield 0x280, bytes([0, 0, 0, 0, 0, 0 if DrivesOff.times == 1 else 200, 0, 0])

    def opener(interface: str, channel: str, bitrate: int | None) -> DiagnosticBus:
        plain = open_diagnostic_bus(interface, channel, bitrate)
        return DrivesOff(plain._bus, plain._where)

    adapter = Adapter(interface="virtual", channel=bcm.channel)
    with pytest.raises(UsageError, match=r"moves \(2.0 km/h\): nothing was cleared"):
        run_dtc(DtcRequest(action="clear", adapter=adapter, allow_transmit=True, out=tmp_path), opener=opener)
    assert len(bcm.manner.codes) == 3
    assert len(list(tmp_path.iterdir())) == 1


def test_it_is_refused_while_a_monitor_listens(make: Make) -> None:
    bcm = make(Manner())
    claim = ChannelClaim("virtual", bcm.channel, alone=False)
    with pytest.raises(PortError, match="a monitor or another dtc command runs"):
        ask(bcm)
    claim.close()
    assert bcm.asked == []
    assert ask(bcm).codes


def test_a_module_that_is_silent_or_refuses_is_an_error_with_its_own_words(make: Make, tmp_path: Path) -> None:
    silent = make(Manner(is_silent=True))
    with pytest.raises(PortError, match="does not answer at 0x745"):
        ask(silent)
    with pytest.raises(PortError, match="in any known way: 10 C0: refused with 0x12"):
        ask(make(Manner(sessions=(0x55,))))
    with pytest.raises(PortError, match="did not clear its codes: refused with 0x22"):
        ask(make(Manner(refuses_clear=True)), "clear", tmp_path)


def test_a_module_that_asks_to_wait_for_ever_is_given_up(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard bounds each "response pending", not their number."""
    monkeypatch.setattr("bench.rig.dtc_link.PENDING_MOST_S", 0.5)
    with pytest.raises(PortError, match="asks to wait, again and again, and does not answer"):
        ask(make(Manner(always_pending=(0x19,))))
    with pytest.raises(PortError, match="not known whether the BCM cleared its codes"):
        ask(make(Manner(always_pending=(0x14,))), "clear", tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_belongs_to_another_request_is_no_answer(make: Make, tmp_path: Path) -> None:
    """A late refusal, a late session, an answer to somebody else's tester: passed over, and the module's own answer is taken."""
    strangers = {0x19: b"\x7f\x10\x22", 0x10: b"\x7f\x22\x31", 0x14: b"\x7f\x19\x11"}
    document = ask(make(Manner(before=strangers)), "clear", tmp_path)
    assert (len(document.codes), document.after is not None) == (3, True)


def test_a_torn_or_odd_answer_is_an_error_and_no_code(make: Make, tmp_path: Path) -> None:
    for manner in (Manner(torn=True), Manner(answers={0x19: b"\x59\x02\xff\xa6"}), Manner(answers={0x19: b"\x59"})):
        with pytest.raises(PortError, match="gives no codes in any known way") as caught:
            ask(make(manner))
        assert "\n" not in str(caught.value)
    with pytest.raises(PortError, match="did not clear its codes: refused without a reason"):
        ask(make(Manner(answers={0x14: b"\x7f\x14"})), "clear", tmp_path)


def test_only_the_bcm_is_ever_addressed(make: Make, tmp_path: Path) -> None:
    bcm = make(Manner(dialect="kwp"))
    ask(bcm, "clear", tmp_path)
    assert bcm.ids <= {0x745, 0x280}
    assert {request[0] for request in bcm.asked} <= {0x10, 0x14, 0x18, 0x19}


@pytest.mark.parametrize(
    "request_", [b"\x30\x07\x00\x01", b"\x2f\x00", b"\x31\x01", b"\x3b\x00", b"\x2e\x00", b"\x27\x01", b"\x11\x01", b""]
)
def test_a_service_that_moves_or_writes_is_refused_whoever_asks(request_: bytes) -> None:
    class Nothing:
        """A connection that must not be touched."""

    with pytest.raises(Unsafe):
        BcmLink(Nothing(), "here").ask(request_)


def test_the_reset_guide_says_how_long_what_stays_open_and_what_to_check() -> None:
    guide = reset_guide()
    for wanted in ("15 to 20 minutes", "tailgate", "minus terminal", "lockbench monitor", "reflashed", "window codes"):
        assert wanted in guide


def test_without_its_extra_it_says_what_to_install_as_every_other_extra_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isotp", None)
    with pytest.raises(UsageError, match=r"lockbench\[dtc\]"):
        open_diagnostic_bus("virtual", "nobody", None)
