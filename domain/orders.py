"""Unified orders: open orders of every kind and exchange in one shape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from domain.markets import MarketType, Side
from domain.positions import PositionSide
from domain.prices import Price
from domain.sources import Source


class OrderKind(StrEnum):
    """The kind of an order: how it executes, and the trigger that it waits for."""

    LIMIT = "limit"
    MARKET = "market"
    STOP = "stop"  # executes at market once triggered
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"  # executes at market once triggered
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    TRAILING_STOP = "trailing_stop"
    UNKNOWN = "unknown"


TRIGGER_KINDS = frozenset(
    {
        OrderKind.STOP,
        OrderKind.STOP_LIMIT,
        OrderKind.TAKE_PROFIT,
        OrderKind.TAKE_PROFIT_LIMIT,
        OrderKind.TRAILING_STOP,
    }
)


# These act on a move against the position that they close, once their direction is known.
STOP_KINDS = frozenset({OrderKind.STOP, OrderKind.STOP_LIMIT, OrderKind.TRAILING_STOP})


class Role(StrEnum):
    """The purpose of an order."""

    ENTRY = "entry"
    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"
    EXIT = "exit"
    UNKNOWN = "unknown"


# The key of a group: account, symbol and group id. The id alone may be used twice.
Group = tuple[str, str, str]

# The prefix of the id of an inferred group.
INFERRED_GROUP = "~"


class RoleOrigin(StrEnum):
    """How a role was decided."""

    STATED = "stated"  # the exchange says so
    INFERRED = "inferred"  # inferred, by the rule in `role_rule`


class Contingency(StrEnum):
    """How the orders of a group depend on each other."""

    OCO = "OCO"  # one cancels the other
    OTO = "OTO"  # one triggers the other
    OTOCO = "OTOCO"  # one triggers two, which cancel each other
    ATTACHED = "attached"  # a take profit or stop attached to an order or position
    BRACKET = "bracket"  # inferred: an entry with its stop and take profit, placed together
    UNKNOWN = "unknown"


class TriggerKind(StrEnum):
    """The price compared with the trigger price."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"


class TriggerDirection(StrEnum):
    """The direction of the price move that reaches the trigger."""

    RISES = "rises"
    FALLS = "falls"


class TrailingUnit(StrEnum):
    """The unit of a trailing distance."""

    PRICE = "price"
    PERCENT = "percent"


