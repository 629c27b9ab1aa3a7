"""A month of daily refreshes: without candles the rest holds what has no value, and with candles nothing is left."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from db.reads.attribution import read_attribution
from db.writes.candles import write_candles
from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.attribution import Attribution
from domain.candles import Candle
from domain.history import TimeRange
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import NOON, balance, fill, observation, price, valuation
from tests.pages.past import EVER, with_past, written

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = 30
UNTIL = NOON + DAYS * DAY


def btc(day: int) -> int:
    """The price of BTC/USD at noon and until the next noon. ETH costs 100 throughout."""
    return 1000 + 50 * (day % 7)


def daily(database: Any) -> Account:
    """Half an ETH is bought for 0.055 BTC on each day at midnight, twelve hours from the next price."""
    (account,) = with_past(database.writer, refresh_seconds=86_400)
    for day in range(DAYS + 1):
        coins, ether = Decimal(10) - Decimal("0.055") * day, Decimal("0.5") * day
        last = Decimal(btc(day))
        sources = {
            Source.BALANCES: Success((balance("BTC", str(coins)), balance("ETH", str(ether)))),
            Source.PRICES: Success((price("BTC/USD", str(last)), price("ETH/USD", "100"))),
        }
        worth = valuation(str(coins * last + ether * 100))
        write_refresh(database.writer, observation(account, NOON + day * DAY, sources, worth))
    fills = [
        fill(str(day), Side.BUY, "0.5", "0.11", symbol="ETH/BTC", at=NOON + day * DAY + 12 * HOUR, account=account.name)
        for day in range(DAYS)
    ]
    write_fill_page(database.writer, account.id, Source.FILLS, fills, TimeRange(UNTIL - EVER, UNTIL), UNTIL)
    written(database.writer, account, [], UNTIL)
    work_out(database, account)
    return account


def work_out(database: Any, account: Account) -> None:
    Values(account, database.writer, lambda: UNTIL).work_out(lambda: True)
    Books(account, database.writer).work_out(lambda: True)


def attributed(database: Any, account: Account) -> Attribution:
    with database.reader.connect() as connection:
        found = read_attribution(connection, (account,), (NOON, UNTIL), "USD").attribution
    assert found is not None
    return found


def test_the_rest_holds_what_has_no_value_until_candles_arrive(database: Any) -> None:
    account = daily(database)
    before = attributed(database, account)
    assert before.unvalued == DAYS
    # Without values both sides move at the prices of the begin: 30 x (0.5 x 100 - 0.055 x 1,000).
    assert before.rest == -150
    hours = [
        Candle(f"{coin}/USD", "1h", NOON + day * DAY + hour * HOUR, *[Decimal(last)] * 4)
        for day in range(DAYS)
        for hour in range(24)
        for coin, last in (("BTC", btc(day)), ("ETH", 100))
    ]
    write_candles(database.writer, account.venue, hours)
    work_out(database, account)
    after = attributed(database, account)
    assert (after.unvalued, after.rest) == (0, 0)
    assert after.change == before.change
