"""Write reports of judged runs."""

from pathlib import Path

from bench.analysis.judge import Judgement
from bench.errors import UsageError
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.report.machine import json_report, junit_report
from bench.report.page import html_report

FORMATS = (".html", ".json", ".xml")


def page_of(judgement: Judgement, record: RunRecord, profile: Profile, reference: RunRecord | None = None) -> str:
    """Return the self-contained HTML page of a judged run."""
    door = [(t, word) for bit in judgement.bits for t, word in ((bit.first_ns, "open" if bit.open else "closed"),)]
    return html_report(judgement.document, record, judgement.envelopes, profile=profile, reference=reference, door=door)


def report_text(judgement: Judgement, record: RunRecord, profile: Profile, suffix: str) -> str:
    """Return a report in the format that a file name's ending names; raise UsageError for another."""
    if suffix == ".html":
        return page_of(judgement, record, profile)
    if suffix == ".json":
        return json_report(judgement.document)
    if suffix == ".xml":
        return junit_report(judgement.document)
    raise UsageError(f"a report ends in one of {', '.join(FORMATS)}, not in {suffix or 'nothing'!r}")


def write_report(path: Path, text: str) -> None:
    """Write a report where the user asked for it; raise UsageError where that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}") from exc
