"""Crypto.com's orders: normal ones and advanced ones (triggers, legs of groups) in the one shape of domain/orders."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypedDict

from domain.markets import MarketType, Side
from domain.orders import (
    TRIGGER_KINDS,
    Contingency,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    RoleOrigin,
    TriggerDirection,
    TriggerKind,
)
from domain.sources import Source, Success
from domain.triggers import direction_of
from exchanges.connection.exact import EXACT, Garbled, moment, text
from exchanges.connection.markets import Markets
from exchanges.connection.payload_rows import read_each, rows_of
from exchanges.cryptocom.fields import NO_IDS, id_in, positive, price_in, side_of, word
from exchanges.cryptocom.markets import market_named

_KINDS = {
    "LIMIT": OrderKind.LIMIT,
    "MARKET": OrderKind.MARKET,
    "STOP_LOSS": OrderKind.STOP,
    "STOP_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderKind.TAKE_PROFIT_LIMIT,
}
_AT_MARKET = frozenset({OrderKind.MARKET, OrderKind.STOP, OrderKind.TAKE_PROFIT})
# Roles by order type. STOP_LIMIT has none, because a buy may also be an entry on a breakout.
_ROLES = {"STOP_LOSS": Role.STOP_LOSS, "TAKE_PROFIT": Role.TAKE_PROFIT, "TAKE_PROFIT_LIMIT": Role.TAKE_PROFIT}
# The documented values and others seen in practice. The last four are attached to an order or a position.
_CONTINGENCIES = {
    "OCO": Contingency.OCO,
    "OTO": Contingency.OTO,
    "OTOCO": Contingency.OTOCO,
    "SPOT_ATTACH": Contingency.ATTACHED,
    "DERIV_ATTACH": Contingency.ATTACHED,
    "TAKE_PROFIT": Contingency.ATTACHED,
    "STOP_LOSS": Contingency.ATTACHED,
}
_TRIGGER_KINDS = {
    "MARK_PRICE": TriggerKind.MARK,
    "INDEX_PRICE": TriggerKind.INDEX,
    "LAST_PRICE": TriggerKind.LAST,
}
_ENDED = frozenset({"CANCELED", "CANCELLED", "FILLED", "REJECTED", "EXPIRED"})
# Both never take from the book ("exec_inst" of private/create-order).
_POST_ONLY = frozenset({"POST_ONLY", "SMART_POST_ONLY"})
_TIMES_IN_FORCE = {"GOOD_TILL_CANCEL": "GTC", "IMMEDIATE_OR_CANCEL": "IOC", "FILL_OR_KILL": "FOK"}


class Identity(TypedDict):
    """The ids that identify an order."""

    key: str
    order_id: str
    client_order_id: str | None
    group_id: str | None
    leg_id: str | None


class _Trigger(TypedDict):
    """The trigger of an order, and the book order that it created."""

    trigger_price: Decimal | None
    trigger_kind: TriggerKind | None
    trigger_direction: TriggerDirection | None
    book_order_id: str | None


class _Terms(TypedDict):
    """How an order may be executed."""

    reduce_only: bool | None
    post_only: bool | None
    time_in_force: str | None


def normalise_orders(payload: Any, account: str, source: Source, markets: Markets) -> Success[Order]:
    """Parse the open orders of one list: private/get-open-orders or private/advanced/get-open-orders.

    Roles are set only if the exchange states them. domain/order_groups infers the others from the group.
    """
    rows = rows_of(payload, source)
    parse = partial(_order, account=account, source=source, markets=markets, shared=_ids_shared_by_legs(rows))
    orders, unreadable = read_each(rows, parse, lambda order: order.key)
    return Success(orders, unreadable=unreadable)


def _order(row: Mapping[str, Any], account: str, source: Source, markets: Markets, shared: frozenset[str]) -> Order:
    name = text(row, "instrument_name")
    if name is None:
        raise Garbled("instrument_name is missing")
    market = market_named(name, markets)
    side, kind = side_of(row), _KINDS.get(word(row, "order_type"), OrderKind.UNKNOWN)
    quantity, filled = positive(row, "quantity"), positive(row, "cumulative_quantity")
    role, trigger = _role(row, market.market_type, side), _trigger(row, kind, side)
    return Order(
        account=account,
        exchange="cryptocom",
        source=source,
        symbol=market.symbol,
        exchange_symbol=name,
        base=market.base,
        quote=market.quote,
        market_type=market.market_type,
        side=side,
        kind=kind,
        status=_status(row, filled, has_to_wait=kind in TRIGGER_KINDS and trigger["book_order_id"] is None),
        amount=quantity,
        filled=filled,
        remaining=_remaining(quantity, filled),
        raw=row,
        role=role,
        role_origin=None if role is Role.UNKNOWN else RoleOrigin.STATED,
        contingency=_contingency(row),
        limit_price=None if kind in _AT_MARKET else price_in(row, "limit_price"),
        average_price=price_in(row, "avg_price"),
        created_at=moment(row, "create_time"),
        updated_at=moment(row, "update_time"),
        position_name=_position_name(row, market.market_type),
        **identity_of(row, shared),
        **trigger,
        **_terms(row),
    )


def identity_of(row: Mapping[str, Any], shared: frozenset[str] = frozenset()) -> Identity:
    """The order id, with the leg if there is one, because legs of one list can share an order id.

    "0", "" and "null" are no ids. Without one, the client's id is used, else the list id with the leg. Legs that share
    an id and have no leg number are distinguished by their type.
    """
    order_id, client_id, group_id, leg_id = (id_in(row, f) for f in ("order_id", "client_oid", "list_id", "leg_id"))
    if order_id is not None:
        identity = order_id
    elif client_id is not None:
        identity = f"client:{client_id}"
    elif group_id is not None and leg_id is not None:
        identity = f"list:{group_id}"
    else:
        raise Garbled("the order has no identity: neither order_id nor client_oid nor list_id with leg_id")
    leg = leg_id or (word(row, "order_type") if group_id and order_id in shared else None)
    return {
        "key": f"{identity}/{leg}" if leg else identity,
        "order_id": order_id or identity,
        "client_order_id": client_id,
        "group_id": group_id,
        "leg_id": leg_id,
    }


def _ids_shared_by_legs(rows: Iterable[Any]) -> frozenset[str]:
    """The order ids shared by several legs of a list without leg numbers."""
    ids = Counter(
        id_in(row, "order_id")
        for row in rows
        if isinstance(row, Mapping) and id_in(row, "list_id") and not id_in(row, "leg_id")
    )
    return frozenset(order_id for order_id, count in ids.items() if order_id is not None and count > 1)


def _remaining(quantity: Decimal | None, filled: Decimal | None) -> Decimal | None:
    """The remaining amount. None if the exchange's figures contradict each other."""
    if quantity is None or filled is None or filled > quantity:
        return None
    return EXACT.subtract(quantity, filled)


