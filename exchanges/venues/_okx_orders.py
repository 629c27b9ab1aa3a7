"""Order parsers of one API: pending orders with attached ones, and algo orders (conditional, OCO, trigger, trailing).

Documentation: docs-v5 of the exchange, Place order and Place algo order (attachAlgoOrds, activePx).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind, Role, TrailingUnit, TriggerKind
from exchanges.connection.exact import EXACT, Garbled, text
from exchanges.venues._shared.order_rows import (
    AttachedOrder,
    EndedRow,
    OrderRow,
    attached_order,
    flag_in,
    id_in,
    plain_kind,
    price_in,
    stated_position_side,
    word_in,
)

_TRIGGER_KINDS = {"LAST": TriggerKind.LAST, "MARK": TriggerKind.MARK, "INDEX": TriggerKind.INDEX}
_BOOK = {
    "MARKET": OrderKind.MARKET,
    "OPTIMAL_LIMIT_IOC": OrderKind.MARKET,
    "LIMIT": OrderKind.LIMIT,
    "POST_ONLY": OrderKind.LIMIT,
    "FOK": OrderKind.LIMIT,
    "IOC": OrderKind.LIMIT,
    "MMP": OrderKind.LIMIT,
    "MMP_AND_POST_ONLY": OrderKind.LIMIT,
    "RPI": OrderKind.LIMIT,
    "ICEBERG": OrderKind.LIMIT,
}


# Book orders have none of these types.
_ALGOS = frozenset({"CONDITIONAL", "OCO", "TRIGGER", "MOVE_ORDER_STOP", "TWAP"})


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of orders-pending or of orders-algo-pending."""
    return _algo(row) if _is_algo(row) else _book(row)


def _is_algo(row: Mapping[str, Any]) -> bool:
    """True for an algo order. A book order placed by an algo order names that id, too."""
    return id_in(row, "algoId") is not None and ("actualSz" in row or word_in(row, "ordType") in _ALGOS)


def _book(row: Mapping[str, Any]) -> OrderRow:
    order_type = word_in(row, "ordType")
    return OrderRow(
        kind=_BOOK.get(order_type, OrderKind.UNKNOWN),
        order_id=id_in(row, "ordId"),
        in_quote=_is_in_quote(row),
        on_margin=word_in(row, "instType") == "MARGIN",
        reduce_only=flag_in(row, "reduceOnly"),
        post_only=order_type in ("POST_ONLY", "MMP_AND_POST_ONLY", "RPI"),
        position_side=stated_position_side(row, "posSide"),
        attached=tuple(leg for attachment in _attachments(row) for leg in _legs(attachment)),
    )


def _algo(row: Mapping[str, Any]) -> OrderRow:
    order_type = word_in(row, "ordType")
    common: dict[str, Any] = {
        "on_margin": word_in(row, "instType") == "MARGIN",
        "order_id": id_in(row, "algoId"),
        "book_order_id": id_in(row, "ordId"),
        "amount": price_in(row, "sz"),
        "in_quote": _is_in_quote(row),
        "reduce_only": flag_in(row, "reduceOnly"),
        "close_fraction": price_in(row, "closeFraction"),
        "position_side": stated_position_side(row, "posSide"),
    }
    match order_type:
        case "OCO" | "CONDITIONAL":
            return _conditional(row, common)
        case "TRIGGER":
            trigger, limit = price_in(row, "triggerPx"), price_in(row, "ordPx", "orderPx")
            return OrderRow(
                kind=plain_kind(limit is None, trigger),
                trigger_price=trigger,
                trigger_kind=_TRIGGER_KINDS.get(word_in(row, "triggerPxType")),
                limit_price=limit,
                attached=tuple(leg for attachment in _attachments(row) for leg in _legs(attachment)),
                kind_tells_direction=False,
                reference_price=_price_at_creation(row),
                **common,
            )
        case "MOVE_ORDER_STOP":
            return _trailing(row, common)
        case "ICEBERG" | "TWAP":
            return OrderRow(kind=OrderKind.LIMIT, limit_price=price_in(row, "pxLimit"), **common)
    return OrderRow(kind=OrderKind.UNKNOWN, **common)


