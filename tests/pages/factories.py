"""Factories of page tests: an account with a history, written by the real writers. A test passes the facts that matter.

`python -m tests.pages.factories [--live]` fills the database of DATABASE_URL to look at the pages by hand.
"""

import math
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine

from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.balances import Balance
from domain.markets import Side
from domain.net_value import computed_valuation
from domain.orders import Contingency, Order, OrderKind, OrderStatus, Role
from domain.positions import Position, PositionSide
from domain.prices import Price, Rates
from domain.snapshot import Account
from domain.sources import Failure, FailureKind, Source, Success
from domain.valuation import Valuation, ValueOrigin, compared
from tests.factories import ASKED, balance, observation, order, position, price, stop

COINS: Mapping[str, tuple[str, str]] = {  # price, quantity
    "BTC": ("94250.50", "0.84210000"),
    "ETH": ("3412.27", "9.531"),
    "SOL": ("188.42", "120.55"),
    "XRP": ("2.3145", "8400"),
    "CRO": ("0.11342", "152340.5"),
    "DOGE": ("0.31877", "20000"),
    "PEPE": ("0.00001893", "88000000"),
}
FAILED = Failure(FailureKind.TEMPORARY, "no response within 8 s")


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def configured(writer: Engine, name: str = "main", **values: Any) -> Account:
    """One configured account."""
    given: dict[str, Any] = {"exchange": "cryptocom", "sources": ASKED, "refresh_seconds": 30, "base_currency": "USD"}
    return write_accounts(writer, [AccountSetting(name=name, **given | values)])[name]


def seen(
    writer: Engine,
    account: Account,
    taken_at: datetime | None = None,
    worth: Valuation | None = None,
    **results: Sequence[Any] | Failure,
) -> datetime:
    """Write one refresh, by default now. Sources without an argument succeeded and were empty."""
    taken_at = taken_at or datetime.now(UTC)
    told = {Source(n): r if isinstance(r, Failure) else Success(tuple(r)) for n, r in results.items()}
    write_refresh(writer, observation(account, taken_at, told, worth))
    return taken_at


def prices_at(at: datetime) -> list[Price]:
    """Prices that move smoothly and are the same in every run."""
    hours = at.timestamp() / 3600
    found = []
    for n, (coin, (last, _)) in enumerate(COINS.items()):
        wave = sum(math.sin(hours / span + n * 1.7) * size for span, size in ((310, 0.09), (47, 0.03), (5.3, 0.012)))
        drift = random.Random(f"{coin}{int(at.timestamp())}").gauss(0, 0.0012)
        worth = (Decimal(last) * Decimal(str(round(1 + wave + drift, 6)))).quantize(Decimal(last))
        change = Decimal(str(round(wave / 3, 4)))
        found += [price(f"{coin}/{quote}", str(worth), change_24h=change) for quote in ("USD", "USDT")]
    return [*found, price("USDT/USD", "0.9998", change_24h=Decimal("0.0001")), price("EUR/USD", "1.0842")]


def balances_at(prices: Sequence[Price]) -> list[Balance]:
    """Coins with stated values, dollars, a small loan and an airdrop without a price."""
    rates = Rates(prices)
    held = {coin: Decimal(quantity) for coin, (_, quantity) in COINS.items()} | {
        "USD": Decimal("7890.0032"),
        "USDT": Decimal("-2500"),
        "DUST": Decimal("0.00000041"),
        "AIRDROP": Decimal("1200"),
    }
    found = []
    for coin, total in held.items():
        rate = rates.rate(coin, "USD")
        locked = total / 4 if coin in ("BTC", "SOL", "XRP") else Decimal(0)
        stated = None if rate is None else total * rate
        found.append(balance(coin, str(total), free=total - locked, locked=locked, market_value=stated))
    return found


def positions_at(prices: Sequence[Price]) -> list[Position]:
    """A short perpetual."""
    mark = next(p.last for p in prices if p.symbol == "BTC/USD") or Decimal(1)
    entry = Decimal("95810.20")
    return [
        position(
            "BTC/USD:USD",
            "0.1984",
            side=PositionSide.SHORT,
            entry_price=entry,
            cost=entry * Decimal("0.1984"),
            leverage=Decimal(5),
            mark_price=mark,
            unrealised_pnl=(entry - mark) * Decimal("0.1984"),
            liquidation_price=Decimal("141250.00"),
        )
    ]


