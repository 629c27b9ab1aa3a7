"""Hyperliquid's orders: resting and waiting ones in one list, with the take profits and stops that hang on them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.orders import OrderKind, Role, TriggerDirection, TriggerKind
from exchanges.connection.exact import EXACT, amount, text
from exchanges.venues._shared.order_rows import Attached, Ended, Stated, flag_in, id_in, price_in, word_in

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP MARKET": OrderKind.STOP,
    "STOP LIMIT": OrderKind.STOP_LIMIT,
    "TAKE PROFIT MARKET": OrderKind.TAKE_PROFIT,
    "TAKE PROFIT LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
}
_PROFITS = frozenset({OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT})
_ENDINGS = {"triggered": "triggered", "scheduledCancel": "canceled"}
_PLAIN = frozenset({"", "canceled", "rejected"})
_LIMITED = frozenset({OrderKind.LIMIT, OrderKind.STOP_LIMIT, OrderKind.TAKE_PROFIT_LIMIT})


def stated(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """What a row of frontendOpenOrders says."""
    kind, waits = _KINDS.get(word_in(row, "orderType"), OrderKind.UNKNOWN), bool(flag_in(row, "isTrigger"))
    whole_position = flag_in(row, "isPositionTpsl") if waits else None
    return Stated(
        kind=kind,
        role=_role(kind, bool(whole_position)),
        trigger_price=price_in(row, "triggerPx") if waits else None,
        # "TP and SL orders are triggered when the mark price reaches the trigger price."
        trigger_kind=TriggerKind.MARK if waits else None,
        trigger_direction=_direction(row) if waits else None,
        limit_price=price_in(row, "limitPx") if kind in _LIMITED else None,
        amount=price_in(row, "origSz"),
        reduce_only=flag_in(row, "reduceOnly"),
        close_position=True if whole_position else None,
        attached=_children(row),
    )


def _role(kind: OrderKind, of_position: bool) -> Role | None:
    """A take profit names its purpose; a stop may be an entry on a breakout, unless it is the position's."""
    if kind in _PROFITS:
        return Role.TAKE_PROFIT
    return Role.STOP_LOSS if of_position else None


def _direction(row: Mapping[str, Any]) -> TriggerDirection | None:
    said = word_in(row, "triggerCondition")
    if said.startswith("PRICE ABOVE"):
        return TriggerDirection.RISES
    return TriggerDirection.FALLS if said.startswith("PRICE BELOW") else None


def _children(row: Mapping[str, Any]) -> tuple[Attached, ...]:
    """What comes into force once this order fills; each has its id already."""
    listed = row.get("children")
    found: list[Attached] = []
    for child in listed if isinstance(listed, list) else ():
        kind = _KINDS.get(word_in(child, "orderType"), OrderKind.UNKNOWN) if isinstance(child, Mapping) else None
        if kind is None:
            continue
        leg = "tp" if kind in _PROFITS else "sl"
        found.append(
            Attached(
                leg if all(one.leg != leg for one in found) else f"{leg}{len(found)}",
                Role.TAKE_PROFIT if kind in _PROFITS else Role.STOP_LOSS,
                price_in(child, "triggerPx"),
                TriggerKind.MARK,
                price_in(child, "limitPx") if kind in _LIMITED else None,
                price_in(child, "origSz", "sz"),
                kind,
                id_in(child, "oid"),
                reduce_only=flag_in(child, "reduceOnly"),
            )
        )
    return tuple(found)


def ended(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Ended:
    """What a row of historicalOrders says: a trigger keeps its id in the book, and ccxt calls it open once it acted."""
    said, order = text(row, "status") or "", row.get("order")
    return Ended(
        status=_ENDINGS.get(said),
        filled=_executed(order) if said == "filled" and isinstance(order, Mapping) else None,
        reason=said if said not in _PLAIN and said.endswith(("Canceled", "Rejected", "Cancel")) else None,
    )


def _executed(order: Mapping[str, Any]) -> Decimal | None:
    whole, left = price_in(order, "origSz"), amount(order, "sz")
    return EXACT.subtract(whole, left) if whole is not None and left is not None and 0 <= left <= whole else None
