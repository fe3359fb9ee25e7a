"""The history for a terminal: newest first, a line a run."""

from collections.abc import Sequence
from typing import Final

from bench.model.faults import title_of
from bench.model.history import FoundRun
from bench.report.wording import clean

_SIGNS: Final = {"PASS": "[v]", "FAIL": "[X]", "INCONCLUSIVE": "[?]", "ABORTED": "[#]", "ERROR": "[!]"}
_TITLE: Final = 44


def history_text(runs: Sequence[FoundRun], care_due: Sequence[str | None]) -> str:
    """Return the table; `care_due`: for each run the day its lock's next care is due (ISO), None where that says nothing."""
    lines = []
    for found, due in zip(runs, care_due, strict=True):
        run, verdict = found.run, found.verdict
        when = (run.utc or "time unknown")[:16].replace("T", " ")
        title = title_of(verdict.fault) if verdict.fault else ""
        lines.append(f"{when:16}  {_SIGNS.get(verdict.verdict, '   ')} {verdict.verdict:12}  {clean(title, _TITLE)}".rstrip())
        about = [run.profile, f"VIN {run.vin}" if run.vin else "", f"job {run.job}" if run.job else "", f"next care {due}" if due else ""]
        lines.append("    " + clean(f"{run.run}   " + ", ".join(part for part in about if part), 200))
    return "\n".join(lines)
