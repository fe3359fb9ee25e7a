"""Many recordings on several worker processes: answers come in the order of the files, and no death of a worker loses one."""

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, NamedTuple

from bench.app.analyze_file import analyze_file
from bench.errors import BenchError
from bench.model.analysis_document import FileAnalysis, FileError
from bench.model.family import Family
from bench.model.signal_field import SignalField
from bench.model.text import readable

_MOST_DEATHS: Final = 3
"""A file whose worker died so often is given up: it is probably the file that kills them (out of memory)."""

Answer = FileAnalysis | FileError


class Step(NamedTuple):
    """How far it is: files and bytes done of all, elapsed seconds, and the answer whose turn has come, if one has."""

    done: int
    files: int
    done_bytes: int
    all_bytes: int
    elapsed_s: float
    answer: Answer | None

    @property
    def left_s(self) -> float | None:
        """Seconds that the rest will take at the pace so far; None before anything is done."""
        return self.elapsed_s * (self.all_bytes - self.done_bytes) / self.done_bytes if self.done_bytes else None


Watch = Callable[[Step], None]


class Reading(NamedTuple):
    """How each file is read: for which families, whether quickly, and for which signals (`analyze_file`)."""

    families: tuple[Family, ...]
    is_quick: bool = False
    fields: tuple[SignalField, ...] = ()


Source = Callable[[Sequence[tuple[int, Path]], Reading], Iterator[tuple[int, Answer]]]
"""Who reads the numbered files; yields answers as they come."""


def _is_single() -> bool:
    """Whether this process has one thread, libraries' own among them, and so may fork: a worker then need not import all again."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False


class _Worker:
    """A process and the file that it reads, if any."""

    def __init__(self, reading: Reading, others: "Sequence[_Worker]") -> None:
        may_fork = _is_single()
        context = multiprocessing.get_context("fork") if may_fork else multiprocessing.get_context("spawn")
        self.pipe, far_end = context.Pipe()
        copied_ends = [self.pipe, *(w.pipe for w in others)] if may_fork else []
        self.process: BaseProcess = context.Process(target=_work, args=(far_end, reading, copied_ends), daemon=True)
        self.process.start()
        far_end.close()  # so that the pipe ends when the process does
        self.number: int | None = None

    def give(self, number: int, path: Path) -> None:
        """Let it read a file."""
        self.number = number
        try:
            self.pipe.send(path)
        except OSError:
            return  # it is dead: the pipe's end will say so

    def answer(self) -> Answer | None:
        """Return what it found; None where it died instead."""
        try:
            found: Answer = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return found

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def answers(given: Sequence[Path | FileError], reading: Reading, *, source: Source, watch: Watch) -> Iterator[Answer]:
    """Yield one answer for each file, in their order; `watch` is called after each file that is done and each answer that is due."""
    sizes = [_size(g) for g in given]
    started = time.monotonic()
    ready: dict[int, Answer] = {n: g for n, g in enumerate(given) if isinstance(g, FileError)}
    tasks = [(n, g) for n, g in enumerate(given) if isinstance(g, Path)]
    due = done = done_bytes = 0
    all_bytes = sum(sizes)
    found = source(tasks, reading)
    while due < len(given):
        if due not in ready:
            number, answer = next(found)
            ready[number] = answer
            done, done_bytes = done + 1, done_bytes + sizes[number]
            watch(Step(done, len(tasks), done_bytes, all_bytes, time.monotonic() - started, None))
        while due in ready:
            answer = ready.pop(due)
            watch(Step(done, len(tasks), done_bytes, all_bytes, time.monotonic() - started, answer))
            yield answer
            due += 1


def _size(given: Path | FileError) -> int:
    try:
        return given.stat().st_size if isinstance(given, Path) else 0
    except OSError:
        return 0


def read_one(path: Path, reading: Reading) -> Answer:
    """Return what a file shows, or why it cannot be read."""
    try:
        return analyze_file(path, reading.families, is_quick=reading.is_quick, fields=reading.fields)
    except BenchError as exc:
        return FileError(path=readable(str(path)), error=readable(str(exc)))


def processes(jobs: int) -> Source:
    """Return a source of so many worker processes; with one job, or one file, this process reads."""

    def read(tasks: Sequence[tuple[int, Path]], reading: Reading) -> Iterator[tuple[int, Answer]]:
        if min(jobs, len(tasks)) > 1:
            yield from _shared(tasks, reading, min(jobs, len(tasks)))
            return
        for number, path in tasks:
            yield number, read_one(path, reading)

    return read


def _shared(tasks: Sequence[tuple[int, Path]], reading: Reading, jobs: int) -> Iterator[tuple[int, Answer]]:
    """Yield answers as they come; a worker that dies is replaced, and its file read again."""
    paths, waiting = dict(tasks), deque(number for number, _ in tasks)
    deaths = dict.fromkeys(paths, 0)
    workers: list[_Worker] = []
    try:
        for _ in range(jobs):
            workers.append(_Worker(reading, workers))
        open_files = len(tasks)
        while open_files:
            for worker in workers:
                if worker.number is None and waiting:
                    number = waiting.popleft()
                    worker.give(number, paths[number])
            busy: dict[Connection[Path, Answer], _Worker] = {w.pipe: w for w in workers if w.number is not None}
            for pipe in wait(list(busy)):
                worker = next(w for p, w in busy.items() if p is pipe)
                number, answer = worker.number or 0, worker.answer()
                worker.number = None
                if answer is None:
                    deaths[number] += 1
                    answer = _given_up(worker, paths[number]) if deaths[number] >= _MOST_DEATHS else None
                    worker.end()
                    workers.remove(worker)
                    workers.append(_Worker(reading, workers))
                if answer is None:
                    waiting.appendleft(number)
                    continue
                open_files -= 1
                yield number, answer
    finally:
        for worker in workers:
            worker.end()


def _given_up(worker: _Worker, path: Path) -> FileError:
    worker.process.join(1.0)
    code = worker.process.exitcode
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
    shown = readable(str(path))
    return FileError(path=shown, error=f"{shown}: its worker {how} {_MOST_DEATHS} times; perhaps memory is short: try --jobs 1")


def _work(pipe: "Connection[Answer, Path]", reading: Reading, copied_ends: "Sequence[Connection[Path, Answer]]") -> None:
    """The worker: one path in, one answer out, until the pipe ends; the other ends that a fork copied would keep pipes from ending."""
    for copied in copied_ends:
        copied.close()
    try:
        while True:
            pipe.send(read_one(pipe.recv(), reading))
    except (EOFError, OSError, KeyboardInterrupt):
        return
