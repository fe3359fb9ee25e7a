"""Twenty screens and one that reads nothing: all are shown the run, and it goes through; `python tests/web/panel_cost.py` prints the cost.

That no turn of a rig's loop is late meanwhile is counted in tests/stop/test_stop_panel.py, at a rig in real time.
"""

from panel_cost import measure


def test_twenty_screens_and_a_hostile_one_stop_nothing() -> None:
    """Each of the twenty sees it to its end; the figures are printed, for a loaded machine decides them."""
    found = measure(20, hostile=1, speed=4)
    print(found)
    assert found["verdict"] == "PASS"
    assert found["watchdog_stops"] == 0
    assert float(found["least_shown"]) > 0.8 * float(found["most_shown"]) > 20, "some screen was put out, or shown next to nothing"
