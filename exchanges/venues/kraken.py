"""Kraken's orders: the description of each, with the order that closes what it opens."""

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from domain.transfers import TransferKind as K
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.gateway import Gateway
from exchanges.connection.listed_markets import QUOTIENT
from exchanges.connection.rate_limits import RateLimit, Scope
from exchanges.contracts import Permissions
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.full_answers import Keeps
from exchanges.venues._shared.key_words import KeyWords, object_in, words_of
from exchanges.venues._shared.ledger_rows import LedgerRow, LedgerWords, by_word
from exchanges.venues._shared.order_call import order_list
from exchanges.venues._shared.order_rows import AttachedOrder, EndedRow, OrderRow, flag_in, id_in, price_in, word_in
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown
from exchanges.venues._shared.transfer_call import deposits, ledger, withdrawals
from exchanges.venues._shared.venue import Venue

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "ICEBERG": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "SETTLE-POSITION": OrderKind.MARKET,
    "STOP-LOSS": OrderKind.STOP,
    "STOP-LOSS-LIMIT": OrderKind.STOP_LIMIT,
    "TAKE-PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE-PROFIT-LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
    "TRAILING-STOP": OrderKind.TRAILING_STOP,
    "TRAILING-STOP-LIMIT": OrderKind.TRAILING_STOP,
}
_ROLES = {
    "STOP-LOSS": Role.STOP_LOSS,
    "STOP-LOSS-LIMIT": Role.STOP_LOSS,
    "TAKE-PROFIT": Role.TAKE_PROFIT,
    "TAKE-PROFIT-LIMIT": Role.TAKE_PROFIT,
}
_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "INDEX": TriggerKind.INDEX}
_PRICE = r"([+-]?[\d.]{1,40}%?)"
# "close position @ stop loss 22000.0 -> limit 21000.0", "close position @ limit 70000.0"
_CLOSE = re.compile(
    rf"close position @ (limit|stop loss|take profit|trailing stop) {_PRICE}(?: -> limit {_PRICE})?", re.ASCII
)
_UNSIGNED = re.compile(r"\d{1,30}(?:\.\d{1,30})?", re.ASCII)


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of OpenOrders."""
    stated = row.get("descr")
    descr: Mapping[str, Any] = stated if isinstance(stated, Mapping) else {}
    word, parent = word_in(descr, "ordertype"), id_in(row, "refid")
    kind = _KINDS.get(word, OrderKind.UNKNOWN)
    flags = (text(row, "oflags") or "").split(",")
    in_quote = "viqc" in flags
    trails, waits = kind is OrderKind.TRAILING_STOP, kind not in (OrderKind.LIMIT, OrderKind.MARKET)
    distance, unit = _offset(text(descr, "price")) if trails else (None, None)
    on_margin, reduces = word_in(descr, "leverage") not in ("", "NONE"), flag_in(row, "reduce_only")
    return OrderRow(
        kind=kind,
        # No role for an order that may open a position: a buy, or a sale on margin.
        role=_ROLES.get(word) if reduces or (word_in(descr, "type") == "SELL" and not on_margin) else None,
        on_margin=on_margin,
        reduce_only=reduces,
        group_id=parent,
        contingency=Contingency.ATTACHED if parent else None,
        trigger_price=_trigger(row, descr, trails) if waits else None,
        trigger_kind=_TRIGGER_KINDS.get(word_in(row, "trigger") or "LAST") if waits else None,
        limit_price=_limit(row, descr, kind, word),
        trailing_distance=distance,
        trailing_unit=unit,
        post_only="post" in flags,
        attached=_close(row, descr),
        # For a trailing stop ccxt's price is the offset. With "viqc" the volume is in the quote currency.
        leaves_out=frozenset({"price"} | ({"amount", "filled", "remaining"} if in_quote else set())),
    )


def _trigger(row: Mapping[str, Any], descr: Mapping[str, Any], trails: bool) -> Decimal | None:
    """The trigger price. A trailing stop's current level and a trigger given as an offset have a separate field."""
    return (None if trails else _level(descr, "price")) or price_in(row, "stopprice")


