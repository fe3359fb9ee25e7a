"""What plants by other hands showed: readings that meant something else than they seemed to, and faults that show in other ways."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strokes_made import MS, stroke

from bench.analysis.classify import posterior, priors_of, scores_of
from bench.analysis.evidence import Value
from bench.analysis.features_feed import feed_features
from bench.analysis.features_latch import latch_features
from bench.analysis.groups import group_of, twins_of
from bench.analysis.readings import readings_of
from bench.analysis.ruling import DOUBTED, FAULT_FIRM, HEALTHY_FIRM, doubted, ruled
from bench.analysis.session import record_of
from bench.analysis.strokes import Stroke, stroke_of
from bench.analysis.strokes_of_run import Occasion
from bench.analysis.testable import Doubt, doubt_of
from bench.analysis.trace import Levels, Samples, Trace
from bench.app.judging import judge_record
from bench.config import load_profile
from bench.model.names import HYPOTHESES, Kind
from bench.model.observations import Answer, Current, Run
from bench.model.profile import Profile
from bench.model.record import RunRecord, StepSpan
from bench.model.verdict import Verdict
from tests.population_cases import Case, recorded

DOOR, GATE = load_profile("qashqai-j11-rear-door"), load_profile("qashqai-j11-tailgate")
NOTHING = Samples(np.array([], dtype=np.int64), np.array([]), np.array([]))


def trace_with(*, supply: list[tuple[int, float]] | None = None, ajar: list[tuple[int, int]] | None = None) -> Trace:
    inputs = {"ajar": Levels(ajar)} if ajar else {}
    return Trace(samples=NOTHING, inputs=inputs, outputs={}, lines={}, supply=supply or [], ambient=[])


def fitted(samples: Samples, start_ns: int = 0) -> Stroke:
    later = Samples(samples.t_ns + start_ns, samples.a, samples.v)
    return stroke_of(later, role="drive_lock", step="release#1", start_ns=start_ns, end_ns=start_ns + 500 * MS, max_a=8.19, tripped=False)


def weighed(seen: dict[str, Value], profile: Profile) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the posterior, and the group of the likeliest fault."""
    likelihoods = scores_of(seen, profile, scope="door", ambient_c=None).log_likelihoods()
    found = posterior(likelihoods, priors_of(None, frozenset()))
    best = max((h for h in HYPOTHESES if h not in ("healthy", "other")), key=lambda h: found[h])
    return found, group_of(best, likelihoods, found)


@pytest.mark.parametrize(
    ("read", "word"),
    [
        ([(0, 0.02), (50 * MS, 14.29), (1100 * MS, 13.5)], "ok"),  # an ADC that had not settled yet
        ([(0, 11.8), (50 * MS, 0.0), (1100 * MS, 0.0)], "dead"),  # a fuse that blew before the first stroke
        ([(0, 12.4), (50 * MS, 9.2), (1100 * MS, 11.9)], "low"),
        ([(1100 * MS, 12.2)], "ok"),  # nothing was read before
    ],
)
def test_the_supply_is_what_was_read_last_before_anything_was_drawn(read: list[tuple[int, float]], word: str) -> None:
    still = [Occasion(fitted(stroke(), 1000 * MS), None, True)]
    features = {f.name: f for f in feed_features(trace_with(supply=read), still)}
    assert readings_of(features)["supply"] == word


@pytest.mark.parametrize("dies_ms", [15, 40, 90, 250])
def test_a_stroke_under_which_the_feed_dies_says_nothing_of_motor_and_end_stop(dies_ms: int) -> None:
    """A blown fuse leaves a coasting motor: the falling current is no plateau, its end no gap of a wire."""
    whole = stroke()
    gone = whole.t_ns >= dies_ms * MS
    decay = np.exp(-np.maximum(whole.t_ns / MS - dies_ms, 0.0) / 10.0)
    found = fitted(Samples(whole.t_ns, np.where(gone, whole.a * decay, whole.a), np.where(gone, 0.1, whole.v)))
    assert found.flows
    assert found.feed_lost
    assert found.gaps == 0
    assert (found.resistance_ohm, found.lambda_vs, found.source_ohm, found.stalls, found.moved) == (None, None, None, None, None)


def test_a_dead_reading_a_short_and_a_voltage_that_nobody_reads_are_no_lost_feed() -> None:
    whole = stroke()
    blink = fitted(Samples(whole.t_ns, whole.a, np.where(whole.t_ns == 420 * MS, 0.0, whole.v)))
    assert not blink.feed_lost
    assert blink.resistance_ohm == pytest.approx(3.8, rel=0.02)
    short = fitted(Samples(whole.t_ns, np.where(whole.a > 0, 5.0, 0.0), np.full(len(whole.t_ns), 0.8)))
    assert not short.feed_lost
    assert short.stalls, "amperes that flow prove the fuse"
    unread = fitted(Samples(whole.t_ns, whole.a, np.zeros(len(whole.t_ns))))
    assert not unread.feed_lost


