"""Kraken Futures' orders: one list of resting and waiting ones."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, Role, TriggerKind
from domain.transfers import TransferKind as K
from exchanges.connection.exact import amount
from exchanges.venues._shared.account_calls import FillsCall
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, id_in, price_in, word_in
from exchanges.venues._shared.transfer_call import ALL_KINDS, ledger
from exchanges.venues._shared.venue import Venue

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


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """What a row of openorders says. ccxt leaves out its limit price."""
    said, limit = word_in(row, "orderType"), price_in(row, "limitPrice")
    at_market, limited = _WAITING.get(said, (None, None))
    kind = _BOOK.get(said) or (at_market if limit is None else limited)
    waits = said in _WAITING
    return OrderRow(
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


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a row of fills says: ccxt leaves out the size of inverse contracts, and makes up a fee from the general
    list of fees, which the row does not tell."""
    return {"amount": row.get("size"), "fee": None}


def ended_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """Of the history ccxt calls closed what filled in part when it was placed, and may rest since: no end is told."""
    whole, done = amount(unified, "amount"), amount(unified, "filled")
    placed = "order" not in row and unified.get("status") == "closed" and row.get("filled") is not None
    return EndedRow(status="open" if placed and whole is not None and done is not None and done < whole else None)


_KRAKEN_FUTURES: LedgerWords = {
    "futures trade": None,
    "futures liquidation": None,
    "futures assignee": None,
    "futures assignor": None,
    "futures unwind counterparty": None,
    "futures unwind bankrupt": None,
    "covered liquidation": None,
    "settlement": K.SETTLEMENT,
    "funding rate change": K.FUNDING,
    "interest payment": K.INTEREST,
    "tax withheld": K.FEE,
    "transfer": K.DEPOSIT,
    "subaccount transfer": K.DEPOSIT,
    "cross-exchange transfer": K.DEPOSIT,
    "admin transfer": K.DEPOSIT,
}


VENUE = Venue(
    open_orders=(order_list(),),
    fills=(FillsCall("all", until="lastFillTime", is_iso=True, rows=100, keeps=Keeps.NEWEST),),
    # The history tells events, of which ccxt takes an order's being placed for its being cancelled: that is not asked.
    ended_orders=(
        newest_first("filled", "fetch_closed_orders", rows=500),
        newest_first("triggered", "fetch_closed_orders", params={"trigger": True}, rows=500),
        newest_first("triggers-cancelled", "fetch_canceled_orders", params={"trigger": True}, rows=500),
    ),
    # Those that ended are told for five seconds only; until then it is the one thing that tells of cancelled ones.
    order_by_id={"orders": {}},
    # What comes from the spot exchange or goes there stands in the ledger.
    transfers=(ledger(*ALL_KINDS, params={"count": 500}, rows=500, counted="logs", keeps=Keeps.OLDEST),),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=by_word(_KRAKEN_FUTURES, "info"),
    triggers_among_orders=True,
)
