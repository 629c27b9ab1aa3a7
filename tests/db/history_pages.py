"""The history page after page, the filter as a model, and an account with many versions since its first order."""

from dataclasses import replace

from sqlalchemy import Connection, text

from db.reads.history_filter import HistoryFilter
from db.reads.history_windows import Moments
from db.reads.order_history import HistoryRow, read_order_history
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.ended_sums import recount_account
from db.writes.refresh import write_refresh
from domain.snapshot import Account
from domain.sources import Source, Success
from tests.factories import ASKED, later, observation, order
from tests.postgres import Database

VERSIONS = 5_000


def every_page(
    connection: Connection, shown: Moments, filters: HistoryFilter, limit: int, windows: int
) -> tuple[list[HistoryRow], int]:
    """All rows, page after page, and how often a page ended before its search."""
    rows: list[HistoryRow] = []
    before, unfinished = None, 0
    while True:
        page = read_order_history(connection, shown, filters, limit, before, windows)
        rows += page.rows
        unfinished += page.searched is not None
        if page.searched is None and len(page.rows) < limit:
            return rows, unfinished
        before = page.searched or page.rows[-1].cursor


def is_match(row: HistoryRow, filters: HistoryFilter) -> bool:
    """The independent model of the filter, in Python."""
    order, at = row.ended.order, row.ended.outcome.shown_at
    texts = f"{order.symbol} {order.exchange_symbol} {order.order_id} {order.key} {row.ended.outcome.book_order_id}"
    return (
        (filters.since is None or at >= filters.since)
        and (filters.until is None or at < filters.until)
        and (not filters.symbols or order.symbol in filters.symbols)
        and (not filters.sides or order.side in filters.sides)
        and (not filters.kinds or order.kind in filters.kinds)
        and (not filters.roles or order.role in filters.roles)
        and (not filters.endings or row.ended.outcome.ending in filters.endings)
        and all(word in f"{texts} {order.account} {order.client_order_id}".lower() for word in filters.words)
    )


def write_long_history(database: Database) -> Account:
    """One account with an order that ended long ago, and many versions since."""
    (main,) = write_accounts(database.writer, [AccountSetting("main", "cryptocom", ASKED, 30, "USD")]).values()
    oldest = replace(order("FIRST-1", symbol="DOGE/USD"), client_order_id="mine")
    for seconds, orders in ((-7200, (oldest,)), (-7190, ()), (10, (order("1"),)), (20, ())):
        write_refresh(database.writer, observation(main, later(seconds), {Source.ORDERS: Success(orders)}))
    _copy_versions(database)
    with database.writer.begin() as connection:
        recount_account(connection, main.id)
    return main


def _copy_versions(database: Database) -> None:
    with database.owner.begin() as connection:
        names = connection.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = 'order_version'")
        ).scalars()
        copied = ", ".join(set(names) - {"key", "order_id", "valid_from", "valid_to"})
        connection.execute(
            text(
                f"INSERT INTO order_version (key, order_id, valid_from, valid_to, {copied}) "
                f"SELECT 'k' || n, n, valid_from + n * interval '1 s', valid_to + n * interval '1 s', {copied} "
                "FROM order_version, generate_series(100, :versions) AS n WHERE key = '1'"
            ),
            {"versions": VERSIONS},
        )
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE order_version"))
