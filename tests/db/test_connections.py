"""Connections: many accounts share a few, none leaks, and statements time out."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import writer_engine
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import OlderRefresh, write_refresh
from domain.sources import Source, Success
from tests.factories import ASKED, later, observation, order, price

ACCOUNTS = 50


def test_fifty_concurrent_writers_share_a_few_connections(database):
    writer: Any = writer_engine(database.settings)
    names = [f"a{n}" for n in range(ACCOUNTS)]
    accounts = write_accounts(writer, [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in names])
    together = threading.Barrier(ACCOUNTS)
    checked_out = []

    def refresh(name):
        together.wait()
        for at in (0, 1, 1):  # the third is refused, and an error must return its connection too
            results = {Source.ORDERS: Success((order(),)), Source.PRICES: Success((price(last=str(at)),))}
            try:
                write_refresh(writer, observation(accounts[name], later(at), results))
            except OlderRefresh:
                continue
            checked_out.append(writer.pool.checkedout())

    with ThreadPoolExecutor(ACCOUNTS) as threads:
        list(threads.map(refresh, names))
    assert len(checked_out) == 2 * ACCOUNTS
    assert max(checked_out) <= database.settings.writer_pool_size
    assert writer.pool.checkedout() == 0
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM refresh")).scalar_one() == 2 * ACCOUNTS
    writer.dispose()


def test_a_timed_out_statement_returns_its_connection(database):
    writer: Any = writer_engine(replace(database.settings, writer_statement_timeout=1, writer_pool_size=1))
    for _ in range(3):
        with writer.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = '50ms'"))
            with pytest.raises(DBAPIError, match="statement timeout"):
                connection.execute(text("SELECT pg_sleep(600)"))
    with writer.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "1s"
    assert writer.pool.checkedout() == 0
    writer.dispose()


def test_the_writer_waits_for_a_connection_as_long_as_a_statement_may_run(database):
    """Fetched data must not be lost because all connections are busy."""
    settings = replace(database.settings, pool_timeout=5, writer_statement_timeout=30)
    pool: Any = writer_engine(settings).pool
    assert pool.timeout() == 30


def test_the_reader_uses_neither_parallel_workers_nor_jit(database):
    with database.reader.connect() as connection:
        values = [
            connection.execute(text(f"SHOW {name}")).scalar() for name in ("max_parallel_workers_per_gather", "jit")
        ]
    assert values == ["0", "off"]
