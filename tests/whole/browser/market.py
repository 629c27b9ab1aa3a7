"""A small account for browser tests, and prices that move with each refresh."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.markets import Side
from domain.orders import Contingency, Order
from domain.snapshot import Account
from domain.sources import Failure, Source, Success
from tests.factories import ASKED, balance, observation, order, position, price, stop, valuation
from tests.postgres import Database

COINS = {"BTC": "95000", "ETH": "3200", "SOL": "180", "CRO": "0.11", "DOGE": "0.31", "XRP": "2.2"}


def configured(database: Database, name: str = "main", **values: Any) -> Account:
    """An account with a refresh interval of 30 s."""
    known: dict[str, Any] = {"exchange": "cryptocom", "refresh_seconds": 30, "base_currency": "USD"}
    setting = AccountSetting(name=name, sources=ASKED, **known | values)
    return write_accounts(database.writer, [setting])[name]


def refreshed(
    database: Database,
    account: Account,
    *,
    moved: str = "1",
    ago: float = 0,
    orders: Sequence[Order] | None = None,
    **failures: Failure,
) -> datetime:
    """Write a refresh with every first price times `moved`."""
    taken_at = datetime.now(UTC) - timedelta(seconds=ago)
    factor = Decimal(moved)
    prices = [price(f"{coin}/USD", str(Decimal(last) * factor), change_24h=factor - 1) for coin, last in COINS.items()]
    listed = orders_of(account) if orders is None else orders
    results: dict[Source, Any] = {
        Source.BALANCES: Success((balance("USD", "2500.00"), *(balance(coin, "2") for coin in COINS))),
        Source.POSITIONS: Success((position(amount="0.1984", mark_price=Decimal("95000") * factor),)),
        Source.ORDERS: Success(tuple(o for o in listed if o.source is Source.ORDERS)),
        Source.TRIGGERS: Success(tuple(o for o in listed if o.source is Source.TRIGGERS)),
        Source.PRICES: Success(tuple(prices)),
    }
    worth = valuation(str(Decimal("200000.00") * factor), cash=Decimal("2500.00"))
    results.update({Source(name): failure for name, failure in failures.items()})
    write_refresh(database.writer, observation(account, taken_at, results, worth))
    return taken_at


def orders_of(account: Account) -> list[Order]:
    """Buy orders below the market, stops and take profits around it: enough for a full table and a group."""
    own = {"account": account.name}
    group: dict[str, Any] = {"group_id": "oco-1", "contingency": Contingency.OCO, "side": Side.SELL, **own}
    listed = [
        order(f"buy-{coin}-{step}", symbol=f"{coin}/USD", limit_price=Decimal(last) * (100 - step) / 100, **own)
        for coin, last in COINS.items()
        for step in (2, 5, 9)
    ]
    listed += [
        stop(f"stop-{coin}", str(Decimal(last) * 9 / 10), symbol=f"{coin}/USD", **own) for coin, last in COINS.items()
    ]
    listed.append(order("tp-leg", source=Source.TRIGGERS, limit_price=Decimal("105000"), **group))
    listed.append(stop("sl-leg", "85500", **group))
    return listed


def write_limit_orders(database: Database, account: Account, count: int, amount: str = "0.5") -> None:
    """A refresh with limit orders: number n is at a price of 120,000 - n, all above the market of 95,000."""
    first = replace(order("o0", account=account.name), amount=Decimal(amount))
    orders = tuple(
        replace(first, key=f"o{n}", order_id=f"o{n}", limit_price=Decimal(120_000 - n)) for n in range(count)
    )
    results: dict[Source, Any] = {
        Source.BALANCES: Success((balance("USD", "2500"),)),
        Source.ORDERS: Success(orders),
        Source.TRIGGERS: Success(()),
        Source.POSITIONS: Success(()),
        Source.PRICES: Success((price("BTC/USD", "95000"),)),
    }
    write_refresh(database.writer, observation(account, datetime.now(UTC), results, valuation("2500")))