def _limit(row: Mapping[str, Any], descr: Mapping[str, Any], kind: OrderKind, word: str) -> Decimal | None:
    if kind is OrderKind.LIMIT:
        return _level(descr, "price")
    # A limit given as an offset from the trigger has its price in a separate field.
    return (_level(descr, "price2") or price_in(row, "limitprice")) if word.endswith("-LIMIT") else None


def _level(descr: Mapping[str, Any], field: str) -> Decimal | None:
    """A price, unless the text is an offset like "+5.0%" or "-100"."""
    level = text(descr, field) or ""
    number = Decimal(level) if _UNSIGNED.fullmatch(level) else None
    return number or None


def _offset(offset: str | None) -> tuple[Decimal | None, TrailingUnit | None]:
    """The distance of "+50.0000%" and "+250.0", and what it is measured in."""
    bare = (offset or "").lstrip("+-")
    unit = TrailingUnit.PERCENT if bare.endswith("%") else TrailingUnit.PRICE
    bare = bare.removesuffix("%")
    number = Decimal(bare) if _UNSIGNED.fullmatch(bare) else None
    return (number, unit) if number else (None, None)


def _close(row: Mapping[str, Any], descr: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The attached order, placed by each fill of this one with the size of that fill. It covers the remaining
    amount.
    """
    terms = _CLOSE.match(text(descr, "close") or "")
    if terms is None:
        return ()
    word, price, limit = terms.groups()
    total, done = amount(row, "vol"), amount(row, "vol_exec")
    size = EXACT.subtract(total, done) if total is not None and done is not None and done <= total else None
    level, beyond = _level({"price": price}, "price"), _level({"price": limit}, "price")
    trigger_kind = _TRIGGER_KINDS.get(word_in(row, "trigger") or "LAST")
    match word:
        case "limit":
            return (AttachedOrder("close", Role.EXIT, None, limit_price=level, amount=size, kind=OrderKind.LIMIT),)
        case "trailing stop":
            distance, unit = _offset(price)
            trailing = AttachedOrder(
                "close", Role.STOP_LOSS, None, trigger_kind, amount=size, kind=OrderKind.TRAILING_STOP
            )
            return (replace(trailing, trailing_distance=distance, trailing_unit=unit),)
    role = Role.TAKE_PROFIT if word == "take profit" else Role.STOP_LOSS
    kind = None
    if limit is not None:  # also for a limit given as an offset, although it is no price yet
        kind = OrderKind.TAKE_PROFIT_LIMIT if role is Role.TAKE_PROFIT else OrderKind.STOP_LIMIT
    return (AttachedOrder("close", role, level, trigger_kind, beyond, size, kind),)


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse why an order was closed."""
    return EndedRow(reason=text(row, "reason"))


def position_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> PositionRow:
    """Parse a row of OpenPositions, consolidated by market. `vol` is the opened amount, `vol_closed` its closed
    part.
    """
    opened, closed, cost = amount(row, "vol"), amount(row, "vol_closed"), amount_or_unknown(row, "cost")
    side = {"BUY": PositionSide.LONG, "SELL": PositionSide.SHORT}.get(word_in(row, "type"))
    if opened is None or closed is None or side is None:
        raise Garbled("vol, vol_closed or type is missing")
    size = EXACT.subtract(opened, closed)
    value = amount_or_unknown(row, "value")
    return PositionRow(
        size=size.copy_abs(),
        side=side,
        entry_price=QUOTIENT.divide(cost, opened) if cost and opened else None,
        mark_price=QUOTIENT.divide(value, size).copy_abs() if value and size else None,
        open_profit=amount_or_unknown(row, "net"),
        leverage=price_or_unknown(row, "leverage"),
        is_in_base=True,
    )


# Names of earn, staking and held balances: "XBT.F" is rewarded, "ETH.S" staked, "DOT28.S" bonded for 28 days,
# "USD.HOLD" on its way in. Each is a quantity of the coin before the dot. "ETH2.S" is staked ETH.
_EARNED = re.compile(r"(?P<coin>[A-Z0-9]{2,}?)(?:\d{2}(?=\.S))?\.(?:F|B|M|P|S|T|HOLD)", re.ASCII)


def asset_name(asset: str) -> str:
    """The coin of a balance, without suffixes for lending and staking."""
    earned = _EARNED.fullmatch(asset)
    if earned is None:
        return asset
    return "ETH" if earned["coin"] == "ETH2" else earned["coin"]


def _balance(row: Mapping[str, Any], key: str | None) -> BalanceRow:
    """A row of BalanceEx: available = balance + credit - credit_used - hold_trade. Used credit is owed."""
    balance, held = amount(row, "balance"), amount(row, "hold_trade") or Decimal(0)
    if key is None or balance is None:
        raise Garbled("the balance is missing")
    credit, owed = amount(row, "credit") or Decimal(0), amount(row, "credit_used")
    if owed is None and credit:
        raise Garbled("credit_used is missing")
    owed = owed or Decimal(0)
    free = EXACT.subtract(EXACT.add(balance, credit), EXACT.add(held, owed))
    return BalanceRow(key, balance, max(free, Decimal(0)), held, owed.copy_abs())


_LEDGER_ROW: LedgerWords = {
    "trade": None,
    "deposit": None,
    "withdrawal": None,
    "transfer": K.DEPOSIT,  # from and to the account of futures
    "rollover": K.INTEREST,
    "staking": K.INTEREST,
    "reward": K.INTEREST,
    "dividend": K.INTEREST,
    "margin": K.SETTLEMENT,
    "settled": K.SETTLEMENT,
    "nftrebate": K.REBATE,
}


def _ledger_row(row: Mapping[str, Any], address: str) -> LedgerRow | None:
    """Parse a ledger row. Coins lent out to earn stay in the account."""
    if text(row, "type") == "earn":
        return LedgerRow(K.INTEREST if text(row, "subtype") == "reward" else K.INTERNAL)
    return by_word(_LEDGER_ROW, "type")(row, address)


_KEY_PERMISSIONS = KeyWords(
    reads={"query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "export-data", "add-funds"}
    | {"access-websockets", "query-ledgers", "deposit-funds"},
    trades={"modify-trades", "close-trades", "cancel-trades", "create-trades", "earn-funds"},
    withdraws={"withdraw-funds"},
)


def _key_permissions(gateway: Gateway, _key: str) -> Permissions:
    return _KEY_PERMISSIONS.permissions_of(
        words_of(object_in(gateway.request("GetApiKeyInfo"), "result").get("permissions"))
    )


# https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits: a counter of each account holds 15 and loses a third a
# second at the lowest tier. One call is 1 of it, and 3 of ccxt's costs. Public requests: one a second and address.
_RATE_LIMITS = (
    RateLimit(12, 0.3, Scope.ACCOUNT, ("private",), units=1 / 3),
    RateLimit(4, 0.9, Scope.ADDRESS, ("public",)),
)

VENUE = Venue(
    open_orders=(replace(order_list(every=20.0), list_at=("result", "open")),),
    wallets=(WalletCall("main", list_at=("result",), row=_balance, adds_up="asset"),),
    positions=(PositionsCall("main", list_at=("result",)),),
    position_row=position_row,
    asset_name=asset_name,
    fills=(FillsCall("all", rows=50, keeps=Keeps.NEWEST, early=1000, list_at=("result", "trades")),),
    ended_orders=(newest_first("closed", "fetch_closed_orders", rows=50, list_at=("result", "closed")),),
    transfers=(
        deposits(rows=500, list_at=("result",)),
        withdrawals(rows=500, list_at=("result",)),
        ledger(K.INTEREST, K.REBATE, rows=50, keeps=Keeps.NEWEST, early=1000, list_at=("result", "ledger")),
    ),
    order_row=order_row,
    ended_row=ended_row,
    ledger_row=_ledger_row,
    key_permissions=_key_permissions,
    calls=(Call("POST", "GetApiKeyInfo", ("private",), 3),),
    post_reads=(
        r"/0/private/(Balance|BalanceEx|TradeBalance|OpenOrders|ClosedOrders|QueryOrders|TradesHistory|QueryTrades)",
        r"/0/private/(OpenPositions|Ledgers|QueryLedgers|DepositStatus|WithdrawStatus|TradeVolume|GetApiKeyInfo)",
    ),
    triggers_among_orders=True,
    # At the lowest tier an account has one request in three seconds.
    every={SourceKind.BALANCES: 15.0, SourceKind.POSITIONS: 15.0},
    rate_limits=_RATE_LIMITS,
)
