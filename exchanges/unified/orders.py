"""Open orders from ccxt's rows and the venue's own reading of the exchange's fields, as domain/orders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, TypedDict

from domain.markets import MarketType, Side
from domain.orders import (
    TRIGGER_KINDS,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    RoleOrigin,
    TriggerDirection,
)
from domain.sources import Source, Success
from domain.triggers import direction_from, direction_of, kind_with
from exchanges.connection.exact import EXACT, Garbled, amount, moment, quoted, text
from exchanges.connection.listed_markets import Listed, contracts_of, in_base_units
from exchanges.connection.markets import Market
from exchanges.connection.payload_rows import read_several
from exchanges.unified.attached_orders import attachment_of, entry_of, leg_of
from exchanges.unified.generic_orders import generic_row
from exchanges.venues._shared.order_rows import OrderParser, OrderRow, id_in, price_in
from exchanges.venues._shared.venue import Venue

AT_MARKET = frozenset({OrderKind.MARKET, OrderKind.STOP, OrderKind.TAKE_PROFIT})
# Some exchanges state a trailing stop's distance in the price field, so only the venue can state its limit.
NO_LIMIT = AT_MARKET | {OrderKind.TRAILING_STOP}
ENDED = frozenset({"closed", "canceled", "cancelled", "expired", "rejected", "canceling"})


class _Amounts(TypedDict):
    """The size and executed amount of an order in units of the base asset. `contracts` is the size in contracts."""

    amount: Decimal | None
    filled: Decimal | None
    remaining: Decimal | None
    contracts: Decimal | None


def normalise_unified_orders(
    rows: Iterable[Any], account: str, exchange: str, venue: Venue, source: Source, listed: Listed
) -> Success[Order]:
    """The open orders of one call. A row that ccxt could not parse is unreadable."""
    parse = partial(_keyed_orders, account=account, exchange=exchange, source=source, listed=listed, venue=venue)
    orders, unreadable = read_several(rows, parse, lambda order: order.key)
    return Success(venue.link_orders(orders), unreadable=unreadable)


def _keyed_orders(
    unified: Mapping[str, Any], account: str, exchange: str, source: Source, listed: Listed, venue: Venue
) -> Iterator[Order]:
    """The orders of one row, which all name one position. Ids that repeat across markets get the market."""
    for order in _orders(unified, account, exchange, source, listed, venue.order_row):
        key = f"{order.exchange_symbol}/{order.key}" if venue.order_ids_per_symbol else order.key
        name = None if order.market_type is MarketType.SPOT else venue.order_names.name_in(order.raw)
        yield order if (key, name) == (order.key, None) else replace(order, key=key, position_name=name)


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
        stated = generic_row(stated, raw, unified, source)
    order = _order(unified, raw, stated, account, exchange, source, listed)
    if stated.legs:
        yield from (leg_of(order, leg, stated, listed) for leg in stated.legs)
        return
    if not stated.attached:
        yield order
        return
    yield entry_of(order)
    for attached in stated.attached:
        yield attachment_of(order, attached, listed)


def _order(
    unified: Mapping[str, Any],
    raw: Mapping[str, Any],
    stated: OrderRow,
    account: str,
    exchange: str,
    source: Source,
    listed: Listed,
) -> Order:
    market = _market(unified, raw, stated, listed)
    side = stated.side or _side(unified)
    trigger = stated.trigger_price if stated.kind else price_in(unified, "triggerPrice")
    kind, direction = _trigger(stated, trigger, side)
    limit = _limit_price(unified, stated, kind)
    average = price_in(unified, "average")
    waits = kind in TRIGGER_KINDS and stated.book_order_id is None
    amounts = _amounts(unified, stated, market, limit or trigger, average, waits=waits)
    market_type = MarketType.MARGIN if stated.on_margin else market.market_type
    role = _role(stated, kind, market_type, side)
    return Order(
        account=account,
        exchange=exchange,
        source=source,
        **_identity(unified, stated),
        **_names(market),
        market_type=market_type,
        side=side,
        kind=kind,
        status=stated.status or _status(unified, amounts["filled"], waits),
        **amounts,
        raw=raw,
        role=role,
        role_origin=None if role is Role.UNKNOWN else RoleOrigin.STATED,
        trigger_price=trigger,
        trigger_direction=direction,
        limit_price=limit,
        average_price=average,
        **_terms(unified, stated),
    )


def _market(unified: Mapping[str, Any], raw: Mapping[str, Any], stated: OrderRow, listed: Listed) -> Market:
    """The market of a row. Raises Garbled without a symbol."""
    symbol = text(unified, "symbol")
    if symbol is None:
        raise Garbled("the row names no symbol")
    market = listed.named(symbol, text(raw, "symbol"))
    return listed.as_contract(market) if stated.is_contract else market


def _names(market: Market) -> dict[str, Any]:
    """The names of an order's market."""
    return {
        "symbol": market.symbol,
        "exchange_symbol": market.exchange_symbol,
        "base": market.base,
        "quote": market.quote,
    }


def _limit_price(unified: Mapping[str, Any], stated: OrderRow, kind: OrderKind) -> Decimal | None:
    """The limit price by the venue's parser, else by ccxt. None for orders at market."""
    limit = None if kind in AT_MARKET else stated.limit_price
    return price_in(unified, "price") if limit is None and kind not in NO_LIMIT else limit


