"""Makes everything of a rig's folder that comes out of its circuit: harness, schematic, parts list, assembly order. `make drawings`."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2])]

import yaml  # type: ignore[import-untyped]  # noqa: E402 (a script finds its neighbours first)
from circuit_pages import assembly_page, parts_page  # noqa: E402
from circuits_read import RIGS, circuit_of  # noqa: E402
from harness_pages import GROUPS, harness  # noqa: E402
from schematic import draw, sheets_of  # noqa: E402

from bench.model.circuit import Circuit  # noqa: E402

WIRING = Path(__file__).resolve().parents[2] / "wiring"
_STAMP = re.compile(r"<!-- lockbench: sha256 of the data (\w+) -->")


_MADE: dict[str, dict[str, str]] = {}
"""What was made already, by rig: a circuit is data and does not change while this runs."""


def texts_of(circuit: Circuit) -> dict[str, str]:
    """Return every file of a rig that needs no other program, by name."""
    if circuit.name not in _MADE:
        _MADE[circuit.name] = _made(circuit)
    return _MADE[circuit.name]


def _made(circuit: Circuit) -> dict[str, str]:
    made = {"parts.md": parts_page(circuit), "assembly.md": assembly_page(circuit)}
    for group in GROUPS:
        page = harness(circuit, group)
        if page is not None:
            head = "# Made from circuit.toml by `make drawings`; WireViz draws it.\n"
            made[f"harness-{group}.yml"] = head + yaml.safe_dump(page, sort_keys=False, width=140)
    for sheet in sheets_of(circuit):
        made[f"schematic-{sheet.name}.svg"] = draw(circuit, sheet)
    return made


def digest(text: str) -> str:
    """Return what stands in a drawing as the mark of its data."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def stamp_of(drawing: str) -> str | None:
    """Return the mark that a harness drawing carries; None: none."""
    found = _STAMP.search(drawing)
    return found[1] if found else None


def can_draw() -> bool:
    """Is Graphviz here? WireViz calls its `dot`."""
    return shutil.which("dot") is not None


def drawn_by_wireviz(text: str) -> str:
    """Return the SVG that WireViz makes of a harness page, stamped with its data; WireViz is another program (GPL), never imported."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.yml"
        page.write_text(text, encoding="utf-8")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        argv = [shutil.which("wireviz", path=path) or "wireviz", "-f", "s", str(page)]
        subprocess.run(argv, env=os.environ | {"PATH": path}, capture_output=True, check=True, timeout=120)
        svg = (Path(folder) / "page.svg").read_text(encoding="utf-8")
    head, tag, rest = svg.partition("<svg")
    return f"{head}<!-- lockbench: sha256 of the data {digest(text)} -->\n{tag}{rest}"


def main() -> None:
    """Write it all."""
    for rig in RIGS:
        for name, text in texts_of(circuit_of(rig)).items():
            (WIRING / rig / name).write_text(text, encoding="utf-8")
            if name.endswith(".yml"):
                (WIRING / rig / name).with_suffix(".svg").write_text(drawn_by_wireviz(text), encoding="utf-8")


if __name__ == "__main__":
    main()
