"""What all tests share: a real Postgres, a simulated exchange, and hypothesis without a clock."""

import gc
import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings
from sqlalchemy import URL

from tests.postgres import Database, begin_run, cloned, end_run, running_server
from tests.simulator.exchange_process import Simulator, run_simulator

IS_CI = bool(os.environ.get("CI"))  # there a run repeats the examples of the last, elsewhere it looks for new ones
settings.register_profile("stillframe", deadline=None, database=None, derandomize=IS_CI)
settings.register_profile("many", deadline=None, database=None, derandomize=IS_CI)
settings.register_profile("deep", deadline=None, database=None)
settings.load_profile("stillframe")


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        begin_run()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests live until the end, so no collection of garbage need look at them, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        end_run()


@pytest.fixture(scope="session")
def postgres() -> URL:
    """The server of this run."""
    return running_server()


@pytest.fixture
def database(postgres: URL) -> Iterator[Database]:
    """An empty, migrated database of this test's own."""
    with cloned(postgres) as database:
        yield database


@pytest.fixture
def no_collection() -> Iterator[None]:
    """No garbage is collected. The finalizers of former tests would fail in the depth of a nested answer."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """One simulated exchange for the session, started when the first test asks for it."""
    with run_simulator() as running:
        yield running


@pytest.fixture
def simulator(simulator_process: Simulator) -> Iterator[Simulator]:
    """The demo account on a running simulator, without faults and with no calls counted."""
    simulator_process.reset()
    yield simulator_process
    simulator_process.reset()
