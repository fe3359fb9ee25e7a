"""What every test may ask for."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.command_runs import RunShelf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # how long an example takes tells of the machine and of what runs beside it

collect_ignore = ["example_project"]
"""A project of its own: tests/plugin runs it as its owner would."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Port suites (tests/rig/ports) run on any rig, and against any far side of one."""
    parser.addoption("--rig", default="wiring/ci.toml", help="wiring file that the port suites open (default: no hardware)")
    parser.addoption(
        "--far-side", default="", metavar="MODULE:CALLABLE", help="what stands on the far side of a real rig's pins, for the port suites"
    )


def pytest_configure() -> None:
    """Take SIGINT and SIGHUP as a terminal would: a shell in the background hands the one down ignored, nohup the other."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a command keeps from one start to the next stays within this run, commands in their own process included."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> RunShelf:
    """Whole runs that many tests look at and nobody changes; workers share them."""
    base = tmp_path_factory.getbasetemp()
    return RunShelf((base.parent if hasattr(request.config, "workerinput") else base) / "shelf")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for the runs of one test."""
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def started_browser() -> "Iterator[tuple[Browser, asyncio.AbstractEventLoop]]":
    """Start one browser for all tests of a worker: that takes longer than most pages take to be looked at."""
    from browser import chromium  # of tests/web; only who asks for it needs it

    with chromium() as one:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield one, loop
        asyncio._set_running_loop(loop)  # for its end


@pytest.fixture
def browser(started_browser: "tuple[Browser, asyncio.AbstractEventLoop]") -> "Iterator[Browser]":
    """Lend it to a test, which opens a context of its own, with its own cookies and storage.

    Playwright leaves its loop marked as running, and a test after this one may have a loop of its own.
    """
    one, loop = started_browser
    asyncio._set_running_loop(loop)
    try:
        yield one
        for context in one.contexts:  # what a test left open
            context.close()
    finally:
        asyncio._set_running_loop(None)
