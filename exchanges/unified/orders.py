"""Orders as ccxt unifies them, with what the exchange's own row says besides, in the one shape of domain/orders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from domain.markets import Side
from domain.orders import (
    TRIGGER_KINDS,
    Contingency,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    RoleOrigin,
    TriggerDirection,
)
from domain.sources import Source, SourceKind, Success
from exchanges.connection.exact import EXACT, Garbled, amount, moment, quoted, text
from exchanges.connection.listed_markets import Listed, counts_in_contracts, in_base_units
from exchanges.connection.payload_rows import read_several
from exchanges.venues._shared.order_rows import AttachedOrder, OrderParser, OrderRow, attached_order, id_in, price_in
from exchanges.venues._shared.venue import Venue

AT_MARKET = frozenset({OrderKind.MARKET, OrderKind.STOP, OrderKind.TAKE_PROFIT})
# A trailing stop has a limit only where a dialect says so: some exchanges put the distance where the price stands.
NO_LIMIT = AT_MARKET | {OrderKind.TRAILING_STOP}
ENDED = frozenset({"closed", "canceled", "cancelled", "expired", "rejected", "canceling"})
# What an attachment does not have of the order it hangs on.
NOT_ITS_OWN: dict[str, Any] = dict.fromkeys(("client_order_id", "leg_id", "book_order_id", "post_only"))
ENTRY_RULE = "take profit or stop is attached to it"


def normalise_unified_orders(
    rows: Iterable[Any], account: str, exchange: str, venue: Venue, source: Source, listed: Listed
) -> Success[Order]:
    """The open orders of one call of ccxt's fetch_open_orders; a row that ccxt could not parse is shown as such."""
    read = partial(_orders, account=account, exchange=exchange, source=source, listed=listed, reading=venue.order_row)
    orders, unreadable = read_several(rows, read, lambda order: order.key)
    return Success(venue.link_orders(orders), unreadable=unreadable)


def _orders(
    unified: Mapping[str, Any], account: str, exchange: str, source: Source, listed: Listed, reading: OrderParser
) -> Iterator[Order]:
    if (problem := unified.get("unparsed")) is not None:
        raise Garbled(str(problem))
    info = unified.get("info")
    raw: Mapping[str, Any] = info if isinstance(info, Mapping) else {"row": info}
    stated = reading(raw, unified) if isinstance(info, Mapping | list) else OrderRow()
    if stated.leaves_out:
        unified = {name: value for name, value in unified.items() if name not in stated.leaves_out}
    if stated.kind is None and not stated.legs:
        stated = _generic(stated, unified, source)
    order = _order(unified, raw, stated, account, exchange, source, listed)
    if stated.legs:
        yield from (_leg(order, leg, stated, listed) for leg in stated.legs)
        return
    if not stated.attached:
        yield order
        return
    yield _entry(order)
    for one in stated.attached:
        yield _attachment(order, one, listed)


def _order(
    unified: Mapping[str, Any],
    raw: Mapping[str, Any],
    stated: OrderRow,
    account: str,
    exchange: str,
    source: Source,
    listed: Listed,
) -> Order:
    symbol = text(unified, "symbol")
    if symbol is None:
        raise Garbled("the row names no symbol")
    market = listed.named(symbol, text(raw, "symbol"))
    kind, side = stated.kind or OrderKind.UNKNOWN, stated.side or _side(unified)
    limit = None if kind in AT_MARKET else stated.limit_price
    if limit is None and kind not in NO_LIMIT:
        limit = price_in(unified, "price")
    trigger = stated.trigger_price if stated.kind else price_in(unified, "triggerPrice")
    average = price_in(unified, "average")
    whole = None if stated.close_position or stated.in_quote else stated.amount or price_in(unified, "amount")
    done = stated.filled if stated.filled is not None else _filled(unified)
    price = limit or trigger
    base_whole, base_done = in_base_units(whole, market, price), in_base_units(done, market, average or price)
    if done == 0:
        base_done = done
    left = _left(whole, done, unified)
    role = stated.role or Role.UNKNOWN
    return Order(
        account=account,
        exchange=exchange,
        source=source,
        **_identity(unified, stated),
        symbol=market.symbol,
        exchange_symbol=market.exchange_symbol,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=side,
        kind=kind,
        status=stated.status or _status(unified, done, kind in TRIGGER_KINDS and stated.book_order_id is None),
        amount=base_whole,
        filled=base_done,
        remaining=in_base_units(left, market, price),
        raw=raw,
        role=role,
        role_origin=None if role is Role.UNKNOWN else RoleOrigin.STATED,
        contingency=stated.contingency,
        book_order_id=stated.book_order_id,
        trigger_price=trigger,
        trigger_kind=stated.trigger_kind,
        trigger_direction=stated.trigger_direction or (_direction(kind, side) if stated.kind_tells_direction else None),
        limit_price=limit,
        trailing_distance=stated.trailing_distance,
        trailing_unit=stated.trailing_unit,
        activation_price=stated.activation_price,
        average_price=average,
        reduce_only=_flag(stated.reduce_only, unified, "reduceOnly"),
        post_only=_flag(stated.post_only, unified, "postOnly"),
        close_position=stated.close_position,
        time_in_force=text(unified, "timeInForce"),
        created_at=stated.created_at or moment(unified, "timestamp"),
        updated_at=moment(unified, "lastUpdateTimestamp") or moment(unified, "lastTradeTimestamp"),
        contracts=whole if counts_in_contracts(market) else None,
        position_side=stated.position_side,
    )


