"""Bitfinex's orders: rows without names, each value known by its place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import EXACT, Garbled, amount, moment, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import check_list, list_in
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.ended_call import EndedCall
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import UNSAID, KeyWords
from exchanges.venues._shared.ledger_rows import LedgerRow
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import EndedRow, OrderRow, id_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import ledger, movements
from exchanges.venues._shared.venue import Venue

# The order type also names the wallet: "EXCHANGE STOP LIMIT" is an order of the exchange wallet.
_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "FOK": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
    "STOP": OrderKind.STOP,
    "STOP LIMIT": OrderKind.STOP_LIMIT,
    "TRAILING STOP": OrderKind.TRAILING_STOP,
}
_PLACES = {
    "group": 1,
    "created": 4,
    "updated": 5,
    "left": 6,
    "whole": 7,
    "type": 8,
    "flags": 12,
    "status": 13,
    "price": 16,
    "trailing": 18,
    "limit": 19,
    "placed_by": 25,
}
_CLOSE, _REDUCE_ONLY, _POST_ONLY, _OCO = 512, 1024, 4096, 16384


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of auth/r/orders. The row is a list without names, passed as {"row": [...]}."""
    fields = named(row)
    kind = _KINDS.get(word_in(fields, "type").removeprefix("EXCHANGE "), OrderKind.UNKNOWN)
    waits, trails = kind not in (OrderKind.LIMIT, OrderKind.MARKET), kind is OrderKind.TRAILING_STOP
    flags = _flags(fields)
    placed_by, group = id_in(fields, "placed_by"), id_in(fields, "group")
    is_oco = bool(flags & _OCO) or placed_by is not None
    price = price_in(fields, "price")
    distance = price_in(fields, "trailing") if trails else None
    return OrderRow(
        kind=kind,
        on_margin=not word_in(fields, "type").startswith("EXCHANGE ") and ":" not in str(_unified.get("symbol")),
        # The stop of a pair names the order that placed it, and that one is the other of the pair.
        group_id=(placed_by or id_in(_unified, "id")) if is_oco else group,
        contingency=Contingency.OCO if is_oco else Contingency.UNKNOWN if group else None,
        trigger_price=price if waits else None,
        trigger_kind=TriggerKind.LAST if waits else None,
        limit_price=price_in(fields, "limit") if kind is OrderKind.STOP_LIMIT else None if waits else price,
        trailing_distance=distance,
        trailing_unit=None if distance is None else TrailingUnit.PRICE,
        reduce_only=bool(flags & _REDUCE_ONLY),
        post_only=bool(flags & _POST_ONLY),
        close_position=True if flags & _CLOSE else None,
        created_at=moment(fields, "created"),
        leaves_out=frozenset({"price"}),
    )


