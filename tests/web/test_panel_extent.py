"""How much is tested is chosen before START: the whole test unless told, and only what this rig can do."""

import json
from pathlib import Path

from panel_server import panel


def test_the_whole_test_is_checked_and_what_was_chosen_is_armed(out: Path) -> None:
    """On a simulated rig, whose supply can be set, the margin's twenty strokes are planned behind the fifteen steps."""
    with panel(out) as client:
        client.get("/")
        client.post("/lock", {"profile": "qashqai-j11-rear-door"})
        client.get("/ready")
        assert client.page.count('name="extent"') == 3
        assert 'name="extent" value="whole" checked' in client.page
        for extent, planned in (("margin", 35), ("adaptive", 15), ("everything", 15)):
            client.post("/start", {"extent": extent})
            client.until("/run/now", 'data-phase="armed"')
            assert f"of {planned}" in client.page
            client.post("/stop", {})
            client.until("/run/now", 'data-phase="idle"')
        told = [json.loads(line) for line in (out / "panel-audit.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [line["extent"] for line in told if line["what"] == "start"] == ["margin", "adaptive", "whole"]


def test_a_battery_is_not_offered_to_be_set(out: Path) -> None:
    with panel(out, rig="wiring/rpi-bench.toml", speed=1) as client:
        client.get("/")
        client.post("/lock", {"profile": "qashqai-j11-rear-door"})
        client.get("/ready")
        assert 'value="adaptive"' in client.page
        assert 'value="margin"' not in client.page
