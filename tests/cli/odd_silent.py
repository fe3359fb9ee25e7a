"""A plant whose current sensor says nothing: the shortest run that leaves a whole folder."""

from collections.abc import Mapping

from bench.ports.plant import World


class _Dead:
    def advance(self, dt_s: float, outputs: Mapping[str, bool]) -> World:
        return World({"ajar": 0, "estop": 1}, (), None, None, {}, (), None, None, hand_moving=False)

    def operator(self, request: str) -> Mapping[str, bool]:
        return {}


def dead() -> _Dead:
    """A world that shows no current."""
    return _Dead()
