"""Gate's rows of orders and executions: books of spot, margin and contracts, and price-triggered orders."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import Contingency, OrderKind, OrderStatus, Role, TrailingUnit, TriggerDirection, TriggerKind
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount, moment, quoted, text
from exchanges.venues._shared.execution_sides import closes_by
from exchanges.venues._shared.order_rows import (
    EndedRow,
    OrderRow,
    attached_pair,
    flag_in,
    id_in,
    plain_kind,
    position_side_in,
    price_in,
    word_in,
)
from exchanges.venues._shared.position_rows import amount_or_unknown

_TRIGGER_KINDS = {"0": TriggerKind.LAST, "1": TriggerKind.MARK, "2": TriggerKind.INDEX}
_TRAIL_KINDS = {"1": TriggerKind.LAST, "2": TriggerKind.INDEX, "3": TriggerKind.MARK}
ZERO = Decimal(0)
_DIRECTIONS = {
    "1": TriggerDirection.RISES,
    "2": TriggerDirection.FALLS,
    ">=": TriggerDirection.RISES,
    "<=": TriggerDirection.FALLS,
}
_LEGS = (("tpsl_tp_trigger_price", "", ""), ("tpsl_sl_trigger_price", "", ""))
_DUAL = frozenset({"DUAL", "DUAL_PLUS"})
_CLOSED = {"LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}


def order_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """Parse a row of the open orders or of the price orders."""
    trigger = row.get("trigger")
    if isinstance(trigger, Mapping):
        put = row.get("put") if "put" in row else row.get("initial")
        return _triggered(row, trigger, put if isinstance(put, Mapping) else {})
    return _trailing(row) if "price_offset" in row else _book(row)


def fill_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse how much of a contract fill closed a position. The row does not name the position."""
    return {"closes": closes_by(row, "close_size", "size")}


def _book(row: Mapping[str, Any]) -> OrderRow:
    if "contract" not in row:
        at_market = word_in(row, "type") == "MARKET"
        return OrderRow(
            kind=OrderKind.MARKET if at_market else OrderKind.LIMIT,
            in_quote=at_market and word_in(row, "side") == "BUY",
            post_only=word_in(row, "time_in_force") == "POC",
        )
    side = _signed(amount(row, "size"))
    return OrderRow(
        kind=OrderKind.LIMIT if price_in(row, "price") is not None else OrderKind.MARKET,
        side=side,
        post_only=word_in(row, "tif") == "POC",
        position_side=_position_side(row, side, _first_flag(row, "is_reduce_only", "reduce_only")),
        # Since 2026-05-19 (change log, v4.106.86). The price order of an unfilled order is `inactive`, and no list can
        # be requested by that status. Later it names its order in `me_order_id`.
        attached=attached_pair(row, *_LEGS, {}, reduce_only=True),
    )


def _position_side(row: Mapping[str, Any], side: Side | None, reduces: bool | None) -> PositionSide | None:
    """In dual mode and in split mode only orders that are reduce-only reduce.

    `in_dual_mode` and `position_mode` are settings of the account. In split mode (`dual_plus`) the first is false in
    the documentation's example (Futures, Get futures account).
    """
    is_dual = flag_in(row, "in_dual_mode") or flag_in(row, "is_dual_mode") or word_in(row, "position_mode") in _DUAL
    if side is None or not is_dual:
        return None
    return PositionSide.LONG if (side is Side.BUY) is not bool(reduces) else PositionSide.SHORT


def _trailing(row: Mapping[str, Any]) -> OrderRow:
    """A row of the trail orders. The offset is a distance, or a share with a percent sign."""
    side, reduces = _signed(amount(row, "amount")), flag_in(row, "reduce_only")
    activation, is_gte = price_in(row, "activation_price"), flag_in(row, "is_gte")
    # Activated by a fall, one that sells acts when the market moves against it all the same.
    waits = activation is not None and moment(row, "activated_at") is None and is_gte is not (side is Side.BUY)
    offset = (text(row, "price_offset") or "").strip()
    is_share = offset.endswith("%")
    return OrderRow(
        kind=OrderKind.TRAILING_STOP,
        status=OrderStatus.PENDING,
        side=side,
        order_id=id_in(row, "id"),
        trigger_kind=_TRAIL_KINDS.get(word_in(row, "price_type")),
        trailing_distance=price_in({"offset": offset.rstrip("%")}, "offset"),
        trailing_unit=TrailingUnit.PERCENT if is_share else TrailingUnit.PRICE,
        activation_price=activation,
        is_active=not waits,
        amount=(amount(row, "amount") or ZERO).copy_abs(),
        filled=ZERO,
        reduce_only=reduces,
        position_side=_position_side(row, side, reduces),
        created_at=_seconds(row, "create_time"),
        leaves_out=frozenset({"price", "amount", "filled", "remaining", "average"}),
    )


def _seconds(row: Mapping[str, Any], field: str) -> datetime | None:
    """A time stated in seconds."""
    stated = amount_or_unknown(row, field)
    return None if stated is None else moment({field: int(stated * 1000)}, field)


