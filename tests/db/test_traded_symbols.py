"""Traded symbols, including those that the account no longer holds."""

from datetime import timedelta

from db.reads.traded_symbols import read_recent_symbols, read_traded_symbols
from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.history import TimeRange
from domain.sources import Source, SourceKind, Success
from tests.db.fill_history import new_accounts, write_fills
from tests.factories import NOON, fill, later, observation, order


def traded(database, account, since=NOON - timedelta(days=30)):
    with database.reader.connect() as connection:
        return read_traded_symbols(connection, account.id, since)


def test_symbols_with_fills_requests_or_orders_count_as_traded(database):
    account, other = new_accounts(database, 2)
    assert traded(database, account) == frozenset()
    write_fills(database, account, [fill(str(n), symbol=s) for n, s in enumerate(["BTC/USD", "ETH/USD", "BTC/USD"])])
    write_fills(database, other, [fill("1", symbol="CRO/USD")])
    request = Source.of(SourceKind.FILLS, "SOL/USDT")
    write_fill_page(database.writer, account.id, request, [], TimeRange(NOON, later(1)), later(1))
    stands, left = order("1", symbol="XRP/USD"), order("2", symbol="ADA/USD")
    for seconds, orders in ((0, (stands, left)), (30, (stands,))):
        write_refresh(database.writer, observation(account, later(seconds), {Source.ORDERS: Success(orders)}))
    assert traded(database, account) == {"BTC/USD", "ETH/USD", "SOL/USDT", "XRP/USD", "ADA/USD"}
    assert traded(database, account, since=later(30)) == {"BTC/USD", "ETH/USD", "SOL/USDT", "XRP/USD"}
    assert traded(database, other) == {"CRO/USD"}


def test_recent_symbols_are_those_of_the_newest_fills(database):
    account, other = new_accounts(database, 2)
    symbols = ["XRP/USD", "BTC/USD", "ETH/USD", "BTC/USD"]
    write_fills(database, account, [fill(str(n), at=later(n), symbol=symbol) for n, symbol in enumerate(symbols)])
    with database.reader.connect() as connection:
        assert read_recent_symbols(connection, account.id, fills=3) == ("BTC/USD", "ETH/USD")
        assert read_recent_symbols(connection, other.id) == ()
