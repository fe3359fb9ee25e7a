"""Hand-made runs for the reports: a healthy lock and three faulty ones. Shapes as in the signature table, nothing simulated."""

import math
from dataclasses import dataclass, replace

import msgspec

from bench.model.diagnosis import Diagnosis, Envelope, Evidence, Measurement, Outcome, StepResult, VerdictDocument
from bench.model.faults import FAULT_TEXTS
from bench.model.limits import Limit
from bench.model.names import HYPOTHESES, Drive, OutputRole
from bench.model.observations import Ambient, Answer, Current, End, Input, Observation, Output, Run, StepMark, Stop, Supply, Trip, time_of
from bench.model.profile import LockSwitch, Profile
from bench.model.record import RunRecord, StepSpan

MS = 1_000_000
PROFILE = Profile(
    schema=1, id="qashqai-j11-rear-door", title="Nissan Qashqai J11, rear door latch", kind="rear_door", roles=("ajar", "lock"),
    limits={"travel_ms": Limit(low=60, high=190, unit="ms", source="estimate")}, lock=LockSwitch(),
    notes=("Numbers are priors until a known-good lock was learned.",),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What makes a lock good or bad here: A, ms, and how the switches behave."""

    peak_a: float = 3.1
    run_a: float = 0.7
    stall_a: float = 3.2
    stop_ms: float = 110
    ajar_follows: bool = True
    chatter: int = 1
    gap_ms: tuple[float, float] | None = None


def healthy() -> tuple[VerdictDocument, RunRecord]:
    """A good lock."""
    record = recorded(Shape())
    return judged(record, "PASS", "healthy", 0.982, drive="yes", reason="Every step showed what a good lock shows."), record


def stuck_closed() -> tuple[VerdictDocument, RunRecord]:
    """The car always thinks OPEN."""
    record = recorded(Shape(ajar_follows=False))
    close = next(s for s in record.steps if s.name == "close")
    why = (
        Evidence(feature="ajar_level_after_close", step="close#1", value="open", expected="shut", t_ns=close.start_ns + 900 * MS,
                 log_likelihood_ratio=4.2),
        Evidence(feature="held", step="close#1", value=True, expected=True, t_ns=close.start_ns + 1400 * MS,
                 log_likelihood_ratio=2.0, text="The latch held when pulled, while the switch said open."),
        Evidence(feature="resistance_ohm", step=None, value=3.8, expected=3.8, t_ns=None, log_likelihood_ratio=-0.4,
                 text="Winding resistance is 3.8 ohm; a good lock reads 3.8."),
    )  # fmt: skip
    group = ("switch_stuck_closed", "wire_short_switch")
    doc = judged(record, "FAIL", "switch_stuck_closed", 0.62, group=group, why=why, drive="care",
                 reason="The switch says open although the latch holds.")  # fmt: skip
    return doc, record


def stiff() -> tuple[VerdictDocument, RunRecord]:
    """A dirty gearbox: slow and thirsty."""
    record = recorded(Shape(run_a=1.5, stop_ms=235))
    lock = next(s for s in record.steps if s.name == "lock")
    why = (
        Evidence(feature="travel_ms", step="lock#1", value=235.0, expected=110.0, t_ns=lock.start_ns + 395 * MS,
                 log_likelihood_ratio=6.1, text="The stroke takes 235 ms, a good lock 110 ms."),
        Evidence(feature="running_a", step="lock#1", value=1.5, expected=0.7, t_ns=lock.start_ns + 280 * MS,
                 log_likelihood_ratio=5.2, text="Running current is 1.5 A, in a good lock 0.7 A."),
        Evidence(feature="lambda_vs", step=None, value=0.71, expected=0.72, t_ns=None, log_likelihood_ratio=1.1,
                 text="The length of the stroke is normal, so neither magnet nor winding is to blame."),
    )  # fmt: skip
    doc = judged(record, "FAIL", "gear_stiff", 0.91, why=why, drive="yes", bad={"travel_ms": 235.0, "running_a": 1.5},
                 reason="The lock works but is slow and draws too much.")  # fmt: skip
    return doc, record


def dead() -> tuple[VerdictDocument, RunRecord]:
    """No current at all."""
    record = recorded(Shape(peak_a=0, run_a=0, stall_a=0))
    lock = next(s for s in record.steps if s.name == "lock")
    why = (
        Evidence(feature="current_flows", step="lock#1", value="no", expected="yes", t_ns=lock.start_ns + 200 * MS,
                 log_likelihood_ratio=9.0, text="No current flows when the lock is driven."),
    )  # fmt: skip
    group = ("motor_open", "wire_open_motor")
    doc = judged(record, "FAIL", "motor_open", 0.55, group=group, why=why, drive="yes", reason="12 V at the feed, no current.")
    return doc, record


def inconclusive() -> tuple[VerdictDocument, RunRecord]:
    """Nothing is sure."""
    record = recorded(Shape(chatter=9))
    doc = judged(record, "INCONCLUSIVE", "switch_bounce", 0.41, drive=None, reason="No fault is likely enough to be named.")
    return msgspec.structs.replace(doc, abstained=True, next_test="Flex only the harness and watch the door switch."), record


def aborted() -> tuple[VerdictDocument, RunRecord]:
    """Cut in mid-run by the e-stop, with an over-current before it."""
    whole = recorded(Shape())
    cut = whole.steps[2].start_ns + 300 * MS
    lines: list[Observation] = [o for o in whole.observations if not isinstance(o, End) and time_of(o) < cut]
    lines += [Trip(t=cut - MS, role="drive_lock", a=7.1, limit_a=6.0), Stop(t=cut, reason="estop", detail="pressed in unlock#1")]
    steps = (*whole.steps[:2], replace(whole.steps[2], end_ns=None))
    record = replace(whole, observations=tuple(lines), steps=steps)
    doc = judged(record, "ABORTED", None, 0.0, drive=None, reason="The e-stop was pressed in unlock#1.")
    return msgspec.structs.replace(doc, probabilities=None), record


def judged(
    record: RunRecord, verdict: str, fault: str | None, probability: float, *, group: tuple[str, ...] = (), drive: Drive | None,
    why: tuple[Evidence, ...] = (), bad: dict[str, float] | None = None, reason: str = "",
) -> VerdictDocument:  # fmt: skip
    """Put a verdict document together."""
    diagnoses: tuple[Diagnosis, ...] = ()
    if fault is not None and fault != "healthy":
        text = FAULT_TEXTS[fault]
        diagnoses = (
            Diagnosis(fault=fault, probability=probability, group=group or (fault,), title=text.title, remedy=text.remedy,
                      next_test=text.next_test, evidence=why),
        )  # fmt: skip
    spread = dict.fromkeys(HYPOTHESES, 0.0)
    others = [h for h in HYPOTHESES if h not in (fault, *group)]
    spread.update({h: 0.02 / len(others) for h in others})
    spread.update({g: max(0.0, 0.98 - probability) / max(1, len(group) - 1) for g in group})
    if fault is not None:
        spread[fault] = probability
    return VerdictDocument(
        run=record.run_id, profile=PROFILE.id, verdict=verdict, diagnoses=diagnoses, probabilities=spread,
        steps=tuple(_result(s, bad or {}) for s in record.steps), abstained=False, next_test=None,
        not_tested=("striker_misaligned", "bcm_stuck"), drive=drive, scope="door", reason=reason,
        versions={"lockbench": "0.1.0", "python": "3.11.2"},
    )  # fmt: skip


def _result(span: StepSpan, bad: dict[str, float]) -> StepResult:
    if span.name not in ("lock", "unlock"):
        return StepResult(name=span.key, verdict="PASS")
    good = {"inrush_a": (3.1, 2.0, 4.8, "A"), "running_a": (0.7, 0.4, 1.3, "A"), "plateau_a": (3.2, 2.0, 4.2, "A"),
            "travel_ms": (112.0, 60, 190, "ms")}  # fmt: skip
    measured = []
    for name, (value, low, high, unit) in good.items():
        shown = bad.get(name, value)
        outcome: Outcome = "pass" if low <= shown <= high else "fail"
        measured.append(Measurement(name=name, value=shown, unit=unit, low=low, high=high, source="facts, estimate", outcome=outcome))
    unseen = Measurement(name="can_latency_ms", value=None, unit="ms", low=0, high=400, source="J11 BCS-18", outcome="not_seen")
    verdict = "FAIL" if any(m.outcome == "fail" for m in measured) else "PASS"
    return StepResult(name=span.key, verdict=verdict, measurements=(*measured, unseen))


def recorded(shape: Shape, *, vin: str | None = "SJNFAAJ11U1234567", job: str | None = "4711") -> RunRecord:
    """Record a run: close, three cycles of lock and unlock, open."""
    header = Run(schema=1, profile=PROFILE.id, utc="2026-11-23T10:15:02.120Z", rig="rpi-bench", vin=vin, job=job)
    lines: list[Observation] = [header, Supply(t=0, v=12.6), Ambient(t=0, c=21.5)]
    lines += [Input(t=0, role="ajar", level=0), Input(t=0, role="lock", level=0)]
    steps: list[StepSpan] = []
    t = 100 * MS
    for name, n in [("close", 1), *((w, k) for k in (1, 2, 3) for w in ("lock", "unlock")), ("open", 1)]:
        length = (2400 if name in ("close", "open") else 1300) * MS
        steps.append(StepSpan(name=name, n=n, start_ns=t, end_ns=t + length))
        lines.append(StepMark(t=t, name=name, n=n, phase="start"))
        lines += _moved_by_hand(t, name, shape) if name in ("close", "open") else _driven(t, name, shape)
        lines.append(StepMark(t=t + length, name=name, n=n, phase="end"))
        t += length + 700 * MS
    lines.append(End(t=t))
    ordered = tuple(sorted(lines, key=time_of))
    return RunRecord(run_id="2026-11-23T10-15-02Z-a1b2", header=header, observations=ordered, steps=tuple(steps))


def _moved_by_hand(t: int, name: str, shape: Shape) -> list[Observation]:
    level = 1 if name == "close" else 0
    lines: list[Observation] = []
    if shape.ajar_follows:
        lines += [Input(t=t + (800 + k) * MS, role="ajar", level=1 if (level + k) % 2 else 0) for k in range(2 * shape.chatter - 1)]
    question = "held" if name == "close" else "opened"
    lines.append(Answer(t=t + 2300 * MS, question=question, value=True, step=f"{name}#1"))
    return lines


def _driven(t: int, name: str, shape: Shape) -> list[Observation]:
    role: OutputRole = "drive_lock" if name == "lock" else "drive_unlock"
    on, off = t + 160 * MS, t + 660 * MS
    lines: list[Observation] = [
        Output(t=on - 20 * MS, role=role, energised=True), Output(t=on, role="enable", energised=True),
        Output(t=off, role="enable", energised=False), Output(t=off + 20 * MS, role=role, energised=False),
    ]  # fmt: skip
    for block in range(25):
        t0 = t + block * 50 * MS
        dt = [k * 1_200_000 for k in range(41)]
        amps: list[float | None] = [round(_amps((t0 + d - on) / MS, shape), 4) if t0 + d < off else 0.0 for d in dt]
        lines.append(Current(t0=t0, dt=dt, a=amps, v=[12.4] * len(dt)))
    if shape.stall_a:
        level = 1 if name == "lock" else 0
        at = on + round(shape.stop_ms * 0.78 * MS)
        lines += [Input(t=at + k * MS // 2, role="lock", level=1 if (level + k) % 2 else 0) for k in range(3)]
    return lines


def _amps(ms: float, shape: Shape) -> float:
    if ms < 0:
        return 0.0
    ripple = 0.05 * math.sin(ms * 4.7) * (1 if shape.stall_a else 0)
    if ms < 9:
        return shape.peak_a * (1 - math.exp(-ms / 2)) + ripple
    if ms < shape.stop_ms:
        return max(0.0, shape.run_a + (shape.peak_a - shape.run_a) * math.exp(-(ms - 9) / 18) + ripple)
    return max(0.0, shape.stall_a - (shape.stall_a - shape.run_a) * math.exp(-(ms - shape.stop_ms) / 4) + ripple / 2)


def envelopes() -> tuple[Envelope, ...]:
    """The band of a good lock for lock and unlock."""
    t = (0.0, 4.0, 30.0, 60.0, 70.0, 190.0, 210.0, 500.0)
    low = (0.0, 0.0, 0.4, 0.4, 0.4, 0.4, 2.0, 2.0)
    high = (0.3, 4.8, 4.8, 1.7, 4.2, 4.2, 4.2, 4.2)
    return tuple(Envelope(step=s, t_ms=t, low_a=low, high_a=high, source="windows of the profile") for s in ("lock", "unlock"))


def door_states(record: RunRecord, *, follows: bool = True) -> list[tuple[int, str | None]]:
    """The door bit of CAN, 120 ms behind the switch."""
    if not follows:
        return [(0, "open")]
    return [(o.t + 120 * MS, "closed" if o.level else "open") for o in record.observations if isinstance(o, Input) and o.role == "ajar"]
