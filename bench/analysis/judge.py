"""The verdict: a pure function of a run's observations and its profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.analysis.classify import Scores, posterior, priors_of, scores_of
from bench.analysis.compound import Pairs, pairs_of
from bench.analysis.compound_masking import masked_by
from bench.analysis.compound_said import beside_pairs, compound_of
from bench.analysis.confirmation import confirmation_of
from bench.analysis.envelope import envelopes
from bench.analysis.evidence import Value
from bench.analysis.explain import evidence_of
from bench.analysis.features import Features
from bench.analysis.features_body import BitSpan, door_bit
from bench.analysis.gaps import unseen_steps, warnings_of_gaps
from bench.analysis.groups import group_of, mass_of, twins_of
from bench.analysis.healthy import healthy_spreads
from bench.analysis.manual import best_next, made
from bench.analysis.manual_next import next_of_fault, next_test
from bench.analysis.margin import margin_results
from bench.analysis.reference import measured_against
from bench.analysis.ruling import FAULT_FIRM, doubted, listed, ruled, stop_verdict
from bench.analysis.shown import Shown, clips_at_stall, shown_by
from bench.analysis.step_results import Scene, step_results
from bench.analysis.testable import Doubt, doubt_of, too_little_seen
from bench.model.diagnosis import Compound, Diagnosis, Envelope, StepResult, Undone, VerdictDocument
from bench.model.family import Family
from bench.model.faults import FAULT_TEXTS
from bench.model.names import FAULTS, Drive
from bench.model.observations import Answer
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.model.verdict import Verdict

DRIVEN = frozenset(("lock", "unlock", "release", "wiggle"))
"""Steps that are an actuation of the motor."""
LISTED = 0.05
"""A fault outside the best group is listed from this probability on."""
TOO_LITTLE = 4
"""With fewer columns of evidence than this, a stopped run gets no probabilities."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The document, and what stands beside it: the healthy band, the door bit's spans, and the readings that were judged."""

    document: VerdictDocument
    envelopes: tuple[Envelope, ...]
    bits: tuple[BitSpan, ...]
    readings: Mapping[str, Value] = field(default_factory=dict)


def judge(
    record: RunRecord, profile: Profile, families: tuple[Family, ...], *, version: str, reference: RunRecord | None = None
) -> Judgement:
    """Judge a run. The same record, profile and reference give the same document, live or years later.

    `reference`: the run of a good lock of the same make; its readings take the place of the profile's windows.
    """
    if reference is not None:
        profile = measured_against(profile, reference, families)
    shown = shown_by(record, profile, families)
    record, scope = shown.record, shown.record.header.scope
    bits = door_bit(record, profile, families)
    undone = undone_of(record)
    steps = _steps_of(shown, profile, bits, undone)
    weighed = _weighed(shown, profile, tuple(s.name for s in steps if s.verdict == Verdict.FAIL.name))
    probabilities = weighed.probabilities
    stopped = stop_verdict(record)
    firm_two = weighed.pairs.best() if weighed.two >= FAULT_FIRM else None
    group = () if weighed.group == ("bench_fault",) else weighed.group
    ruling = ruled(probabilities, group, weighed.failed, firm_two, undone, weighed.doubt.reason if weighed.doubt else None)
    verdict, reason = stopped or _as_seen(unseen_steps(record, shown.gaps), *ruling)
    by_hand = made(record)
    finder = _Finder(weighed.scores, shown.features, shown.readings, profile, shown.ambient_c, scope, by_hand)
    diagnoses = () if verdict is Verdict.PASS else finder.diagnoses(probabilities, weighed.likelihoods, weighed.group)
    seen_enough = stopped is None or len(weighed.scores.columns) >= TOO_LITTLE
    document = VerdictDocument(
        run=record.run_id, profile=profile.id, verdict=verdict.name, diagnoses=diagnoses if seen_enough else (),
        probabilities=probabilities if seen_enough else None, steps=steps, abstained=verdict is Verdict.INCONCLUSIVE,
        next_test=next_test(
            verdict, firm_two or (diagnoses[0].group if diagnoses else ()),
            best_next(weighed.unbounded, profile.kind, by_hand, scope), by_hand,
        ),
        not_tested=tuple(f for f in FAULTS if f in shown.untested), drive=_drive(verdict, diagnoses), scope=scope, reason=reason,
        warnings=(*record.warnings, *warnings_of_gaps(shown.gaps), *_range_warning(record, profile)),
        versions={"lockbench": version}, confirms=confirmation_of(record, verdict, profile.kind),
        compound=_compound(shown, weighed, profile) if seen_enough else None,
        undone=Undone(steps=undone, actuations_saved=sum(key.split("#")[0] in DRIVEN for key in undone)) if undone else None,
    )  # fmt: skip
    read = {name: shown.readings[name] for name in weighed.scores.columns}
    return Judgement(document, envelopes(shown.strokes, profile, shown.ambient_c), tuple(bits), read)


