"""Fixtures: one simulated exchange for the whole session, in its usual state before each test."""

from collections.abc import Iterator

import pytest

from tests.exchanges.simulator_process import Simulator, run_simulator


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[Simulator]:
    """The process, started when the first test asks for it."""
    with run_simulator() as running:
        yield running


@pytest.fixture
def simulator(simulator_process: Simulator) -> Iterator[Simulator]:
    """The demo account on a running simulator, without faults and with no calls counted."""
    simulator_process.reset()
    yield simulator_process
    simulator_process.reset()
