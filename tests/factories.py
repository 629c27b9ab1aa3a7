"""Factories: domain records of which a test says only what matters to it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

from domain.balances import Balance
from domain.fills import Fill
from domain.income import FLOWS, TransferSum
from domain.lots import EXACT
from domain.markets import MarketType, Side
from domain.orders import Order, OrderKind, OrderStatus
from domain.positions import Position, PositionSide
from domain.prices import Price
from domain.snapshot import Account, Observation, Refresh, Snapshot
from domain.sources import Failure, FailureKind, Source, SourceState, Success
from domain.transfers import Transfer, TransferKind, TransferStatus
from domain.triggers import direction_of
from domain.valuation import Valuation, ValueOrigin
from domain.worth import Worth

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ASKED = (Source.BALANCES, Source.POSITIONS, Source.ORDERS, Source.TRIGGERS, Source.PRICES)


def account(**values: Any) -> Account:
    known: dict[str, Any] = {
        "id": 1,
        "name": "main",
        "exchange": "cryptocom",
        "sources": ASKED,
        "refresh_seconds": 30,
        "base_currency": "USD",
    }
    return Account(**known | values)


def balance(asset: str = "BTC", total: str = "1", **values: Any) -> Balance:
    known: dict[str, Any] = {"asset": asset, "total": Decimal(total), "free": Decimal(total), "locked": Decimal(0)}
    return Balance(**known | values)


def order(key: str = "1", **values: Any) -> Order:
    """A resting limit order; `symbol` may be given as BTC/USD or BTC/USD:USD and tells the rest."""
    symbol = values.pop("symbol", "BTC/USD")
    base, quote = symbol.split(":")[0].split("/")
    amount = Decimal(values.pop("amount", "1"))
    known: dict[str, Any] = {
        "account": "main",
        "exchange": "cryptocom",
        "source": Source.ORDERS,
        "key": key,
        "order_id": key.split("/")[0],
        "symbol": symbol,
        "exchange_symbol": f"{base}{quote}-PERP" if ":" in symbol else f"{base}_{quote}",
        "base": base,
        "quote": quote,
        "market_type": MarketType.PERPETUAL if ":" in symbol else MarketType.SPOT,
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "status": OrderStatus.OPEN,
        "amount": amount,
        "filled": Decimal(0),
        "remaining": amount,
        "limit_price": Decimal("90000"),
        "raw": {"order_id": key},
    }
    return Order(**known | values)


def stop(key: str = "stop", trigger: str = "80000", **values: Any) -> Order:
    """A stop order that sells at market once triggered; its kind and side tell which way the price must go."""
    known: dict[str, Any] = {
        "source": Source.TRIGGERS,
        "side": Side.SELL,
        "kind": OrderKind.STOP,
        "trigger_price": Decimal(trigger),
        "limit_price": None,
    }
    known |= values
    return order(key, **{"trigger_direction": direction_of(known["kind"], known["side"])} | known)


def position(symbol: str = "BTC/USD:USD", amount: str = "0.5", **values: Any) -> Position:
    base, quote = symbol.split(":")[0].split("/")
    known: dict[str, Any] = {
        "key": f"{base}{quote}-PERP",
        "symbol": symbol,
        "exchange_symbol": f"{base}{quote}-PERP",
        "base": base,
        "quote": quote,
        "market_type": MarketType.PERPETUAL,
        "side": PositionSide.SHORT,
        "amount": Decimal(amount),
        "raw": {"instrument_name": f"{base}{quote}-PERP"},
    }
    return Position(**known | values)


def fill(key: str = "1", side: Side = Side.BUY, amount: str = "1", price: str = "100", **values: Any) -> Fill:
    """An execution at noon without a fee; `symbol` tells the market, `fee` may be given as text."""
    symbol = values.pop("symbol", "BTC/USD")
    base, quote = symbol.split(":")[0].split("/")
    fee = values.pop("fee", "0")
    known: dict[str, Any] = {
        "account": "main",
        "exchange": "cryptocom",
        "key": key,
        "order_id": f"order-{key}",
        "symbol": symbol,
        "exchange_symbol": f"{base}{quote}-PERP" if ":" in symbol else f"{base}_{quote}",
        "base": base,
        "quote": quote,
        "market_type": MarketType.PERPETUAL if ":" in symbol else MarketType.SPOT,
        "side": side,
        "price": Decimal(price),
        "amount": Decimal(amount),
        "at": NOON,
        "raw": {"trade_id": key},
        "fee": None if fee is None else Decimal(fee),
        "fee_currency": quote,
    }
    return Fill(**known | values)


def price(symbol: str = "BTC/USD", last: str | None = "95000", **values: Any) -> Price:
    base, quote = symbol.split(":")[0].split("/")
    return Price(symbol=symbol, base=base, quote=quote, last=None if last is None else Decimal(last), **values)


def valuation(net_value: str | None = "95000", **values: Any) -> Valuation:
    worth = None if net_value is None else Decimal(net_value)
    known: dict[str, Any] = {"currency": "USD", "origin": ValueOrigin.STATED, "net_value": worth}
    return Valuation(**known | values)


def failure(error: str = "no answer", kind: FailureKind = FailureKind.TEMPORARY, **values: Any) -> Failure:
    return Failure(kind, error, **values)


def observation(
    of: Account,
    taken_at: datetime = NOON,
    results: Mapping[Source, Success[Any] | Failure] | None = None,
    worth: Valuation | None = None,
) -> Observation:
    """An observation of `of`; sources that are not named succeeded and were empty."""
    complete: dict[Source, Success[Any] | Failure] = {source: Success(()) for source in of.sources}
    return Observation(of, taken_at, complete | dict(results or {}), worth)


def snapshot(
    of: Account | None = None,
    *,
    taken_at: datetime = NOON,
    worth: Valuation | None = None,
    carried: Mapping[Source, datetime | None] | None = None,
    unreadable: Mapping[Source, int] | None = None,
    **parts: Any,
) -> Snapshot:
    """A snapshot whose sources all succeeded at `taken_at`, but for those in `carried`."""
    of = of or account()
    carried, odd = carried or {}, unreadable or {}
    states = {
        s: SourceState(s, carried.get(s, taken_at), s in carried, unreadable_rows=odd.get(s, 0)) for s in of.sources
    }
    prices = {p.symbol: p for p in parts.pop("prices", ())}
    known: dict[str, Any] = {"balances": (), "positions": (), "orders": ()}
    return Snapshot(
        account=of,
        refresh=Refresh(of.id, taken_at, 100, worth, carried, odd),
        prices=prices,
        sources=states,
        **known | {name: tuple(rows) for name, rows in parts.items()},
    )


def transfer(key: str = "deposit/1", **values: Any) -> Transfer:
    """A deposit of one coin at NOON."""
    known: dict[str, Any] = {
        "account": "main",
        "exchange": "cryptocom",
        "key": key,
        "kind": TransferKind.DEPOSIT,
        "status": TransferStatus.DONE,
        "asset": "BTC",
        "amount": Decimal(values.pop("amount", "1")),
        "at": NOON,
        "raw": {"id": key},
    }
    return Transfer(**known | values)


def later(seconds: float, than: datetime = NOON) -> datetime:
    return than + timedelta(seconds=seconds)


def sum_of_one(transfer: Transfer, prices: Mapping[str, str] | None = None) -> TransferSum:
    """One transfer, added up alone. `prices` are those of its time: one dollar and 100 dollars for a bitcoin."""
    known = {"USD": "1", "BTC": "100"} if prices is None else prices

    def worth(amount: Decimal, asset: str | None) -> Worth:
        rate = known.get(asset or "")
        with localcontext(EXACT):
            return Worth(unknown=1) if rate is None else Worth(amount * Decimal(rate), 1)

    return TransferSum(
        transfer.kind,
        transfer.status,
        transfer.asset,
        transfer.fee_currency if transfer.fee else None,
        1,
        transfer.amount,
        transfer.fee or Decimal(0),
        worth(transfer.amount, transfer.asset),
        worth(transfer.fee, transfer.fee_currency) if transfer.fee else Worth(),
    )


def flows_of(groups: Iterable[TransferSum]) -> Mapping[str | None, Decimal]:
    """Deposits less withdrawals by asset, without their fees."""
    by_asset: dict[str | None, Decimal] = {}
    with localcontext(EXACT):
        for group in groups:
            if group.kind in FLOWS and group.has_happened:
                by_asset[group.asset] = by_asset.get(group.asset, Decimal(0)) + group.amount
    return by_asset
