"""A panel whose car says hostile things: `python hostile_panel.py PORT OUT`. What a DBC or a file is called reaches the page this way."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from markup import MARKUP

from bench.web.access import Settings
from bench.web.panel import Panel
from bench.web.server import run

SAID = (
    {"event": "start", "t_s": 0, "text": MARKUP},
    {"event": "door", "t_s": 1, "door": MARKUP, "to": MARKUP, "text": MARKUP},
    {"event": "door", "t_s": 1, "door": "rear_left", "to": MARKUP, "text": MARKUP},
    {"event": MARKUP, "t_s": 2, "door": ['x"]', MARKUP], "text": {"a": MARKUP}},
    {"event": "finding", "t_s": 3, "door": 'x"]', "text": MARKUP, "to": None},
)
SPEAKER = (
    f"import sys, time\nfor line in {[json.dumps(one) for one in SAID]!r}:\n    print(line, flush=True)\n    time.sleep(1)\ntime.sleep(600)"
)


def main(port: str, out: str) -> None:
    panel = Panel.of(Settings(rig="sim", out=Path(out), port=int(port), speed=25))
    panel.car.command = [sys.executable, "-c", SPEAKER]
    panel.car.channel = MARKUP
    run(panel)


if __name__ == "__main__":
    main(*sys.argv[1:])
