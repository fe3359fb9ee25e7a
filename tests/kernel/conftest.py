"""The tests of this folder need a kernel with CAN, GPIO and I2C: they run in the guests of `make test-kernel` and nowhere else."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "dtc"))  # its simulated module is asked here too, over the kernel's own ISO-TP


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Outside of a guest every test here is skipped, with a line that says where it runs."""
    if "LOCKBENCH_GUEST" in os.environ:
        return
    reason = pytest.mark.skip(reason="needs a kernel with CAN, GPIO and I2C: make test-kernel")
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Measurements of passed tests are shown too: every printed line that begins with NUMBER."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, []) if report.when == "call"]
    for report in reports:
        for line in report.capstdout.splitlines():
            if line.startswith("NUMBER "):
                terminalreporter.write_line(line)
