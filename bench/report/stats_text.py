"""Statistics for a terminal."""

from collections.abc import Sequence

from bench.model.faults import title_of
from bench.model.statistics import CPK_WANTED, Capability, FaultCount, GaugeStudy, Yield
from bench.report.wording import clean, number_text, percent_text


def stats_text(total: Yield, faults: Sequence[FaultCount], capable: Sequence[Capability]) -> str:
    """Return yield, Pareto and Cpk as text of about 80 columns."""
    lines = []
    if total.share is None or total.low is None or total.high is None:
        lines.append("First-pass yield  no lock was tested to a verdict")
    else:
        span = f"{percent_text(total.low)} to {percent_text(total.high)}"
        lines.append(f"First-pass yield  {percent_text(total.share)}: {total.passed} of {total.units} locks (95 % {span})")
    if total.not_counted:
        lines.append(f"                  {total.not_counted} runs ended ABORTED or ERROR: not counted")
    lines += ["", "Faults"] if faults else ["", "Faults            none"]
    lines += [f"  {f.count:5d}  {f.share:6.1%}  {f.cumulative:6.1%}  {clean(title_of(f.fault), 50)}" for f in faults]
    lines += ["", f"Measurements      n   mean  limits  Cpk ({CPK_WANTED:g} is wanted; * fewer than 30 values)"] if capable else []
    lines += [f"  {_capability(c)}" for c in capable]
    if any(c.limits_vary for c in capable):
        lines.append("  ~ the limits move with temperature and supply: the newest are shown, the place in the window counts")
    return "\n".join(lines)


def _capability(c: Capability) -> str:
    low, high = ("" if v is None else number_text(v) for v in (c.low, c.high))
    cpk = "-" if c.cpk is None else f"{c.cpk:.2f}{'*' if c.provisional else ''}"
    mean = f"{number_text(c.mean)} {c.unit}".strip()
    outside = f"  {c.outside} outside" if c.outside else ""
    return f"{clean(f'{c.step}: {c.name}', 34):34} {c.n:5d}  {mean:>12}  [{low}; {high}]{'~' if c.limits_vary else ''}  {cpk}{outside}"


def grr_text(studies: Sequence[GaugeStudy]) -> str:
    """Return a gauge R&R study as text: a line a measurement."""
    lines = []
    for s in studies:
        share = "-" if s.share is None else f"{s.share:.1%} of all variation"
        tolerance = "" if s.of_tolerance is None else f", {s.of_tolerance:.1%} of the tolerance"
        categories = "" if s.categories is None else f", {s.categories} categories"
        lines.append(f"{s.name}: {s.word}")
        lines.append(f"  R&R {number_text(s.grr)} {s.unit}: {share}{tolerance}{categories}")
        lines.append(
            f"  repeatability {number_text(s.repeatability)}, operators {number_text(s.reproducibility)}, "
            f"locks {number_text(s.part_to_part)} {s.unit} ({s.parts} locks, {s.operators} operators, {s.trials} tests of each)"
        )
    return "\n".join(lines)
