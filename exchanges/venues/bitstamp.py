"""Bitstamp: account balances, positions, and a list of orders with their original and remaining amounts.

Documentation: bitstamp.net/api. Account balances, Open positions, Open orders, Order status, User transactions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import TRIGGER_KINDS, OrderKind, TrailingUnit, TriggerKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, quoted, text
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceFields
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.ledger_rows import LedgerRow, LedgerWords, by_word
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, flag_in, price_in, word_in
from exchanges.venues._shared.position_names import PositionNames
from exchanges.venues._shared.position_rows import PositionFields
from exchanges.venues._shared.transfer_call import ALL_KINDS, ledger
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import plain_list

_SUBTYPES = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "INSTANT": OrderKind.MARKET,
    "CASH": OrderKind.MARKET,
    "STOP_LOSS": OrderKind.STOP,
    "STOP_LOSS_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TRAILING_STOP_LOSS": OrderKind.TRAILING_STOP,
    "TRAILING_STOP_LOSS_LIMIT": OrderKind.TRAILING_STOP,
}
_TRIGGER_KINDS = {
    "LAST_TRADED_PRICE": TriggerKind.LAST,
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
}
_AT_MARKET = frozenset({OrderKind.MARKET, OrderKind.STOP, OrderKind.TAKE_PROFIT})


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """A row of open_orders/all. An order of a derivative states its subtype. `trailing_delta` counts hundredths of a
    percent."""
    total, left = price_in(row, "amount_at_create"), amount(row, "amount")
    done = EXACT.subtract(total, left) if total is not None and left is not None and 0 <= left <= total else None
    trigger, price = price_in(row, "stop_price"), price_in(row, "price")
    side = {"0": Side.BUY, "1": Side.SELL}.get(word_in(row, "type"))
    if side is None:
        raise Garbled(f"type is neither buy (0) nor sell (1): {quoted(row.get('type'))}")
    kind = _SUBTYPES.get(word_in(row, "subtype"), _kind(row, trigger, price))
    trails, waits = kind is OrderKind.TRAILING_STOP, kind in TRIGGER_KINDS
    delta = price_in(row, "trailing_delta") if trails else None
    return OrderRow(
        kind=kind,
        side=side,
        trigger_price=trigger if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trigger")) if waits else None,
        limit_price=None if kind in _AT_MARKET else price,
        trailing_distance=None if delta is None else EXACT.multiply(delta, Decimal("0.01")),
        trailing_unit=None if delta is None else TrailingUnit.PERCENT,
        activation_price=price_in(row, "activation_price") if trails else None,
        amount=total,
        filled=done,
        reduce_only=flag_in(row, "reduce_only"),
        kind_tells_direction=word_in(row, "subtype") in _SUBTYPES,
    )


def _kind(row: Mapping[str, Any], trigger: Decimal | None, price: Decimal | None) -> OrderKind:
    """The kind of an order by its prices, where no subtype is stated."""
    if trigger is None:
        return OrderKind.UNKNOWN if price is None or word_in(row, "subtype") else OrderKind.LIMIT
    return OrderKind.STOP if price is None else OrderKind.STOP_LIMIT


def _with_symbol(row: Any) -> Iterator[Any]:
    """The row, a derivative with the name of its market as ccxt knows it: BTC/USD-PERP is its "btcusd-perp"."""
    name = text(row, "currency_pair") or text(row, "market") if isinstance(row, Mapping) else None
    symbol = (name or "").replace("/", "").lower()
    yield {**row, "symbol": symbol, "currency_pair": symbol} if symbol.endswith("-perp") else row


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse order_status: its executions, possibly none."""
    return EndedRow(
        status="expired" if word_in(row, "status") == "EXPIRED" else None,
        filled=Decimal(0) if row.get("transactions") == [] else None,
    )


# Fields of a transaction that are not currencies. Each moved currency has a field of its own name.
_NO_CURRENCIES = frozenset({"id", "type", "fee", "datetime", "order_id", "self_trade"})

_LEDGER_ROW: LedgerWords = {
    "0": K.DEPOSIT,
    "1": K.DEPOSIT,
    "2": None,
    "14": K.DEPOSIT,  # from and to other accounts
    "27": K.INTEREST,  # a reward of staking
    "32": K.REBATE,  # for referring somebody
    "35": K.DEPOSIT,
}


def _ledger_row(row: Mapping[str, Any], address: str) -> LedgerRow | None:
    """Parse a ledger row. The moved amount is in the field of its currency, beside zeros in others."""
    parsed = by_word(_LEDGER_ROW, "type")(row, address)
    if parsed is None or parsed.kind is None:
        return parsed
    names = [name for name in row if name not in _NO_CURRENCIES and "_" not in name]
    moved = [(name, size) for name in names if (size := amount(row, name))]
    if len(moved) != 1:
        return parsed
    return LedgerRow(parsed.kind, moved[0][1], moved[0][0].upper(), amount(row, "fee"))


_POSITION = PositionFields(
    size="size", side="side", entry=("entry_price",), mark=("mark_price",), profit=("pnl_unrealized",),
    realised=("pnl_realized",), liquidation=("estimated_liquidation_price",), leverage=("leverage",),
    mode="margin_mode",
)  # fmt: skip


_BALANCE = BalanceFields(asset="currency", wallet_balance=("total",), free="available", locked=("reserved",))

_OPEN, _POSITIONS = "open_orders/all/", "open_positions/"

VENUE = Venue(
    # ccxt knows no market by the name that orders of derivatives have.
    open_orders=(replace(order_list(), list_at=(), path=_OPEN, orders_in=_with_symbol),),
    wallets=(WalletCall("main", rows=plain_list, fields=_BALANCE),),
    positions=(
        PositionsCall(
            "main", path=_POSITIONS, positions_in=_with_symbol, list_at=(), market="swap", may_be_refused=True
        ),
    ),
    position_row=_POSITION.row_of,
    order_names=PositionNames("margin_mode"),
    fills=(FillsCall("all", {"sort": "asc"}, since="since_timestamp", rows=1000, keeps=Keeps.OLDEST, list_at=()),),
    ended_orders=(),
    order_by_id={"orders": {}},
    # One list of everything, counted from a moment on.
    transfers=(
        ledger(
            *ALL_KINDS - {K.FUNDING},
            params={"sort": "asc"},
            since="since_timestamp",
            until=None,
            in_seconds=True,
            rows=1000,
            keeps=Keeps.OLDEST,
        ),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    calls=(Call("POST", _OPEN, ("private",), 1), Call("GET", _POSITIONS, ("private",), 1)),
    post_reads=(
        r"/api/v2/(account_balances|balance|open_orders|order_status|user_transactions)(/\w+)?/",
        r"/api/v2/(withdrawal-requests|crypto-transactions)/",
    ),
    triggers_among_orders=True,
    unread_triggers="stop orders of spot: its list of open orders states stops of derivatives alone",
    unread_wallets=("earn",),
)
