"""An exchange for readers of unified accounts. A failed request is repeated after a short pause."""

from collections.abc import Iterator

import pytest

from exchanges.connection import retries as retries_module
from tests.exchanges.payload_server import PayloadServer, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PayloadServer]:
    monkeypatch.setattr(retries_module, "FIRST_PAUSE", 0.01)
    with serving() as payloads:
        yield payloads
