"""Many rigs into one PostgreSQL: idempotent, after days offline, by rigs that may only insert, without VINs or passwords."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from history_samples import VIN, judged_again, run_folder
from postgres_server import Server, postgres_binaries, running_postgres
from sqlalchemy import text

from bench.app.history import HistoryPlace, forget, make_central, make_filter, open_history, sync
from bench.errors import PortError
from bench.model.history import FoundRun, RunFilter
from bench.store.index_database import database_at
from tests.command_runs import spawned

RIG_PASSWORD = "rig-secret-4711"  # noqa: S105 -- of a server that lives for one test


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with running_postgres(binaries) as running:
        yield running


@pytest.fixture
def central(server: Server, request: pytest.FixtureRequest) -> str:
    """A database of its own with the tables, and a role `rig` that may insert; the keeper's address."""
    name = f"t{abs(hash(request.node.name))}"
    run_sql(server.url(), f"CREATE DATABASE {name}", apart=True)
    run_sql(
        server.url(),
        f"DO $$ BEGIN CREATE ROLE rig LOGIN PASSWORD '{RIG_PASSWORD}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    url = server.url(name=name)
    make_central(url, "rig")
    return url


def run_sql(url: str, sql: str, *, apart: bool = False) -> None:
    engine = database_at(url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") if apart else engine.begin() as connection:
            connection.execute(text(sql))
    finally:
        engine.dispose()


def as_rig(central: str) -> str:
    return f"postgresql://rig:{RIG_PASSWORD}@{central.split('@')[1]}"


def send(root: Path, url: str, key: Path, *, with_vin: bool = False) -> int:
    return sync(HistoryPlace(runs=root, vin_key=key), url, with_vin=with_vin, progress=lambda sent, total: None)[0]


def central_runs(url: str, key: Path, wanted: RunFilter | None = None) -> list[FoundRun]:
    with open_history(HistoryPlace(url=url, vin_key=key)) as history:
        return history.search(wanted or RunFilter())


def test_two_rigs_send_into_one_history_and_twice_changes_nothing(central: str, tmp_path: Path) -> None:
    for name in ("rig-a", "rig-b"):
        for day in (1, 2, 3):
            run_folder(tmp_path / name, day if name == "rig-a" else day + 10, travel_ms=100.0 + day)
    key = tmp_path / "key"
    assert [send(tmp_path / name, as_rig(central), key) for name in ("rig-a", "rig-b")] == [3, 3]
    before = central_runs(central, key)
    assert len(before) == 6
    assert [send(tmp_path / name, as_rig(central), key) for name in ("rig-a", "rig-b")] == [0, 0]
    for name in ("rig-a", "rig-b"):  # a rig that lost its notes sends all again
        (tmp_path / name / ".history.sqlite").unlink()
        assert send(tmp_path / name, as_rig(central), key) == 3
    assert central_runs(central, key) == before


def test_after_days_offline_everything_arrives_with_its_latest_judgement(central: str, server: Server, tmp_path: Path) -> None:
    """While nobody answers each sync says what waits; then all of it goes, a run judged again in the meantime too."""
    root, key = tmp_path / "runs", tmp_path / "key"
    run_folder(root, 1)
    assert send(root, as_rig(central), key) == 1
    first = run_folder(root, 2, verdict="INCONCLUSIVE")
    nobody = as_rig(central).replace(f":{server.port}/", ":1/")
    with pytest.raises(PortError, match="wait and go with the next sync") as refused:
        send(root, nobody, key)
    assert RIG_PASSWORD not in str(refused.value)
    judged_again(first, verdict="FAIL", fault="gear_jam")
    run_folder(root, 3)
    assert send(root, as_rig(central), key) == 3, "both judgements of the one run, and the other run"
    assert [(one.run.run[-3:], one.verdict.verdict) for one in central_runs(central, key)] == [
        ("d03", "PASS"), ("d02", "FAIL"), ("d01", "PASS"),
    ]  # fmt: skip


@pytest.mark.parametrize("sql", ["SELECT * FROM runs", "UPDATE runs SET job = 'x'", "DELETE FROM runs", "DROP TABLE verdicts"])
def test_a_rig_may_only_insert(central: str, sql: str) -> None:
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        run_sql(as_rig(central), sql)


def test_a_vin_leaves_as_a_keyed_hash_and_is_found_and_forgotten_by_it(central: str, tmp_path: Path) -> None:
    root, key = tmp_path / "runs", tmp_path / "key"
    run_folder(root, 1, vin=VIN, job=f"RO 7 {VIN}")
    run_folder(root, 2)
    send(root, as_rig(central), key)
    (one,) = central_runs(central, key, make_filter(vin=VIN))
    assert one.run.vin is None
    assert one.run.vin_hash is not None
    assert VIN not in str(one)
    other = tmp_path / "other-key"
    assert central_runs(central, other, make_filter(vin=VIN)) == [], "another chain's key does not find it"
    assert "1 runs" in forget(HistoryPlace(url=central, vin_key=key), VIN)[0]
    assert central_runs(central, key, make_filter(vin=VIN)) == []
    assert len(central_runs(central, key)) == 2
    with pytest.raises(PortError, match="rig may only insert"):
        forget(HistoryPlace(url=as_rig(central), vin_key=key), VIN)


def test_with_vin_sends_it_as_it_is(central: str, tmp_path: Path) -> None:
    run_folder(tmp_path / "runs", 1, vin=VIN)
    send(tmp_path / "runs", as_rig(central), tmp_path / "key", with_vin=True)
    assert [one.run.vin for one in central_runs(central, tmp_path / "key", make_filter(vin=VIN))] == [VIN]


def test_a_vin_in_a_job_text_is_sent_to_nobody_and_forgotten_where_it_was(central: str, tmp_path: Path) -> None:
    """Without --with-vin it leaves as dashes, though the run itself names no car; with it, forgetting takes it out of the text."""
    root, key = tmp_path / "runs", tmp_path / "key"
    run_folder(root, 1, job=f"RO 7 {VIN}")
    send(root, as_rig(central), key)
    assert VIN not in str(central_runs(central, key))
    run_folder(root, 2, vin=VIN, job=f"car {VIN.lower()}")
    send(root, as_rig(central), key, with_vin=True)
    assert VIN.lower() in str(central_runs(central, key))
    forget(HistoryPlace(url=central, vin_key=key), VIN)
    assert VIN.lower() not in str(central_runs(central, key)).lower()


def test_no_password_is_ever_said(central: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither when all is well nor when the server refuses; not on the screen and not in a log."""
    run_folder(tmp_path / "runs", 1)
    caplog.set_level(logging.DEBUG)
    wrong = central.replace("keeper:", "keeper:wrong-secret")
    for url in (as_rig(central), wrong, central.replace("/t", "/no_such_t")):
        ran = spawned("history", "sync", url, "--runs", "runs", "--vin-key", "key", cwd=tmp_path)
        said = ran.out + ran.err
        assert "Traceback" not in said
        assert ran.code in (0, 5)
        assert not any(secret in said for secret in (RIG_PASSWORD, "wrong-secret", url.split(":")[2].split("@")[0]))
    assert RIG_PASSWORD not in caplog.text


@pytest.mark.parametrize(
    "argv",
    [
        ("history", "sync", "postgresql://rig:{}@127.0.0.1:port/db"),
        ("history", "postgresql://rig:{}@127.0.0.1/db"),
        ("history", "sync", "x", "postgresql://rig:{}@127.0.0.1/db"),
        ("history", "--db", "postgresql://rig:se/{}@127.0.0.1:1/db"),
        ("history", "--db", "postgresql://rig@127.0.0.1:1/db?password={}"),
        ("history", "--db", "mysql://rig:{}@h/db"),
        ("stats", "--since", "postgresql://rig:{}@h/db"),
    ],
    ids=str,
)
def test_a_password_at_a_wrong_place_is_not_said_either(argv: tuple[str, ...], tmp_path: Path) -> None:
    """A mistyped address, an address where a word belongs, a password among its options; with LOCKBENCH_DEBUG too."""
    run_folder(tmp_path / "runs", 1)
    ran = spawned(*(word.format(RIG_PASSWORD) for word in argv), cwd=tmp_path, env={"LOCKBENCH_DEBUG": "1"})
    assert ran.code in (2, 5)
    assert RIG_PASSWORD not in ran.out + ran.err
    assert "internal error" not in ran.err


def test_the_central_history_answers_the_same_questions(central: str, tmp_path: Path) -> None:
    """Search by fault and day, and statistics, as on a rig."""
    root, key = tmp_path / "runs", tmp_path / "key"
    for day in range(1, 5):
        run_folder(root, day, verdict="FAIL" if day == 3 else "PASS", fault="frozen" if day == 3 else None, travel_ms=100.0 + day)
    send(root, as_rig(central), key)
    assert len(central_runs(central, key, make_filter(fault="frozen"))) == 1
    assert len(central_runs(central, key, make_filter(since="2026-11-02", until="2026-11-03"))) == 2
    shutil.rmtree(root)
    ran = spawned("stats", "--db", central, "--json", cwd=tmp_path)
    assert ran.code == 0
    assert '"units":4,"passed":3' in ran.out
