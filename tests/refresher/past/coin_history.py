"""Helpers for tests: write a history, value it by given rates, and read what coin books say."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from db.reads.costs import read_explained
from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow, read_fills
from db.writes.transfers import write_transfer_page
from domain.cost_method import CostMethod
from domain.fills import Fill
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source
from domain.transfers import Transfer, TransferKind
from refresher.past import coin_books
from refresher.past.books import Books
from tests.db.fill_history import ALL_TIME, write_fills
from tests.db.stored_values import RateAt, store_values
from tests.factories import NOON, later, transfer
from tests.postgres import Database

FIFO = CostMethod.FIFO
BUY, SELL = Side.BUY, Side.SELL


def rates(**steps: Sequence[tuple[float, str]]) -> RateAt:
    """Rates in dollars by currency: each from so many seconds after noon on."""

    def rate_at(currency: str | None, at: datetime) -> Decimal | None:
        if currency == "USD":
            return Decimal(1)
        prices = [price for since, price in steps.get(currency or "", ()) if later(since) <= at]
        return Decimal(prices[-1]) if prices else None

    return rate_at


def write(database: Database, account: Account, *rows: Fill | Transfer) -> None:
    write_fills(database, account, [row for row in rows if isinstance(row, Fill)])
    transfers = [row for row in rows if isinstance(row, Transfer)]
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, ALL_TIME, NOON)


def work_out(database: Database, account: Account, rate_at: RateAt, *rows: Fill | Transfer) -> None:
    write(database, account, *rows)
    store_values(database.writer, account, rate_at)
    Books(account, database.writer).work_out(lambda: True)


def by_key(database: Database, account: Account) -> dict[str, FillRow]:
    with database.reader.connect() as connection:
        return {row.fill.key: row for row in read_fills(connection, [account], FillFilter(), 1000)}


def realised(database: Database, account: Account) -> dict[str, Decimal | None]:
    return {key: row.realised for key, row in by_key(database, account).items()}


def cost(database: Database, account: Account, coin: str, at: datetime | None = None) -> tuple[Decimal, Decimal | None]:
    with database.reader.connect() as connection:
        (book,) = read_explained(connection, account.id, at or later(10**6))[coin]
    assert book.quote == account.base_currency
    return book.quantity, book.cost


def withdrawal(key: str = "withdrawal/1", amount: str = "-1", **values: object) -> Transfer:
    return transfer(key, kind=TransferKind.WITHDRAWAL, amount=amount, **values)


USD_ONLY = rates()
BTC_DOUBLES = rates(BTC=[(0, "1000"), (20, "2000"), (30, "4000")])


def work_out_again(database: Database, account: Account) -> int:
    return coin_books.CoinBooks(account, database.writer).work_out(lambda: True)
