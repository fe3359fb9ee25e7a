"""The history for a terminal: newest first, a line a run."""

from collections.abc import Sequence
from typing import Final

from bench.model.faults import title_of
from bench.model.history import FoundRun
from bench.model.language import ENGLISH, Language
from bench.report.words import VERDICT_WORDS, clean

_SIGNS: Final = {"PASS": "[v]", "FAIL": "[X]", "INCONCLUSIVE": "[?]", "ABORTED": "[#]", "ERROR": "[!]"}
_TITLE: Final = 44


def history_text(runs: Sequence[FoundRun], care_due: Sequence[str | None], language: Language = ENGLISH) -> str:
    """Return the table; `care_due`: for each run the day its lock's next care is due (ISO), None where that says nothing."""
    say, lines = language.say, []
    for found, due in zip(runs, care_due, strict=True):
        run, verdict = found.run, found.verdict
        when = language.moment(run.utc) if run.utc else say("time unknown")
        word = say(VERDICT_WORDS.get(verdict.verdict, verdict.verdict))
        title = say(title_of(verdict.fault)) if verdict.fault else ""
        lines.append(f"{when:20}  {_SIGNS.get(verdict.verdict, '   ')} {word:12}  {clean(title, _TITLE)}".rstrip())
        about = [run.profile, f"VIN {run.vin}" if run.vin else "", say("job {job}", job=run.job) if run.job else ""]
        about.append(say("next care {day}", day=language.date(due)) if due else "")
        lines.append("    " + clean(f"{run.run}   " + ", ".join(part for part in about if part), 200))
    return "\n".join(lines)