def _identity(unified: Mapping[str, Any], stated: OrderRow) -> dict[str, Any]:
    """The exchange's id, without one the client's; "0" and its like are no ids (Lesson 7)."""
    order_id = stated.order_id or id_in(unified, "id")
    client_id = stated.client_order_id or id_in(unified, "clientOrderId")
    own = order_id or (f"client:{client_id}" if client_id else None)
    if own is None:
        raise Garbled("the order has no identity: neither an id nor a client's id")
    return {
        "key": f"{own}/{stated.leg_id}" if stated.leg_id else own,
        "order_id": own,
        "client_order_id": client_id,
        "group_id": stated.group_id,
        "leg_id": stated.leg_id,
    }


def _side(unified: Mapping[str, Any]) -> Side:
    said = (text(unified, "side") or "").lower()
    if said == Side.BUY:
        return Side.BUY
    if said == Side.SELL:
        return Side.SELL
    raise Garbled(f"side is neither buy nor sell: {quoted(unified.get('side'))}")


def _filled(unified: Mapping[str, Any]) -> Decimal | None:
    number = amount(unified, "filled")
    if number is not None and number < 0:
        raise Garbled(f"filled is negative: {quoted(str(number))}")
    return number


def _left(whole: Decimal | None, done: Decimal | None, unified: Mapping[str, Any]) -> Decimal | None:
    """What is left of an order; None where the exchange contradicts itself and nothing can be concluded."""
    if whole is None:
        return None
    if done is None:
        left = amount(unified, "remaining")
        return left if left is not None and 0 <= left <= whole else None
    return EXACT.subtract(whole, done) if done <= whole else None


def _status(unified: Mapping[str, Any], done: Decimal | None, has_to_wait: bool) -> OrderStatus:
    said = text(unified, "status")
    if said in ENDED:
        raise Garbled(f"listed as open although its status is {said}")
    if said != "open":
        return OrderStatus.UNKNOWN
    if done:
        return OrderStatus.PARTIALLY_FILLED
    return OrderStatus.PENDING if has_to_wait else OrderStatus.OPEN


def _flag(stated: bool | None, unified: Mapping[str, Any], field: str) -> bool | None:
    said = unified.get(field) if stated is None else stated
    return said if isinstance(said, bool) else None


def _direction(kind: OrderKind, side: Side) -> TriggerDirection | None:
    """Which way the price must go, where the kind says it: a stop acts on a move against its side (sells when the
    price falls, buys when it rises), a take profit on a move in its favour."""
    if kind not in TRIGGER_KINDS:
        return None
    is_stop = kind not in (OrderKind.TAKE_PROFIT, OrderKind.TAKE_PROFIT_LIMIT)
    return TriggerDirection.FALLS if is_stop is (side is Side.SELL) else TriggerDirection.RISES


