"""A search of the history looks at a part at once, and all parts together hold what a plain read holds."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

import pytest
from sqlalchemy import text

from bench.statement_buffers import explained_statements
from db.reads import history_windows
from db.reads.ended_orders import read_gone_orders
from db.reads.history_filter import HistoryFilter
from db.reads.history_windows import read_window_begin
from db.reads.order_history import HistoryPage, read_order_history
from db.reads.page_cursor import Cursor
from db.writes.accounts import AccountSetting, write_accounts
from tests.db.ended_histories import MINUTE, filters_of, write_ended_history
from tests.db.history_pages import VERSIONS, every_page, is_match, write_long_history
from tests.factories import ASKED, NOON, later
from tests.postgres import Database

NOW = later(100_000)


@pytest.mark.parametrize("seed", [2])
def test_windows_together_hold_what_a_plain_read_holds(database, small_windows, seed):
    """The independent model filters the rows of the plain read, which knows no windows, in Python."""
    random = Random(seed)
    history = write_ended_history(database, random, 12)
    moments = [at + shift for at in history.moments for shift in (0 * MINUTE, 31 * MINUTE)]
    unfinished = 0
    with database.reader.connect() as connection:
        for filters in filters_of(random, history):
            shown = [(account, random.choice(moments)) for account in history.accounts]
            plain = read_order_history(connection, shown, HistoryFilter(), 10_000).rows
            rows, stops = every_page(connection, shown, filters, random.choice([1, 2, 50]), random.choice([1, 2]))
            assert rows == [row for row in plain if is_match(row, filters)], (filters, shown)
            unfinished += stops
    assert unfinished


# Seconds between ends, from the newest on: (number of versions, seconds between them).
BUSY, QUIET = [(21, 100), (400, 1)], [(60, 150)]


def write_ends(database: Database, account_id: int, paces: list[tuple[int, int]]) -> list[datetime]:
    """Versions that ended at these paces before NOW, without orders of their own."""
    seconds = accumulate(pace for count, pace in paces for _ in range(count))
    ends = [NOW - timedelta(seconds=each) for each in seconds]
    with database.owner.begin() as connection:
        connection.execute(text(_VERSIONS), {"account": account_id, "ends": ends})
    return ends


_VERSIONS = """
INSERT INTO order_version (account_id, key, valid_from, valid_to, digest, source, order_id, symbol, exchange_symbol,
                           market_type, side, kind, role, amount, status, raw)
SELECT :account, n, ended - interval '1 second', ended, '', 'orders', n, 'BTC/USD', 'BTC_USD', 'spot', 'buy', 'limit',
       'entry', 1, 'open', '{}'
FROM unnest(CAST(:ends AS timestamptz[])) WITH ORDINALITY AS listed (ended, n)
"""


def test_a_window_has_at_least_a_share_and_not_many_more_versions(database, monkeypatch):
    """The busy account was a hundred times busier before, so its newest rate says little of its older windows."""
    monkeypatch.setattr(history_windows, "VERSIONS", 40)
    monkeypatch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 2)
    settings = [AccountSetting(name, "cryptocom", ASKED, 30, "USD") for name in ("busy", "quiet")]
    accounts = list(write_accounts(database.writer, settings).values())
    ends = [write_ends(database, *each) for each in zip((a.id for a in accounts), (BUSY, QUIET), strict=True)]
    moments, since = [(account, NOW) for account in accounts], ends[1][50]
    reached, sizes = NOW + timedelta(days=2), list[int]()
    with database.reader.connect() as connection:
        while True:
            begin = read_window_begin(connection, moments, since, None, Cursor(reached, "", 0))
            sizes.append(sum((begin or since) <= end < reached for of_account in ends for end in of_account))
            if begin is None:
                break
            assert since <= begin < reached
            reached = begin
        # The outcome of an order may state an end after the refresh that missed it.
        of_past = read_window_begin(connection, [(account, since) for account in accounts], ends[0][400], None, None)
        assert of_past is None or of_past >= ends[0][400]
    assert sum(sizes) == sum(end >= since for of_account in ends for end in of_account)
    assert min(sizes[:-1]) >= 20  # the share of an account
    assert max(sizes) <= 2 * 40


@pytest.fixture
def long_history(database):
    return write_long_history(database)


WITHOUT_MATCH = (
    HistoryFilter(words=("nothing",)),
    HistoryFilter(kinds=("stop",)),
    HistoryFilter(roles=("exit",)),
    HistoryFilter(sides=("sell",), words=("nothing",)),
)


def test_a_search_without_a_match_ends_after_bounded_work(database, long_history, monkeypatch):
    monkeypatch.setattr(history_windows, "VERSIONS", 500)
    for filters in WITHOUT_MATCH:
        with explained_statements(database.reader) as statements, database.reader.connect() as connection:
            page = read_order_history(connection, [(long_history, NOW)], filters, 100, windows=2)
            assert page.rows == ()
            assert page.searched is not None
            assert page.searched.at > later(VERSIONS / 2)
            assert len(statements) <= 5
            assert max(buffers for _, buffers, _ in statements) < 10 * history_windows.VERSIONS
            rest = read_order_history(connection, [(long_history, NOW)], filters, 100, page.searched)
            assert rest == HistoryPage(())


def test_a_search_from_the_first_moment_of_all_finds_nothing(database, long_history):
    """An address may name it. The section of the page failed."""
    with database.reader.connect() as connection:
        begin = Cursor(datetime.min.replace(tzinfo=UTC), "", 0)
        for filters in WITHOUT_MATCH:
            page = read_order_history(connection, [(long_history, NOW)], filters, 100, begin)
            assert page == HistoryPage(())


def test_an_order_is_found_by_its_id_however_old_it_is(database, long_history, monkeypatch):
    monkeypatch.setattr(history_windows, "VERSIONS", 500)
    shown = [(long_history, NOW)]
    with database.reader.connect() as connection:
        for word in ("first-1", "FIRST-1", "MINE"):
            page = read_order_history(connection, shown, HistoryFilter(words=(word, "doge")), 100, windows=1)
            assert page.rows == ()
            assert [row.ended.order.key for row in page.named] == ["FIRST-1"]
            rows, _ = every_page(connection, shown, HistoryFilter(words=(word,)), 100, 5)
            assert rows == list(page.named)
            for filters in (HistoryFilter(words=(word, "btc")), HistoryFilter(words=(word,), since=later(60))):
                assert read_order_history(connection, shown, filters, 100, windows=1).named == ()
        for word in ("%", "fi_st", "\\"):  # no letter of a search has a meaning of its own
            assert read_order_history(connection, shown, HistoryFilter(words=(word,)), 9).rows == ()


def test_gone_orders_that_are_skipped_are_not_read(database, long_history):
    """A page far back read all ended orders before it."""
    with database.writer.connect() as connection:
        assert len(read_gone_orders(connection, long_history, NOON, 100, 4500)) == 100
        with explained_statements(database.writer) as statements:
            assert read_gone_orders(connection, long_history, NOON, 100, VERSIONS + 10) == ()
    ((_, buffers, _),) = statements
    assert buffers < 50