def _triggered(row: Mapping[str, Any], trigger: Mapping[str, Any], put: Mapping[str, Any]) -> OrderRow:
    closed, closes_all, side = _closes(row, put)
    direction = _DIRECTIONS.get(word_in(trigger, "rule"))
    if direction is None:
        raise Garbled(f"rule is no direction of a trigger: {quoted(trigger.get('rule'))}")
    at_market = word_in(put, "type") == "MARKET" if "type" in put else price_in(put, "price") is None
    is_contract = "contract" in put
    parent = id_in(row, "me_order_id") if "ORDER" in _named(row) else None
    favourable = TriggerDirection.RISES if side is Side.SELL else TriggerDirection.FALLS
    takes_profit = direction is favourable
    reduces = True if closed is not None else _first_flag(put, "is_reduce_only", "reduce_only")
    return OrderRow(
        kind=plain_kind(at_market, price_in(trigger, "price"), takes_profit=takes_profit),
        # Only what closes a position is a take profit or a stop: others may as well be entries.
        role=None if closed is None else Role.TAKE_PROFIT if takes_profit else Role.STOP_LOSS,
        side=side,
        book_order_id=id_in(row, "trade_id") or id_in(row, "fired_order_id"),
        group_id=parent,
        contingency=Contingency.ATTACHED if parent or closed is not None else None,
        trigger_price=price_in(trigger, "price"),
        trigger_kind=_TRIGGER_KINDS.get(word_in(trigger, "price_type")) if is_contract else TriggerKind.LAST,
        trigger_direction=direction,
        limit_price=price_in(put, "price"),
        amount=size.copy_abs() if is_contract and (size := _size(put)) else None,
        in_quote=not is_contract and at_market and side is Side.BUY,
        reduce_only=reduces,
        post_only=word_in(put, "tif") == "POC" or word_in(put, "time_in_force") == "POC",
        close_position=True if closes_all else None,
        position_side=closed or _position_side(row, side, reduces),
    )


def _closes(row: Mapping[str, Any], put: Mapping[str, Any]) -> tuple[PositionSide | None, bool, Side | None]:
    """The position that a price order closes, True if all of it, and the order's side.

    A size of 0 has no sign, so the side follows from the position.
    """
    size = _size(put)
    named = next((side for word, side in _CLOSED.items() if f"CLOSE-{word}" in _named(row)), None)
    named = named or position_side_in({"side": word_in(put, "auto_size").removeprefix("CLOSE_")}, "side")
    if named is not None:
        return named, size == 0, Side.SELL if named is PositionSide.LONG else Side.BUY
    if "contract" in put:
        return None, False, _signed(size)
    return None, False, {"BUY": Side.BUY, "SELL": Side.SELL}.get(word_in(put, "side"))


def _size(put: Mapping[str, Any]) -> Decimal | None:
    """The size of a price order of contracts. `amount` states fractions of a contract and takes precedence over `size`
    (Futures, model FuturesInitialOrder), which is a whole number.
    """
    return (amount(put, "amount") if "contract" in put else None) or amount(put, "size")


def _signed(size: Decimal | None) -> Side:
    """The side of a contract order, by the sign of its size. ccxt takes any other value for a sale."""
    if not size:
        raise Garbled("the side is unknown: the size has no sign")
    return Side.BUY if size > 0 else Side.SELL


def _named(row: Mapping[str, Any]) -> str:
    return word_in(row, "order_type")


def _first_flag(row: Mapping[str, Any], *fields: str) -> bool | None:
    return next((flag for field in fields if (flag := flag_in(row, field)) is not None), None)


# Why an order is over, where the exchange itself ended it.
_ENDED_BY_EXCHANGE = {
    "LIQUIDATED": "the account was liquidated",
    "LIQUIDATE_CANCELLED": "the account was liquidated",
    "IOC": "it was not filled at once",
    "FOK": "it could not be filled whole",
    "POC": "it would have executed at once",
    "AUTO_DELEVERAGED": "the position was deleveraged",
    "REDUCE_ONLY": "it would have increased the position",
    "REDUCE_OUT": "it was left out for others that reduce the position",
    "POSITION_CLOSED": "the position was closed",
    "STP": "it would have traded with another of the same account",
    "SMALL": "what was left was too little",
    "DEPTH_NOT_ENOUGH": "the book was too thin",
    "TRADER_NOT_ENOUGH": "nobody was there to trade with",
}


def ended_row(row: Mapping[str, Any], _unified: Mapping[str, Any]) -> EndedRow:
    """Parse a row of finished orders. ccxt takes failed and expired ones for cancelled."""
    status = word_in(row, "finish_as") or word_in(row, "status")
    if isinstance(row.get("trigger"), Mapping):
        word = {"FAILED": "rejected", "EXPIRED": "expired"}.get(status)
        return EndedRow(word, reason=text(row, "reason") if word else None)
    reason = _ENDED_BY_EXCHANGE.get(status)
    return EndedRow("canceled" if reason else None, reason=reason)
