"""OKX: rows of open orders, as okx.py serves them. The documented pages are named there."""

from typing import Any

from tests.exchanges.model.account import CREATED_AT, ZERO, Account, Kind, Order, Relation, Side
from tests.exchanges.model.renderers import first, plain
from tests.exchanges.payload_server import Request

AT = str(CREATED_AT)
AT_MARKET = "-1"  # the order price of an order that executes at market


def _inst_type(order: Order) -> str:
    return "SWAP" if order.market.is_contract else "SPOT"


def _row(account: Account, order: Order) -> dict[str, Any]:
    """Fields that book and algo orders share. Sizes of contracts are in contracts, those of spot limits in coins."""
    is_contract = order.market.is_contract
    return {
        "instType": _inst_type(order),
        "instId": order.market.exchange_symbol,
        "side": order.side.value,
        "posSide": order.position_side.value if order.position_side else "net" if is_contract else "",
        "tdMode": ("isolated" if order.is_isolated else "cross") if is_contract else "cash",
        "ccy": "",
        "lever": "5" if is_contract else "",
        "sz": plain(order.market.contracts(order.size)),
        "tgtCcy": "" if is_contract else "quote_ccy" if order.spends else "base_ccy",
        "reduceOnly": "true" if order.reduce_only or order.close_position else "false",
        "last": plain(account.last(order.market)),
        "cTime": AT,
        "uTime": AT,
    }


def pending(account: Account, request: Request) -> Any:
    kind = first(request, "instType")
    orders = [o for o in account.orders if o.kind is Kind.LIMIT and o.relation in (None, Relation.PARENT)]
    return _page([_pending_row(account, o) for o in orders if kind in ("", _inst_type(o))], request, "ordId")


def _pending_row(account: Account, order: Order) -> dict[str, Any]:
    filled = order.market.contracts(order.filled)
    return _row(account, order) | {
        "ordId": order.id,
        "clOrdId": "",
        "algoId": "",
        "ordType": "limit",
        "state": "partially_filled" if order.filled else "live",
        "px": plain(order.limit or ZERO),
        "accFillSz": plain(filled),
        "avgPx": plain(order.limit) if order.filled and order.limit else "",
        "fillPx": "",
        "fillSz": "0",
        "category": "normal",
        "isTpLimit": "false",
        "linkedAlgoOrd": {"algoId": ""},
        "attachAlgoClOrdId": "",
        "attachAlgoOrds": _attached(account, order),
        "tpTriggerPx": "",
        "tpOrdPx": "",
        "slTriggerPx": "",
        "slOrdPx": "",
        "algoClOrdId": "",
    }


def _attached(account: Account, order: Order) -> list[dict[str, Any]]:
    """The take profit and the stop of an order are one row. Without a size they have that of the order."""
    legs = account.legs(order)
    if not legs:
        return []
    take_profit = next(leg for leg in legs if leg.kind.is_take_profit)
    stop = next(leg for leg in legs if leg.kind.is_stop)
    return [
        {
            "attachAlgoId": take_profit.id,
            "attachAlgoClOrdId": "",
            "tpOrdKind": "condition",
            "tpTriggerPx": plain(take_profit.trigger or ZERO),
            "tpTriggerPxType": "last",
            "tpOrdPx": AT_MARKET,
            "slTriggerPx": plain(stop.trigger or ZERO),
            "slTriggerPxType": "last",
            "slOrdPx": AT_MARKET,
            "sz": "",
            "amendPxOnTriggerType": "0",
        }
    ]


def algo_pending(account: Account, request: Request) -> Any:
    types = first(request, "ordType").split(",")
    rows = [row for order in account.orders for row in _algo_rows(account, order) if row["ordType"] in types]
    kind = first(request, "instType")
    return _page([row for row in rows if kind in ("", row["instType"])], request, "algoId")


def _algo_rows(account: Account, order: Order) -> list[dict[str, Any]]:
    if order.relation is Relation.OCO:
        return [_oco_row(account, order)] if order.kind.is_take_profit else []
    if order.relation is Relation.ATTACHED or not order.kind.waits:
        return []
    if order.kind is Kind.TRAILING_STOP:
        return [_trailing_row(account, order)]
    closes = order.closes is not None or (not order.market.is_contract and order.side is Side.SELL)
    # A closing order may have either type. An entry always has the trigger type.
    if closes and (order.close_position or int(order.id) % 2):
        return [_conditional_row(account, order)]
    return [_trigger_row(account, order)]


def _algo_row(account: Account, order: Order, kind: str) -> dict[str, Any]:
    prices = ("tpTriggerPx", "tpTriggerPxType", "tpOrdPx", "slTriggerPx", "slTriggerPxType", "slOrdPx", "triggerPx")
    trailing = ("triggerPxType", "ordPx", "callbackRatio", "callbackSpread", "activePx", "moveTriggerPx")
    acted = ("actualPx", "actualSide", "triggerTime", "ordId", "algoClOrdId", "clOrdId", "pxVar", "pxLimit", "pxSpread")
    row = _row(account, order) | dict.fromkeys((*prices, *trailing, *acted), "")
    return row | {
        "algoId": order.id,
        "ordType": kind,
        "state": "live",
        "actualSz": "0",
        "closeFraction": "",
        "ordIdList": [],
        "attachAlgoOrds": [],
        "linkedOrd": {"ordId": ""},
    }


def _conditional_row(account: Account, order: Order) -> dict[str, Any]:
    """`closeFraction` 1 closes the position, without a size."""
    row = _algo_row(account, order, "conditional") | _leg(order)
    return row | ({"sz": "", "closeFraction": "1"} if order.close_position else {})


def _leg(order: Order) -> dict[str, Any]:
    leg = "sl" if order.kind.is_stop else "tp"
    return {
        f"{leg}TriggerPx": plain(order.trigger or ZERO),
        f"{leg}TriggerPxType": "last",
        f"{leg}OrdPx": plain(order.limit) if order.limit else AT_MARKET,
    }


def _oco_row(account: Account, order: Order) -> dict[str, Any]:
    row = _algo_row(account, order, "oco") | _leg(order)
    for leg in account.legs(order):
        row |= _leg(leg)
    return row


def _trigger_row(account: Account, order: Order) -> dict[str, Any]:
    """Acts in whichever direction the trigger price lies."""
    return _algo_row(account, order, "trigger") | {
        "triggerPx": plain(order.trigger or ZERO),
        "triggerPxType": "last",
        "ordPx": plain(order.limit) if order.limit else AT_MARKET,
    }


def _trailing_row(account: Account, order: Order) -> dict[str, Any]:
    """`callbackRatio` is a fraction. `moveTriggerPx` is empty until the activation price was reached."""
    sign = -1 if order.side is Side.SELL else 1
    away = account.last(order.market) * (order.percent or ZERO) / 100 if order.percent else order.distance or ZERO
    return _algo_row(account, order, "move_order_stop") | {
        "callbackRatio": plain(order.percent / 100) if order.percent else "",
        "callbackSpread": plain(order.distance) if order.distance else "",
        "activePx": plain(order.activation) if order.activation else "",
        "moveTriggerPx": "" if order.activation else plain(account.last(order.market) + sign * away),
    }


def _page(rows: list[dict[str, Any]], request: Request, key: str) -> list[dict[str, Any]]:
    """Newest first. `after` requests rows older than an id."""
    after = first(request, "after")
    newest = sorted(rows, key=lambda row: int(row[key]), reverse=True)
    return [row for row in newest if not after or int(row[key]) < int(after)][: int(first(request, "limit", "100"))]
