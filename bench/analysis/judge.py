"""The verdict: a pure function of a run's observations and its profile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.analysis.classify import Scores, posterior, priors_of, scores_of
from bench.analysis.compound import pairs_of
from bench.analysis.compound_masking import masked_by
from bench.analysis.compound_said import beside_pairs, compound_of
from bench.analysis.confirmation import confirmation_of
from bench.analysis.envelope import envelopes
from bench.analysis.evidence import Value
from bench.analysis.explain import evidence_of
from bench.analysis.features import Features, features_of
from bench.analysis.features_body import BitSpan, door_bit
from bench.analysis.gaps import gaps_of, unseen_steps, warnings_of_gaps, without_doubt
from bench.analysis.groups import group_of, mass_of, twins_of
from bench.analysis.healthy import healthy_spreads
from bench.analysis.manual import best_next, made
from bench.analysis.manual_next import next_of_fault, next_test
from bench.analysis.margin import margin_of, margin_results, without_margin
from bench.analysis.readings import readings_of
from bench.analysis.reference import measured_against
from bench.analysis.ruling import FAULT_FIRM, ruled, stop_verdict
from bench.analysis.step_results import Scene, step_results
from bench.analysis.strokes_of_run import occasions
from bench.analysis.testable import AJAR_COLUMNS, doubt_of, not_tested, too_little_seen
from bench.analysis.trace import trace_of
from bench.model.diagnosis import Diagnosis, Envelope, StepResult, Undone, VerdictDocument
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
    margin, whole = margin_of(record, profile), record
    record = without_margin(record)
    trace = trace_of(record)
    strokes = occasions(record, trace, profile)
    features = features_of(record, trace, strokes, profile, families)
    if margin is not None and margin.feature is not None:
        features[margin.feature.name] = margin.feature
    readings = readings_of(features, stalls_out_of_range=_clips_at_stall(record, profile))
    ambient = features.get("ambient_c")
    ambient_c = float(ambient.value) if ambient is not None else None
    untested = not_tested(record, readings, profile)
    gaps = gaps_of(record)
    readings = without_doubt(readings, gaps)
    if "switch_stuck_open" in untested:
        readings = {name: value for name, value in readings.items() if name not in AJAR_COLUMNS}
    scores = scores_of(readings, profile, scope=record.header.scope, ambient_c=ambient_c)
    bits = door_bit(record, profile, families)
    undone = undone_of(record)
    answers = tuple(o for o in record.observations if isinstance(o, Answer))
    steps = (
        *step_results(Scene(record, trace, profile, strokes, bits, ambient_c, answers)), *margin_results(margin, whole, profile),
        *(StepResult(name=key, verdict=Verdict.NOT_SET.name) for key in undone),
    )  # fmt: skip
    failed = tuple(s.name for s in steps if s.verdict == Verdict.FAIL.name)
    likelihoods = scores.log_likelihoods()
    priors = priors_of(record.header.symptom, untested)
    pairs = pairs_of(scores, likelihoods, priors)
    probabilities, two = beside_pairs(posterior(likelihoods, priors), likelihoods, priors, pairs)
    best = max(FAULTS, key=lambda f: probabilities[f])
    group = (best,) if best == "bench_fault" else group_of(best, likelihoods, probabilities, scores.by_hand(), twins_of(readings))
    stopped = stop_verdict(record)
    firm_two = pairs.best() if two >= FAULT_FIRM else None
    doubt = too_little_seen(untested, record.header.scope) or doubt_of(readings, profile, ambient_c)
    ruling = ruled(probabilities, () if best == "bench_fault" else group, failed, firm_two, undone, doubt)
    verdict, reason = stopped or _as_seen(unseen_steps(record, gaps), *ruling)
    by_hand = made(record)
    manual = best_next(probabilities, profile.kind, by_hand, record.header.scope)
    finder = _Finder(scores, features, readings, profile, ambient_c, record.header.scope, by_hand)
    diagnoses = () if verdict is Verdict.PASS else finder.diagnoses(probabilities, likelihoods, group)
    seen_enough = stopped is None or len(scores.columns) >= TOO_LITTLE
    document = VerdictDocument(
        run=record.run_id, profile=profile.id, verdict=verdict.name, diagnoses=diagnoses if seen_enough else (),
        probabilities=probabilities if seen_enough else None, steps=steps, abstained=verdict is Verdict.INCONCLUSIVE,
        next_test=next_test(verdict, firm_two or (diagnoses[0].group if diagnoses else ()), manual, by_hand),
        not_tested=tuple(f for f in FAULTS if f in untested),
        drive=_drive(verdict, diagnoses), scope=record.header.scope, reason=reason,
        warnings=(*record.warnings, *warnings_of_gaps(gaps), *_range_warning(record, profile)),
        versions={"lockbench": version}, confirms=confirmation_of(record, verdict, profile.kind),
        compound=compound_of(pairs, two, scores, features, readings, healthy_spreads(profile, ambient_c)) if seen_enough else None,
        undone=Undone(steps=undone, actuations_saved=sum(key.split("#")[0] in DRIVEN for key in undone)) if undone else None,
    )  # fmt: skip
    return Judgement(document, envelopes(strokes, profile, ambient_c), tuple(bits), {name: readings[name] for name in scores.columns})


def undone_of(record: RunRecord) -> tuple[str, ...]:
    """Return the planned steps that were not made to their end; empty where the run names no plan."""
    done = {span.key for span in record.steps if span.end_ns is not None}
    return tuple(key for key in record.header.plan or () if key not in done)


def _as_seen(unseen: tuple[str, ...], verdict: Verdict, reason: str) -> tuple[Verdict, str]:
    """No PASS where a step was not seen whole."""
    if verdict is Verdict.PASS and unseen:
        return Verdict.INCONCLUSIVE, f"not all of {', '.join(unseen)} was seen: gaps on record"
    return verdict, reason


def _clips_at_stall(record: RunRecord, profile: Profile) -> bool:
    """Does the rig's monitor end below the stall current that a good lock may have?"""
    plateau = profile.limits.get("plateau_a")
    return plateau is not None and record.header.current_max_a < plateau.high


def _range_warning(record: RunRecord, profile: Profile) -> tuple[str, ...]:
    if not _clips_at_stall(record, profile):
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
