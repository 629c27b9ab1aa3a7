"""Kraken Futures' orders: one list of resting and waiting ones."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from domain.orders import OrderKind, Role, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from exchanges.connection.exact import Garbled, amount, text
from exchanges.connection.list_paths import rows_in
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow, EquityRow
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerWords, by_word
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, id_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
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
    """Parse a row of openorders. ccxt leaves out its limit price."""
    order_type, limit = word_in(row, "orderType"), price_in(row, "limitPrice")
    at_market, limited = _WAITING.get(order_type, (None, None))
    kind = _BOOK.get(order_type) or (at_market if limit is None else limited)
    waits = order_type in _WAITING
    return OrderRow(
        kind=kind or OrderKind.UNKNOWN,
        role=Role.TAKE_PROFIT if order_type == "TAKE_PROFIT" else None,
        client_order_id=id_in(row, "cliOrdId"),
        trigger_price=price_in(row, "stopPrice") if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerSignal")) if waits else None,
        limit_price=limit,
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=order_type == "POST",
        leaves_out=frozenset({"price"}),
    )


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse a row of fills. ccxt leaves out the size of inverse contracts.

    The row has no fee. ccxt's fee is computed from the general fee schedule.
    """
    return {"amount": row.get("size"), "fee": None}


def ended_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """No ending. ccxt calls a partly filled order closed, although it may still be open."""
    size, done = amount(unified, "amount"), amount(unified, "filled")
    placed = "order" not in row and unified.get("status") == "closed" and row.get("filled") is not None
    return EndedRow(status="open" if placed and size is not None and done is not None and done < size else None)


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """A row of openpositions. `pnlCurrency` is stated for multi-collateral contracts, whose profit is in dollars."""
    size, side = amount(row, "size"), {"LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}.get(word_in(row, "side"))
    if size is None or side is None:
        raise Garbled("size or side is missing")
    leverage = price_or_unknown(row, "maxFixedLeverage")
    return PositionRow(
        size=size.copy_abs(),
        side=side,
        entry_price=price_or_unknown(row, "price"),
        mark_price=price_or_unknown(row, "markPrice"),
        open_profit=amount_or_unknown(row, "unrealizedPnl"),
        leverage=leverage,
        margin_mode="cross" if leverage is None else "isolated",
    )


def _accounts(response: Any) -> Mapping[str, Any]:
    return {
        name: row for name, row in rows_in(response, ("accounts",)) if name is not None and isinstance(row, Mapping)
    }


def _wallet_rows(response: Any) -> Iterator[tuple[str | None, Any]]:
    """The multi-collateral wallet, the cash wallet, then the wallet of each single-collateral contract."""
    accounts = _accounts(response)
    for asset, row in (accounts.get("flex", {}).get("currencies") or {}).items():
        yield asset, {**row, "wallet": "main"}
    for name, row in accounts.items():
        for asset, quantity in (row.get("balances") or {}).items() if name != "flex" else ():
            # A margin account lists its contracts, too. Only its own currency is money.
            if row.get("type") != "marginAccount" or asset.lower() == str(row.get("currency")).lower():
                yield asset, {"quantity": quantity, "wallet": name}


def _balance(row: Mapping[str, Any], key: str | None) -> BalanceRow:
    quantity = amount(row, "quantity")
    if key is None or quantity is None:
        raise Garbled("the quantity is missing")
    return BalanceRow(key, quantity, amount(row, "available"), wallet=text(row, "wallet"))


def _equities(response: Any) -> Iterator[EquityRow]:
    """portfolioValue is in dollars. pv of a single-collateral wallet is in its own currency. Both include open
    profit.
    """
    for name, row in _accounts(response).items():
        auxiliary = row.get("auxiliary")
        portfolio = amount(row, "portfolioValue")
        pv = amount(auxiliary, "pv") if isinstance(auxiliary, Mapping) else None
        if name == "flex" and portfolio is not None:
            yield EquityRow("USD", portfolio, "main")
        elif row.get("type") == "marginAccount" and pv is not None:
            yield EquityRow(str(row.get("currency")), pv, name)


_LEDGER_WORDS: LedgerWords = {
    "futures trade": None,
    "futures liquidation": None,
    "futures assignee": None,
    "futures assignor": None,
    "futures unwind counterparty": None,
    "futures unwind bankrupt": None,
    "covered liquidation": None,
    "conversion": K.OTHER,  # of one collateral currency into another, which no list of fills holds
    "settlement": K.SETTLEMENT,
    "funding rate change": K.FUNDING,
    "interest payment": K.INTEREST,
    "tax withheld": K.FEE,
    "transfer": K.DEPOSIT,
    "subaccount transfer": K.DEPOSIT,
    "cross-exchange transfer": K.DEPOSIT,
    "admin transfer": K.DEPOSIT,
}


# https://docs.kraken.com/api/docs/guides/futures-rate-limits: 500 in 10 seconds. Wallets, positions and orders weigh 2,
# older fills 25. Ten count for each request. Requests to /history are spaced.
_RATE_LIMITS = (
    per_window(500, 10, Scope.ACCOUNT, "private", ccxt_cost=10),
    per_window(500, 10, Scope.ADDRESS, "public"),
)

_EVENTS = ("elements",)
VENUE = Venue(
    open_orders=(replace(order_list(), list_at=("openOrders",)),),
    wallets=(WalletCall("main", rows=_wallet_rows, row=_balance, equity=_equities),),
    positions=(PositionsCall("main", list_at=("openPositions",)),),
    position_row=position_row,
    fills=(FillsCall("all", until="lastFillTime", is_iso=True, rows=100, keeps=Keeps.NEWEST, list_at=("fills",)),),
    # The history has events, and ccxt reads the placing of an order as its cancellation, so it is not requested.
    ended_orders=(
        newest_first("filled", "fetch_closed_orders", rows=500, list_at=_EVENTS),
        newest_first("triggered", "fetch_closed_orders", params={"trigger": True}, rows=500, list_at=_EVENTS),
        newest_first(
            "triggers-cancelled", "fetch_canceled_orders", params={"trigger": True}, rows=500, list_at=_EVENTS
        ),
    ),
    # Ended orders stay readable for five seconds only. During that time this is the only source for cancellations.
    order_by_id={"orders": {}},
    # Transfers with the spot exchange are in the ledger.
    transfers=(
        ledger(*ALL_KINDS, params={"count": 500}, rows=500, counted="logs", keeps=Keeps.OLDEST, list_at=("logs",)),
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    ledger_row=by_word(_LEDGER_WORDS, "info"),
    triggers_among_orders=True,
    rate_limits=_RATE_LIMITS,
)
