"""Reports for machines: the verdict document as JSON, and JUnit XML for a CI server."""

import xml.etree.ElementTree as ET
from typing import Final

import msgspec

from bench.model.diagnosis import Measurement, StepResult, VerdictDocument
from bench.report.wording import clean, evidence_sentence, measurement_text, summary_of

_TAG_OF: Final = {"FAIL": "failure", "ERROR": "error", "ABORTED": "error", "INCONCLUSIVE": "skipped", "NOT_SET": "skipped"}


def json_report(document: VerdictDocument) -> str:
    """Return the verdict document (DESIGN 3.2) as readable JSON with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def junit_report(document: VerdictDocument) -> str:
    """Return JUnit XML: a test case for each step, its measurements as properties, and one named `verdict` for the run.

    FAIL is a failure, ERROR and ABORTED are errors, so a CI server goes red for them; INCONCLUSIVE is `skipped`: neither a
    pass nor a fault. The exit code (3) tells whoever wants that red too.
    """
    cases = [_step_case(step, document) for step in document.steps]
    cases.append(_verdict_case(document))
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    totals = {
        "name": f"lockbench {clean(document.profile)}",
        "tests": str(len(cases)),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
    }
    suites = ET.Element("testsuites", totals)
    suite = ET.SubElement(suites, "testsuite", totals)
    about = {"run": document.run, "profile": document.profile, "scope": document.scope, "verdict": document.verdict}
    _properties(suite, {**about, **{f"version.{k}": v for k, v in document.versions.items()}})
    suite.extend(cases)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _step_case(step: StepResult, document: VerdictDocument) -> ET.Element:
    case = ET.Element("testcase", {"classname": f"lockbench.{clean(document.profile)}", "name": clean(step.name)})
    _properties(case, {m.name: f"{measurement_text(m)} {m.outcome}" for m in step.measurements})
    bad = [m for m in step.measurements if m.outcome == "fail"]
    outcome_element(case, step.verdict, "; ".join(_complaint(m) for m in bad) or step.verdict, "\n".join(m.source for m in bad))
    return case


def _verdict_case(document: VerdictDocument) -> ET.Element:
    said = summary_of(document)
    case = ET.Element("testcase", {"classname": f"lockbench.{clean(document.profile)}", "name": "verdict"})
    _properties(case, {f"probability.{k}": f"{v:.4f}" for k, v in (document.probabilities or {}).items()})
    lines = [document.reason, said.certainty, *(evidence_sentence(e) for e in said.why), said.todo, said.next_test]
    outcome_element(case, document.verdict, said.headline, "\n".join(line for line in lines if line))
    return case


def outcome_element(case: ET.Element, verdict: str, message: str, body: str) -> None:
    """Add what a CI server reads a verdict from; nothing for PASS."""
    tag = _TAG_OF.get(verdict)
    if tag is None:
        return
    attributes = {"message": clean(message)} if tag == "skipped" else {"message": clean(message), "type": clean(verdict)}
    ET.SubElement(case, tag, attributes).text = "\n".join(clean(line) for line in body.splitlines())


def _properties(parent: ET.Element, values: dict[str, str]) -> None:
    if values:
        holder = ET.SubElement(parent, "properties")
        for name, value in values.items():
            ET.SubElement(holder, "property", {"name": clean(name), "value": clean(value)})


def _complaint(measurement: Measurement) -> str:
    return f"{measurement.name} {measurement_text(measurement)}"
