"""Phemex: the spot wallet, trading accounts by currency, positions, and the orders of each market, triggers among them.

Sources: github.com/phemex/phemex-api-docs, Public-Spot-API-en ("Query wallets"), Public-Hedged-Perpetual-API ("Query
Account Positions", "Place Order": TrailingTakeProfitPeg waits for its stop price before it trails),
Public-Contract-API-en ("Query trading account and positions": currencies, formula of the unrealised profit, scales).
Account balances include no open profit. A leverage of zero or less is cross margin.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from domain.sources import SourceKind
from exchanges.connection.calls import Call
from exchanges.connection.exact import EXACT, Garbled, amount, text
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues._shared.account_calls import FillsCall, PositionsCall, WalletCall
from exchanges.venues._shared.balance_rows import BalanceRow
from exchanges.venues._shared.candle_rows import CandleRows
from exchanges.venues._shared.ended_call import newest_first
from exchanges.venues._shared.order_call import ORDERS, OrderCall
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.position_rows import PositionRow, amount_or_unknown, price_or_unknown, profit_since
from exchanges.venues._shared.venue import Venue
from exchanges.venues._shared.wallet_rows import one_row

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "MARKETASLIMIT": OrderKind.LIMIT,
    "STOP": OrderKind.STOP,
    "STOPMARKET": OrderKind.STOP,
    "STOPASLIMIT": OrderKind.STOP_LIMIT,
    "STOPLIMIT": OrderKind.STOP_LIMIT,
    "MARKETIFTOUCHED": OrderKind.TAKE_PROFIT,
    "LIMITIFTOUCHED": OrderKind.TAKE_PROFIT_LIMIT,
    "BOTPLIMIT": OrderKind.TAKE_PROFIT_LIMIT,
    "BOSLLIMIT": OrderKind.STOP_LIMIT,
    "BOSLMARKET": OrderKind.STOP,
}
_ROLES = {"BOTPLIMIT": Role.TAKE_PROFIT, "BOSLLIMIT": Role.STOP_LOSS, "BOSLMARKET": Role.STOP_LOSS}
_DIRECTIONS = {"RISING": TriggerDirection.RISES, "FALLING": TriggerDirection.FALLS}
_PERCENT = 100
# Status numbers of contracts in dollars, except those that ccxt reads correctly.
_STATUSES = {"DEACTIVATED": "canceled", "2": "canceled", "3": "open", "4": "rejected"}
_LIQUIDITY = {"MAKERFILL": "maker", "6": "maker", "TAKERFILL": "taker", "7": "taker"}
_FUNDING = frozenset({"FUNDING", "4"})
# Digits of values of the trading accounts by currency, and of prices of contracts.
_VALUE_DIGITS = {"BTC": 8, "ETH": 8, "USD": 4}
_PRICE_DIGITS = 4
_NOT_AWAKE = "TRAILINGTAKEPROFITPEG"
_SIDES = {"BUY": PositionSide.LONG, "SELL": PositionSide.SHORT}
_IN_DOLLARS, _IN_COINS = "g-accounts/accountPositions", "accounts/accountPositions"
_ACCOUNT, _POSITIONS, _ROWS = ("data", "account"), ("data", "positions"), ("data", "rows")


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of spot/orders, orders/activeList or g-orders/activeList. ccxt undoes the price scales."""
    order_type = word_in(row, "orderType") or word_in(row, "ordType")
    trails = word_in(row, "pegPriceType").startswith("TRAILING")
    kind = OrderKind.TRAILING_STOP if trails else _KINDS.get(order_type, OrderKind.UNKNOWN)
    trigger = price_in(unified, "triggerPrice")
    is_asleep = word_in(row, "pegPriceType") == _NOT_AWAKE
    activation = trigger if is_asleep else None
    reduces = flag_in(row, "reduceOnly") or any(word in word_in(row, "execInst") for word in ("REDUCEONLY", "CLOSE"))
    return OrderRow(
        kind=kind,
        role=_ROLES.get(order_type),
        trigger_price=None if is_asleep else trigger,
        activation_price=activation,
        is_active=not is_asleep if trails else None,
        trigger_kind=_trigger_kind(word_in(row, "trigger")) if trigger is not None or trails else None,
        trigger_direction=None if trails else _DIRECTIONS.get(word_in(row, "stopDirection")),
        reduce_only=True if reduces else flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        # An order that closes on its trigger and names no size takes the whole position.
        close_position=True if "CLOSEONTRIGGER" in word_in(row, "execInst") and _is_unsized(row) else None,
        position_side=position_side_in(row, "posSide"),
        attached=() if reduces else _attached(row),
        # For inverse contracts ccxt divides the value by the number of contracts.
        leaves_out=frozenset({"average"} if "cumValueEv" in row else ()),
        **(_trailing(row) if trails else {}),
    )


