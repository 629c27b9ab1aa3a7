"""Fields of the exchange's own order rows that ccxt's unified fields lack."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.markets import Side
from domain.orders import (
    Contingency,
    Order,
    OrderKind,
    OrderStatus,
    Role,
    TrailingUnit,
    TriggerDirection,
    TriggerKind,
)
from domain.positions import PositionSide
from exchanges.connection.exact import Garbled, amount, quoted, text

# Ids that are none: as identity they would make one order of many.
_ONE_WAY = frozenset({"", "BOTH", "NET", "MERGED"})
NO_IDS = frozenset({"", "0", "-1", "null", "none", "undefined", "nan"})


@dataclass(frozen=True, slots=True)
class AttachedOrder:
    """A take profit or stop that hangs on an order: it becomes an order of its own, "<id>/<leg>" where the exchange
    has given it no id yet."""

    leg: str  # "tp" or "sl"
    role: Role
    trigger_price: Decimal | None  # None: it waits for no price, as a limit order that takes a profit
    trigger_kind: TriggerKind | None = None
    limit_price: Decimal | None = None  # None: it executes at market
    amount: Decimal | None = None  # in the exchange's own unit (contracts), None for the amount of the order
    kind: OrderKind | None = None  # None: what role and limit make it
    order_id: str | None = None
    trailing_distance: Decimal | None = None
    trailing_unit: TrailingUnit | None = None
    activation_price: Decimal | None = None
    reduce_only: bool | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The fields of an open order's row. None means ccxt's unified field.

    `legs` are the orders of a row with several (an OCO in one row) and replace it. `attached` orders are added to it.
    """

    kind: OrderKind | None = None
    role: Role | None = None
    status: OrderStatus | None = None
    side: Side | None = None
    order_id: str | None = None
    client_order_id: str | None = None
    book_order_id: str | None = None
    group_id: str | None = None
    leg_id: str | None = None
    contingency: Contingency | None = None
    trigger_price: Decimal | None = None
    trigger_kind: TriggerKind | None = None
    trigger_direction: TriggerDirection | None = None
    limit_price: Decimal | None = None
    trailing_distance: Decimal | None = None
    trailing_unit: TrailingUnit | None = None
    activation_price: Decimal | None = None
    # True if a trailing stop follows the price already, or starts to once the price moves against its side. Without a
    # statement the observed prices decide.
    is_active: bool | None = None
    amount: Decimal | None = None
    in_quote: bool = False  # the amount is in quote currency, so the amount in the base asset is unknown
    filled: Decimal | None = None
    reduce_only: bool | None = None
    post_only: bool | None = None
    close_position: bool | None = None
    on_margin: bool = False  # acts on a margin position of a spot market, not on what the wallet holds
    close_fraction: Decimal | None = None  # fraction of the position instead of an amount, 1 for all of it
    position_side: PositionSide | None = None
    created_at: datetime | None = None
    attached: tuple[AttachedOrder, ...] = ()
    legs: tuple[AttachedOrder, ...] = ()
    # False for a plain trigger, which may wait for either direction. Then `trigger_direction` or `reference_price`
    # decides, else the first market price that the refresher sees. The kind follows the direction.
    kind_tells_direction: bool = True
    reference_price: Decimal | None = None  # the market price when the trigger was set, where the row states it
    is_contract: bool = False  # of a contract, whose name ccxt may take for that of a spot market
    # ccxt's unified fields with another meaning here ("price": an offset or a protection). They are not read.
    leaves_out: frozenset[str] = frozenset()


# (the exchange's own row, ccxt's unified order) -> what the row states beyond ccxt. Raises Garbled.
OrderParser = Callable[[Mapping[str, Any], Mapping[str, Any]], OrderRow]
# All orders of one response -> the same orders, linked where one row names another.
OrderLinker = Callable[[tuple[Order, ...]], tuple[Order, ...]]
# (the exchange's own row, ccxt's unified trade) -> ccxt's fields to replace. None: the row is no execution.
FillParser = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any] | None]


def ccxt_order(_row: Mapping[str, Any], _unified: Mapping[str, Any]) -> OrderRow:
    """The default parser: no fields beyond ccxt's."""
    return OrderRow()


