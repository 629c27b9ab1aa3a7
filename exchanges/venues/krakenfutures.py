"""Kraken Futures' orders: one list of resting and waiting ones."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, Role, TriggerKind
from exchanges.connection.exact import amount
from exchanges.venues._shared.order_rows import Ended, Stated, flag_in, id_in, price_in, word_in

_BOOK = {
    "LMT": OrderKind.LIMIT,
    "LIMIT": OrderKind.LIMIT,
    "POST": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
    "FOK": OrderKind.LIMIT,
    "MKT": OrderKind.MARKET,
}
# Each executes at market, or within a limit where one is given.
_WAITING = {
    "STP": (OrderKind.STOP, OrderKind.STOP_LIMIT),
    "STOP": (OrderKind.STOP, OrderKind.STOP_LIMIT),
    "TAKE_PROFIT": (OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT),
    "TRAILING_STOP": (OrderKind.TRAILING_STOP, OrderKind.TRAILING_STOP),
}
_TRIGGER_KINDS = {
    "LAST": TriggerKind.LAST,
    "LAST_PRICE": TriggerKind.LAST,
    "MARK": TriggerKind.MARK,
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX": TriggerKind.INDEX,
    "SPOT": TriggerKind.INDEX,
    "SPOT_PRICE": TriggerKind.INDEX,
}


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of openorders says. ccxt leaves out its limit price."""
    said, limit = word_in(row, "orderType"), price_in(row, "limitPrice")
    at_market, limited = _WAITING.get(said, (None, None))
    kind = _BOOK.get(said) or (at_market if limit is None else limited)
    waits = said in _WAITING
    return Stated(
        kind=kind or OrderKind.UNKNOWN,
        role=Role.TAKE_PROFIT if said == "TAKE_PROFIT" else None,
        client_order_id=id_in(row, "cliOrdId"),
        trigger_price=price_in(row, "stopPrice") if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerSignal")) if waits else None,
        limit_price=limit,
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=said == "POST",
        leaves_out=frozenset({"price"}),
    )


def execution(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a row of fills says: ccxt leaves out the size of inverse contracts, and makes up a fee from the general
    list of fees, which the row does not tell."""
    return {"amount": row.get("size"), "fee": None}


def ended(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Ended:
    """Of the history ccxt calls closed what filled in part when it was placed, and may rest since: no end is told."""
    whole, done = amount(unified, "amount"), amount(unified, "filled")
    placed = "order" not in row and unified.get("status") == "closed" and row.get("filled") is not None
    return Ended(status="open" if placed and whole is not None and done is not None and done < whole else None)
