"""The tables of the index, the same in SQLite on a rig and in the PostgreSQL of a chain of workshops.

Rows are only ever added: a run judged again gets another row in `verdicts`. So a rig needs no right but INSERT, and sending the
same twice changes nothing. `folders` and `sent` belong to a rig's own index.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Float, ForeignKeyConstraint, Index, Integer, MetaData, String, Table, Text

TABLES: Final = MetaData()
KEY: Final = String(32)
DIGEST: Final = String(64)

RUNS: Final = Table(
    "runs", TABLES, Column("key", KEY, primary_key=True), Column("run", Text, nullable=False), Column("station", Text, nullable=False),
    Column("utc", String(32)), Column("profile", Text, nullable=False), Column("rig", Text), Column("scope", Text, nullable=False),
    Column("symptom", Text), Column("job", Text), Column("vin", String(17)), Column("vin_hash", String(64)),
    Index("runs_by_utc", "utc"), Index("runs_by_vin", "vin"), Index("runs_by_vin_hash", "vin_hash"),
)  # fmt: skip

VERDICTS: Final = Table(
    "verdicts", TABLES, Column("key", KEY, primary_key=True), Column("digest", DIGEST, primary_key=True),
    Column("judged_utc", String(32), nullable=False), Column("verdict", String(16), nullable=False), Column("fault", Text),
    Column("group", Text, nullable=False), Column("probability", Float), Column("drive", String(8)),
    Column("abstained", Boolean, nullable=False), Column("version", Text, nullable=False),
    ForeignKeyConstraint(["key"], ["runs.key"], ondelete="CASCADE"),
)  # fmt: skip

MEASUREMENTS: Final = Table(
    "measurements", TABLES, Column("key", KEY, primary_key=True), Column("digest", DIGEST, primary_key=True),
    Column("place", Integer, primary_key=True), Column("step", Text, nullable=False), Column("name", Text, nullable=False),
    Column("value", Float, nullable=False), Column("unit", Text, nullable=False), Column("low", Float), Column("high", Float),
    Column("outcome", String(8), nullable=False),
    ForeignKeyConstraint(["key", "digest"], ["verdicts.key", "verdicts.digest"], ondelete="CASCADE"),
)  # fmt: skip

SHARED: Final = (RUNS, VERDICTS, MEASUREMENTS)
"""What is sent to a chain's database."""

OWN: Final = MetaData()

FOLDERS: Final = Table(
    "folders", OWN, Column("path", Text, primary_key=True), Column("key", KEY, nullable=False), Column("stamp", Text, nullable=False),
    Column("problem", Text),
)  # fmt: skip
"""Which folder was read in which state; `problem`: why it could not be."""

SENT: Final = Table(
    "sent", OWN, Column("target", String(64), primary_key=True), Column("key", KEY, primary_key=True),
    Column("digest", DIGEST, primary_key=True),
)  # fmt: skip
"""What a chain's database has confirmed: a rig that may only insert cannot look there."""
