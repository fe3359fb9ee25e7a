"""A run that was judged beside a good lock carries that lock's run with it: the folder alone repeats the verdict."""

import shutil
from pathlib import Path

from tests.command_runs import DOOR, GATE, RunShelf, lockbench


def test_the_folder_alone_repeats_the_verdict_even_where_the_reference_is_gone(shelf: RunShelf, out: Path, tmp_path: Path) -> None:
    good = tmp_path / "good"
    shutil.copytree(shelf.get("sim", "--profile", DOOR, "--seed", "31").folder, good)
    live = lockbench(
        "test", "--rig", "sim:gear_stiff@0.6", "--seed", "32", "--profile", DOOR, "--against", good, "--out", out, "--json"
    ).document
    folder = next(out.iterdir())
    sources = {m["source"] for s in live["steps"] for m in s["measurements"] if m["name"] == "lambda_vs"}
    assert any("the good lock of run good" in source for source in sources)
    shutil.rmtree(good)
    moved = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, moved)
    assert lockbench("judge", moved, "--json").document == live
    alone = lockbench("judge", moved, "--against", "none", "--json").document
    assert alone["probabilities"] != live["probabilities"]
    page = tmp_path / "page.html"
    assert lockbench("report", moved, "-o", page).code == 0
    drawn, plain = page.read_text(), (moved / "report.html").read_text()
    assert drawn.count("stroke-dasharray") == plain.count("stroke-dasharray")


def test_another_reference_takes_the_place_of_the_kept_one(shelf: RunShelf, out: Path) -> None:
    first, second = (shelf.get("sim", "--profile", DOOR, "--seed", seed).folder for seed in ("31", "33"))
    assert lockbench("test", "--rig", "sim", "--seed", "34", "--profile", DOOR, "--against", first, "--out", out, "--json").code in (0, 3)
    folder = next(out.iterdir())
    by_kept, by_second = (lockbench("judge", folder, *more, "--json").document for more in ((), ("--against", second)))
    assert by_kept["probabilities"] != by_second["probabilities"]
    lockbench("judge", folder, "--against", shelf.get("sim", "--profile", GATE).folder).refused("tailgate")
