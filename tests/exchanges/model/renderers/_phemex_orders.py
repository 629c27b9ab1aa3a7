"""Phemex: rows of open orders, as phemex.py serves them.

Field meanings come from github.com/phemex/phemex-api-docs: Public-Spot-API-en (Place order, Query all open orders by
symbol), Public-Contract-API-en (Place order with its order type examples, Query open orders by symbol, Common
constants) and Public-Hedged-Perpetual-API (Place Order, Query open orders by symbol).
"""

from decimal import Decimal
from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, MarketKind, Order, Relation, Side
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

NANOSECONDS = CREATED_AT * 1_000_000
PRICE_DIGITS = {MarketKind.SPOT: 8, MarketKind.INVERSE: 4}
TYPES = {
    Kind.LIMIT: "Limit",
    Kind.STOP: "Stop",
    Kind.STOP_LIMIT: "StopLimit",
    Kind.TAKE_PROFIT: "MarketIfTouched",
    Kind.TAKE_PROFIT_LIMIT: "LimitIfTouched",
    Kind.TRAILING_STOP: "Stop",
}
NO_SYMBOL = {"code": 11055, "msg": "TE_SYMBOL_INVALID", "data": None}


def scaled(value: Decimal, digits: int = 8) -> int:
    """A number of a field in Ev, Ep or Er."""
    return int(value.scaleb(digits))


def orders(account: Account, request: Request, kind: MarketKind) -> Any:
    """Orders of one symbol."""
    symbol = first(request, "symbol")
    listed = [o for o in account.orders_in(kind) if o.relation is not Relation.ATTACHED]
    row = {MarketKind.SPOT: _spot_order, MarketKind.LINEAR: _linear_order, MarketKind.INVERSE: _inverse_order}[kind]
    return [row(account, order) for order in listed if order.market.exchange_symbol == symbol]


def _status(order: Order) -> str:
    return "Untriggered" if order.kind.waits else "PartiallyFilled" if order.filled else "New"


def _direction(order: Order) -> str:
    if not order.kind.waits:
        return "UNSPECIFIED"
    rises = order.acts_when_price_rises != (order.activation is not None)  # an activation lies on the other side
    return "Rising" if rises else "Falling"


def _spot_order(_: Account, order: Order) -> dict[str, Any]:
    """Amounts and prices have eight digits. A market buy may name money: `quoteQtyEv`."""
    price = order.limit or ZERO
    leaves = ZERO if order.kind.waits else order.remaining
    return {
        "orderID": order.id,
        "clOrdID": f"client{order.id}",
        "priceEp": scaled(price),
        "action": "New",
        "trigger": "ByLastPrice" if order.kind.waits else "UNSPECIFIED",
        "pegPriceType": "UNSPECIFIED",
        "stopDirection": _direction(order),
        "bizError": 0,
        "symbol": order.market.exchange_symbol,
        "side": order.side.value.capitalize(),
        "baseQtyEv": 0 if order.spends else scaled(order.size),
        "ordType": TYPES[order.kind],
        "timeInForce": "GoodTillCancel" if order.kind.has_limit else "ImmediateOrCancel",
        "ordStatus": _status(order),
        "cumFeeEv": 0,
        "cumBaseQtyEv": scaled(order.filled),
        "cumQuoteQtyEv": scaled(order.filled * price),
        "leavesBaseQtyEv": scaled(leaves),
        "leavesQuoteQtyEv": 0,
        "avgPriceEp": scaled(price) if order.filled else 0,
        "cumBaseAmountEv": scaled(order.filled),
        "cumQuoteAmountEv": scaled(order.filled * price),
        "quoteQtyEv": scaled(order.size) if order.spends else 0,
        "qtyType": "ByQuote" if order.spends else "ByBase",
        "stopPxEp": scaled(order.trigger or ZERO),
        "pegOffsetValueEp": 0,
        "createTimeNs": NANOSECONDS,
    }