@pytest.mark.parametrize(
    ("kind", "step", "every"),
    [
        ("rear_door", "lock", 1), ("rear_door", "unlock", 2), ("rear_door", "wiggle", 1),
        ("tailgate", "release", 1), ("tailgate", "release", 2), ("tailgate", "wiggle", 1),
    ],
)  # fmt: skip
def test_a_feed_that_is_lost_under_load_never_passes(kind: Kind, step: str, every: int) -> None:
    """An enable relay or a cracked fuse that drops out in some strokes, or while the harness is flexed: no good lock, no PASS."""
    record = recorded(Case(kind=kind, fault=None, severity=0.0, seed=7), None)
    spans = [s for s in record.steps if s.name == step][::every]
    lost = [cut(line, spans) if isinstance(line, Current) else line for line in record.observations]
    document = judge_record(record_of("r", lost), DOOR if kind == "rear_door" else GATE).document
    assert judge_record(record, DOOR if kind == "rear_door" else GATE).document.verdict == "PASS"
    assert document.verdict != "PASS", document.reason
    assert {s.verdict for s in document.steps if s.name in {span.key for span in spans}} == {"FAIL"}
    assert document.probabilities is not None
    assert document.probabilities["healthy"] <= DOUBTED


def cut(line: Current, spans: list[StepSpan]) -> Current:
    """Return a current line in which the feed is dead from 200 ms after a step's begin on."""
    lines = [(line.t0 + d, a, v) for d, a, v in zip(line.dt, line.a, line.v, strict=True)]
    inside = [any(s.start_ns + 200 * MS <= t <= (s.end_ns or t) for s in spans) for t, _, _ in lines]
    return msgspec.structs.replace(
        line, a=[0.0 if gone else a for gone, (_, a, _) in zip(inside, lines, strict=True)],
        v=[0.02 if gone else v for gone, (_, _, v) in zip(inside, lines, strict=True)],
    )  # fmt: skip


def flexed(edges_ms: list[int], *, lid_came: bool) -> Value | None:
    """Return what the ajar switch of a tailgate counts as strays while its harness is flexed under pulses of 150 in 500 ms, if anything."""
    release = StepSpan(name="release", n=1, start_ns=0, end_ns=2000 * MS)
    wiggle = StepSpan(name="wiggle", n=1, start_ns=3000 * MS, end_ns=6000 * MS)
    ajar = [(0, 1)] + [(3000 * MS + ms * MS, n % 2) for n, ms in enumerate(edges_ms)]
    answers = (Answer(t=1900 * MS, step="release#1", question="opened", value=lid_came),)
    record = RunRecord(run_id="r", header=Run(profile=GATE.id, schema=1), observations=answers, steps=(release, wiggle))
    pulses = [
        Stroke(role="drive_lock", step="wiggle#1", start_ns=t * MS, end_ns=(t + 150) * MS, n=0, flows=True) for t in range(3000, 6000, 500)
    ]
    occasions = [Occasion(pulse, wiggle, True) for pulse in pulses]
    return {f.name: f.value for f in latch_features(record, trace_with(ajar=ajar), occasions, GATE)}.get("edges_flexed")


def test_a_caught_claw_that_comes_free_while_flexed_is_no_broken_switch_wire() -> None:
    comes_free = [140, 141, 142, 143, 144]
    lifted_and_falls = [140, 190, 640, 690, 1140, 1190]
    assert flexed(comes_free, lid_came=False) is None, "it says nothing of the wire, neither way"
    assert flexed(lifted_and_falls, lid_came=False) is None
    assert flexed([], lid_came=False) == "zero"
    assert flexed(comes_free, lid_came=True) == "many", "a released one stands open: nothing of it moves"
    assert flexed([330, 350, 370, 860, 880], lid_came=False) == "many", "between the pulses it is the wire"
    assert flexed(list(range(10, 2910, 50)), lid_came=False) == "many", "a wire that breaks all the time breaks between them too"


@given(
    healthy=st.floats(0, 1), failed=st.lists(st.sampled_from(["lock#1", "open#2"]), max_size=2),
    doubt=st.none() | st.builds(Doubt, st.just("it runs heavily"), st.sampled_from([("other",), ("gear_stiff", "frozen")])),
)  # fmt: skip
def test_a_failed_step_or_a_doubt_is_in_the_probabilities_too(healthy: float, failed: list[str], doubt: Doubt | None) -> None:
    """No document says INCONCLUSIVE for a failed step or a doubt, and "healthy" with more than nine in ten beside it."""
    before = dict.fromkeys(HYPOTHESES, 0.0) | {"healthy": healthy, "gear_stiff": 0.6 * (1 - healthy), "other": 0.4 * (1 - healthy)}
    after = doubted(before, tuple(failed), doubt)
    assert sum(after.values()) == pytest.approx(1.0)
    assert all(after[h] >= before[h] for h in HYPOTHESES if h != "healthy")
    if not failed and doubt is None:
        assert after == before
        return
    assert after["healthy"] == min(healthy, DOUBTED) < HEALTHY_FIRM
    verdict, reason = ruled(after, ("gear_stiff",), tuple(failed), doubt=doubt.reason if doubt else None)
    assert verdict is not Verdict.PASS
    if healthy >= HEALTHY_FIRM:
        assert verdict is Verdict.INCONCLUSIVE
        assert reason == (doubt.reason if doubt else f"looks healthy, but {', '.join(failed)} failed")