def _is_in_quote(row: Mapping[str, Any]) -> bool:
    """True if `sz` is in quote currency. An empty tgtCcy means the default: quote currency for spot market buys."""
    unit = word_in(row, "tgtCcy")
    if unit or word_in(row, "instType") != "SPOT" or word_in(row, "side") != "BUY":
        return unit == "QUOTE_CCY"
    prices = ("ordPx", "orderPx", "slOrdPx", "tpOrdPx")
    return word_in(row, "ordType") in ("MARKET", "TRIGGER", "CONDITIONAL") and price_in(row, "px", *prices) is None


def _price_at_creation(row: Mapping[str, Any]) -> Decimal | None:
    """The price when the order was placed, from `last`. It says nothing of a trigger that was changed since."""
    return price_in(row, "last") if text(row, "cTime") == text(row, "uTime") else None


def _conditional(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """Parse a take profit, a stop, or both, where one cancels the other."""
    legs = _legs(row)
    group = common["order_id"] if len(legs) > 1 else None
    return OrderRow(legs=legs, group_id=group, contingency=Contingency.OCO if group else None, **common)


def _trailing(row: Mapping[str, Any], common: dict[str, Any]) -> OrderRow:
    """A trailing stop. The exchange calculates its trigger price once the activation price is reached."""
    trigger, (distance, unit) = price_in(row, "moveTriggerPx"), _distance(row)
    if trigger is None and row.get("activePx") is None:
        raise Garbled("activePx is missing: the trailing stop may wait for it")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        trigger_price=trigger,
        trailing_distance=distance,
        trailing_unit=unit,
        activation_price=price_in(row, "activePx"),
        is_active=True if trigger is not None else None,
        **common,
    )


def _distance(row: Mapping[str, Any]) -> tuple[Decimal | None, TrailingUnit]:
    ratio, spread = price_in(row, "callbackRatio"), price_in(row, "callbackSpread")
    if ratio is None:
        return spread, TrailingUnit.PRICE
    return EXACT.multiply(ratio, Decimal(100)), TrailingUnit.PERCENT


def _attachments(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = row.get("attachAlgoOrds")
    attachments = (
        [row_attached for row_attached in listed if isinstance(row_attached, Mapping)]
        if isinstance(listed, list)
        else []
    )
    return attachments or [row]


def _legs(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    """The take profit, the stop and the trailing stop in a row. A limit of "-1" executes at market."""
    return (
        *attached_order(
            "tp",
            price_in(row, "tpTriggerPx", "tpOrdPx"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "tpTriggerPxType")),
            limit_price=price_in(row, "tpOrdPx"),
            amount=price_in(row, "sz") if "attachAlgoId" in row else None,
        ),
        *attached_order(
            "sl",
            price_in(row, "slTriggerPx"),
            trigger_kind=_TRIGGER_KINDS.get(word_in(row, "slTriggerPxType")),
            limit_price=price_in(row, "slOrdPx"),
            amount=price_in(row, "sz") if "attachAlgoId" in row else None,
        ),
        *_attached_trailing(row),
    )


def _attached_trailing(row: Mapping[str, Any]) -> tuple[AttachedOrder, ...]:
    distance, unit = _distance(row)
    if distance is None or "attachAlgoId" not in row:
        return ()
    return (
        AttachedOrder(
            "trail",
            Role.STOP_LOSS,
            None,
            kind=OrderKind.TRAILING_STOP,
            amount=price_in(row, "sz"),
            trailing_distance=distance,
            trailing_unit=unit,
            activation_price=price_in(row, "activePx"),
        ),
    )


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of the order history or the algo history: the acting leg, and its order in the book."""
    if not _is_algo(row):
        return EndedRow(reason=text(row, "cancelSourceReason"))
    has_failed = word_in(row, "state") == "ORDER_FAILED"
    return EndedRow(
        status="rejected" if has_failed else None,
        book_order_id=id_in(row, "ordId"),
        leg={"TP": "tp", "SL": "sl"}.get(word_in(row, "actualSide")),
        reason=f"could not be placed (code {text(row, 'failCode')})" if has_failed and id_in(row, "failCode") else None,
    )
