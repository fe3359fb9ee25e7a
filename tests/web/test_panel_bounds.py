"""Who asks and never reads, or asks and never ends: what that takes of the panel has an end, and STOP gets through all the while."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from panel_cost import attach, play, pss_mb
from panel_server import Client, panel

from bench.web.bench_link import SCREENS_EACH
from bench.web.connections import UNREAD_S
from bench.web.server import CONNECTIONS_MAX

FLOOD = 3 * CONNECTIONS_MAX
OWN_FILES = 60
"""What the server has open beside connections: libraries, pipes, two listening sockets."""
PSS_MB = 60
"""Issue 6: what the serving process may use; a flood is no excuse."""
SLOW = b"POST /language HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"
BIG = b"GET /static/vendor/uPlot.iife.min.js HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"


def open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


@contextmanager
def flood(client: Client, request: bytes, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that send this and read nothing; each takes what the kernel lets it."""
    held = []
    try:
        for _ in range(count):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            one.settimeout(5)
            one.connect(("127.0.0.1", client.port))
            held.append(one)
            try:
                one.sendall(request)
            except OSError:  # it was put out already
                continue
        yield held
    finally:
        for one in held:
            one.close()


def until(holds: Callable[[], bool], otherwise: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, otherwise
        time.sleep(0.1)


def stop_gets_through(client: Client) -> bool:
    answer = Client(client.port, client.pid).post("/stop", {})
    return (answer.status, answer.headers["location"]) == (303, "/stopped")


def test_forms_that_never_end_are_bounded_in_number(tmp_path: Path) -> None:
    """Each has said that it sends 60 kB, and sends most of it: the oldest go, the newest is answered."""
    with panel(tmp_path / "runs") as client, flood(client, SLOW % client.port + b"x" * 50_000, FLOOD):
        assert stop_gets_through(client)
        assert open_files(client.pid) <= CONNECTIONS_MAX + OWN_FILES
        assert pss_mb(client.pid) < PSS_MB
        assert Client(client.port, client.pid).get("/").status == 200


def test_answers_that_nobody_reads_are_bounded_and_given_up(tmp_path: Path) -> None:
    """Forty files asked for on each connection at once, none read: bounded in number and memory, and gone after a while."""
    with panel(tmp_path / "runs") as client:
        before = open_files(client.pid)
        with flood(client, (BIG % client.port) * 40, FLOOD):
            assert stop_gets_through(client)
            assert open_files(client.pid) <= CONNECTIONS_MAX + OWN_FILES
            assert pss_mb(client.pid) < PSS_MB
            until(lambda: open_files(client.pid) <= before + 2, "unread answers were never given up", 3 * UNREAD_S + 10)
            assert stop_gets_through(client)


def test_a_slow_reader_gets_all_of_its_answer(tmp_path: Path) -> None:
    """Giving up is for who reads nothing: a few kB at a time come through whole."""
    with (
        panel(tmp_path / "runs") as client,
        flood(client, (BIG % client.port).replace(b"1.1\r\n", b"1.1\r\nConnection: close\r\n"), 1) as held,
    ):
        got = b""
        while block := held[0].recv(4096):
            got += block
            time.sleep(0.02)
    head, _, body = got.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert len(body) > 40_000


def test_one_session_that_opens_streams_and_reads_none_takes_no_other_screens_place(tmp_path: Path) -> None:
    """A hundred unread event streams while a test runs: its oldest ones go, memory stays, the test runs to its verdict."""
    with panel(tmp_path / "runs", speed=10) as client:
        client.get("/")
        greedy = Client(client.port, client.pid)
        greedy.get("/")
        before = open_files(client.pid)
        held = [attach(greedy, buffer=1) for _ in range(100)]
        try:
            until(lambda: open_files(client.pid) <= before + SCREENS_EACH + 4, "its streams were never ended", 20)
            run = play(client)
            assert b'"PASS"' in (tmp_path / "runs" / run / "verdict.json").read_bytes()
            assert pss_mb(client.pid) < PSS_MB
            with attach(client) as one:
                one.settimeout(5)
                assert one.recv(4096).startswith(b"HTTP/1.1 200")
        finally:
            for one in held:
                one.close()