def named(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a row by name. Values beyond its end are missing."""
    values = row.get("row")
    listed = values if isinstance(values, list) else []
    return {name: listed[index] for name, index in _PLACES.items() if index < len(listed)}


def _flags(fields: Mapping[str, Any]) -> int:
    number = amount(fields, "flags")
    return int(number) if number is not None and 0 <= number < 2**53 else 0


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history: the remaining amount, the time of the last change, and the status in words.

    A stop keeps its id when it becomes an order in the book.
    """
    fields = named(row)
    size, left, words = (
        amount(fields, "whole"),
        amount(fields, "left"),
        (text(fields, "status") or "").partition(" was:")[0],
    )
    return EndedRow(
        status="canceled" if words.endswith(" CANCELED") else None,
        filled=None if size is None or left is None else EXACT.subtract(abs(size), abs(left)),
        ended_at=moment(fields, "updated"),
        reason=words if words.startswith(("INSUFFICIENT", "RSN_")) or words.endswith(" CANCELED") else None,
    )


def _ledger_row(row: Mapping[str, Any], _own: str) -> LedgerRow | None:
    """A line is a list whose last part describes it in words."""
    line = row.get("result")
    words = str(line[8]).lower().split(" on wallet ")[0] if isinstance(line, list) and len(line) > 8 else ""
    if words.startswith("exchange"):
        return LedgerRow(None)
    if "funding payment" in words or "funding charge" in words or "interest" in words:
        return LedgerRow(K.INTEREST)  # margin funding is lending and borrowing
    if "funding" in words:
        return LedgerRow(K.FUNDING)
    for phrase, kind in (
        ("trading fee", None),
        ("withdrawal fee", None),  # listed as movements
        ("position", K.SETTLEMENT),
        ("settlement", K.SETTLEMENT),
        ("deposit", None),
        ("withdrawal", None),
        ("transfer", K.INTERNAL),
        ("rebate", K.REBATE),
        ("reward", K.INTEREST),
    ):
        if phrase in words:
            return LedgerRow(kind)
    return None


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a row of positions.

    Fields: symbol, status, amount, base price, funding (2), profit, its share, liquidation, leverage. The amount is in
    the base currency and negative for a short. Index 15 distinguishes a derivative (1) from spot margin (0).
    """
    places = _by_place(row.get("row"))
    size = amount(places, "2")
    if size is None:
        raise Garbled("the amount is missing")
    return PositionRow(
        size=size.copy_abs() if word_in(places, "1") != "CLOSED" else Decimal(0),
        side=PositionSide.SHORT if size < 0 else PositionSide.LONG,
        entry_price=price_or_unknown(places, "3"),
        open_profit=amount_or_unknown(places, "6"),
        liquidation_price=price_or_unknown(places, "8"),
        leverage=price_or_unknown(places, "9"),
        margin_mode={"1": "isolated", "0": "cross"}.get(text(places, "15") or ""),
        is_in_base=True,
    )


def _by_place(values: Any) -> Mapping[str, Any]:
    """A row without names as an object: each value by its place."""
    return {str(index): value for index, value in enumerate(values)} if isinstance(values, list) else {}


def _wallet_rows(response: Any) -> Iterator[tuple[None, Mapping[str, Any]]]:
    check_list(response, ())
    for row in list_in(response, ()):
        yield None, _by_place(row)


def _balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """A row of wallets: wallet, currency, balance, unsettled interest, available. "USTF0" is Tether for derivatives."""
    wallet, currency, balance = text(row, "0"), text(row, "1"), amount(row, "2")
    if wallet is None or currency is None or balance is None:
        raise Garbled("the wallet, the currency or the balance is missing")
    free = amount_or_unknown(row, "4")
    locked = EXACT.subtract(balance, free) if free is not None and 0 <= free <= balance else None
    coin = currency.removesuffix("F0")
    return BalanceRow(coin, balance, free, locked, wallet=_WALLETS.get(wallet, wallet) + currency.removeprefix(coin))


_WALLETS = {"exchange": "main"}
_KEY_PERMISSIONS = KeyWords(
    trades={"account", "history", "orders", "positions", "funding", "settings", "wallets"},
    withdraws={"withdraw", "ui_withdraw"},
    others={"bfxpay"},
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    rows = gateway.request("auth/r/permissions")
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) >= 3 for row in rows) or not rows:
        raise BadPayload(UNSAID)
    return _KEY_PERMISSIONS.permissions_of([str(row[0]) for row in rows if str(row[2]) != "0"])


# https://docs.bitfinex.com/docs/requirements-and-limitations: a path takes up to 90 requests a minute from an address,
# which are 240 of ccxt's costs.
_RATE_LIMITS = (per_window(240, 60, Scope.ADDRESS, per_path=True),)

VENUE = Venue(
    open_orders=(replace(order_list(), list_at=()),),
    wallets=(WalletCall("main", rows=_wallet_rows, row=_balance),),
    positions=(PositionsCall("main", list_at=()),),
    position_row=position_row,
    fills=(FillsCall("all", until="end", rows=2500, keeps=Keeps.NEWEST, list_at=()),),
    # Kept by when an order was last changed, and ccxt takes that for its time.
    ended_orders=(EndedCall("all", "fetch_closed_orders", rows=500, list_at=()),),
    # ccxt's request for one order searches only the open ones.
    order_by_id={"orders": None},
    transfers=(
        movements(until="end", rows=250, list_at=()),
        ledger(K.FUNDING, K.INTEREST, K.REBATE, rows=500, list_at=()),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    key_permissions=_key_permissions,
    calls=(Call("POST", "auth/r/permissions", ("private",), 2.7),),
    post_reads=(r"/v2/auth/r/[\w:/-]+",),
    triggers_among_orders=True,
    rate_limits=_RATE_LIMITS,
)
