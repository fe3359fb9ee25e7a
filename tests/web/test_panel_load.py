"""Twenty screens and one that reads nothing do not reach the rig's loop; `python tests/web/panel_cost.py` prints what the panel costs."""

from panel_cost import measure


def test_twenty_screens_and_a_hostile_one_stop_nothing() -> None:
    """The run goes through, no turn of the loop was late; the figures are printed, for a loaded machine decides them."""
    found = measure(20, hostile=1, speed=4)
    print(found)
    assert found["verdict"] == "PASS"
    assert found["watchdog_stops"] == 0