def orders_of_all_kinds(created_at: datetime) -> tuple[list[Order], list[Order]]:
    """Normal orders, and trigger orders with an OCO and an OTOCO group."""
    at: dict[str, Any] = {"created_at": created_at, "time_in_force": "GTC"}
    normal = [
        order("1001", amount="0.05", limit_price=Decimal("91000"), **at),
        order("1002", symbol="ETH/USDT", amount="2.5", limit_price=Decimal("3150.5"), post_only=True, **at),
        order("1003", symbol="PEPE/USD", amount="10000000", limit_price=Decimal("0.00001625"), **at),
        order("1004", symbol="SOL/USD", side=Side.SELL, amount="40", limit_price=Decimal("214"), **at),
    ]
    trigger = [
        stop("2001", "86500", amount="0.42", **at),
        stop(
            "2002", "171.5", symbol="SOL/USD", amount="80", kind=OrderKind.STOP_LIMIT, limit_price=Decimal("170"), **at
        ),
    ]
    group: dict[str, Any] = {"group_id": "g1", "contingency": Contingency.OCO, "source": Source.TRIGGERS, **at}
    trigger += [
        order(
            "3001/1", symbol="XRP/USD", side=Side.SELL, amount="8400", limit_price=Decimal("2.85"), leg_id="1", **group
        ),
        stop("3001/2", "2.05", symbol="XRP/USD", amount="8400", leg_id="2", **group),
    ]
    three: dict[str, Any] = {
        "group_id": "g2",
        "contingency": Contingency.OTOCO,
        "symbol": "ETH/USD",
        "amount": "3",
        "status": OrderStatus.PENDING,
        **at,
    }
    trigger += [
        order("4001", leg_id="1", source=Source.TRIGGERS, limit_price=Decimal("3050"), role=Role.ENTRY, **three),
        stop("4002", "2890", leg_id="2", **three),
        stop("4003", "3650", leg_id="3", kind=OrderKind.TAKE_PROFIT, **three),
    ]
    return normal, trigger


def worth_of(balances: Sequence[Balance], positions: Sequence[Position], prices: Sequence[Price]) -> Valuation:
    """The valuation of an exchange with a margin account, with the computed value beside it."""
    computed = computed_valuation(balances, positions, Rates(prices), "USD")
    assert computed.net_value is not None
    stated = Valuation(
        currency="USD",
        origin=ValueOrigin.STATED,
        net_value=computed.net_value + Decimal("3.1771"),
        cash=Decimal("7890.0032"),
        gross=computed.gross,
        borrowed=computed.borrowed,
        unrealised_pnl=computed.unrealised_pnl,
        margin_balance=computed.net_value * Decimal("0.93"),
        collateral=computed.net_value * Decimal("0.9"),
        initial_margin=Decimal("3801.55"),
        maintenance_margin=Decimal("1900.12"),
        unpriced=computed.unpriced,
    )
    return compared(stated, computed)


def everything(writer: Engine, account: Account, at: datetime, **failed: Failure) -> datetime:
    """Write one refresh with many rows. The named sources failed."""
    prices = prices_at(at)
    balances, positions = balances_at(prices), positions_at(prices)
    normal, trigger = orders_of_all_kinds(datetime(2026, 11, 3, 9, 12, tzinfo=UTC))
    worth = None if "balances" in failed or "positions" in failed else worth_of(balances, positions, prices)
    rows: dict[str, Any] = {
        "balances": balances,
        "positions": positions,
        "orders": normal,
        "triggers": trigger,
        "prices": prices,
    }
    return seen(writer, account, at, worth, **rows | failed)


def moments_of_a_past(until: datetime, days: int = 90) -> Iterator[datetime]:
    """Every six hours, then every hour for a week, then every ten minutes for six hours. One day is missing."""
    at = until - timedelta(days=days)
    while at < until:
        left = until - at
        if not timedelta(days=40) < left < timedelta(days=41, hours=12):
            yield at
        at += (
            timedelta(hours=6)
            if left > timedelta(days=7)
            else timedelta(hours=1 if left > timedelta(hours=6) else 1 / 6)
        )


def with_a_past(writer: Engine, account: Account, until: datetime, days: int = 90) -> None:
    """Write a history with failing balances 20 days ago."""
    for at in moments_of_a_past(until, days):
        is_bad = timedelta(days=19) < until - at < timedelta(days=22)
        failed = {"balances": Failure(FailureKind.TEMPORARY, "no response within 8 s")} if is_bad else {}
        everything(writer, account, at, **failed)


def main() -> None:
    """Fill the database of DATABASE_URL, then keep it moving if asked to."""
    from db.engine import writer_engine

    writer = writer_engine()
    account = configured(writer, "demo", refresh_seconds=5, is_demo=True)
    with_a_past(writer, account, datetime.now(UTC))
    everything(writer, account, datetime.now(UTC))
    while "--live" in sys.argv:
        time.sleep(5)
        everything(writer, account, datetime.now(UTC))


if __name__ == "__main__":
    main()
