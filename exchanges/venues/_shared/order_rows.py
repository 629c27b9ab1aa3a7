"""What an exchange's own row says of an order beyond ccxt's unified fields, and which file of ours reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, cast

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
from exchanges.connection.reading_paths import SPOKEN_BY

# Ids that are none: as identity they would make one order of many (Lesson 7).
NO_IDS = frozenset({"", "0", "-1", "null", "none", "undefined", "nan"})


@dataclass(frozen=True, slots=True)
class Attached:
    """A take profit or stop that hangs on an order: it becomes an order of its own, "<id>/<leg>" where the exchange
    has given it no id yet."""

    leg: str  # "tp" or "sl"
    role: Role
    trigger_price: Decimal | None  # None: it waits for no price, as a limit order that takes a profit
    trigger_kind: TriggerKind | None = None
    limit_price: Decimal | None = None  # None: it executes at market
    amount: Decimal | None = None  # as the exchange counts (contracts); None: the whole order
    kind: OrderKind | None = None  # None: what role and limit make it
    order_id: str | None = None
    trailing_distance: Decimal | None = None
    trailing_unit: TrailingUnit | None = None
    reduce_only: bool | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What a row says; None where it does not, and ccxt's unified field stands.

    `legs` are the orders of a row that is several at once (an OCO in one row): they replace it. `attached` come beside
    it.
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
    amount: Decimal | None = None
    in_quote: bool = False  # the row counts money to spend: how much of the base asset that is, is unknown
    filled: Decimal | None = None
    reduce_only: bool | None = None
    post_only: bool | None = None
    close_position: bool | None = None
    position_side: PositionSide | None = None
    created_at: datetime | None = None
    attached: tuple[Attached, ...] = ()
    legs: tuple[Attached, ...] = ()
    kind_tells_direction: bool = True  # False of a plain trigger, which may wait for either direction
    # Names of ccxt's unified fields that hold something else here ("price": an offset, a protection): not read.
    leaves_out: frozenset[str] = frozenset()


# (the exchange's own row, ccxt's unified order) -> what the row says beyond it. Raises Garbled.
Reading = Callable[[Mapping[str, Any], Mapping[str, Any]], Stated]


def nothing_more(_row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Stated:
    """Of an exchange without a file of its own: ccxt's unified fields are all that is read."""
    return Stated()


# All orders of one call -> the same, linked where one row names another.
Linking = Callable[[tuple[Order, ...]], tuple[Order, ...]]


def nothing_linked(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """Of an exchange whose rows name no other rows."""
    return orders


@cache
def reading_of(exchange: str) -> Reading:
    """The `stated` function of exchanges/venues/<exchange>.py, or of the exchange it speaks like."""
    return cast("Reading", getattr(_dialect(exchange), "stated", nothing_more))


@cache
def linking_of(exchange: str) -> Linking:
    """The `linked` function of the same file, where it has one."""
    return cast("Linking", getattr(_dialect(exchange), "linked", nothing_linked))


# (the exchange's own row, ccxt's unified trade) -> ccxt's fields that are to be read otherwise; None: no execution.
Execution = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any] | None]


def as_unified(_row: Mapping[str, Any], _unified: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of an exchange whose executions ccxt reads right."""
    return {}


@cache
def execution_of(exchange: str) -> Execution:
    """The `execution` function of the same file, where it has one."""
    return cast("Execution", getattr(_dialect(exchange), "execution", as_unified))


@dataclass(frozen=True, slots=True)
class Ended:
    """What a row says of its order's end beyond ccxt's unified fields; None where it does not, and those stand.

    `status` is one of ccxt's words, or "triggered"; `leg` which of several orders in one row it was that acted;
    `came_of` the trigger order that became this one in the book, where the row names it. Amounts as the
    exchange counts.
    """

    status: str | None = None
    book_order_id: str | None = None
    leg: str | None = None
    came_of: str | None = None
    filled: Decimal | None = None
    average: Decimal | None = None
    ended_at: datetime | None = None
    reason: str | None = None


# (the exchange's own row, ccxt's unified order) -> what the row says of its end beyond it. Raises Garbled.
Closing = Callable[[Mapping[str, Any], Mapping[str, Any]], Ended]


# Where exchanges say in a word how an order stands, and what is in it that ccxt often takes for cancelled.
_STANDS_IN = ("status", "state", "orderStatus", "order_status")
_UNDONE = {"EXPIR": "expired", "REJECT": "rejected"}


def ended_as_unified(row: Mapping[str, Any], unified: Mapping[str, Any]) -> Ended:
    """Of an exchange without a file of its own: ccxt's word, except that what plainly expired or was rejected was not
    cancelled."""
    if unified.get("status") in ("open", "canceling", "closed"):
        return Ended()
    said = " ".join(str(row[field]).upper() for field in _STANDS_IN if isinstance(row.get(field), str))
    return Ended(status=next((word for part, word in _UNDONE.items() if part in said), None))


@cache
def ending_of(exchange: str) -> Closing:
    """The `ended` function of the same file, where it has one."""
    return cast("Closing", getattr(_dialect(exchange), "ended", ended_as_unified))


def _dialect(exchange: str) -> ModuleType | None:
    for name in (exchange, SPOKEN_BY.get(exchange, exchange)):
        module = f"exchanges.venues.{name}"
        if find_spec(module) is not None:
            return import_module(module)
    return None


def id_in(row: Mapping[str, Any], field: str) -> str | None:
    """The id in a field; None for those that are none (Lesson 7)."""
    said = (text(row, field) or "").strip()
    return None if said.lower() in NO_IDS else said


def price_in(row: Mapping[str, Any], *fields: str) -> Decimal | None:
    """The first price in these fields; "0" and "-1" say that there is none."""
    for field in fields:
        number = amount(row, field)
        if number is not None and number < 0 and number != -1:
            raise Garbled(f"{field} is negative: {quoted(str(number))}")
        if number is not None and number > 0:
            return number
    return None


def flag_in(row: Mapping[str, Any], field: str) -> bool | None:
    """A flag said as true or "true"; None where it is not said."""
    return {"true": True, "false": False}.get(str(row.get(field)).strip().lower())


def word_in(row: Mapping[str, Any], field: str) -> str:
    """The word in a field, in capitals; "" where there is none."""
    said = row.get(field)
    if said is None or said == "":
        return ""
    return (text(row, field) or "").strip().upper()


def position_side_in(row: Mapping[str, Any], field: str) -> PositionSide | None:
    """Which of two positions an order belongs to; None where the account holds one ("BOTH", "net")."""
    return {"LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}.get(word_in(row, field))


def attached(leg: str, trigger: Decimal | None, **values: Any) -> tuple[Attached, ...]:
    """The attached take profit ("tp") or stop ("sl") with this trigger; none where there is none."""
    role = Role.TAKE_PROFIT if leg == "tp" else Role.STOP_LOSS
    return () if trigger is None else (Attached(leg, role, trigger, **values),)
