"""Write reports of judged runs."""

from pathlib import Path

from bench.analysis.judge import Judgement
from bench.errors import UsageError
from bench.model.language import ENGLISH, Language
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.model.workshop import Workshop
from bench.report.machine import json_report, junit_report
from bench.report.page import html_report

FORMATS = (".html", ".pdf", ".json", ".xml", ".mf4")


def door_states(judgement: Judgement) -> list[tuple[int, str | None]]:
    """Return the door bit of the module's frames as (t_ns, "open" or "closed")."""
    return [(bit.first_ns, "open" if bit.open else "closed") for bit in judgement.bits]


def page_of(
    judgement: Judgement,
    record: RunRecord,
    profile: Profile,
    reference: RunRecord | None = None,
    language: Language = ENGLISH,
    workshop: Workshop | None = None,
) -> str:
    """Return the self-contained HTML page of a judged run."""
    return html_report(
        judgement.document, record, judgement.envelopes, profile=profile, reference=reference, door=door_states(judgement),
        language=language, workshop=workshop,
    )  # fmt: skip


def report_bytes(
    judgement: Judgement,
    record: RunRecord,
    profile: Profile,
    suffix: str,
    *,
    reference: RunRecord | None = None,
    language: Language = ENGLISH,
    workshop: Workshop | None = None,
) -> bytes:
    """Return a report in the format that a file name's ending names; raise UsageError for another."""
    if suffix == ".html":
        return page_of(judgement, record, profile, reference, language, workshop).encode()
    if suffix == ".pdf":
        from bench.report.pdf import pdf_report
        from bench.report.pdf_shown import Shown

        return pdf_report(
            Shown(
                document=judgement.document, record=record, envelopes=judgement.envelopes, profile=profile, reference=reference,
                door=door_states(judgement), language=language, workshop=workshop,
            )
        )  # fmt: skip
    if suffix == ".json":
        return json_report(judgement.document).encode()
    if suffix == ".xml":
        return junit_report(judgement.document).encode()
    if suffix == ".mf4":
        from bench.report.mf4 import mf4_report

        return mf4_report(record)
    raise UsageError(f"a report ends in one of {', '.join(FORMATS)}, not in {suffix or 'nothing'!r}")


def write_report(path: Path, content: bytes | str) -> None:
    """Write a report where the user asked for it; raise UsageError where that cannot be."""
    try:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror or exc}") from exc
