"""A filter by market or outcome reads the hours that hold such orders, and finds what a plain read finds."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bench.statement_buffers import explained_statements
from db.reads import history_hours, history_windows
from db.reads.history_filter import HistoryFilter
from db.reads.order_history import HistoryPage, read_order_history
from db.writes.ended_sums import recount_account
from domain.endings import Ending
from tests.db.ended_histories import BEGIN, MINUTE, SYMBOLS, EndedHistory, filters_of, write_ended_history
from tests.db.history_pages import VERSIONS, every_page, is_match, write_long_history
from tests.factories import later
from tests.postgres import Database

NOW = later(100_000)
DAY = timedelta(days=1)


def filters_by_hours(random: Random, history: EndedHistory) -> list[HistoryFilter]:
    known = [each for each in filters_of(random, history) if history_hours.knows_hours(each)]
    return [
        *known,
        HistoryFilter(symbols=("NONE/USD",)),
        HistoryFilter(symbols=(SYMBOLS[1], "NONE/USD"), words=(random.choice("1234"),)),
        HistoryFilter(endings=tuple(random.sample(list(map(str, Ending)), 2)), sides=("buy",)),
    ]


def assert_hours_equal_a_plain_read(database: Database, random: Random, history: EndedHistory) -> None:
    """The model filters the rows of the plain read, which knows neither hours nor windows."""
    moments = [at + shift for at in history.moments for shift in (0 * MINUTE, 31 * MINUTE)]
    with database.reader.connect() as connection:
        for filters in filters_by_hours(random, history):
            shown = [(account, random.choice(moments[len(moments) // 2 :])) for account in history.accounts]
            plain = read_order_history(connection, shown, HistoryFilter(), 10_000).rows
            expected = [row for row in plain if is_match(row, filters)]
            for limit in (2, 50):
                rows, _ = every_page(connection, shown, filters, limit, random.choice([1, 2]))
                assert rows == expected, (filters, shown)


def scatter(database: Database, random: Random, history: EndedHistory, count: int) -> None:
    """Add orders that ended in many hours, days and months, some of them together."""
    begins = [BEGIN - random.choice([0, 1, 30, 31, 90]) * DAY + random.randrange(300) * MINUTE for _ in range(count)]
    with database.owner.begin() as connection:
        for n, begin in enumerate(begins):
            scope = {"account": random.choice(history.accounts).id, "key": f"s{n}", "begin": begin}
            symbol = random.choice(["BTC/USD", "BTC/USD", "ETH/USD"])
            connection.execute(text(_COPY), {**scope, "until": begin + 5 * MINUTE, "symbol": symbol})
    for account in history.accounts:
        with database.writer.begin() as connection:
            recount_account(connection, account.id)


_COPY = """
INSERT INTO order_version (account_id, key, valid_from, valid_to, digest, source, order_id, symbol, exchange_symbol,
                           market_type, side, kind, role, amount, status, raw)
VALUES (:account, :key, :begin, :until, '', 'orders', :key, :symbol, :symbol, 'spot', 'buy', 'limit', 'entry', 1,
        'open', '{}')
"""


@pytest.fixture
def few_hours(small_windows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_hours, "HOURS", 2)


@pytest.mark.parametrize("seed", [7])
def test_hours_hold_what_a_plain_read_holds(database, few_hours, seed):
    random = Random(seed)
    history = write_ended_history(database, random, 16)
    scatter(database, random, history, 60)
    assert_hours_equal_a_plain_read(database, random, history)


@pytest.mark.slow
@given(st.integers(0, 2**32), st.integers(1, 14), st.sampled_from([1, 2, 5, 200]), st.sampled_from([1, 3, 10, 2000]))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_hours_of_any_history_hold_what_a_plain_read_holds(database, seed, refreshes, hours, versions):
    random = Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history_hours, "HOURS", hours)
        patch.setattr(history_windows, "VERSIONS", versions)
        patch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 1)
        history = write_ended_history(database, random, refreshes)
        scatter(database, random, history, random.randrange(60))
        assert_hours_equal_a_plain_read(database, random, history)


@pytest.fixture
def long_history(database):
    return write_long_history(database)


def test_an_order_of_a_rare_market_is_found_at_once_however_old_it_is(database, long_history, monkeypatch):
    monkeypatch.setattr(history_windows, "VERSIONS", 500)
    filters = HistoryFilter(symbols=("DOGE/USD",))
    with explained_statements(database.reader) as statements, database.reader.connect() as connection:
        page = read_order_history(connection, [(long_history, NOW)], filters, 100, windows=1)
    assert [row.ended.order.key for row in page.rows] == ["FIRST-1"]
    assert page.searched is None
    assert sum(buffers for _, buffers, _ in statements) < VERSIONS / 10


def test_a_search_for_an_outcome_or_market_that_never_was_ends_at_once(database, long_history):
    for filters in (HistoryFilter(endings=(str(Ending.REJECTED),)), HistoryFilter(symbols=("NONE/USD",))):
        with explained_statements(database.reader) as statements, database.reader.connect() as connection:
            assert read_order_history(connection, [(long_history, NOW)], filters, 100, windows=1) == HistoryPage(())
        assert sum(buffers for _, buffers, _ in statements) < 20


def test_an_hour_with_many_orders_is_read_by_windows(database, long_history, monkeypatch):
    monkeypatch.setattr(history_windows, "VERSIONS", 500)
    filters = HistoryFilter(symbols=("BTC/USD",), words=("nothing",))
    with explained_statements(database.reader) as statements, database.reader.connect() as connection:
        page = read_order_history(connection, [(long_history, NOW)], filters, 100, windows=2)
        assert page.rows == ()
        assert page.searched is not None
        assert later(VERSIONS - 2 * 500) < page.searched.at < later(VERSIONS)
        assert max(buffers for _, buffers, _ in statements) < 10 * history_windows.VERSIONS
        recent = HistoryFilter(since=later(VERSIONS - 800))
        plain = read_order_history(connection, [(long_history, NOW)], recent, 10_000).rows
        bitcoin = replace(recent, symbols=("BTC/USD",))
        rows, _ = every_page(connection, [(long_history, NOW)], bitcoin, 1_000, 1)
        assert rows == list(plain)
