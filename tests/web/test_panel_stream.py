"""What a screen that is slow, or a loop that was held up, still gets to know: where the run stands."""

import asyncio

import msgspec

from bench.app.panel_state import LiveBatch, News, PanelState
from bench.web.bench_link import WAITING, BenchLink


def line_of(news: News) -> bytes:
    return msgspec.json.encode(news) + b"\n"


async def told(lines: list[bytes]) -> list[bytes]:
    """Hand lines to a link in one go, as after a loop that was held up; return all that an attached screen then gets."""
    link = BenchLink(["true"])
    got = []
    with link.screen("rig-1") as screen:
        for line in lines:
            link.take(line)
        while (message := await screen.next(0.01)) is not None:
            got.append(message)
    return got


def test_a_flood_of_readings_never_pushes_out_the_state() -> None:
    """A browser that missed `hand` would show the prompt before it for ever, and nobody would press its button."""
    readings = [line_of(LiveBatch(step="close#1", t=50.0 * n)) for n in range(3 * WAITING)]
    got = asyncio.run(told([line_of(PanelState(seq=4, phase="hand", step="close#1")), *readings]))
    states = [message for message in got if message.startswith(b"event: state")]
    assert b'"phase":"hand"' in states[-1]
    assert sum(message.startswith(b"event: live") for message in got) == WAITING


def test_of_many_states_the_last_is_told_and_nothing_older_after_it() -> None:
    """A state is whole: the ones before it are of no use any more."""
    got = asyncio.run(told([line_of(PanelState(seq=n, phase="drive")) for n in range(90)] + [line_of(PanelState(seq=90, phase="done"))]))
    assert [m for m in got if m.startswith(b"event: state")] == [b'event: state\ndata: {"seq":91,"phase":"done","heard":0}\n\n']
