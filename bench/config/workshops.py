"""The workshop's own file: parts, prices and name. TOML, filled by the workshop; a number without source and date is refused.

schema = 1
name = "Our garage"

[[part]]
number = "..."               # as it stands in the catalogue
what = "rear door lock, left"
kind = "rear_door"
platform = "J11"
source = "dealer's catalogue, asked with the VIN"
date = "2026-11-20"

[[cost]]
what = "new original rear door lock"
low = 12000
high = 15000
unit = "roubles"
source = "supplier's list"
date = "2026-11-20"
"""

from pathlib import Path
from typing import Final

from bench.config.source_file import read_toml
from bench.config.typed import typed
from bench.errors import ConfigError
from bench.model.workshop import Workshop

VARIABLE: Final = "LOCKBENCH_WORKSHOP"
"""The environment variable that names the file where no --workshop does."""


def load_workshop(path: Path) -> Workshop:
    """Read the file; raises ConfigError that names file, key and reason."""
    workshop = typed(read_toml(path), Workshop, str(path))
    for n, price in enumerate(workshop.cost):
        if price.low > price.high:
            raise ConfigError(f"{path}: cost[{n}]: low {price.low:g} is above high {price.high:g} {price.unit}")
    return workshop


def chosen_workshop(given: str | None, environment: str | None) -> Workshop | None:
    """Return the workshop's file as read; None where neither --workshop nor LOCKBENCH_WORKSHOP names one."""
    name = given or environment
    return load_workshop(Path(name)) if name else None
