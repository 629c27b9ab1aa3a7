"""A year of one account: refreshes each minute, prices each hour, fills, funding and deposits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import sin

from sqlalchemy import text

from db.writes.bulk_import import write_bulk_import
from db.writes.fills import write_fill_page
from db.writes.transfers import write_transfer_page
from domain.fills import Fill
from domain.history import TimeRange
from domain.markets import Side
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.coin_books import CoinBooks
from refresher.past.values import Values
from tests.factories import balance, fill, observation, price, transfer, valuation
from tests.pages.past import with_past
from tests.postgres import Database

DAYS = 365
FILLS = 6_000
PRICES_EVERY = timedelta(hours=1)
COINS = {"BTC": 60_000, "ETH": 3_000, "SOL": 150}
HELD = Decimal("0.5")
DEPOSIT = Decimal(5_000)


def with_year(database: Database) -> Account:
    """An account with a year of history until now, all of it valued and counted."""
    (account,) = with_past(database.writer, "year", refresh_seconds=60)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    begin = now - timedelta(days=DAYS)
    write_bulk_import(database.writer, account, _observations(account, begin, now))
    with database.owner.begin() as connection:
        connection.execute(text(_BETWEEN), {"account_id": account.id, "begin": begin, "end": now})
    ever = TimeRange(begin - timedelta(days=2), now)
    write_fill_page(database.writer, account.id, Source.FILLS, tuple(_fills(account, begin)), ever, now)
    transfers = tuple(_transfers(account, begin))
    write_transfer_page(database.writer, account.id, Source.TRANSFERS, transfers, ever, now)
    Values(account, database.writer).work_out(lambda: True)
    Books(account, database.writer).work_out(lambda: True)
    CoinBooks(account, database.writer).work_out(lambda: True)
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return account


def _prices(n: int) -> tuple[Price, ...]:
    return tuple(price(f"{coin}/USD", str(_last(coin, n))) for coin in COINS)


def _last(coin: str, n: int) -> Decimal:
    """The price of a coin after `n` hours."""
    return Decimal(str(round(COINS[coin] * (1 + 0.3 * sin(n / 700) + 0.02 * sin(n / 37 + len(coin))), 2)))


def _deposits_before(n: int) -> int:
    """The deposits until a step: one at the begin of every 30 days but the first."""
    return int(n * PRICES_EVERY / timedelta(days=30))


def _observations(account: Account, begin: datetime, end: datetime) -> Iterator[Observation]:
    for n in range(int((end - begin) / PRICES_EVERY)):
        money = Decimal(50_000) + DEPOSIT * _deposits_before(n)
        balances = (balance("USD", str(money)), *(balance(coin, str(HELD)) for coin in COINS))
        results = {Source.BALANCES: Success(balances), Source.PRICES: Success(_prices(n))}
        worth = money + sum(HELD * _last(coin, n) for coin in COINS)
        yield observation(account, begin + PRICES_EVERY * n, results, valuation(str(worth)))


def _fills(account: Account, begin: datetime) -> Iterator[Fill]:
    """Pairs of a purchase and a sale of the same quantity, so that balances stand still."""
    step = timedelta(days=DAYS - 1) / FILLS
    for n in range(FILLS):
        at = begin + step * n
        coin = list(COINS)[n // 2 % len(COINS)]
        paid = str(_last(coin, int((at - begin) / PRICES_EVERY)))
        yield fill(
            str(n), (Side.BUY, Side.SELL)[n % 2], "0.01", paid, symbol=f"{coin}/USD", at=at, fee="0.05",
            account=account.name,
        )  # fmt: skip


def _transfers(account: Account, begin: datetime) -> Iterator[Transfer]:
    for n in range(DAYS * 3):
        yield transfer(
            f"funding/{n}", kind=TransferKind.FUNDING, asset="USD", amount="0.25", account=account.name,
            at=begin + timedelta(hours=8 * n + 1),
        )  # fmt: skip
    for n in range(1, DAYS // 30 + 1):
        at = begin + timedelta(days=30 * n) - timedelta(minutes=3)
        yield transfer(f"deposit/{n}", asset="USD", amount=str(DEPOSIT), account=account.name, at=at)


# A refresh each minute between those that brought prices, with their value.
_BETWEEN = """
INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, expected_seconds, currency, value_origin, net_value)
SELECT account_id, taken_at + n * interval '1 minute', price_id, duration_ms, 60, currency, value_origin, net_value + n
FROM refresh
CROSS JOIN generate_series(1, 59) AS n
WHERE account_id = :account_id AND taken_at >= :begin AND taken_at < :end
"""
