"""One run's folder while it is made: every line is kept and remembered, then judged, and verdict and report are added."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.analysis.judge import Judgement
from bench.analysis.session import Session
from bench.app.judging import judge_record
from bench.app.reporting import page_of
from bench.app.rigs import RigChoice
from bench.config import load_families, load_profile, profile_text, shipped
from bench.errors import BenchError
from bench.model.language import ENGLISH, Language
from bench.model.observations import Observation, time_of
from bench.model.profile import Profile
from bench.model.record import RunRecord
from bench.ports.sink import Sink
from bench.store.folder import RunFolder, kept_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a run leaves: the judgement and where its folder lies."""

    judgement: Judgement
    record: RunRecord
    folder: Path


def new_folder(out: Path, choice: RigChoice, profile_ref: str, now: datetime) -> RunFolder:
    """Make a run's folder with the configuration as used; raises PortError where the disk refuses."""
    profile = load_profile(profile_ref)
    folder = RunFolder.create(out, utc=now, suffix=secrets.token_hex(2))
    folder.keep_config(kept_name(f"{profile.id}.toml"), profile_text(profile_ref))
    if choice.path is not None:
        folder.keep_config(kept_name(choice.path.name), choice.path.read_bytes())
    for family in load_families(profile):
        folder.keep_config(family.dbc, shipped(f"dbc/{family.dbc}").read_bytes())
    return folder


class Recording:
    """A run that is being written. What is judged is what was written, and nothing else."""

    def __init__(
        self,
        folder: RunFolder,
        profile: Profile,
        reference: RunRecord | None,
        sink: Callable[[RunFolder], Sink],
        language: Language = ENGLISH,
    ) -> None:
        self.folder, self._profile, self._reference, self._language = folder, profile, reference, language
        self._sink = sink(folder)
        self._session = Session(folder.run_id)
        self.lines = 0
        self.last_ns = 0
        self.failure: BenchError | None = None

    def take(self, line: Observation) -> None:
        """Keep one line; raises PortError where the disk refuses, and takes no more after that."""
        if self.failure is not None:
            return
        try:
            self._sink(line)
        except BenchError as exc:
            self.failure = exc
            raise
        self._session.feed(line)
        self.lines += 1
        self.last_ns = max(self.last_ns, time_of(line))

    def make_durable(self) -> None:
        """Force what was written to the disk; raises PortError."""
        self._sink.step_end()

    def record(self) -> RunRecord:
        """Return the run as seen so far; raises RecordError before its first line."""
        return self._session.record()

    def conclude(self) -> Kept:
        """Close the record, judge it, add verdict and report; raises PortError where the record could not be kept."""
        try:
            self.folder.sink().close()
        except BenchError as exc:
            self.failure = self.failure or exc
        if self.failure is not None:
            raise self.failure
        record = self._session.record()
        judgement = judge_record(record, self._profile, self._reference)
        self.folder.write_verdict(judgement.document)
        self.folder.write_text("report.html", page_of(judgement, record, self._profile, self._reference, self._language))
        return Kept(judgement=judgement, record=record, folder=self.folder.path)
