"""Whatever happens: outputs low, and a record of whole lines that says so."""

import os
import signal
import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest
from engine_fakes import HEADER, MS, Scope, Sink, TinyLock, profile, scoped

from bench.engine.run import run_procedure
from bench.engine.signals import SIGNALS, SignalStop, StopSignals, masked
from bench.errors import PortError
from bench.model.observations import End, Observation, Output, Stop
from bench.ports.rig import Rig
from bench.procedure import Step

STEPS = (
    Step(name="rest", n=1),
    Step(name="close", n=1, hand="close", questions=("held",)),
    Step(name="lock", n=1, drive="drive_lock", on_ms=500, questions=("knob_moved",)),
    Step(name="wiggle", n=1, drive="drive_lock", on_ms=150, pulses=3, gap_ms=320, hand="wiggle"),
    Step(name="rest", n=2),
)
PHASES = {
    "opening": 0.0, "proof": 0.12, "heartbeat withheld": 0.25, "rest": 0.5, "hand": 1.0,
    "selecting": 1.885, "inrush": 1.9, "mid-stroke": 1.95,
    "stall": 2.2, "unloading": 2.405, "settling": 2.6, "wiggle": 3.0, "wiggle gap": 3.2, "last proof": 5.2,
}  # fmt: skip


def run(rig: Rig, sink: Sink) -> None:
    run_procedure(STEPS, rig, header=HEADER, profile=profile(), sink=sink)


def all_low(scopes: dict[str, Scope]) -> bool:
    return not any(scope.level for scope in scopes.values())


def stop_in(sink: Sink) -> Stop:
    assert not any(isinstance(line, End) for line in sink.lines)
    last = sink.lines[-1]
    assert isinstance(last, Stop)
    on = {line.role: line.energised for line in sink.lines if isinstance(line, Output)}
    assert not any(on.values()), "the record says that everything was switched off"
    return last


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [
        ("interrupt", "signal", "SIGINT"),
        ("raises", "error", "TinyLock.advance"),
        ("nan", "error", "current_a = nan"),
        ("estop", "estop", "pressed"),
    ],
)
def test_outputs_are_low_after_a_stop_in_every_phase(phase: str, fault: str, reason: str, detail: str) -> None:
    """KeyboardInterrupt, a plant that raises, a NaN, an e-stop: low, on record, quiet."""
    plant = TinyLock()
    rig, scopes = scoped(plant)
    plant.faults = {fault: PHASES[phase]}
    sink = Sink()
    run(rig, sink)
    assert all_low(scopes)
    stop = stop_in(sink)
    assert stop.reason == reason
    assert detail in stop.detail
    assert abs(stop.t / 1e9 - PHASES[phase]) < 0.03, "noticed within a turn"


def test_the_phases_are_where_their_names_say() -> None:
    """Keeps the table above honest: what is energised at each of these times."""
    rig, scopes = scoped(TinyLock())
    run(rig, Sink())

    def on(phase: str) -> set[str]:
        t = PHASES[phase] * 1000 * MS
        return {role for role in ("enable", "drive_lock") for a, b in scopes[role].pulses() if a < t < b}

    assert on("selecting") == on("unloading") == {"drive_lock"}
    assert on("inrush") == on("mid-stroke") == on("stall") == on("wiggle") == {"enable", "drive_lock"}
    assert on("proof") == on("heartbeat withheld") == on("last proof") == {"enable"}
    assert on("rest") == on("hand") == on("settling") == on("wiggle gap") == set()


@pytest.mark.parametrize("full_at", [0, 1, 5, 20, 60, 75, 80, 90])
def test_a_full_disk_is_heard_after_everything_is_off(full_at: int) -> None:
    """The sink's own error is re-raised; no line is written twice."""
    rig, scopes = scoped(TinyLock())
    sink = Sink(full_at=full_at)
    with pytest.raises(OSError, match="No space left"):
        run(rig, sink)
    assert all_low(scopes)
    assert len(sink.lines) == full_at


