"""What doctor looks at before anything else: limits that somebody set, and pull-downs that hold a driver off by themselves."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from bench.app.doctor_checks import Check
from bench.app.pin_gate import LIMITS
from bench.model.pin_news import Pulled


def limits_set(path: Path) -> Check:
    """Are the limits of this rig written down, or only defaults?"""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    missing = [key for key in LIMITS if key not in given]
    if missing:
        return Check(name="limits", outcome="fail", text=f"{path.name} does not set {', '.join(missing)}: write them down for this rig")
    return Check(name="limits", outcome="pass", text=", ".join(f"{key} {given[key]:g}" for key in LIMITS))


def pull_checks(pulls: Iterable[Pulled]) -> Iterable[Check]:
    """Does every relay driver rest off by its own resistor, as the pin process saw it?"""
    for pull in pulls:
        follows = f"GPIO{pull.pin} follows the internal pull: fit 10 kohm to its off level"
        text = "rests off by its own resistor" if pull.rests else follows
        yield Check(name=f"pull-down of {pull.role}", outcome="pass" if pull.rests else "fail", text=text)
