"""Bitget's classic account: rows of open orders, as bitget.py serves them.

Field meanings come from www.bitget.com/api-doc: Spot (Get Unfilled Orders, Get Current Plan Orders, Place Plan Order),
Margin (Get Cross Open Orders), Futures (Get Pending Orders, Get Pending Trigger Orders, Place Trigger Order, Place
TP/SL Plan Orders). In hedge mode `side` is that of the position: closing a long is "buy" with tradeSide "close".
"""

from typing import Any

from tests.exchanges.model.account import (
    CREATED_AT,
    ZERO,
    Account,
    Kind,
    MarketKind,
    Order,
    Relation,
    Side,
)
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = str(CREATED_AT)
LINEAR, INVERSE = MarketKind.LINEAR, MarketKind.INVERSE
PRODUCTS = {"USDT-FUTURES": LINEAR, "COIN-FUTURES": INVERSE}


def spot_orders(account: Account, request: Request) -> Any:
    """Resting orders. With tpslType "tpsl": take profits and stops that wait."""
    is_tpsl = first(request, "tpslType") == "tpsl"
    orders = [o for o in account.orders_in(MarketKind.SPOT) if not o.kind.waits or _is_tpsl(o)]
    return _page([_spot_order(order) for order in orders if order.kind.waits == is_tpsl], request)


def _is_tpsl(order: Order) -> bool:
    """A sale that waits is either of two kinds of order."""
    return order.kind.waits and order.side is Side.SELL and int(order.id) % 2 == 0


def _spot_order(order: Order) -> dict[str, Any]:
    """`priceAvg` is the order price."""
    return {
        "userId": "5",
        "symbol": order.market.exchange_symbol,
        "orderId": order.id,
        "clientOid": f"client-{order.id}",
        "priceAvg": plain(order.limit or ZERO),
        "size": plain(order.size),
        "orderType": "limit" if order.kind.has_limit else "market",
        "side": order.side.value,
        "status": "partially_filled" if order.filled else "live",
        "basePrice": "0",
        "baseVolume": plain(order.filled),
        "quoteVolume": plain(order.filled * (order.limit or ZERO)),
        "enterPointSource": "API",
        "orderSource": "normal",
        "tpslType": "tpsl" if order.kind.waits else "normal",
        "triggerPrice": plain(order.trigger) if order.trigger else None,
        "cTime": AT,
        "uTime": AT,
    }


def spot_plan_orders(account: Account, request: Request) -> Any:
    waiting = [o for o in account.orders_in(MarketKind.SPOT) if o.kind.waits and not _is_tpsl(o)]
    rows = _page([_spot_plan_order(order) for order in waiting], request)
    return {"nextFlag": False, "idLessThan": rows[-1]["orderId"] if rows else None, "orderList": rows}


def _spot_plan_order(order: Order) -> dict[str, Any]:
    """`planType` says what the size is in: amount is the base coin, total the quote coin. No field says a direction."""
    return {
        "orderId": order.id,
        "clientOid": f"client-{order.id}",
        "symbol": order.market.exchange_symbol,
        "size": plain(order.size),
        "executePrice": plain(order.limit or ZERO),
        "triggerPrice": plain(order.trigger or ZERO),
        "status": "not_trigger",
        "orderType": "limit" if order.kind.has_limit else "market",
        "side": order.side.value,
        "planType": "total" if order.spends else "amount",
        "triggerType": "fill_price",
        "enterPointSource": "API",
        "cTime": AT,
        "uTime": AT,
    }


def margin_orders(account: Account, request: Request) -> Any:
    """A symbol is mandatory."""
    symbol = first(request, "symbol")
    orders = [o for o in account.orders_in(MarketKind.MARGIN) if o.market.exchange_symbol == symbol]
    return {"orderList": [_margin_order(order) for order in orders], "maxId": None, "minId": None}


def _margin_order(order: Order) -> dict[str, Any]:
    price = order.limit or ZERO
    return {
        "orderId": order.id,
        "clientOid": f"client-{order.id}",
        "symbol": order.market.exchange_symbol,
        "orderType": "limit",
        "enterPointSource": "API",
        "loanType": "normal",
        "price": plain(price),
        "side": order.side.value,
        "status": "partially_filled" if order.filled else "live",
        "baseSize": plain(order.size),
        "quoteSize": plain(order.size * price),
        "priceAvg": plain(price if order.filled else ZERO),
        "size": plain(order.filled),
        "amount": plain(order.filled * price),
        "force": "gtc",
        "cTime": AT,
        "uTime": AT,
    }


def _orders_of(account: Account, request: Request) -> tuple[Order, ...]:
    kind = PRODUCTS.get(first(request, "productType").upper())
    orders = account.orders_in(kind) if kind is not None else ()
    return tuple(order for order in orders if order.relation is not Relation.ATTACHED)


def pending(account: Account, request: Request) -> Any:
    rows = _page([_pending_row(account, o) for o in _orders_of(account, request) if not o.kind.waits], request)
    return {"entrustedList": rows or None, "endId": rows[-1]["orderId"] if rows else None}


