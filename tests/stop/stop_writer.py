"""The program at the terminal, as `lockbench test` runs it on a real rig, over the pin process in shared memory."""

import contextlib
import fcntl
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

from stop_memory import Memory, Slot

from bench.app.bench_session import BenchOrder, BenchSession, Given
from bench.app.panel_orders import BeatOrder, StartOrder
from bench.app.session_ends import kept_of
from bench.cli.bench_dialogue import Terminal, run_at_terminal
from bench.cli.main import say
from bench.errors import BenchError, PortError
from bench.model.observations import Observation
from bench.model.verdict import Verdict
from bench.ports.sink import Sink
from bench.store.folder import RunFolder

PROFILE = "qashqai-j11-rear-door"
FOLDER = Path(__file__).parent


class FatefulSink:
    """The folder's own sink, until the disk hangs or the program breaks; notes when the disk, which the world fills, first refused."""

    def __init__(self, memory: Memory, sink: Sink) -> None:
        self._m, self._sink = memory, sink

    def __call__(self, line: Observation) -> None:
        m = self._m
        if m[Slot.WRITER_RAISES]:
            raise RuntimeError("the writer broke")
        if m[Slot.DISK_STALLS]:
            ms, m[Slot.DISK_STALLS] = m[Slot.DISK_STALLS], 0
            time.sleep(ms / 1000)
        try:
            self._sink(line)
        except PortError:
            m[Slot.REFUSED_NS] = m[Slot.REFUSED_NS] or time.monotonic_ns()
            raise

    def step_end(self) -> None:
        self._sink.step_end()


def order_for(memory_path: Path, out: Path, memory: Memory, *, who: str = "plant") -> BenchOrder:
    """Return the order of a session whose pin process works on this memory."""
    return BenchOrder(
        rig="sim", out=out, hands="plant" if who == "plant" else "person",
        command=(sys.executable, str(FOLDER / "stop_pins.py"), str(memory_path), who),
        sink=lambda folder: FatefulSink(memory, RunFolder.sink(folder)),
    )  # fmt: skip


def main(argv: list[str], order: Callable[[Path, Path, Memory], BenchOrder] = order_for) -> int:
    """Run one test; the exit code is that of `lockbench test`. `order`: what its session is opened with."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # this terminal is ours, so that its closing is a hang-up
    path, out, pid_file = Path(argv[0]), Path(argv[1]), Path(argv[2])
    memory = Memory(path)
    began, gave, looked = BenchSession.start, BenchSession.give, Terminal._look

    def start(self: BenchSession, start: StartOrder) -> str:
        run = began(self, start)
        pid_file.write_text(f"{self.pin_pid} {run}")
        return run

    def give(self: BenchSession, order: Given) -> bool:
        if isinstance(order, BeatOrder):
            memory[Slot.SHOWN_NS] = time.monotonic_ns()  # no later than it goes out
        return gave(self, order)

    def look(self: Terminal) -> None:
        while memory[Slot.UI_DEAD]:  # the loop that shows the screen hangs
            time.sleep(0.01)
        looked(self)

    setattr(BenchSession, "start", start)  # noqa: B010
    setattr(BenchSession, "give", give)  # noqa: B010
    setattr(Terminal, "_look", look)  # noqa: B010
    try:
        kept = kept_of(run_at_terminal(order(path, out, memory), StartOrder(profile=PROFILE), say=say))
    except BenchError as exc:
        with contextlib.suppress(OSError):
            say(f"lockbench: {exc}")
        return exc.exit_code
    return Verdict[kept.judgement.document.verdict].exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