def _terms(unified: Mapping[str, Any], stated: OrderRow) -> dict[str, Any]:
    """The fields of an order that are copied without any conclusion."""
    return {
        "contingency": stated.contingency,
        "book_order_id": stated.book_order_id,
        "trigger_kind": stated.trigger_kind,
        "trailing_distance": stated.trailing_distance,
        "trailing_unit": stated.trailing_unit,
        "activation_price": stated.activation_price,
        "reduce_only": _flag(stated.reduce_only, unified, "reduceOnly"),
        "post_only": _flag(stated.post_only, unified, "postOnly"),
        "close_position": True if stated.close_fraction == 1 else stated.close_position,
        "time_in_force": text(unified, "timeInForce"),
        "created_at": stated.created_at or moment(unified, "timestamp"),
        "updated_at": moment(unified, "lastUpdateTimestamp") or moment(unified, "lastTradeTimestamp"),
        "position_side": stated.position_side,
        "close_fraction": stated.close_fraction,
        "is_active": stated.is_active,
    }


def _role(stated: OrderRow, kind: OrderKind, market_type: MarketType, side: Side) -> Role:
    """The stated role. UNKNOWN if a direction contradicts the type that the role was read from."""
    if market_type is MarketType.SPOT and side is Side.BUY and stated.group_id is None:
        return Role.UNKNOWN  # a spot buy cannot close a short position, whatever its type says
    return (stated.role if kind is stated.kind else None) or Role.UNKNOWN


def _identity(unified: Mapping[str, Any], stated: OrderRow) -> dict[str, Any]:
    """The exchange's id, or else the client's. "0" and similar values are no ids."""
    order_id = stated.order_id or id_in(unified, "id")
    client_id = stated.client_order_id or id_in(unified, "clientOrderId")
    identity = order_id or (f"client:{client_id}" if client_id else None)
    if identity is None:
        raise Garbled("the order has no identity: neither an id nor a client's id")
    return {
        "key": f"{identity}/{stated.leg_id}" if stated.leg_id else identity,
        "order_id": identity,
        "client_order_id": client_id,
        "group_id": stated.group_id,
        "leg_id": stated.leg_id,
    }


def _side(unified: Mapping[str, Any]) -> Side:
    side = (text(unified, "side") or "").lower()
    if side == Side.BUY:
        return Side.BUY
    if side == Side.SELL:
        return Side.SELL
    raise Garbled(f"side is neither buy nor sell: {quoted(unified.get('side'))}")


def _filled(unified: Mapping[str, Any]) -> Decimal | None:
    number = amount(unified, "filled")
    if number is not None and number < 0:
        raise Garbled(f"filled is negative: {quoted(str(number))}")
    return number


def _amounts(
    unified: Mapping[str, Any],
    stated: OrderRow,
    market: Market,
    price: Decimal | None,
    average: Decimal | None,
    *,
    waits: bool,
) -> _Amounts:
    """The size of an order. None for an order sized in quote currency or by the position it closes."""
    has_none = stated.close_position or stated.close_fraction is not None or stated.in_quote
    size = None if has_none else stated.amount or price_in(unified, "amount")
    done = stated.filled if stated.filled is not None else _filled(unified)
    if done is None and waits and (size is None or amount(unified, "remaining") in (None, size)):
        done = Decimal(0)  # a waiting trigger without a stated execution has executed nothing
    return {
        "amount": in_base_units(size, market, price),
        "filled": done if done == 0 else in_base_units(done, market, average or price),
        "remaining": in_base_units(_left(size, done, unified), market, price),
        "contracts": contracts_of(size, market),
    }


def _left(size: Decimal | None, done: Decimal | None, unified: Mapping[str, Any]) -> Decimal | None:
    """The remaining amount. None if the exchange's figures contradict each other."""
    if size is None:
        return None
    if done is None:
        left = amount(unified, "remaining")
        return left if left is not None and 0 <= left <= size else None
    return EXACT.subtract(size, done) if done <= size else None


def _status(unified: Mapping[str, Any], done: Decimal | None, has_to_wait: bool) -> OrderStatus:
    status = text(unified, "status")
    if status in ENDED:
        raise Garbled(f"listed as open although its status is {status}")
    if status != "open":
        return OrderStatus.UNKNOWN
    if done:
        return OrderStatus.PARTIALLY_FILLED
    return OrderStatus.PENDING if has_to_wait else OrderStatus.OPEN


def _flag(stated: bool | None, unified: Mapping[str, Any], field: str) -> bool | None:
    value = unified.get(field) if stated is None else stated
    return value if isinstance(value, bool) else None


def _trigger(stated: OrderRow, trigger: Decimal | None, side: Side) -> tuple[OrderKind, TriggerDirection | None]:
    """The kind of an order and its trigger direction. None if the direction is unknown."""
    kind = stated.kind or OrderKind.UNKNOWN
    if kind not in TRIGGER_KINDS:
        return kind, None
    direction = stated.trigger_direction
    if direction is None and (stated.kind_tells_direction or kind is OrderKind.TRAILING_STOP):
        return kind, direction_of(kind, side)
    direction = direction or direction_from(trigger, stated.reference_price)
    return kind_with(kind, side, direction), direction