def _side(order: Order) -> Side:
    """The order's side, in hedge mode that which opens the position."""
    return order.side if order.position_side is None else order.position_side.opens_by


def _common(order: Order) -> dict[str, Any]:
    side = _side(order).value
    in_hedge_mode = order.position_side is not None
    return {
        "symbol": order.market.exchange_symbol,
        "size": plain(order.size),
        "orderId": order.id,
        "clientOid": f"client-{order.id}",
        "side": side,
        "posSide": order.position_side.value if order.position_side else "net",
        "tradeSide": f"{side}_single" if not in_hedge_mode else "open" if order.closes is None else "close",
        "posMode": "hedge_mode" if in_hedge_mode else "one_way_mode",
        "marginCoin": order.market.settle,
        "marginMode": "isolated" if order.is_isolated else "crossed",
        "enterPointSource": "API",
        "orderType": "limit" if order.kind.has_limit else "market",
        "orderSource": "normal",
        "cTime": AT,
        "uTime": AT,
    }


def _pending_row(account: Account, order: Order) -> dict[str, Any]:
    """`reduceOnly` belongs to one-way mode. An execution price of 0 is the market's."""
    attached = {leg.kind: plain(leg.trigger or ZERO) for leg in account.legs(order)}
    return _common(order) | {
        "baseVolume": plain(order.filled),
        "quoteVolume": plain(order.filled * (order.limit or ZERO)),
        "fee": "0",
        "price": plain(order.limit or ZERO),
        "priceAvg": plain(order.limit) if order.filled and order.limit else "",
        "status": "partially_filled" if order.filled else "live",
        "force": "gtc",
        "totalProfits": "0",
        "leverage": "5",
        "reduceOnly": "YES" if order.reduce_only else "NO",
        "presetStopSurplusPrice": attached.get(Kind.TAKE_PROFIT, ""),
        "presetStopSurplusType": "fill_price" if attached else "",
        "presetStopSurplusExecutePrice": "0" if attached else "",
        "presetStopLossPrice": attached.get(Kind.STOP, ""),
        "presetStopLossType": "fill_price" if attached else "",
        "presetStopLossExecutePrice": "0" if attached else "",
    }


def plan_pending(account: Account, request: Request) -> Any:
    """`planType` profit_loss asks for all that takes profit or stops the loss of a position."""
    wanted = first(request, "planType")
    types = ("profit_plan", "loss_plan", "pos_profit", "pos_loss") if wanted == "profit_loss" else (wanted,)
    rows = [_plan_row(order) for order in _orders_of(account, request) if order.kind.waits]
    rows = _page([row for row in rows if row["planType"] in types], request)
    return {"entrustedList": rows or None, "endId": rows[-1]["orderId"] if rows else None}


def _plan_row(order: Order) -> dict[str, Any]:
    """Closing orders have a type of their own. Other orders act in whichever direction the trigger price lies."""
    limit = plain(order.limit or ZERO)
    row = _common(order) | {
        "planType": _plan_type(order),
        "price": limit,
        "executePrice": limit,
        "callbackRatio": "",
        "triggerPrice": plain(order.trigger or order.activation or ZERO),
        "triggerType": "fill_price",
        "planStatus": "live",
    }
    if order.kind is Kind.TRAILING_STOP:
        return row | {"callbackRatio": plain(order.percent or ZERO), "orderType": "market"}
    return row | (_closing_fields(order) if order.closes is not None else _no_preset())


def _plan_type(order: Order) -> str:
    if order.kind is Kind.TRAILING_STOP:
        return "track_plan"
    if order.closes is None:
        return "normal_plan"
    side = "loss" if order.kind.is_stop else "profit"
    return f"pos_{side}" if order.close_position else f"{side}_plan"


def _no_preset() -> dict[str, Any]:
    names = ("Surplus", "Loss")
    return {f"stop{name}{field}": "" for name in names for field in ("TriggerPrice", "ExecutePrice")} | {
        f"stop{name}TriggerType": "fill_price" for name in names
    }


def _closing_fields(order: Order) -> dict[str, Any]:
    """The leg's own prices stand twice. An order that closes the whole position has size 0."""
    name, other = ("Loss", "Surplus") if order.kind.is_stop else ("Surplus", "Loss")
    size = {"size": "0"} if order.close_position else {}
    fields = ("TriggerPrice", "ExecutePrice", "TriggerType")
    return (
        size
        | {f"stop{other}{field}": None for field in fields}
        | {
            f"stop{name}TriggerPrice": plain(order.trigger or ZERO),
            f"stop{name}ExecutePrice": plain(order.limit) if order.limit else None,
            f"stop{name}TriggerType": "fill_price",
        }
    )


def _page(rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
    """Newest first. `idLessThan` requests rows older than an id."""
    before = first(request, "idLessThan")
    newest = sorted(rows, key=lambda row: int(row["orderId"]), reverse=True)
    older = [row for row in newest if not before or int(row["orderId"]) < int(before)]
    return older[: int(first(request, "limit", "100"))]
