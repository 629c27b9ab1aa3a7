"""Shared by tests of the database: windows of History so small that a few rows need many."""

import pytest

from db.reads import history_windows


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_windows, "VERSIONS", 3)
    monkeypatch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 1)