def no_links(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """The default: rows name no other rows."""
    return orders


def ccxt_fill(_row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The default: ccxt reads executions right."""
    return {}


@dataclass(frozen=True, slots=True)
class EndedRow:
    """The fields of an ended order's row. None means ccxt's unified field.

    `status` is one of ccxt's words, or "triggered". `leg` is the acting leg of a row with several orders. `came_of` is
    the id of the trigger order that became this one in the book, if the row names it. Amounts are in the exchange's own
    unit.
    """

    status: str | None = None
    book_order_id: str | None = None
    leg: str | None = None
    came_of: str | None = None
    filled: Decimal | None = None
    average: Decimal | None = None
    ended_at: datetime | None = None
    reason: str | None = None


# (the exchange's own row, ccxt's unified order) -> how the order ended, beyond ccxt. Raises Garbled.
EndedParser = Callable[[Mapping[str, Any], Mapping[str, Any]], EndedRow]


# Fields with the status in words, and words in it that ccxt often takes for cancelled.
_STANDS_IN = ("status", "state", "orderStatus", "order_status")
_UNDONE = {"EXPIR": "expired", "REJECT": "rejected"}


def ccxt_ended(row: Mapping[str, Any], unified: Mapping[str, Any]) -> EndedRow:
    """The default parser: ccxt's status, but expired and rejected orders are not cancelled."""
    if unified.get("status") in ("open", "canceling", "closed"):
        return EndedRow()
    words = " ".join(str(row[field]).upper() for field in _STANDS_IN if isinstance(row.get(field), str))
    return EndedRow(status=next((word for phrase, word in _UNDONE.items() if phrase in words), None))


def id_in(row: Mapping[str, Any], field: str) -> str | None:
    """The id in a field. None for placeholder values."""
    value = (text(row, field) or "").strip()
    return None if value.lower() in NO_IDS else value


def price_in(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first price in these fields. "0" and "-1" mean no price."""
    for field in fields:
        number = amount(row, field)
        if number is not None and number < 0 and number != -1:
            raise Garbled(f"{field} is negative: {quoted(str(number))}")
        if number is not None and number > 0:
            return number
    return None


def flag_in(row: Mapping[str, Any], field: str) -> bool | None:
    """A flag stated as a boolean or as text. None if it is not stated."""
    return {"true": True, "false": False}.get(str(row.get(field)).strip().lower())


def word_in(row: Mapping[str, Any], field: str) -> str:
    """The word in a field, in capitals. "" if there is none."""
    value = row.get(field)
    if value is None or value == "":
        return ""
    return (text(row, field) or "").strip().upper()


def position_side_in(row: Mapping[str, Any], field: str) -> PositionSide | None:
    """The position of an order in hedge mode. None in one-way mode ("BOTH", "net"), and without the field.

    Raises Garbled for any other word: such an order may belong to either position.
    """
    word = word_in(row, field)
    if word in _ONE_WAY:
        return None
    try:
        return PositionSide(word.lower())
    except ValueError:
        raise Garbled(f"{field} is neither long nor short: {quoted(row.get(field))}") from None


def stated_position_side(row: Mapping[str, Any], field: str) -> PositionSide | None:
    """The same of a row that always has the field. Raises Garbled without it: the order may close either position."""
    if row.get(field) is None:
        raise Garbled(f"{field} is missing")
    return position_side_in(row, field)


def plain_kind(at_market: bool, trigger: Decimal | None, *, takes_profit: bool = False) -> OrderKind:
    """The kind of an order by whether it executes at market, waits for a price, and takes a profit."""
    if trigger is None:
        return OrderKind.MARKET if at_market else OrderKind.LIMIT
    if takes_profit:
        return OrderKind.TAKE_PROFIT if at_market else OrderKind.TAKE_PROFIT_LIMIT
    return OrderKind.STOP if at_market else OrderKind.STOP_LIMIT


def attached_pair(
    row: Mapping[str, Any],
    profit: tuple[str, str, str],
    stop: tuple[str, str, str],
    kinds: Mapping[str, TriggerKind],
    **values: Any,
) -> tuple[AttachedOrder, ...]:
    """The attached take profit and stop, each in three fields: trigger, limit, kind of price ("": none)."""
    return tuple(
        order
        for leg, (trigger, limit, kind) in (("tp", profit), ("sl", stop))
        for order in attached_order(
            leg,
            price_in(row, trigger),
            limit_price=price_in(row, limit),
            trigger_kind=kinds.get(word_in(row, kind)),
            **values,
        )
    )


def attached_order(leg: str, trigger: Decimal | None, **values: Any) -> tuple[AttachedOrder, ...]:
    """The attached take profit ("tp") or stop ("sl") with this trigger. Empty without a trigger."""
    role = Role.TAKE_PROFIT if leg == "tp" else Role.STOP_LOSS
    return () if trigger is None else (AttachedOrder(leg, role, trigger, **values),)