def _is_unsized(row: Mapping[str, Any]) -> bool:
    return any(amount_or_unknown(row, field) == 0 for field in ("orderQty", "orderQtyRq"))


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Parse a fill: maker or taker. ccxt reads only makers, and none on contracts in dollars.

    The list also holds liquidations, which are fills, and funding payments, which are none.
    """
    if word_in(row, "tradeType") in _FUNDING:
        return None
    liquidity = _LIQUIDITY.get(word_in(row, "execStatus"))
    return {"takerOrMaker": liquidity} if liquidity is not None else {}


def _trailing(row: Mapping[str, Any]) -> dict[str, Any]:
    """The trailing distance, positive. The exchange states a negative one for a stop that follows from above."""
    share, distance = amount(row, "pegOffsetProportionRr"), amount(row, "pegOffsetValueRp")
    if distance is None and "baseQtyEv" not in row and (digits := amount(row, "pegOffsetValueEp")) is not None:
        distance = digits.scaleb(-_PRICE_DIGITS)
    if share:
        return {"trailing_distance": abs(share) * _PERCENT, "trailing_unit": TrailingUnit.PERCENT}
    if distance:
        return {"trailing_distance": abs(distance), "trailing_unit": TrailingUnit.PRICE}
    return {}


def _trigger_kind(trigger_word: str) -> TriggerKind | None:
    for word, kind in (("MARK", TriggerKind.MARK), ("INDEX", TriggerKind.INDEX), ("LAST", TriggerKind.LAST)):
        if word in trigger_word:
            return kind
    return None


def _attached(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    return (
        *attached_order(
            "tp",
            price_in(row, "takeProfitRp"),
            trigger_kind=_trigger_kind(word_in(row, "tpTrigger")),
            limit_price=price_in(row, "tpPxRp"),
        ),
        *attached_order(
            "sl",
            price_in(row, "stopLossRp"),
            trigger_kind=_trigger_kind(word_in(row, "slTrigger")),
            limit_price=price_in(row, "slPxRp"),
        ),
    )


def ended_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history. A trigger order keeps its id in the book.

    ccxt calls an order closed that was cancelled before its trigger, and counts a cancelled remainder as filled.
    """
    is_spot = "baseQtyEv" in row
    return EndedRow(
        status=_STATUSES.get(word_in(row, "ordStatus")),
        filled=amount(unified, "filled") if is_spot else amount(row, "execQtyRq"),
        average=price_in(row, "execPriceRp", "avgTransactPriceRp"),
    )


# https://github.com/phemex/phemex-api-docs/blob/master/Generic-API-Info.en.md: an account has 500 requests a minute for
# contracts, as many for spot, and 100 for all others, which cost 5 in ccxt.
_RATE_LIMITS = (per_window(500, 60, Scope.ACCOUNT, "private"), per_window(500, 60, Scope.ADDRESS))


