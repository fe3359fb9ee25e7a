"""The rig of the guests, and why it may move without doctor."""

from typing import Final

RIG: Final = "wiring/kernel.toml"
WITHOUT_DOCTOR: Final = "kernel tests: the rig is a guest's"
