"""Orders of exchanges whose rows nothing declares: what they are by ccxt's unified fields alone."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders import Contingency, OrderKind
from domain.positions import PositionSide
from domain.sources import Source, SourceKind
from exchanges.connection.exact import text
from exchanges.venues._shared.execution_sides import position_side_of
from exchanges.venues._shared.order_rows import AttachedOrder, OrderRow, attached_order, id_in, price_in


def generic_row(stated: OrderRow, row: Mapping[str, Any], unified: Mapping[str, Any], source: Source) -> OrderRow:
    """The kind from ccxt's type and trigger prices, and the attached orders.

    ccxt states takeProfitPrice or stopLossPrice for a take profit or stop, and also for an order with one attached. The
    row is the take profit or stop itself if it is reduce-only, or if it is in a trigger list without another trigger
    price.
    """
    stated = replace(stated, position_side=stated.position_side or _position_side(row, unified))
    word = (text(unified, "type") or "").lower()
    trigger = price_in(unified, "triggerPrice")
    if "trail" in word:
        return replace(stated, kind=OrderKind.TRAILING_STOP, trigger_price=trigger)
    legs = _legs(unified, trigger)
    reduces = bool(unified.get("reduceOnly") is True or stated.close_position or stated.close_fraction)
    if trigger is not None:
        stated = _trigger(stated, unified, word, trigger)
        if reduces and len(legs) > 1 and trigger in {leg.trigger_price for leg in legs}:
            return _pair(stated, unified, legs)
        hangs = tuple(leg for leg in legs if leg.trigger_price != trigger)
        return replace(stated, attached=stated.attached or hangs)
    is_resting = "limit" in word or price_in(unified, "price") is not None
    if legs and not is_resting and (reduces or source.kind is SourceKind.TRIGGERS):
        return _pair(stated, unified, legs) if len(legs) > 1 else replace(stated, legs=legs)
    if len(legs) == 1 and source.kind is SourceKind.TRIGGERS:
        return _trigger(stated, unified, word, legs[0].trigger_price)
    kind = OrderKind.MARKET if word == "market" else OrderKind.LIMIT if "limit" in word else OrderKind.UNKNOWN
    return replace(stated, kind=kind, attached=stated.attached or legs)


def _legs(unified: Mapping[str, Any], trigger: Decimal | None) -> tuple[AttachedOrder, ...]:
    """The take profit and the stop that a row names. A limit price belongs to the one that the row itself waits for."""
    limit = price_in(unified, "price")
    legs: list[AttachedOrder] = []
    for leg, price in (("tp", price_in(unified, "takeProfitPrice")), ("sl", price_in(unified, "stopLossPrice"))):
        legs += attached_order(leg, price, limit_price=limit if price == trigger else None)
    return tuple(legs)


def _pair(stated: OrderRow, unified: Mapping[str, Any], legs: tuple[AttachedOrder, ...]) -> OrderRow:
    """A row with both the take profit and the stop of a position, where one cancels the other."""
    group = stated.order_id or id_in(unified, "id")
    return replace(stated, kind=None, legs=legs, group_id=group, contingency=Contingency.OCO)


def _trigger(stated: OrderRow, unified: Mapping[str, Any], word: str, trigger: Decimal | None) -> OrderRow:
    """A trigger order. Its direction follows from its name, unless the venue says that its names give none."""
    stop, profit = price_in(unified, "stopLossPrice"), price_in(unified, "takeProfitPrice")
    at_market = "market" in word or price_in(unified, "price") is None
    is_profit = trigger == profit or any(hint in word for hint in ("profit", "tp"))
    is_named = trigger in (stop, profit) or is_profit or "stop" in word
    if is_profit:
        kind = OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
    else:
        kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    tells = stated.kind_tells_direction and is_named
    return replace(stated, kind=kind, trigger_price=trigger, kind_tells_direction=tells)


def _position_side(row: Mapping[str, Any], unified: Mapping[str, Any]) -> PositionSide | None:
    """The order's position side. None if a reduce-only order would increase that position, because then the field means
    something else.
    """
    named = position_side_of(row, {})
    adds_by = {"buy": PositionSide.LONG, "sell": PositionSide.SHORT}
    is_odd = unified.get("reduceOnly") is True and adds_by.get(text(unified, "side") or "") is named
    return None if is_odd or ":" not in (text(unified, "symbol") or "") else named
