"""Connections: many accounts share a few, none is lost, and no statement takes for ever."""

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


def test_fifty_accounts_that_write_at_once_all_write_over_a_few_connections(database):
    writer: Any = writer_engine(database.settings)
    names = [f"a{n}" for n in range(ACCOUNTS)]
    known = write_accounts(writer, [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in names])
    together = threading.Barrier(ACCOUNTS)
    most = []

    def refresh(name):
        together.wait()
        for at in (0, 1, 1):  # the third is refused: an error gives its connection back as well
            told = {Source.ORDERS: Success((order(),)), Source.PRICES: Success((price(last=str(at)),))}
            try:
                write_refresh(writer, observation(known[name], later(at), told))
            except OlderRefresh:
                continue
            most.append(writer.pool.checkedout())

    with ThreadPoolExecutor(ACCOUNTS) as threads:
        list(threads.map(refresh, names))
    assert len(most) == 2 * ACCOUNTS
    assert max(most) <= 2 * database.settings.writer_pool_size
    assert writer.pool.checkedout() == 0
    with database.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM refresh")).scalar_one() == 2 * ACCOUNTS
    writer.dispose()


def test_a_statement_that_takes_too_long_is_ended_and_its_connection_used_again(database):
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


def test_who_writes_waits_for_a_connection_as_long_as_a_statement_may_take(database):
    """What was asked of an exchange is not thrown away because others are writing."""
    settings = replace(database.settings, pool_timeout=5, writer_statement_timeout=30)
    pool: Any = writer_engine(settings).pool
    assert pool.timeout() == 30


def test_short_questions_of_pages_start_no_workers_and_compile_nothing_on_any_postgres(database):
    with database.reader.connect() as connection:
        told = [
            connection.execute(text(f"SHOW {name}")).scalar() for name in ("max_parallel_workers_per_gather", "jit")
        ]
    assert told == ["0", "off"]
