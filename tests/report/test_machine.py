"""JSON and JUnit XML: whole whatever the words, and red where a CI server must be red."""

import json
import xml.etree.ElementTree as ET
from xml.parsers import expat

import msgspec
import pytest
import report_samples as samples

from bench.model.diagnosis import VerdictDocument
from bench.model.names import HYPOTHESES
from bench.report.machine import json_report, junit_report

HOSTILE = "<a b='\"&\x00\x1b\udc80]]>"


def suite_of(document: VerdictDocument) -> ET.Element:
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = lambda name: builder.end(name)
    parser.CharacterDataHandler = lambda text: builder.data(text)
    parser.Parse(junit_report(document).encode(), True)
    return builder.close()


def test_the_json_report_is_the_document() -> None:
    """It decodes to the very same document and ends with a newline."""
    document, _ = samples.stiff()
    text = json_report(document)
    assert msgspec.json.decode(text, type=VerdictDocument) == document
    assert text.endswith("}\n")
    assert json.loads(text)["schema"] == "lockbench.verdict/1"


def test_there_is_a_case_for_each_step_and_one_for_the_verdict() -> None:
    """Eight steps and the verdict; counts agree with what is inside."""
    document, _ = samples.stiff()
    suites = suite_of(document)
    cases = suites.findall("./testsuite/testcase")
    assert [c.get("name") for c in cases] == [*(s.name for s in document.steps), "verdict"]
    assert suites.get("tests") == "9"
    assert suites.get("failures") == str(len(suites.findall(".//failure"))) == "7"
    assert suites.get("errors") == "0"


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [("PASS", None), ("FAIL", "failure"), ("ERROR", "error"), ("ABORTED", "error"), ("INCONCLUSIVE", "skipped")],
)
def test_a_ci_server_goes_red_for_what_is_red(verdict: str, tag: str | None) -> None:
    """FAIL is a failure, ERROR and ABORTED are errors, INCONCLUSIVE is skipped, PASS has none of them."""
    document, _ = samples.healthy()
    case = suite_of(msgspec.structs.replace(document, verdict=verdict)).findall(".//testcase")[-1]
    assert [child.tag for child in case if child.tag != "properties"] == ([tag] if tag else [])


def test_a_failed_step_under_another_verdict_is_still_a_failure() -> None:
    """A failed step is never hidden by what the run as a whole came to."""
    document, _ = samples.stiff()
    suites = suite_of(msgspec.structs.replace(document, verdict="INCONCLUSIVE"))
    assert suites.get("failures") == "6"
    assert suites.get("skipped") == "1"


def test_measurements_and_probabilities_are_properties_with_units() -> None:
    """A property reads `235 ms [60; 190] fail`; the failure's message names the measurement."""
    case = suite_of(samples.stiff()[0]).findall(".//testcase")[1]
    values = {p.get("name"): p.get("value") for p in case.iter("property")}
    assert values["travel_ms"] == "235 ms [60; 190] fail"
    assert values["can_latency_ms"] == "not seen [0; 400] not_seen"
    failure = case.find("failure")
    assert failure is not None
    assert "travel_ms 235 ms [60; 190]" in str(failure.get("message"))
    last = suite_of(samples.stiff()[0]).findall(".//testcase")[-1]
    assert {p.get("name") for p in last.iter("property")} == {f"probability.{h}" for h in HYPOTHESES}


def test_hostile_words_leave_the_xml_whole() -> None:
    """Markup, control characters and lone surrogates in any text."""
    document, _ = samples.stiff()
    steps = tuple(msgspec.structs.replace(s, name=HOSTILE, verdict="FAIL") for s in document.steps)
    bad = msgspec.structs.replace(document, run=HOSTILE, profile=HOSTILE, reason=HOSTILE, steps=steps, versions={HOSTILE: HOSTILE})
    assert "<a b=" in str(suite_of(bad).findall(".//testcase")[0].get("name"))


def test_a_document_without_steps_or_probabilities_is_one_case() -> None:
    """An aborted run that saw nothing is one error."""
    document, _ = samples.aborted()
    suites = suite_of(msgspec.structs.replace(document, steps=()))
    assert suites.get("tests") == "1"
    assert suites.get("errors") == "1"
