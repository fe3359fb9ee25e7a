"""A real wiring file before a real pin process, which opens a simulated rig in its place."""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec
from rings_person import Worker

from bench.app.bench_session import BenchOrder, Ended
from bench.store.doctor_state import DoctorState, Stage, doctor_path, write_doctor_state
from bench.store.ledger import boottime_ns, ledger_path, read_boot_id

ROOT = Path(__file__).parents[2]


class Place:
    """A real wiring file under a name of its own, and what belongs to that name."""

    def __init__(self, folder: Path) -> None:
        self.name = f"gate-{uuid.uuid4().hex[:12]}"
        self.path = folder / f"{self.name}.toml"
        self.path.write_text((ROOT / "wiring" / "rpi-bench.toml").read_text().replace('name = "rpi-bench"', f'name = "{self.name}"'))
        self.opened, self.out = folder / "opened", folder / "runs"
        self.ledger = ledger_path(self.name)
        self.count(0)

    def count(self, actuations: int) -> None:
        """Leave so many actuations, the last one just now: a ledger that is missing would ask for a rest of 60 s first."""
        state = {"boot": read_boot_id(), "count": actuations, "last_ns": boottime_ns()}
        self.ledger.write_bytes(msgspec.json.encode(state))

    def passed(self, *stages: Stage) -> None:
        """Let doctor's stages have passed for the file as it is."""
        digest = sha256(self.path.read_bytes()).hexdigest()
        write_doctor_state(doctor_path(self.name), DoctorState(wiring_sha256=digest, utc="2026-11-25T10:00:00Z", stages=stages))

    def command(self, meddles: str = "", sim: str = "sim") -> tuple[str, ...]:
        """Return the pin process; `sim`: the simulated rig that it opens in the real one's place."""
        return (sys.executable, str(ROOT / "tests" / "rings" / "gate_pins.py"), str(self.opened), meddles, sim)

    def worker(self, *, without_doctor: str | None = None, meddles: str = "") -> Worker:
        """Return somebody who starts tests here."""
        return Worker(BenchOrder(rig=str(self.path), out=self.out, command=self.command(meddles), without_doctor=without_doctor))

    def tried(self, *, without_doctor: str | None = None, meddles: str = "") -> Ended:
        """Start one test and see it through."""
        worker = self.worker(without_doctor=without_doctor, meddles=meddles)
        try:
            return worker.play()
        finally:
            worker.session.close()

    @property
    def was_opened(self) -> bool:
        """Did the pin process open the rig?"""
        return self.opened.exists()


@contextmanager
def placed(folder: Path) -> Iterator[Place]:
    """A place of its own, and no file of it left beside the machine's others."""
    made = Place(folder)
    try:
        yield made
    finally:
        for file in (made.ledger, made.ledger.with_name(made.ledger.name + ".lock")):
            file.unlink(missing_ok=True)
