"""These tests need the extra `dtc`; without it they are skipped, and say so."""

import importlib.util

collect_ignore = [] if importlib.util.find_spec("isotp") and importlib.util.find_spec("udsoncan") else ["test_dtc.py", "test_dtc_codes.py"]


def pytest_report_header() -> list[str]:
    """Say what was left out."""
    return ["dtc: can-isotp and udsoncan are not installed, tests/dtc/test_dtc*.py are left out"] if collect_ignore else []
