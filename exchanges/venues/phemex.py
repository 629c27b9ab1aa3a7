"""Phemex's orders: spot, inverse contracts (prices scaled) and those that settle in dollars; triggers among them."""

from collections.abc import Mapping
from typing import Any

from domain.orders import OrderKind, Role, TrailingUnit, TriggerDirection, TriggerKind
from exchanges.connection.exact import amount
from exchanges.connection.rate_limits import Scope, per_window
from exchanges.venues._shared.account_calls import SPOT_WALLET, FillsCall, WalletCall
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
from exchanges.venues._shared.venue import Venue

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
# The numbers of the list of orders of contracts in dollars; those that ccxt reads right are left out.
_STATUSES = {"DEACTIVATED": "canceled", "2": "canceled", "3": "open", "4": "rejected"}
_LIQUIDITY = {"MAKERFILL": "maker", "6": "maker", "TAKERFILL": "taker", "7": "taker"}
_FUNDING = frozenset({"FUNDING", "4"})


def order_row(row: Mapping[str, Any], unified: Mapping[str, Any]) -> OrderRow:
    """What a row of spot/orders, orders/activeList or g-orders/activeList says; ccxt undoes the scales of prices."""
    said = word_in(row, "orderType") or word_in(row, "ordType")
    trails = word_in(row, "pegPriceType").startswith("TRAILING")
    kind = OrderKind.TRAILING_STOP if trails else _KINDS.get(said, OrderKind.UNKNOWN)
    trigger = price_in(unified, "triggerPrice")
    reduces = flag_in(row, "reduceOnly") or any(word in word_in(row, "execInst") for word in ("REDUCEONLY", "CLOSE"))
    return OrderRow(
        kind=kind,
        role=_ROLES.get(said),
        trigger_price=trigger,
        trigger_kind=_trigger_kind(word_in(row, "trigger")) if trigger is not None or trails else None,
        trigger_direction=_DIRECTIONS.get(word_in(row, "stopDirection")),
        reduce_only=True if reduces else flag_in(row, "reduceOnly"),
        post_only=word_in(row, "timeInForce") == "POSTONLY",
        # An order that closes on its trigger and names no size takes the whole position.
        close_position=True
        if "CLOSEONTRIGGER" in word_in(row, "execInst") and not price_in(unified, "amount")
        else None,
        position_side=position_side_in(row, "posSide"),
        attached=() if reduces else _attached(row),
        # Of inverse contracts ccxt divides their value by their number.
        leaves_out=frozenset({"average"} if "cumValueEv" in row else ()),
        **(_trailing(row) if trails else {}),
    )


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Who made an execution, of which ccxt reads makers alone, and of contracts in dollars none. The list holds what
    funding cost too, which executed nothing."""
    if word_in(row, "tradeType") in _FUNDING:
        return None
    liquidity = _LIQUIDITY.get(word_in(row, "execStatus"))
    return {"takerOrMaker": liquidity} if liquidity is not None else {}


def _trailing(row: Mapping[str, Any]) -> dict[str, Any]:
    """How far it trails; a price that trails from above is said as a negative distance."""
    share, distance = amount(row, "pegOffsetProportionRr"), amount(row, "pegOffsetValueRp")
    if share:
        return {"trailing_distance": abs(share) * _PERCENT, "trailing_unit": TrailingUnit.PERCENT}
    if distance:
        return {"trailing_distance": abs(distance), "trailing_unit": TrailingUnit.PRICE}
    return {}


def _trigger_kind(said: str) -> TriggerKind | None:
    for word, kind in (("MARK", TriggerKind.MARK), ("INDEX", TriggerKind.INDEX), ("LAST", TriggerKind.LAST)):
        if word in said:
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
    """What a row of the past says: ccxt calls closed what was taken back before it triggered, and takes what is no
    longer left of a cancelled order for filled. A trigger order keeps its id in the book."""
    is_spot = "baseQtyEv" in row
    return EndedRow(
        status=_STATUSES.get(word_in(row, "ordStatus")),
        filled=amount(unified, "filled") if is_spot else amount(row, "execQtyRq"),
        average=price_in(row, "execPriceRp", "avgTransactPriceRp"),
    )


# https://github.com/phemex/phemex-api-docs/blob/master/Generic-API-Info.en.md: an account has 500 requests a minute for
# contracts, as many for spot, and 100 for all others, which cost 5 in ccxt.
_RATE_LIMITS = (per_window(500, 60, Scope.ACCOUNT, "private"), per_window(500, 60, Scope.ADDRESS))

VENUE = Venue(
    open_orders=tuple(OrderCall(ORDERS, part, each_symbol=True, market=part) for part in ("spot", "linear", "inverse")),
    wallets=(
        SPOT_WALLET,
        WalletCall("swap-usdt", {"type": "swap", "code": "USDT"}),
        WalletCall("swap-btc", {"type": "swap"}),
    ),
    fills=(),
    fills_by_symbol=FillsCall("", until="end"),
    ended_orders=tuple(
        newest_first(part, "fetch_orders", ORDERS, part, market=part, each_symbol=True, rows=200)
        for part in ("spot", "linear", "inverse")
    ),
    order_row=order_row,
    fill_row=fill_row,
    ended_row=ended_row,
    get_reads=(r"/exchange/wallets/withdrawList",),
    triggers_among_orders=True,
    rate_limits=_RATE_LIMITS,
)
