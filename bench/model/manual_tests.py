"""Tests that a person makes with a meter, a wire or two hands: what to do, what may come out, what it costs.

Their outcomes are entered as answers (`lockbench judge RUN --answer probe_at_plug=12.4V`) and move the posterior.
"""

from typing import Final

from bench.model.manual_test import RISK_TEXTS, Band, ManualTest, Risk
from bench.model.manual_tests_body import BODY_TESTS
from bench.model.manual_tests_check import CHECK_TESTS
from bench.model.manual_tests_electric import ELECTRIC_TESTS
from bench.model.manual_tests_hand import HAND_TESTS

__all__ = ["MANUAL_TESTS", "RISK_TEXTS", "Band", "ManualTest", "Risk"]

MANUAL_TESTS: Final = {test.id: test for test in (*ELECTRIC_TESTS, *HAND_TESTS, *BODY_TESTS, *CHECK_TESTS)}
"""The catalogue by id."""
