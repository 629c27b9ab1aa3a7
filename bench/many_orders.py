"""Many orders: one account with 10,000 open orders, 90 days of refreshes, and 20,000 fills."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import text

from db.writes.refresh import write_refresh
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from tests.factories import balance, observation, order, price, stop, valuation
from tests.pages.past import fills_of_a_while, traded, with_past
from tests.postgres import Database

COINS = ("BTC", "ETH", "SOL", "CRO", "XRP", "ADA", "DOGE", "LINK", "AVAX", "DOT")
ORDERS = 10_000
ENDED = 400
FILLS = 20_000
PAST_DAYS = 90
EVERY_SECONDS = 30


def with_many_orders(database: Database) -> None:
    """Write the account with its past and its present."""
    (account,) = with_past(database.writer, "bench", refresh_seconds=EVERY_SECONDS)
    _fill_past(database, account)
    _fill_present(database, account)


def _fill_past(database: Database, account: Account) -> None:
    """90 days of refreshes every 30 s, as rows. Their contents do not matter to a page about now."""
    with database.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, currency, value_origin, net_value)
                SELECT :account, now() - n * interval '30 seconds', 0, 400, 'USD', 'stated',
                       round(CAST(200000 + 20000 * sin(n / 20000.0) + 1000 * sin(n / 300.0) AS numeric), 2)
                FROM generate_series(2, :refreshes) AS n
            """),
            {"account": account.id, "refreshes": PAST_DAYS * 86_400 // EVERY_SECONDS},
        )
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE refresh"))


def _fill_present(database: Database, account: Account) -> None:
    random = Random(7)
    orders = [_order(random, n, account) for n in range(ORDERS)]
    results: dict[Source, Success[Any]] = {
        Source.BALANCES: Success(tuple(balance(coin, "10", market_value=Decimal(10_000)) for coin in COINS)),
        Source.ORDERS: Success(tuple(o for o in orders if o.source is Source.ORDERS)),
        Source.TRIGGERS: Success(tuple(o for o in orders if o.source is Source.TRIGGERS)),
        Source.PRICES: Success(tuple(price(f"{coin}/USD", "1000", change_24h=Decimal("0.01")) for coin in COINS)),
    }
    # In the near future, so that this refresh stays the newest and fresh while the bench runs.
    taken_at = datetime.now(UTC) + timedelta(minutes=10)
    # As many recently ended orders as on a busy day.
    ended = [_order(random, ORDERS + n, account) for n in range(ENDED)]
    before = {
        **results,
        Source.ORDERS: Success((*results[Source.ORDERS].rows, *(o for o in ended if o.source is Source.ORDERS))),
    }
    write_refresh(database.writer, observation(account, taken_at - timedelta(seconds=30), before, valuation("100000")))
    write_refresh(database.writer, observation(account, taken_at, results, valuation("100000")))
    traded(database.writer, account, fills_of_a_while(account, FILLS, datetime.now(UTC)))


def _order(random: Random, n: int, account: Account) -> Any:
    symbol = f"{random.choice(COINS)}/USD"
    at = Decimal(random.randint(500, 1500))
    common = {"account": account.name, "symbol": symbol, "created_at": datetime.now(UTC) - timedelta(seconds=n)}
    if n % 5 == 0:
        return stop(f"t{n}", str(at), **common)
    return order(str(n), limit_price=at, side=random.choice(list(Side)), **common)
