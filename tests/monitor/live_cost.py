"""What a live frame costs: the real loop over a socket pair that carries the kernel's structures, in real time.

    python -m tests.monitor.live_cost [--rate 4000] [--seconds 10] [--record]

A second process sends at the rate of a full 500 kbit/s bus (40 ids, half of them with counters); this one runs the monitor as the
command does. Printed: CPU a frame delivered, the same less the cost of an idle loop, frames lost, and start-up until it listens.
"""

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.model.monitor_events import MonitorSummary

SENDER: Final = """
import socket, struct, sys, time
node = socket.socket(fileno=int(sys.argv[1])); rate, seconds = float(sys.argv[2]), float(sys.argv[3])
ids = [0x60D] + [0x100 + 7 * n for n in range(39)]
def payload(n):
    turn = n // 40
    return bytes(8) if n % 40 == 0 or n % 2 else bytes([0, 1, 2, 3, 4, 5, turn & 255, turn * 7 & 255])
frames = [struct.pack("=IB3x8s", ids[n % 40], 8, payload(n)) for n in range(40 * 256)]
began = time.monotonic(); sent = 0
while (now := time.monotonic() - began) < seconds:
    while sent < now * rate:
        node.send(frames[sent % len(frames)]); sent += 1
    time.sleep(0.002)
print(sent, flush=True)
"""


LEFT_S: Final = 3
"""Seconds that the monitor listens after the sender's span: a loaded machine may need two before the sender begins."""


class Nobody:
    """An audience that looks away, so that only the monitor itself is measured; it keeps the counts."""

    def __init__(self) -> None:
        self.frames = 0

    def tell(self, event: object) -> None:
        """Nothing is shown."""

    def wants_look(self, _now_ns: int) -> bool:
        """No view."""
        return False

    def look(self, view: object) -> None:
        """No view."""

    def end(self, summary: MonitorSummary) -> None:
        """Keep how many frames came."""
        self.frames = summary.frames


def measure(rate: float, seconds: float, *, record: bool) -> tuple[float, int, int]:
    """Return CPU seconds of the monitor, frames sent, frames heard."""
    from bench.app.monitor import MonitorRequest, run_monitor
    from bench.ports.rig import Clock
    from bench.rig.can_listen import LONG_TURN_NS, Adapter, Listening
    from bench.rig.can_raw import RawCanReader

    node, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def opened(_adapter: Adapter, clock: Clock) -> Listening:
        return Listening(reader=RawCanReader(far, "can0", clock), bitrate=500_000, notice="a socket pair", turn_ns=LONG_TURN_NS)

    with tempfile.TemporaryDirectory() as folder:
        request = MonitorRequest(
            adapter=Adapter(interface="virtual", channel=f"cost{rate:g}"),
            seconds=seconds + LEFT_S,
            log=Path(folder) / "x.log" if record else None,
        )
        words = [sys.executable, "-c", SENDER, str(node.fileno()), str(rate), str(seconds)]
        audience = Nobody()
        with subprocess.Popen(words, pass_fds=[node.fileno()], stdout=subprocess.PIPE, text=True) as sender:
            began = time.process_time()
            run_monitor(request, audience, opener=opened)
            cpu_s = time.process_time() - began
            sent = int(sender.communicate()[0])
    node.close()
    return cpu_s, sent, audience.frames


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=4000.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--record", action="store_true")
    chosen = parser.parse_args()
    idle_s, _, _ = measure(0.0, chosen.seconds, record=chosen.record)
    cpu_s, sent, heard = measure(chosen.rate, chosen.seconds, record=chosen.record)
    all_us, more_us, span_s = cpu_s / heard * 1e6, (cpu_s - idle_s) / heard * 1e6, chosen.seconds + LEFT_S
    print(f"{heard} of {sent} frames heard; {all_us:.2f} us of CPU a frame, {more_us:.2f} us less the idle loop")
    print(f"idle loop: {idle_s / span_s:.2%} of a core; at {chosen.rate:g} frames/s {cpu_s / span_s:.1%}")


if __name__ == "__main__":
    main()
