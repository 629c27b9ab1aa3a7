"""The number of ended orders of any period and moment equals the number of rows that the list shows."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db.reads import ended_counts
from db.reads.ended_counts import EndingCounts, read_ending_counts
from db.reads.ended_orders import read_gone_orders
from db.reads.history_filter import HistoryFilter
from db.reads.order_history import read_order_history
from db.upgrade import MIGRATIONS
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.ended_sums import recount_account
from db.writes.refresh import write_refresh
from domain.endings import Ending
from domain.sources import Source, Success
from tests.db.ended_histories import MINUTE, filters_of, write_ended_history
from tests.factories import ASKED, later, observation, order

_SUMS = """
SELECT *
FROM ended_sum
WHERE filled + cancelled + expired + rejected + triggered + placed + gone <> 0
ORDER BY 1, 2, 3, 4
"""
# Versions and outcomes alone tell how each order stood at a moment.
_PLAIN = """
SELECT coalesce(known.ending, 'gone')
FROM order_version AS ended
LEFT JOIN order_outcome AS known
  ON known.account_id = :id AND (known.source, known.key) = (ended.source, ended.key) AND known.gone_at = ended.valid_to
WHERE ended.account_id = :id AND ended.valid_to <= :as_of
  AND coalesce(known.ended_at, ended.valid_to) <= CAST(:as_of AS timestamptz) + interval '1 day'
  AND NOT EXISTS (
      SELECT FROM order_version AS other
      WHERE other.account_id = :id AND other.key = ended.key AND other.valid_from <= :as_of
        AND CASE WHEN other.source = ended.source THEN other.valid_from >= ended.valid_to
                 ELSE other.valid_to > ended.valid_to AND other.symbol = ended.symbol
                      AND other.exchange_symbol = ended.exchange_symbol END
  )
"""
_PLAIN_GONE = """
SELECT valid_to, source, key
FROM order_version AS ended
WHERE account_id = :id AND valid_to > :since AND valid_to <> 'infinity'
  AND NOT EXISTS (SELECT FROM order_outcome AS known WHERE account_id = :id AND known.source = ended.source
                  AND known.key = ended.key AND gone_at = ended.valid_to)
  AND NOT EXISTS (SELECT FROM order_version AS later WHERE account_id = :id AND later.source = ended.source
                  AND later.key = ended.key AND later.valid_from >= ended.valid_to)
  AND NOT EXISTS (SELECT FROM returned_order AS returned WHERE account_id = :id AND returned.source = ended.source
                  AND returned.key = ended.key AND left_at = ended.valid_to)
ORDER BY valid_to DESC, source, key
"""
_RETURNED = "SELECT * FROM returned_order ORDER BY 1, 2, 3, 4"


def stored(database):
    """The sums without their bounds, which are only ever widened, and the orders that came back."""
    with database.owner.connect() as connection:
        sums = [(row[:4], row[6:]) for row in connection.execute(text(_SUMS))]
        return sums, connection.execute(text(_RETURNED)).all()


def assert_counts_equal_rows(database, random, history):
    moments = [at + shift for at in history.moments for shift in (-MINUTE / 60, 0 * MINUTE, 31 * MINUTE)]
    with database.reader.connect() as connection:
        for filters in filters_of(random, history):
            shown = [(account, random.choice(moments)) for account in history.accounts]
            every = read_order_history(connection, shown, HistoryFilter(), 10_000).rows
            plain = [
                ending
                for account, as_of in shown
                for ending in connection.execute(text(_PLAIN), {"id": account.id, "as_of": as_of}).scalars()
            ]
            assert Counter(row.ended.outcome.ending for row in every) == Counter(map(Ending, plain)), shown
            rows = read_order_history(connection, shown, filters, 10_000).rows
            expected = EndingCounts(Counter(row.ended.outcome.ending for row in rows))
            assert read_ending_counts(connection, shown, filters) == expected, (filters, shown)


def assert_gone_orders_equal_a_plain_read(database, random, history):
    """Page after page, as the refresher reads those that nothing explains."""
    since = random.choice([at + shift for at in history.moments for shift in (-MINUTE, 0 * MINUTE, -31 * MINUTE)])
    size = random.choice([1, 2, 50])
    with database.writer.connect() as connection:
        for account in history.accounts:
            plain = connection.execute(text(_PLAIN_GONE), {"id": account.id, "since": since}).all()
            for skip in range(0, len(plain) + 2, size):
                page = read_gone_orders(connection, account, since, size, skip)
                expected = plain[skip : skip + size]
                assert [(gone.gone_at, gone.order.source, gone.order.key) for gone in page] == expected


def assert_sums_equal_a_recount(database, accounts):
    written = stored(database)
    for account in accounts:
        with database.writer.begin() as connection:
            recount_account(connection, account.id)
    assert stored(database) == written


@pytest.mark.parametrize("seed", [18, 30, 32])
def test_counts_equal_the_rows_of_a_random_history(database, seed):
    """The model is the list, which reads each order. The slow test tries more of them."""
    random = Random(seed)
    history = write_ended_history(database, random, 8)
    for _ in range(3):
        assert_counts_equal_rows(database, random, history)
        assert_gone_orders_equal_a_plain_read(database, random, history)
    assert_sums_equal_a_recount(database, history.accounts)


@pytest.mark.slow
@given(st.integers(0, 2**32), st.integers(1, 14))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_counts_equal_the_rows_of_any_history(database, seed, refreshes):
    random = Random(seed)
    history = write_ended_history(database, random, refreshes)
    for _ in range(4):
        assert_counts_equal_rows(database, random, history)
        assert_gone_orders_equal_a_plain_read(database, random, history)
    assert_sums_equal_a_recount(database, history.accounts)


def test_the_migration_counts_what_writers_count(database):
    for seed in (5, 23):
        write_ended_history(database, Random(seed), 8)
    written = stored(database)
    assert all(written)
    migration = ScriptDirectory(str(MIGRATIONS)).get_revision("0031").module
    with database.owner.begin() as connection:
        connection.execute(text("TRUNCATE ended_sum, returned_order"))
        for statement in migration.STATEMENTS:
            connection.execute(text(statement))
    assert stored(database) == written


def test_with_a_filter_that_sums_do_not_know_the_newest_orders_count(database, monkeypatch):
    monkeypatch.setattr(ended_counts, "EXAMINED", 0)
    monkeypatch.setattr(ended_counts, "EXAMINED_OF_ACCOUNT", 2)
    account = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")])["main"]
    orders = [replace(order(f"{n}"), account="main") for n in range(5)]
    for n in range(6):
        results = {Source.ORDERS: Success(tuple(orders[n:]))}
        write_refresh(database.writer, observation(account, later(n * 10), results))
    with database.reader.connect() as connection:
        shown = [(account, later(100))]
        assert read_ending_counts(connection, shown, HistoryFilter()) == EndingCounts({Ending.GONE: 5})
        bought = read_ending_counts(connection, shown, HistoryFilter(sides=("buy",)))
        newest = read_ending_counts(connection, shown, HistoryFilter(sides=("buy",), since=later(40)))
        named = read_ending_counts(connection, shown, HistoryFilter(words=("0",), sides=("buy",)))
        nowhere = read_ending_counts(connection, shown, HistoryFilter(words=("999",)))
    assert (bought.total, bought.is_partial) == (3, True)
    assert (newest.total, newest.is_partial) == (2, False)
    assert (named.by_ending, named.is_partial) == ({Ending.GONE: 1}, True)
    assert (nowhere.total, nowhere.is_partial) == (0, True)
