"""Books in hedge mode: told by what exchanges say of each fill, and unknown where they do not."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fills
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.fills import Fill
from domain.markets import Side
from domain.positions import PositionSide
from domain.snapshot import Account
from domain.sources import Source, Success
from refresher.past.books import Books
from tests.db.fill_history import write_fills
from tests.factories import ASKED, fill, later, observation, position
from tests.postgres import Database

SYMBOL = "BTC/USDT:USDT"
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
# A long one is bought at 100, a short one sold at 110 and bought back at 105, the long one sold at 120.
TOLD = (
    (Side.BUY, "100", LONG, False),
    (Side.SELL, "110", SHORT, False),
    (Side.BUY, "105", SHORT, True),
    (Side.SELL, "120", LONG, True),
)
APART, NETTED = [0, 0, 5, 20], [0, 10, 0, 15]


def account_on(database: Database, exchange: str) -> Account:
    setting = AccountSetting("main", exchange, ASKED, 30, "USD")
    return write_accounts(database.writer, [setting])["main"]


def fills(*, sides: bool = False, closes: bool = False) -> list[Fill]:
    return [
        fill(
            str(n), side, price=price, symbol=SYMBOL, at=later(n),
            position_side=position_side if sides else None, closes=closed if closes else None,
        )
        for n, (side, price, position_side, closed) in enumerate(TOLD)
    ]  # fmt: skip


def hold_both(database: Database, account: Account) -> None:
    long = position(SYMBOL, side=LONG)
    held = (long, replace(long, key="short", side=SHORT))
    write_refresh(database.writer, observation(account, results={Source.POSITIONS: Success(held)}))


def realised_by_market(database: Database, account: Account) -> Sequence[Decimal | None]:
    Books(account, database.writer).work_out(lambda: True)
    with database.reader.connect() as connection:
        return [row.realised_by_market for row in reversed(read_fills(connection, [account], FillFilter(), 9))]


@pytest.mark.parametrize("exchange", ["binance", "kucoin"])
def test_fills_that_name_their_position_are_booked_by_position(database: Database, exchange: str) -> None:
    account = account_on(database, exchange)
    write_fills(database, account, fills(sides=True))
    assert realised_by_market(database, account) == APART


def test_fills_without_a_position_have_unknown_profit_once_both_positions_are_held(
    database: Database,
) -> None:
    account = account_on(database, "kucoin")
    write_fills(database, account, fills())
    assert realised_by_market(database, account) == NETTED  # one position, as far as anybody knows
    hold_both(database, account)
    assert realised_by_market(database, account) == [None] * 4
    with database.reader.connect() as connection:
        total = read_fill_totals(connection, [account], FillFilter()).by_quote["USDT"]
    assert (total.realised_by_market, total.realised_by_market_unknown) == (0, 4)


def test_the_closed_size_gives_the_position_once_both_are_held(database: Database) -> None:
    account = account_on(database, "bybit")
    write_fills(database, account, fills(closes=True))
    # As one position, two of them close what was never opened.
    assert realised_by_market(database, account) == [0, 10, None, None]
    hold_both(database, account)
    assert realised_by_market(database, account) == APART


def test_a_fill_without_a_position_belongs_to_the_only_position_of_one_way_mode(database: Database) -> None:
    """An account that was in one-way mode before: what it traded then stays known."""
    account = account_on(database, "binance")
    write_fills(database, account, fills())
    hold_both(database, account)
    assert realised_by_market(database, account) == NETTED
