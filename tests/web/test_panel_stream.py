"""What a screen that is slow, comes late, or was away still gets to know: where the run stands, and what the car said meanwhile."""

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from panel_cost import attach
from panel_server import Client, free_port, started

from bench.app.panel_state import LiveBatch, News, PanelState
from bench.web.bench_link import WAITING, BenchLink
from bench.web.listening import TOLD_AGAIN, CarListener
from tests.command_runs import ROOT


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


class SpokenCar(CarListener):
    """A listener whose car says what a test has it say."""

    def says(self, *texts: str) -> None:
        for text in texts:
            self._take({"event": "door", "t_s": 1.0, "text": text, "door": "rear_left", "to": "open"})


def test_what_the_car_said_between_page_and_stream_is_told_and_nothing_twice() -> None:
    car = SpokenCar()
    car.says("before")
    shown = car.place
    assert car.since(shown) == []
    car.says("one", "two")
    missed = car.since(shown) or []
    assert [re.findall(rb'"text":"(\w+)"', message) for message in missed] == [[b"one"], [b"two"]]
    assert missed[-1].startswith(f"id: {car.place}\nevent: car\n".encode()), "a stream that breaks goes on from there"
    assert car.since(car.place) == []


@pytest.mark.parametrize("place", ["", "x", "-1", "-", "00000000-0", "{of}-", "{of}-7", "{of}--1", "{of}-٣", "{of}-" + "9" * 5000])
def test_a_place_that_nobody_knows_loads_the_page_anew(place: str) -> None:
    """Another panel's, one of the future, or nonsense."""
    car = SpokenCar()
    car.says("one")
    assert car.since(place.replace("{of}", car.place.partition("-")[0])) is None


def test_a_page_that_missed_more_than_is_kept_loads_anew() -> None:
    car = SpokenCar()
    shown = car.place
    car.says(*(f"t{n}" for n in range(TOLD_AGAIN)))
    assert len(car.since(shown) or ()) == TOLD_AGAIN
    car.says("and one more")
    assert car.since(shown) is None


@pytest.fixture
def client(out: Path) -> Iterator[Client]:
    """A panel that listens to a car on a virtual bus."""
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("panel_with_car.py")), str(port), str(out)]
    with started(command, os.environ | {"PYTHONPATH": str(ROOT)}, Client(port, 0)) as one:
        yield one


def heard(client: Client, query: str, more: str = "") -> bytes:
    """What a stream tells in the first moment; it is opened late, and the car goes on."""
    with attach(client, query=query, more=more) as stream:
        stream.settimeout(0.2)
        got = b""
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            try:
                got += stream.recv(65536)
            except TimeoutError:
                break
    return got


def test_the_stream_of_a_page_begins_where_the_page_ended(client: Client) -> None:
    """By the address at first, by the browser's own Last-Event-ID when it comes back; of no place it tells only what comes."""
    client.get("/monitor")
    client.post("/monitor", {"do": "start"})
    client.get("/monitor")
    place = re.search(r'data-place="([^"]+)"', client.page)
    assert place is not None
    shown = client.page.count("<time>")
    client.until("/monitor", 'data-state="open"')
    missed = client.page.count("<time>") - shown
    assert missed > 0
    for told in (heard(client, f"?since={place[1]}"), heard(client, "?since=x-1", f"Last-Event-ID: {place[1]}\r\n")):
        assert told.count(b"event: car") >= missed
        assert b'"to":"open"' in told
    assert b"event: again" in heard(client, "?since=00000000-1")