def _contract_row(order: Order) -> dict[str, Any]:
    """Fields of both lists of contracts. An order that closes a position has no quantity."""
    closing = "CloseOnTrigger" if order.close_position else "ReduceOnly" if order.reduce_only else "None"
    return {
        "bizError": 0,
        "orderID": order.id,
        "clOrdID": f"client{order.id}",
        "symbol": order.market.exchange_symbol,
        "side": order.side.value.capitalize(),
        "actionTimeNs": NANOSECONDS,
        "transactTimeNs": NANOSECONDS,
        "orderType": TYPES[order.kind],
        "timeInForce": "GoodTillCancel" if order.kind.has_limit else "ImmediateOrCancel",
        "reduceOnly": order.reduce_only or order.close_position,
        "stopDirection": _direction(order),
        "trigger": "ByLastPrice" if order.kind.waits else "UNSPECIFIED",
        "pegPriceType": _peg(order),
        "execStatus": "New",
        "ordStatus": _status(order),
        "execInst": closing,
    }


def _peg(order: Order) -> str:
    """A trailing order with an activation price is of a type of its own until it is active."""
    if order.kind is not Kind.TRAILING_STOP:
        return "UNSPECIFIED"
    return "TrailingStopPeg" if order.activation is None else "TrailingTakeProfitPeg"


def _stop_price(account: Account, order: Order) -> Decimal:
    """The trigger price, of a trailing order its activation price or where it stands now."""
    if order.kind is Kind.TRAILING_STOP:
        return order.activation or account.last(order.market) + _offset(order)
    return order.trigger or ZERO


def _offset(order: Order) -> Decimal:
    """The distance of a trailing order, negative where it closes a long position."""
    distance = order.distance or ZERO
    return -distance if order.side is Side.SELL else distance


def _linear_order(account: Account, order: Order) -> dict[str, Any]:
    """The prices of an attached take profit and stop stand in the row."""
    size = ZERO if order.close_position else order.size
    leaves = ZERO if order.kind.waits else order.remaining
    legs = {leg.kind: leg.trigger or ZERO for leg in account.legs(order)}
    return _contract_row(order) | {
        "posSide": order.position_side.value.capitalize() if order.position_side else "Merged",
        "priceRp": plain(order.limit or ZERO),
        "orderQtyRq": plain(size),
        "displayQtyRq": plain(size),
        "closedPnlRv": "0",
        "closedSizeRq": "0",
        "cumQtyRq": plain(order.filled),
        "cumValueRv": plain(order.filled * (order.limit or ZERO)),
        "leavesQtyRq": plain(leaves),
        "leavesValueRv": plain(leaves * (order.limit or ZERO)),
        "stopPxRp": plain(_stop_price(account, order)),
        "pegOffsetValueRp": plain(_offset(order)),
        "pegOffsetProportionRr": "0",
        "takeProfitRp": plain(legs.get(Kind.TAKE_PROFIT, ZERO)),
        "stopLossRp": plain(legs.get(Kind.STOP, ZERO)),
    }


def _inverse_order(account: Account, order: Order) -> dict[str, Any]:
    """Quantities count contracts of one dollar. Prices have four digits."""
    size = 0 if order.close_position else int(order.market.contracts(order.size))
    leaves = 0 if order.kind.waits else int(order.market.contracts(order.remaining))
    price, stop = order.limit or ZERO, _stop_price(account, order)
    return _contract_row(order) | {
        "priceEp": scaled(price, 4),
        "price": float(price),
        "orderQty": size,
        "displayQty": size,
        "closedPnlEv": 0,
        "closedPnl": 0,
        "closedSize": 0,
        "cumQty": int(order.market.contracts(order.filled)),
        "cumValueEv": scaled(order.filled / price) if order.filled else 0,
        "cumValue": 0,
        "leavesQty": leaves,
        "leavesValueEv": 0,
        "leavesValue": 0,
        "stopPxEp": scaled(stop, 4),
        "stopPx": float(stop),
        "pegOffsetValueEp": scaled(_offset(order), 4),
    }