def _role(row: Mapping[str, Any], market_type: MarketType, side: Side) -> Role:
    """The role that the exchange states: by the order type, or by how the order hangs on another one.

    The order type tells when an order acts. A single BUY on spot has no position to close, so its type states no role.
    """
    is_single = id_in(row, "list_id") is None and _contingency(row) is None
    if market_type is MarketType.SPOT and side is Side.BUY and is_single:
        return Role.UNKNOWN
    return _ROLES.get(word(row, "order_type")) or _ROLES.get(word(row, "contingency_type"), Role.UNKNOWN)


def _contingency(row: Mapping[str, Any]) -> Contingency | None:
    contingency = word(row, "contingency_type")
    return None if contingency.lower() in NO_IDS else _CONTINGENCIES.get(contingency, Contingency.UNKNOWN)


def _trigger(row: Mapping[str, Any], kind: OrderKind, side: Side) -> _Trigger:
    price = price_in(row, "ref_price")
    return {
        "trigger_price": price,
        "trigger_kind": None if price is None else _TRIGGER_KINDS.get(word(row, "ref_price_type")),
        "trigger_direction": direction_of(kind, side),
        "book_order_id": id_in(row, "exchange_order_id"),
    }


def _status(row: Mapping[str, Any], filled: Decimal | None, has_to_wait: bool) -> OrderStatus:
    """The status of a live order. ACTIVE also covers partly filled orders and waiting triggers."""
    status = word(row, "status")
    if status in _ENDED:
        raise Garbled(f"listed as open although its status is {status}")
    if status not in ("NEW", "PENDING", "ACTIVE"):
        return OrderStatus.UNKNOWN
    if filled:
        return OrderStatus.PARTIALLY_FILLED
    return OrderStatus.OPEN if status == "ACTIVE" and not has_to_wait else OrderStatus.PENDING


def _position_name(row: Mapping[str, Any], market_type: MarketType) -> str | None:
    """The isolated position that an order of a contract names, or "cross". None for spot, and where it names none.

    A standalone order without an id acts on the cross position (private/advanced/create-order). Legs take the mode of
    their parent, and 0 attaches an order to the cross position.
    """
    if market_type is MarketType.SPOT:
        return None
    fields = ("isolation_id", "attach_isolation_id")
    if (isolated := next((id_ for field in fields if (id_ := id_in(row, field))), None)) is not None:
        return isolated
    if word(row, "isolation_type").startswith("ISOLATED") or "ISOLATED_MARGIN" in (_instructions(row) or ()):
        return "isolated"
    is_cross = any(text(row, field) == "0" for field in fields)
    is_leg = id_in(row, "list_id") is not None or _contingency(row) is not None
    return "cross" if is_cross or not is_leg else None


def _terms(row: Mapping[str, Any]) -> _Terms:
    time_in_force, instructions = word(row, "time_in_force"), _instructions(row)
    return {
        "reduce_only": None if instructions is None else "REDUCE_ONLY" in instructions,
        "post_only": None if instructions is None else not instructions.isdisjoint(_POST_ONLY),
        "time_in_force": _TIMES_IN_FORCE.get(time_in_force, time_in_force) or None,
    }


def _instructions(row: Mapping[str, Any]) -> frozenset[str] | None:
    """The execution instructions, given as a list or as one word. None if not stated."""
    instructions = row.get("exec_inst")
    if isinstance(instructions, str):
        instructions = [instructions]
    return frozenset(str(word).upper() for word in instructions) if isinstance(instructions, list) else None
