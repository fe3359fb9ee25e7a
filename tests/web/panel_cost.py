"""What the panel costs: `python tests/web/panel_cost.py` runs one test with three screens, and one with twenty and a hostile slow one.

Prints the serving process's share of one core and its PSS while the test is under way, and how late the rig's own loop was.
"""

import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2])]

from panel_server import Client, panel  # noqa: E402 (a script finds its neighbours first)

TICKS = 100.0
"""USER_HZ of Linux."""


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


class Watcher(threading.Thread):
    """One attached screen that reads its stream and counts the events."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self.events = 0
        self._socket = attach(client)
        self.start()

    def run(self) -> None:
        """Read until the end."""
        try:
            while block := self._socket.recv(65536):
                self.events += block.count(b"event: ")
        except OSError:
            return

    def close(self) -> None:
        """Leave."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def attach(client: Client, *, buffer: int | None = None, query: str = "", more: str = "") -> socket.socket:
    """Open an event stream by hand; a tiny buffer that nobody reads makes it a hostile one."""
    one = socket.socket()
    if buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    one.connect(("127.0.0.1", client.port))
    cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    one.sendall(f"GET /events{query} HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nCookie: {cookies}\r\n{more}\r\n".encode())
    return one


def browser_of(client: Client) -> Client:
    """Return a browser of its own, with a session of its own: one session has room for its own few streams only."""
    own = Client(client.port, client.pid)
    own.get("/run")
    return own


def play(client: Client) -> str:
    """Go through one test as its operator; return the run. The beat comes four times a second, as a browser's does."""
    over = threading.Event()

    def beat() -> None:
        connection = HTTPConnection("127.0.0.1", client.port, timeout=10)
        cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
        while not over.wait(0.25):
            connection.request("POST", "/beat", b"", {"x-csrf": client.csrf, "cookie": cookie})
            connection.getresponse().read()
        connection.close()

    client.get("/")
    client.post("/lock", {"profile": "qashqai-j11-rear-door"})
    client.post("/start", {})
    threading.Thread(target=beat, daemon=True).start()
    try:
        until = time.monotonic() + 180
        while time.monotonic() < until:
            client.get("/run/now")
            goto = re.search(r'data-goto="/verdict/([^"]+)"', client.page)
            if goto:
                return goto[1]
            action = re.search(r'<form method="post" action="(/run/\w+)"', client.page)
            if action:
                step = re.search(r'name="step" value="([^"]*)"', client.page)
                client.post(action[1], {"step": step[1] if step else "", "say": "0"})
            time.sleep(0.25)
    finally:
        over.set()
    raise AssertionError("the test did not end")


def measure(screens: int, *, hostile: int, speed: float = 1.0) -> dict[str, float | str]:
    """Run one whole test with so many screens attached."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "runs"
        with panel(out, speed=speed) as client:
            client.get("/")
            watchers = [Watcher(browser_of(client)) for _ in range(screens)]
            slow = [attach(browser_of(client), buffer=1) for _ in range(hostile)]
            cpu, began = cpu_s(client.pid), time.monotonic()
            run = play(client)
            wall = time.monotonic() - began
            share, pss = (cpu_s(client.pid) - cpu) / wall, pss_mb(client.pid)
            for watcher in watchers:
                watcher.close()
            for one in slow:
                one.close()
            verdict = re.search(rb'"verdict": ?"(\w+)"', (out / run / "verdict.json").read_bytes())
            record = (out / run / "observations.jsonl").read_bytes()
            shown = [w.events for w in watchers]
            return {
                "screens": screens, "least_shown": min(shown), "most_shown": max(shown), "hostile": hostile, "cpu_share": share,
                "pss_mb": pss, "events_per_s": statistics.median(shown) / wall, "wall_s": wall,
                "verdict": verdict[1].decode() if verdict else "?", "watchdog_stops": record.count(b'"reason":"watchdog"'),
            }  # fmt: skip


def first_page() -> tuple[float, float]:
    """Get the first page and all that it names, as a browser with an empty cache does; return kB and s."""
    with tempfile.TemporaryDirectory() as folder, panel(Path(folder) / "runs") as client:
        fresh = Client(client.port, client.pid)
        began, size = time.monotonic(), 0
        fresh.get("/")
        page = fresh.page
        for path in ["", *sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)))]:
            if path:
                fresh.get(path)
            size += len(fresh.page.encode())
        return size / 1000, time.monotonic() - began


def told(name: str, unit: str, values: list[float], limit: float) -> str:
    """One line: the median, the range, and what issue 6 wants."""
    return f"{name:44} {statistics.median(values):8.2f} {unit:4} ({min(values):.2f} ... {max(values):.2f})   wanted < {limit:g}"


def main(*, times: int) -> None:
    """Print the costs that issue 6 gives limits for, medians of several runs."""
    pages = [first_page() for _ in range(times)]
    print(told("first page and all that it loads", "kB", [kb for kb, _ in pages], 200))
    print(told("first page, until its last byte", "s", [s for _, s in pages], 1), flush=True)
    for screens, foes in ((3, 0), (20, 1)):
        found = [measure(screens, hostile=foes) for _ in range(times)]
        what = f"{screens} screens" + (", one of nobody's reading" if foes else "")
        print(told(f"{what}: serving process, of one core", "%", [100 * float(f["cpu_share"]) for f in found], 3))
        print(told(f"{what}: serving process, PSS", "MB", [float(f["pss_mb"]) for f in found], 60))
        rates = ", ".join(f"{float(f['events_per_s']):.1f}" for f in found)
        stops = sum(int(f["watchdog_stops"]) for f in found)
        verdicts = ", ".join(str(f["verdict"]) for f in found)
        print(f"{what}: events a second {rates}; late turns that stopped a run {stops}; verdicts {verdicts}", flush=True)


if __name__ == "__main__":
    main(times=1 if "--quick" in sys.argv else 3)
