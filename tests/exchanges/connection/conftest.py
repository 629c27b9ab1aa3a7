"""An exchange on a local port, and pauses short enough for tests."""

from collections.abc import Iterator

import pytest

from exchanges.connection import retries as retries_module
from tests.exchanges.payload_server import PayloadServer, serving


@pytest.fixture
def server() -> Iterator[PayloadServer]:
    with serving() as payloads:
        yield payloads


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(retries_module, "RATE_LIMIT_PAUSE", 0.05)
