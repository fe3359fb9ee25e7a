"""A panel whose car is on a virtual bus: `python tests/web/panel_with_car.py PORT OUT`."""

import sys
from pathlib import Path

from bench.web.access import Settings
from bench.web.panel import Panel
from bench.web.server import run

if __name__ == "__main__":
    port, out = sys.argv[1:]
    panel = Panel.of(Settings(rig="sim", out=Path(out), port=int(port)))
    panel.car.command = [sys.executable, str(Path(__file__).with_name("car_on_a_bus.py")), "--json", "-i", "virtual", "-c", "car"]
    panel.car.channel = "virtual car"
    run(panel)
