"""The present moment of the jobs follows the clock that tests move."""

from datetime import timedelta

import pytest

from exchanges.connection.clock import Clock
from refresher.past.pages import PastPages
from refresher.process.clock import utc_now
from tests.factories import NOON, account


def test_moving_the_clock_moves_the_moment_of_jobs_that_were_imported_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "moment", lambda _: NOON + timedelta(days=30))
    assert utc_now() == NOON + timedelta(days=30)
    pages = PastPages(account(), None, None)  # type: ignore[arg-type]
    assert pages.now() == NOON + timedelta(days=30)