def _generic(stated: OrderRow, unified: Mapping[str, Any], source: Source) -> OrderRow:
    """The kind by ccxt's own fields: its type, and which of its trigger prices are given."""
    said = (text(unified, "type") or "").lower()
    stop, profit = price_in(unified, "stopLossPrice"), price_in(unified, "takeProfitPrice")
    trigger = price_in(unified, "triggerPrice")
    if trigger is None and source.kind is SourceKind.TRIGGERS and not (stop and profit):
        trigger = stop or profit
    at_market = "market" in said or price_in(unified, "price") is None
    if "trail" in said:
        return replace(stated, kind=OrderKind.TRAILING_STOP, trigger_price=trigger)
    if trigger is None:
        kind = OrderKind.MARKET if said == "market" else OrderKind.LIMIT if "limit" in said else OrderKind.UNKNOWN
        hangs = (*attached_order("tp", profit), *attached_order("sl", stop))
        return replace(stated, kind=kind, attached=stated.attached or hangs)
    is_profit = trigger == profit or any(word in said for word in ("profit", "tp"))
    is_named = trigger in (stop, profit) or is_profit or "stop" in said
    if is_profit:
        kind = OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
    else:
        kind = OrderKind.STOP if at_market else OrderKind.STOP_LIMIT
    return replace(stated, kind=kind, trigger_price=trigger, kind_tells_direction=is_named)


def _entry(order: Order) -> Order:
    """An order on which others hang."""
    if order.role is not Role.UNKNOWN or order.reduce_only:
        return replace(order, group_id=order.group_id or order.order_id, contingency=Contingency.ATTACHED)
    return replace(
        order,
        group_id=order.group_id or order.order_id,
        contingency=order.contingency or Contingency.ATTACHED,
        role=Role.ENTRY,
        role_origin=RoleOrigin.INFERRED,
        role_rule=ENTRY_RULE,
    )


def _attachment(order: Order, one: AttachedOrder, listed: Listed) -> Order:
    """The order that a take profit or stop hanging on another will become once that one fills."""
    side = Side.SELL if order.side is Side.BUY else Side.BUY
    own = one.order_id or f"{order.key}/{one.leg}"
    hanging = replace(order, key=own, order_id=own, side=side, reduce_only=one.reduce_only, **NOT_ITS_OWN)
    return replace(
        _leg_of(hanging, one, listed), group_id=order.group_id or order.order_id, contingency=Contingency.ATTACHED
    )


def _leg(order: Order, one: AttachedOrder, stated: OrderRow, listed: Listed) -> Order:
    """One of the orders that a single row tells; a lone one keeps the row's own identity. What was filled already was
    filled of the leg that rests in the book."""
    if len(stated.legs) > 1:
        order = replace(order, key=f"{order.key}/{one.leg}", leg_id=one.leg)
    leg = _leg_of(order, one, listed)
    if leg.kind is not OrderKind.LIMIT:
        return leg
    return replace(leg, status=order.status, filled=order.filled, remaining=order.remaining)


def _leg_of(order: Order, one: AttachedOrder, listed: Listed) -> Order:
    market = listed.named(order.symbol)
    kind = one.kind or _kind_of_leg(one)
    price = one.limit_price or one.trigger_price
    whole = one.amount
    if whole is None:
        whole = order.contracts if counts_in_contracts(market) else order.amount
    size = in_base_units(whole, market, price)
    return replace(
        order,
        kind=kind,
        role=one.role,
        role_origin=RoleOrigin.STATED,
        role_rule=None,
        status=OrderStatus.PENDING,
        amount=size,
        filled=None if size is None else Decimal(0),
        remaining=size,
        contracts=whole if counts_in_contracts(market) else None,
        trigger_price=one.trigger_price,
        trigger_kind=one.trigger_kind,
        trigger_direction=_direction(kind, order.side),
        limit_price=one.limit_price,
        trailing_distance=one.trailing_distance,
        trailing_unit=one.trailing_unit,
        activation_price=None,
        average_price=None,
    )


def _kind_of_leg(one: AttachedOrder) -> OrderKind:
    if one.role is Role.TAKE_PROFIT:
        return OrderKind.TAKE_PROFIT if one.limit_price is None else OrderKind.TAKE_PROFIT_LIMIT
    return OrderKind.STOP if one.limit_price is None else OrderKind.STOP_LIMIT