def test_a_heavy_stroke_in_the_cold_may_be_dirt_or_ice() -> None:
    """A doubt's share goes to what it is of, as that is likely: gear_stiff and frozen are one after a single cold cycle (DESIGN 4)."""
    doubt = doubt_of({"current_flows": "all", "stroke": "full", "running_share": DOOR.limit("running_share").high}, DOOR, -15.0)
    assert doubt is not None
    before = dict.fromkeys(HYPOTHESES, 0.0) | {"healthy": 0.95, "gear_stiff": 0.04, "frozen": 0.01}
    after = doubted(before, (), doubt)
    assert after["gear_stiff"] == pytest.approx(0.2)
    assert after["frozen"] == pytest.approx(0.05)
    assert doubted(before, ("close#1",), doubt)["other"] == pytest.approx(0.2), "no stiff gear fails a closing"


def test_a_monitor_that_reads_a_tenth_accuses_the_bench_and_no_wire() -> None:
    """R100 taken for R010 on a whole lock: ten times its ohms, and everything follows."""
    seen: dict[str, Value] = {"resistance_ohm": 42.0, "lambda_vs": 0.18, "running_share": 0.4, "inertia_f": 0.001, "edge_fraction": 0.94,
                              "lambda_spread": 0.13, "lambda_later": -0.05, "stroke": "full", "gaps_still": "many",
                              "gaps_flexed": "zero", "lock_follows": "all", "knob_follows": "all", "current_flows": "all",
                              "trip": "none", "feed_live": "all", "opens": "all", "closes": "closed"}  # fmt: skip
    assert weighed(seen, DOOR)[0]["bench_fault"] > FAULT_FIRM
    nothing_moves = seen | {"lock_follows": "none", "knob_follows": "none", "gaps_still": "zero", "stroke": "flat"}
    assert weighed(nothing_moves, DOOR)[0]["bench_fault"] < 0.1, "a contact of which a tenth is left is the lock's or the wire's"


@pytest.mark.parametrize("profile", [DOOR, GATE], ids=["rear_door", "tailgate"])
def test_a_gear_that_some_strokes_find_wedged_is_not_called_frozen_for_the_cold_alone(profile: Profile) -> None:
    seen: dict[str, Value] = {"stroke": "mixed", "lambda_vs": 0.72, "resistance_ohm": 3.8, "cold": "cold", "current_flows": "all"}
    seen |= {"lock_follows": "some", "knob_follows": "some"} if profile is DOOR else {"opens": "some", "opened": "some"}
    assert "gear_jam" in weighed(seen, profile)[1]


def test_a_switch_that_stays_shut_and_a_latch_that_does_are_one_where_nobody_looked() -> None:
    """Without a person's word that the lid came, a dead switch and a caught claw show the same; with it they do not."""
    nobody: dict[str, Value] = {"opens": "none", "stroke": "full"}
    assert any({"wire_open_switch", "switch_stuck_open", "lever_broken", "cable_stretched"} <= twin for twin in twins_of(nobody))
    for pointing in ({"lock_follows": "none"}, {"knob_follows": "some"}, {"edges_flexed": "many"}):
        assert not any({"wire_open_switch", "lever_broken"} <= twin for twin in twins_of(nobody | pointing))
    for said in ("all", "none"):
        looked = twins_of({"opens": "none", "opened": said, "stroke": "full"})
        assert not any({"wire_open_switch", "lever_broken"} <= twin for twin in looked)


def test_a_loose_magnet_swings_the_current_too_and_its_ohms_are_a_good_motors() -> None:
    weak: dict[str, Value] = {"lambda_vs": 0.42, "running_share": 0.6, "inertia_f": 0.025, "ripple": 0.04, "stroke": "full",
                              "opens": "all", "opened": "all", "current_flows": "all", "trip": "none"}  # fmt: skip
    assert "motor_weak" in weighed(weak | {"resistance_ohm": 3.9}, GATE)[1]
    assert "motor_weak" not in weighed(weak | {"resistance_ohm": 2.2}, GATE)[1]


def test_a_feed_wire_that_leaks_stands_beside_shorted_turns_that_show_no_ripple() -> None:
    seen: dict[str, Value] = {"resistance_ohm": 2.1, "lambda_vs": 0.43, "running_share": 0.6, "stroke": "full", "opens": "all",
                              "current_flows": "all", "trip": "none", "opened": "all", "closes": "closed"}  # fmt: skip
    smooth, rippled = weighed(seen | {"ripple": 0.002}, GATE), weighed(seen | {"ripple": 0.05}, GATE)
    assert {"motor_short", "wire_short_motor"} <= set(smooth[1])
    assert rippled[1][0] == "motor_short"
    assert rippled[0]["wire_short_motor"] < 0.05