def test_a_disk_that_fails_at_a_step_end_is_heard_after_everything_is_off() -> None:
    """Durable is what the sink says is durable."""
    rig, scopes = scoped(TinyLock())
    with pytest.raises(OSError, match="Input/output error"):
        run(rig, Sink(stalls=True))
    assert all_low(scopes)


@pytest.mark.parametrize("phase", ["inrush", "stall", "wiggle"])
@pytest.mark.parametrize("fault", ["deaf", "no_current"])
def test_a_sensor_that_falls_silent_while_driving_stops_within_fifty_milliseconds(phase: str, fault: str) -> None:
    """And one turn."""
    plant = TinyLock()
    rig, scopes = scoped(plant)
    plant.faults = {fault: PHASES[phase]}
    sink = Sink()
    run(rig, sink)
    assert all_low(scopes)
    stop = stop_in(sink)
    assert stop.reason == "sensor"
    assert stop.t / 1e9 - PHASES[phase] <= 0.06


class Broken:
    """A source that fails from some time on."""

    def __init__(self, rig: Rig, at_s: float, exc: BaseException) -> None:
        self._rig, self._at_ns, self._exc = rig, at_s * 1e9, exc

    def drain(self) -> Iterable[Observation]:
        if self._rig.clock.now_ns() >= self._at_ns:
            raise self._exc
        return ()


@pytest.mark.parametrize("phase", PHASES)
def test_a_dead_device_stops_the_run_as_a_sensor(phase: str) -> None:
    """A port's own error is the bench's business: on record, quiet."""
    rig, scopes = scoped(TinyLock())
    sink = Sink()
    run(replace(rig, sources=(*rig.sources, Broken(rig, PHASES[phase], PortError("ina226 at 0x40 on bus 1: no answer")))), sink)
    assert all_low(scopes)
    stop = stop_in(sink)
    assert stop.reason == "sensor"
    assert "ina226 at 0x40" in stop.detail


@pytest.mark.parametrize("exc", [ZeroDivisionError("in a driver"), SystemExit(3), GeneratorExit()])
def test_what_nobody_expected_is_recorded_and_raised(exc: BaseException) -> None:
    """A bug is no verdict: the caller hears of it, after the outputs are off."""
    rig, scopes = scoped(TinyLock())
    sink = Sink()
    with pytest.raises(type(exc)):
        run(replace(rig, sources=(*rig.sources, Broken(rig, 2.2, exc))), sink)
    assert all_low(scopes)
    assert stop_in(sink).reason == "error"


@pytest.mark.parametrize("broken", ["enable", "drive_lock", "heartbeat"])
def test_a_dead_relay_board_does_not_keep_the_other_outputs_on(broken: str) -> None:
    """In mid-stroke one output stops answering; the others go low and the record says what failed."""
    plant = TinyLock(raises=2.2)
    rig, scopes = scoped(plant)
    sink = Sink()

    class Breaker:
        def drain(self) -> Iterable[Observation]:
            scopes[broken].fails = rig.clock.now_ns() >= 2100 * MS
            return ()

    with pytest.raises(OSError, match="relay board"):
        run(replace(rig, sources=(*rig.sources, Breaker())), sink)
    assert not any(scope.level for role, scope in scopes.items() if role != broken)
    assert isinstance(sink.lines[-1], Stop)


def test_an_operator_that_fails_is_a_stop() -> None:
    """Whoever asks the person may break too."""
    rig, scopes = scoped(TinyLock())

    class Gone:
        begin, is_moving = rig.operator.begin, rig.operator.is_moving

        def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
            raise PortError("the terminal is gone")

    sink = Sink()
    run(replace(rig, operator=Gone()), sink)
    assert all_low(scopes)
    assert "terminal is gone" in stop_in(sink).detail


