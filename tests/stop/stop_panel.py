"""The panel over the pin process in shared memory: server, process at the rig and pin process are the product's, each a process of its own.

`python tests/stop/stop_panel.py serve MEMORY OUT PORT HOST` is `lockbench panel`; its process at the rig is `... rig MEMORY OUT`.
"""

import sys
from pathlib import Path

from stop_writer import FOLDER

from bench.app.panel_process import main as at_the_rig
from bench.web.access import Settings
from bench.web.bench_link import BenchLink
from bench.web.panel import Panel
from bench.web.server import run

RIG = "wiring/ci.toml"
"""A rig in real time, run by two processes; what it opens is the memory."""


def command(memory: Path, out: Path, port: int, host: str) -> list[str]:
    """Return the command that serves this panel. `host`: an address of this machine beside loopback, "" for none."""
    return [sys.executable, str(FOLDER / "stop_panel.py"), "serve", str(memory), str(out), str(port), host]


def main(argv: list[str]) -> None:
    """Be the one or the other."""
    what, memory, out, *more = argv
    if what == "rig":
        at_the_rig([RIG, out, "1", "0"], pins=(sys.executable, str(FOLDER / "stop_pins.py"), memory, "person"))
        return
    port, host = more
    panel = Panel.of(Settings(rig=RIG, out=Path(out), port=int(port), host=host or None))
    panel.link = BenchLink([sys.executable, str(FOLDER / "stop_panel.py"), "rig", memory, out])
    run(panel)


if __name__ == "__main__":
    main(sys.argv[1:])