class OrderStatus(StrEnum):
    """The status of a live order. Ended orders have an Outcome instead."""

    PENDING = "pending"  # accepted, but waiting for its trigger, its group or the book
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Order:
    """One live order. Amounts in units of the base asset, prices in the quote currency. None is unknown or not given.

    A trigger order with `limit_price` None executes at market. `key` is unique within account and source. It is the
    order id, with the symbol if ids repeat across symbols ("BTCUSDT/9001"), and with the leg if legs share an id
    ("9001/tp").
    """

    account: str
    exchange: str
    source: Source
    key: str
    order_id: str
    symbol: str  # ccxt's unified symbol, the exchange's own where there is none
    exchange_symbol: str
    base: str | None
    quote: str | None
    market_type: MarketType
    side: Side
    kind: OrderKind
    status: OrderStatus
    amount: Decimal | None
    filled: Decimal | None
    remaining: Decimal | None
    raw: Mapping[str, Any]
    role: Role = Role.UNKNOWN
    role_origin: RoleOrigin | None = None
    role_rule: str | None = None  # the rule that a role was inferred by, in words
    leg_id: str | None = None
    client_order_id: str | None = None
    group_id: str | None = None
    contingency: Contingency | None = None
    book_order_id: str | None = None  # the id of the order in the book after it triggered
    trigger_price: Decimal | None = None
    trigger_kind: TriggerKind | None = None
    trigger_direction: TriggerDirection | None = None
    limit_price: Decimal | None = None
    trailing_distance: Decimal | None = None
    trailing_unit: TrailingUnit | None = None
    activation_price: Decimal | None = None
    average_price: Decimal | None = None
    reduce_only: bool | None = None
    post_only: bool | None = None
    close_position: bool | None = None
    time_in_force: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    contracts: Decimal | None = None  # `amount` in contracts, if the exchange counts in contracts
    position_side: PositionSide | None = None  # the position that it belongs to, in hedge mode
    close_fraction: Decimal | None = None  # the fraction of the position to close, 1 is all. None: see `amount`
    is_active: bool | None = None  # False while a trailing stop waits for a move in favour to its activation price
    position_name: str | None = None  # the position that it acts on, as stated: its id, else its margin mode

    @property
    def waits_for_trigger(self) -> bool:
        """True while it waits for a price. A triggered order rests in the book under another id and waits no more."""
        return self.kind in TRIGGER_KINDS and self.book_order_id is None

    @property
    def group(self) -> Group | None:
        """The key of its group. None without a group."""
        return None if self.group_id is None else (self.account, self.symbol, self.group_id)

    def is_named(self, name: str) -> bool:
        """True if `name` is its key, its order id, or the exchange's symbol with the order id ("BTCUSDT/9001")."""
        return name in (self.key, self.order_id, f"{self.exchange_symbol}/{self.order_id}")

    @property
    def adds_to_position(self) -> bool:
        """True if it increases the position that it names: it buys for a long one, or sells for a short one."""
        return self.position_side is not None and (self.side is Side.BUY) is (self.position_side is PositionSide.LONG)

    @property
    def reduces_position(self) -> bool:
        """True if it can only reduce a position, as stated by the exchange."""
        names_it = self.position_side is not None and not self.adds_to_position
        return bool(self.reduce_only or self.close_position or self.close_fraction or names_it)

    @property
    def is_armed(self) -> bool | None:
        """True if the price can trigger it now, None if unknown.

        A trailing stop cannot trigger before the price has reached its activation price. Without an activation price it
        is armed from the start. A waiting stop of unknown trigger price may be far from any market.
        """
        if self.trigger_price is None and self.waits_for_trigger and self.kind is not OrderKind.TRAILING_STOP:
            return None
        if self.is_active is None and self.kind is OrderKind.TRAILING_STOP and self.activation_price is not None:
            return None
        return self.is_active is not False

    @property
    def is_undirected(self) -> bool:
        """True for a waiting trigger order of unknown direction. Its kind is only a guess then."""
        return self.waits_for_trigger and self.trigger_direction is None

    @property
    def is_stop(self) -> bool:
        """True if it is certainly a stop: it sells when the price falls, or buys when it rises."""
        return self.kind in STOP_KINDS and self.trigger_direction is not None

    @property
    def is_group_inferred(self) -> bool:
        """True if its group was inferred from size, prices and time, not stated by the exchange."""
        return self.group_id is not None and self.group_id.startswith(INFERRED_GROUP)

    @property
    def price(self) -> Decimal | None:
        """The price that it acts at: its trigger price while it waits for that, else its limit price."""
        return self.trigger_price if self.waits_for_trigger else self.limit_price

    @property
    def value(self) -> Decimal | None:
        """The remaining amount at its limit price (else its trigger price), in the quote currency."""
        price = self.limit_price if self.limit_price is not None else self.trigger_price
        if price is None or self.remaining is None:
            return None
        return self.remaining * price

    def distance_to(self, market: Decimal | None) -> Decimal | None:
        """The move of the market to reach this order, as a signed fraction of the market price. None is unknown."""
        if market is None or market <= 0 or self.price is None:
            return None
        return self.price / market - 1


ORDER_FIELDS = tuple(field.name for field in fields(Order))
_PLACES = {name: place for place, name in enumerate(ORDER_FIELDS)}
_values_of = attrgetter(*ORDER_FIELDS)
_setters = tuple(vars(Order)[name].__set__ for name in ORDER_FIELDS)


def order_of(values: Iterable[Any]) -> Order:
    """An order from the values of ORDER_FIELDS, in their order. The constructor takes almost twice as long."""
    order = object.__new__(Order)
    for set_value, value in zip(_setters, values, strict=True):
        set_value(order, value)
    return order


def order_with(order: Order, **values: object) -> Order:
    """A copy with other values. dataclasses.replace takes six times as long, seconds for a hundred thousand orders."""
    copied: list[Any] = list(_values_of(order))
    for name, value in values.items():
        copied[_PLACES[name]] = value
    return order_of(copied)


def reference_price(order: Order, price: Price | None) -> Decimal | None:
    """The market price that an order is measured against, for the pages and the API alike.

    This is the mark price if the trigger follows the mark and the mark is known, else the best known price.
    """
    if price is None:
        return None
    return price.mark if order.trigger_kind is TriggerKind.MARK and price.mark is not None else price.best
