"""An account with very many open orders of every kind: ladders, stops, groups, brackets, and orders listed twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, Order, OrderKind, TrailingUnit
from domain.sources import Source, Success
from tests.factories import balance, order, position, price, stop

COINS = 40
MARKETS = tuple(f"C{n}/{quote}" for n in range(COINS) for quote in ("USD", "USDT", "USD:USD"))
BEGAN = datetime(2026, 10, 1, tzinfo=UTC)
_HUNDRED = Decimal(100)


def many_orders(account: str, count: int, seed: int = 7) -> tuple[Order, ...]:
    """About `count` orders, always the same ones for a seed. Prices are around 100 and have up to four decimals."""
    random = Random(seed)
    orders: list[Order] = []
    while len(orders) < count:
        orders += _SHAPES[random.randrange(len(_SHAPES))](random, account, len(orders))
    return tuple(orders)


def answers_with(orders: Sequence[Order], last: str = "100") -> dict[Source, Success[Any]]:
    """The responses of a refresh with these orders, with holdings, positions and a price for every market."""
    return {
        Source.BALANCES: Success((balance("USD", "5000"), *(balance(f"C{n}", "100") for n in range(COINS)))),
        Source.POSITIONS: Success(tuple(position(m, "50") for m in MARKETS if ":" in m)),
        Source.ORDERS: Success(tuple(o for o in orders if o.source is Source.ORDERS)),
        Source.TRIGGERS: Success(tuple(o for o in orders if o.source is Source.TRIGGERS)),
        Source.PRICES: Success((price("USDT/USD", "0.999"), *(price(market, last) for market in MARKETS))),
    }


def _common(random: Random, account: str) -> dict[str, Any]:
    return {
        "account": account,
        "symbol": random.choice(MARKETS),
        "amount": str(Decimal(random.randrange(1, 100_000)) / 1000),
        "created_at": BEGAN + timedelta(seconds=random.randrange(5_000_000)),
    }


def _below(random: Random) -> Decimal:
    return Decimal(random.randrange(500_000, 999_000)) / 10_000


def _above(random: Random) -> Decimal:
    return Decimal(random.randrange(1_001_000, 1_500_000)) / 10_000


def _limit(random: Random, account: str, n: int) -> Sequence[Order]:
    side = random.choice(list(Side))
    at = _below(random) if side is Side.BUY else _above(random)
    return [order(f"{n}", side=side, limit_price=at, **_common(random, account))]


def _stop(random: Random, account: str, n: int) -> Sequence[Order]:
    return [stop(f"s{n}", str(_below(random)), **_common(random, account))]


def _trailing(random: Random, account: str, n: int) -> Sequence[Order]:
    trailing = stop(f"r{n}", str(_below(random)), kind=OrderKind.TRAILING_STOP, **_common(random, account))
    distance = Decimal(random.randrange(1, 50))
    is_active = random.random() < 0.5
    return [replace(trailing, is_active=is_active, trailing_distance=distance, trailing_unit=TrailingUnit.PERCENT)]


def _linked(random: Random, account: str, n: int) -> Sequence[Order]:
    """A stated OCO of a stop and a plain limit order."""
    linked = {**_common(random, account), "group_id": f"g{n}", "contingency": Contingency.OCO}
    profit = order(f"{n}p", side=Side.SELL, limit_price=_above(random), source=Source.TRIGGERS, **linked)
    return [stop(f"{n}s", str(_below(random)), **linked), profit]


def _bracket(random: Random, account: str, n: int) -> Sequence[Order]:
    """A stop, a take profit and an entry between them, of one size and placed together, in no stated group."""
    common = _common(random, account)
    profit = stop(f"{n}b", str(_above(random)), kind=OrderKind.TAKE_PROFIT, **common)
    entry = order(f"{n}e", side=Side.BUY, limit_price=_HUNDRED - Decimal(n % 90) / 10_000, **common)
    return [stop(f"{n}a", "40", **common), profit, entry]


def _twice(random: Random, account: str, n: int) -> Sequence[Order]:
    """A stop that has triggered, listed among the triggers and in the book."""
    common = _common(random, account)
    at = _above(random)
    trigger = stop(f"t{n}", str(at), kind=OrderKind.STOP_LIMIT, limit_price=at, book_order_id=f"{n}", **common)
    return [trigger, order(f"{n}", side=Side.SELL, limit_price=at, **common)]


_SHAPES = (_limit, _limit, _limit, _limit, _stop, _stop, _trailing, _linked, _bracket, _twice)