class Killer:
    """A source that sends this very process a signal, as systemctl or a closed terminal would; `times` in all."""

    def __init__(self, rig: Rig, number: signal.Signals, times: int = 1) -> None:
        self._rig, self._number, self._left = rig, number, times

    def drain(self) -> Iterable[Observation]:
        if self._left and self._rig.clock.now_ns() >= 2200 * MS:
            self._left -= 1
            os.kill(os.getpid(), self._number)
        return ()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_in_mid_stroke_lets_go_and_is_on_record(number: signal.Signals) -> None:
    """INT, TERM, HUP: quiet, and the handlers are as before."""
    before = [signal.getsignal(n) for n in SIGNALS]
    rig, scopes = scoped(TinyLock())
    sink = Sink()
    run(replace(rig, sources=(*rig.sources, Killer(rig, number))), sink)
    assert all_low(scopes)
    stop = stop_in(sink)
    assert (stop.reason, stop.detail) == ("signal", f"{number.name} in lock#1")
    assert [signal.getsignal(n) for n in SIGNALS] == before


def test_a_second_signal_while_letting_go_changes_nothing() -> None:
    """It comes while the first output goes low: the others follow all the same, and the record is closed."""
    rig, scopes = scoped(TinyLock())
    sink = Sink()
    enable = scopes["enable"]
    let_go = enable.set

    def impatient(energised: bool) -> None:
        let_go(energised)
        if not energised and rig.clock.now_ns() >= 2200 * MS:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)

    outputs = {**scopes, "enable": type("Impatient", (), {"set": staticmethod(impatient)})()}
    run(replace(rig, outputs=outputs, sources=(*rig.sources, Killer(rig, signal.SIGTERM))), sink)
    assert all_low(scopes)
    assert stop_in(sink).detail.startswith("SIGTERM")


def test_a_signal_breaks_the_wait_for_a_person_at_once() -> None:
    """Nobody answers; TERM ends the run and not the patience."""
    rig, _scopes = scoped(TinyLock())

    class Thinking:
        begin, is_moving = rig.operator.begin, rig.operator.is_moving

        def answer(self, step: str, questions: tuple[str, ...]) -> dict[str, bool | None]:
            os.kill(os.getpid(), signal.SIGTERM)
            threading.Event().wait(10)
            return {}

    sink = Sink()
    run(replace(rig, operator=Thinking()), sink)
    assert stop_in(sink).detail == "SIGTERM in close#1"


def test_a_second_signal_breaks_what_hangs() -> None:
    """The first one waits for the engine's next turn, the second one does not."""
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(SignalStop, match="SIGINT"):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(SignalStop, match="SIGTERM"):
            signals.check()
        signals.closing()
        os.kill(os.getpid(), signal.SIGINT)
        signals.check()


def test_an_ignored_hangup_stays_ignored() -> None:
    """Nohup means it."""
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            signals.check()
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, old)


def test_an_interrupt_that_a_background_shell_ignores_stops_the_run() -> None:
    """`lockbench test ... &` in a script inherits INT ignored: the motor must stand all the same, and afterwards all is as it was."""
    old = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            os.kill(os.getpid(), signal.SIGINT)
            with pytest.raises(SignalStop, match="SIGINT"):
                signals.check()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, old)


def test_masked_holds_signals_back_and_lets_them_through_afterwards() -> None:
    """None is lost. To this thread: in a process of several threads the mask is this thread's alone, `closing` does the rest."""
    with StopSignals() as signals:
        with masked():
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            signals.check()
        with pytest.raises(SignalStop):
            signals.check()


def test_outside_the_main_thread_no_handler_is_touched() -> None:
    """Python would refuse; the run goes on without them."""
    lines: list[Sink] = []

    def work() -> None:
        rig, _ = scoped(TinyLock())
        sink = Sink()
        run(rig, sink)
        lines.append(sink)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert isinstance(lines[0].lines[-1], End)
