"""Connections of the refresher: no piece of work asks for a second one while it holds one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from db.engine import writer_engine
from db.leases import Leases, shard_of
from db.stopping import Stop
from refresher.configuration.candle_shape import CandlesShape
from refresher.jobs.alerts import AlertsJob
from refresher.jobs.candles import CandlesJob
from refresher.jobs.history import HistoryJob
from refresher.jobs.housekeeping import HousekeepingJob
from refresher.jobs.refresh import RefreshJob
from refresher.present.accounts import open_accounts, open_readers
from refresher.process.database_watch import DatabaseWatch
from tests.postgres import Database
from tests.refresher.conftest import settings_for
from tests.refresher.past_exchange import Past, exchange_with_past

pytestmark = pytest.mark.usefixtures("unpaced")


@pytest.fixture
def past() -> Iterator[Past]:
    with exchange_with_past() as past:
        yield past


def test_every_job_does_with_one_connection_at_a_time(database: Database, past: Past) -> None:
    """With fifty accounts on a few connections, holding one and waiting for another would be waiting for ever."""
    narrow = writer_engine(replace(database.settings, writer_statement_timeout=5), pool_size=1)
    pool: Any = narrow.pool
    settings, watch, stop = settings_for(past.server.url, "main"), DatabaseWatch(), Stop()
    leases = Leases(database.writer)
    (served,) = open_accounts(settings, open_readers(settings), narrow, leases, stop)
    leases.beat()
    leases.take({shard_of(served.account.id)}, 1)
    assert served.reader.history is not None
    jobs = (
        RefreshJob(served, watch),
        HistoryJob(served, served.reader.history, narrow, watch, stop, served.scope),
        HousekeepingJob(narrow, watch),
        CandlesJob([served], narrow, watch, stop, CandlesShape().spans()),
        AlertsJob([served], narrow, watch, settings.alerts),
    )
    for job in jobs:
        result = job.run()
        assert result is not None
        assert result.succeeded, result.detail
        assert pool.checkedout() == 0
    leases.leave()
    narrow.dispose()