def _balance(row: Mapping[str, Any], _key: str | None) -> BalanceRow:
    """The trading account of one currency: in dollars a plain number, in coins a scaled one."""
    currency = text(row, "currency")
    digits = 0 if "accountBalanceRv" in row else _VALUE_DIGITS.get(currency or "")
    scaled, used = amount(row, "accountBalanceEv"), amount(row, "totalUsedBalanceEv")
    balance = amount(row, "accountBalanceRv") if scaled is None else scaled
    if currency is None or balance is None or digits is None:
        raise Garbled("the currency, its scale or the balance is missing")
    balance = balance.scaleb(-digits)
    locked = amount(row, "totalUsedBalanceRv") if used is None else used.scaleb(-digits)
    free = None if locked is None else max(EXACT.subtract(balance, locked), Decimal(0))
    return BalanceRow(currency, balance, free, locked)


def position_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> PositionRow:
    """A row of account positions. Clients compute the open profit, by the formula of the documentation."""
    size = amount(row, "size") if "size" in row else amount(row, "sizeRq")
    side = position_side_in(row, "posSide") or _SIDES.get(word_in(row, "side"))
    if size is None or (side is None and size != 0):
        raise Garbled("the size or the side is missing")
    entry, mark = (
        price_or_unknown(row, "avgEntryPriceRp", "avgEntryPrice"),
        price_or_unknown(row, "markPriceRp", "markPrice"),
    )
    leverage, digits = amount_or_unknown(row, "leverageRr", "leverage"), amount_or_unknown(row, "leverageEr")
    if leverage is None and digits is not None:
        leverage = digits.scaleb(-8)
    return PositionRow(
        size=size.copy_abs(),
        side=side or PositionSide.LONG,
        entry_price=entry,
        mark_price=mark,
        open_profit=profit_since(entry, mark, size, side, unified.get("market") or {}),
        realised_profit=amount_or_unknown(row, "curTermRealisedPnlRv"),
        liquidation_price=price_or_unknown(row, "liquidationPriceRp", "liquidationPrice"),
        leverage=leverage.copy_abs() if leverage else None,
        margin_mode=None if leverage is None else "isolated" if leverage > 0 else "cross",
    )


def _account(currency: str) -> WalletCall:
    return WalletCall(
        f"swap-{currency.lower()}",
        {"currency": currency},
        path=_IN_DOLLARS if currency == "USDT" else _IN_COINS,
        rows=one_row(_ACCOUNT),
        row=_balance,
        market="swap",
    )


def _positions(currency: str) -> PositionsCall:
    path = _IN_DOLLARS if currency == "USDT" else _IN_COINS
    return PositionsCall(currency.lower(), {"currency": currency}, list_at=_POSITIONS, path=path, market="swap")


_CURRENCIES = ("USDT", *_VALUE_DIGITS)


VENUE = Venue(
    open_orders=tuple(
        OrderCall(ORDERS, market, each_symbol=True, market=market, list_at=("data",) if market == "spot" else _ROWS)
        for market in ("spot", "linear", "inverse")
    ),
    # Values of spot have the scale of their currency, which ccxt knows.
    wallets=(WalletCall("spot", {"type": "spot"}, list_at=("data",)), *map(_account, _CURRENCIES)),
    positions=tuple(map(_positions, _CURRENCIES)),
    position_row=position_row,
    calls=(Call("GET", _IN_DOLLARS, ("private",), 1), Call("GET", _IN_COINS, ("private",), 1)),
    empty_list_codes=("10002",),  # "cannot find order" means an empty list
    unread_wallets=("unified account", "contracts in USDC", "earn"),
    fills=(),
    # ccxt would ask for tradeType=Trade of inverse contracts, and so leave out liquidations.
    fills_by_symbol=FillsCall("", {"tradeType": None}, until="end"),
    ended_orders=tuple(
        newest_first(market, "fetch_orders", ORDERS, market, market=market, each_symbol=True, rows=200)
        for market in ("spot", "linear", "inverse")
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    # The endpoint of spot and inverse contracts allows the limits 5, 10, 50, 100, 500 and 1000.
    candle_rows=CandleRows(spot=1000, inverse=1000, takes_any_limit=False),
    get_reads=(r"/exchange/wallets/withdrawList",),
    triggers_among_orders=True,
    every={SourceKind.BALANCES: 10.0, SourceKind.POSITIONS: 10.0, SourceKind.PRICES: 15.0},
    rate_limits=_RATE_LIMITS,
)