def _steps_of(shown: Shown, profile: Profile, bits: list[BitSpan], undone: tuple[str, ...]) -> tuple[StepResult, ...]:
    answers = tuple(o for o in shown.record.observations if isinstance(o, Answer))
    scene = Scene(shown.record, shown.trace, profile, shown.strokes, bits, shown.ambient_c, answers)
    return (
        *step_results(scene), *margin_results(shown.margin, shown.whole, profile),
        *(StepResult(name=key, verdict=Verdict.NOT_SET.name) for key in undone),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a run's readings weigh: the posterior, the likeliest fault's group, pairs of faults and their share, doubt and failed steps.

    `unbounded`: the posterior before `other` was bounded: what a test by hand can move.
    """

    scores: Scores
    likelihoods: Mapping[str, float]
    pairs: Pairs
    two: float
    probabilities: dict[str, float]
    unbounded: dict[str, float]
    group: tuple[str, ...]
    doubt: Doubt | None
    failed: tuple[str, ...]


def _weighed(shown: Shown, profile: Profile, failed: tuple[str, ...]) -> _Weighed:
    header, readings = shown.record.header, shown.readings
    scores = scores_of(readings, profile, scope=header.scope, ambient_c=shown.ambient_c)
    likelihoods = scores.log_likelihoods()
    priors = priors_of(header.symptom, shown.untested)
    pairs = pairs_of(scores, likelihoods, priors)
    doubt = too_little_seen(shown.untested, header.scope) or doubt_of(readings, profile, shown.ambient_c)
    probabilities, two = beside_pairs(posterior(likelihoods, priors), likelihoods, priors, pairs)
    unbounded = doubted(probabilities, failed, doubt)
    probabilities = listed(unbounded, two)
    best = max(FAULTS, key=lambda f: probabilities[f])
    group = (best,) if best == "bench_fault" else group_of(best, likelihoods, probabilities, scores.by_hand(), twins_of(readings))
    return _Weighed(scores, likelihoods, pairs, two, probabilities, unbounded, group, doubt, failed)


def _compound(shown: Shown, weighed: _Weighed, profile: Profile) -> Compound | None:
    spreads = healthy_spreads(profile, shown.ambient_c)
    return compound_of(weighed.pairs, weighed.two, weighed.scores, shown.features, shown.readings, spreads)


def undone_of(record: RunRecord) -> tuple[str, ...]:
    """Return the planned steps that were not made to their end; empty where the run names no plan."""
    done = {span.key for span in record.steps if span.end_ns is not None}
    return tuple(key for key in record.header.plan or () if key not in done)


def _as_seen(unseen: tuple[str, ...], verdict: Verdict, reason: str) -> tuple[Verdict, str]:
    """No PASS where a step was not seen whole."""
    if verdict is Verdict.PASS and unseen:
        return Verdict.INCONCLUSIVE, f"not all of {', '.join(unseen)} was seen: gaps on record"
    return verdict, reason


def _range_warning(record: RunRecord, profile: Profile) -> tuple[str, ...]:
    if not clips_at_stall(record, profile):
        return ()
    ends_a, high_a = record.header.current_max_a, profile.limit("plateau_a").high
    return (f"the current monitor ends at {ends_a:.2f} A, below the {high_a:.2f} A of a good lock's stall: stall was not judged",)


@dataclass(frozen=True, slots=True)
class _Finder:
    """Writes diagnoses from scores."""

    scores: Scores
    features: Features
    readings: Mapping[str, Value]
    profile: Profile
    ambient_c: float | None
    scope: str
    by_hand: frozenset[str]

    def diagnoses(
        self, probabilities: Mapping[str, float], likelihoods: Mapping[str, float], group: tuple[str, ...]
    ) -> tuple[Diagnosis, ...]:
        others = sorted((f for f in FAULTS if f not in group and probabilities[f] >= LISTED), key=lambda f: -probabilities[f])
        found = [self._diagnosis(group[0], probabilities, group)] if mass_of(group, probabilities) >= LISTED else []
        found += [
            self._diagnosis(f, probabilities, group_of(f, likelihoods, probabilities, self.scores.by_hand(), twins_of(self.readings)))
            for f in others
        ]
        return tuple(found)

    def _text_of(self, fault: str) -> str:
        """With only the lock connected a dead or low feed is the bench's own, and gets the feed's own text (DESIGN 2)."""
        if fault != "bench_fault" or self.scope != "lock":
            return fault
        return {"dead": "fuse_blown", "low": "supply_low"}.get(str(self.readings.get("supply")), fault)

    def _diagnosis(self, fault: str, probabilities: Mapping[str, float], group: tuple[str, ...]) -> Diagnosis:
        told = self._text_of(fault)
        text = FAULT_TEXTS[told]
        spreads = healthy_spreads(self.profile, self.ambient_c)
        return Diagnosis(
            fault=fault, probability=probabilities[fault], group=group, title=text.title, remedy=text.remedy,
            next_test=text.next_test if told != fault else next_of_fault(fault, self.by_hand),
            evidence=evidence_of(fault, self.scores, self.features, self.readings, spreads), hides=masked_by(fault, self.readings),
        )  # fmt: skip


def _drive(verdict: Verdict, diagnoses: tuple[Diagnosis, ...]) -> Drive | None:
    """Return the gravest advice of what may be wrong; None where nothing is known of the lock."""
    if verdict is Verdict.PASS:
        return "yes"
    if verdict is not Verdict.FAIL:
        return None
    gravity: tuple[Drive, ...] = ("yes", "care", "no")
    told = [d for fault in diagnoses[0].group if (d := FAULT_TEXTS[fault].drive) is not None]
    return max(told, key=gravity.index) if told else None
