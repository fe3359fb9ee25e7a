"""Statistics for a terminal."""

from collections.abc import Sequence

from bench.model.faults import title_of
from bench.model.language import ENGLISH, Language
from bench.model.statistics import CPK_FROM, CPK_WANTED, Capability, FaultCount, GaugeStudy, Yield
from bench.report.words import clean, measured_words, number_text, percent_text, step_title


def yield_sentences(total: Yield, language: Language = ENGLISH) -> tuple[str, str]:
    """Return the first-pass yield as a sentence, and what is to be said beside it."""
    say = language.say
    if total.share is None or total.low is None or total.high is None:
        head, beside = say("No lock was tested to a verdict."), ""
    else:
        head = say(
            "{share} of the locks passed in their first test ({passed} of {units}).", share=percent_text(total.share, language),
            passed=total.passed, units=total.units,
        )  # fmt: skip
        low, high = percent_text(total.low, language), percent_text(total.high, language)
        beside = say("95 % interval {low} to {high} (Wilson).", low=low, high=high)
    if total.not_counted:
        beside = f"{beside} {say('{n} runs ended ABORTED or ERROR and are not counted.', n=total.not_counted)}".strip()
    return head, beside


def measurement_title(step: str, name: str, language: Language = ENGLISH) -> str:
    """Return what a measurement of a step is called."""
    return f"{step_title(step, language)}: {measured_words(name, language)}"


def limits_of(low: float | None, high: float | None, language: Language = ENGLISH) -> str:
    """Return `[low; high]`; a limit that is not there leaves its place empty."""
    return "[{}; {}]".format(*("" if limit is None else number_text(limit, language) for limit in (low, high)))


def cpk_words(c: Capability, language: Language = ENGLISH) -> str:
    """Return a Cpk with its 95 % interval, or that there are too few values for one."""
    if c.cpk is None or c.cpk_low is None or c.cpk_high is None:
        return "-"
    if c.n < CPK_FROM:
        return language.say("too few ({n} of {wanted})", n=c.n, wanted=CPK_FROM)
    return f"{language.number(c.cpk, 2)} [{language.number(c.cpk_low, 2)}; {language.number(c.cpk_high, 2)}]"


def stats_text(total: Yield, faults: Sequence[FaultCount], capable: Sequence[Capability], language: Language = ENGLISH) -> str:
    """Return yield, Pareto and Cpk as text of about 90 columns."""
    say = language.say
    lines = [sentence for sentence in yield_sentences(total, language) if sentence]
    lines += ["", say("Faults, the commonest first")] if faults else ["", say("No run ended FAIL.")]
    for f in faults:
        shares = f"{percent_text(f.share, language):>6}  {percent_text(f.cumulative, language):>6}"
        lines.append(f"  {f.count:5d}  {shares}  {clean(say(title_of(f.fault)), 50)}")
    if capable:
        wanted = language.number(CPK_WANTED, 2)
        lines += [
            "",
            say("Measurements: number, mean, limits, Cpk [95 % interval] ({wanted} is wanted; * fewer than 30 values)", wanted=wanted),
        ]
        lines += [f"  {_capability(c, language)}" for c in capable]
    if any(c.limits_vary for c in capable):
        lines.append("  ~ " + say("The limits move with temperature and supply: the newest are shown, the place in the window counts."))
    return "\n".join(lines)


def _capability(c: Capability, language: Language) -> str:
    cpk = cpk_words(c, language) + ("*" if c.provisional and c.n >= CPK_FROM else "")
    mean = f"{number_text(c.mean, language)} {language.say(c.unit)}".strip()
    outside = "  " + language.say("{n} outside", n=c.outside) if c.outside else ""
    title = clean(measurement_title(c.step, c.name, language), 40)
    return f"{title:40} {c.n:5d}  {mean:>12}  {limits_of(c.low, c.high, language)}{'~' if c.limits_vary else ''}  {cpk}{outside}"


def grr_text(studies: Sequence[GaugeStudy], language: Language = ENGLISH) -> str:
    """Return a gauge R&R study as text: three lines a measurement."""
    say, lines = language.say, []
    for s in studies:
        share = "-" if s.share is None else percent_text(s.share, language)
        lines.append(f"{gauge_title(s, language)}: {say(s.word)}")
        told = [say("R&R {sd} {unit}, {share} of all variation", sd=number_text(s.grr, language), unit=say(s.unit), share=share)]
        if s.of_tolerance is not None:
            told.append(say("{share} of the tolerance", share=percent_text(s.of_tolerance, language)))
        if s.categories is not None:
            told.append(say("{n} distinct categories", n=s.categories))
        lines.append("  " + ", ".join(told))
        spreads = (s.repeatability, s.reproducibility, s.part_to_part)
        repeat, operators, locks = (number_text(spread, language) for spread in spreads)
        spread = say(
            "repeatability {repeat}, operators {operators}, locks {locks} {unit}", repeat=repeat, operators=operators, locks=locks,
            unit=say(s.unit),
        )  # fmt: skip
        study = say("{parts} locks, {operators} operators, {trials} tests of each", parts=s.parts, operators=s.operators, trials=s.trials)
        lines += [f"  {spread}", f"  {study}"]
    return "\n".join(lines)


def gauge_title(study: GaugeStudy, language: Language = ENGLISH) -> str:
    """Return what the study's measurement is called; its name is `step: measurement`."""
    step, _, name = study.name.partition(": ")
    return measurement_title(step, name, language)
