"""Unified orders: every order that waits on an exchange, of whatever kind, in one shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from domain.markets import MarketType, Side
from domain.positions import PositionSide
from domain.prices import Price
from domain.sources import Source


class OrderKind(StrEnum):
    """What an order does when its turn comes."""

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


# They act on a move against what they close, once their direction is known.
STOP_KINDS = frozenset({OrderKind.STOP, OrderKind.STOP_LIMIT, OrderKind.TRAILING_STOP})


class Role(StrEnum):
    """What an order is for."""

    ENTRY = "entry"
    TAKE_PROFIT = "take_profit"
    STOP_LOSS = "stop_loss"
    EXIT = "exit"
    UNKNOWN = "unknown"


# What names a group: account, market and id. The id alone may name two groups.
Group = tuple[str, str, str]

# What the id of a group begins with that no exchange states.
INFERRED_GROUP = "~"


class RoleOrigin(StrEnum):
    """How a role was decided."""

    STATED = "stated"  # the exchange says so
    INFERRED = "inferred"  # concluded by the rule named beside it


class Contingency(StrEnum):
    """How the orders of a group depend on each other."""

    OCO = "OCO"  # one cancels the other
    OTO = "OTO"  # one triggers the other
    OTOCO = "OTOCO"  # one triggers two, which cancel each other
    ATTACHED = "attached"  # a take profit or stop that hangs on an order or position
    BRACKET = "bracket"  # an entry with its stop and take profit, placed together though no exchange joins them
    UNKNOWN = "unknown"


class TriggerKind(StrEnum):
    """Which price is compared with the trigger."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"


class TriggerDirection(StrEnum):
    """Which way the price must go to pull the trigger."""

    RISES = "rises"
    FALLS = "falls"


class TrailingUnit(StrEnum):
    """What a trailing distance is measured in."""

    PRICE = "price"
    PERCENT = "percent"


class OrderStatus(StrEnum):
    """How a live order stands. How it ended is another question (order_outcome)."""

    PENDING = "pending"  # accepted, not working yet: waits for its trigger or for its group
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Order:
    """One live order. Amounts in units of the base asset, prices in the quote currency; None is unknown or not given.

    `limit_price` None on a trigger order means that it executes at market. `key` identifies the order
    within its account and source: the order id, behind the symbol where that is needed ("BTCUSDT/9001"), and before the
    leg where legs share an id ("9001/tp").
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
    role_rule: str | None = None  # the rule by which a role was inferred, in words
    leg_id: str | None = None
    client_order_id: str | None = None
    group_id: str | None = None
    contingency: Contingency | None = None
    book_order_id: str | None = None  # the id this order got in the book once it triggered
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
    contracts: Decimal | None = None  # the whole order in contracts, where the exchange counts in them
    position_side: PositionSide | None = None  # which of two positions it belongs to, where an account may hold both
    close_fraction: Decimal | None = None  # how much of the position it closes, 1 is all of it; None: `amount` tells
    is_active: bool | None = None  # False while a trailing stop has not reached its activation price

    @property
    def waits_for_trigger(self) -> bool:
        """Whether this order waits for a price before it acts. One that has triggered rests in the book under an id of
        its own, and waits no more."""
        return self.kind in TRIGGER_KINDS and self.book_order_id is None

    @property
    def group(self) -> Group | None:
        """The group it belongs to; None for an order without one."""
        return None if self.group_id is None else (self.account, self.symbol, self.group_id)

    def is_named(self, name: str) -> bool:
        """Whether a name stands for this order: its key, its id, or its id on the exchange's name of its market."""
        return name in (self.key, self.order_id, f"{self.exchange_symbol}/{self.order_id}")

    @property
    def adds_to_position(self) -> bool:
        """Whether it makes the position that it names larger: it buys for a long one, or sells for a short one."""
        return self.position_side is not None and (self.side is Side.BUY) is (self.position_side is PositionSide.LONG)

    @property
    def reduces_position(self) -> bool:
        """Whether it can only make a position smaller, by what the exchange states."""
        names_it = self.position_side is not None and not self.adds_to_position
        return bool(self.reduce_only or self.close_position or self.close_fraction or names_it)

    @property
    def is_armed(self) -> bool | None:
        """Whether the price can trigger it by now; None: unknown. A trailing stop with an activation price cannot
        trigger before the price has reached that one; without an activation price it can from the start."""
        if self.is_active is None and self.kind is OrderKind.TRAILING_STOP and self.activation_price is not None:
            return None
        return self.is_active is not False

    @property
    def is_undirected(self) -> bool:
        """Whether it waits for a price and nothing tells yet which way the price must go. Its kind is a guess then."""
        return self.waits_for_trigger and self.trigger_direction is None

    @property
    def is_stop(self) -> bool:
        """Whether it is surely a stop: it sells when the price falls, or buys when it rises."""
        return self.kind in STOP_KINDS and self.trigger_direction is not None

    @property
    def is_group_inferred(self) -> bool:
        """Whether its group was concluded from size, prices and time, not stated by the exchange."""
        return self.group_id is not None and self.group_id.startswith(INFERRED_GROUP)

    @property
    def price(self) -> Decimal | None:
        """The price at which this order acts: its trigger where it waits for one, else its limit."""
        return self.trigger_price if self.waits_for_trigger else self.limit_price

    @property
    def value(self) -> Decimal | None:
        """What is left of the order, at its limit or else its trigger, in the quote currency."""
        price = self.limit_price if self.limit_price is not None else self.trigger_price
        if price is None or self.remaining is None:
            return None
        return self.remaining * price

    def distance_to(self, market: Decimal | None) -> Decimal | None:
        """How far the market must move to reach this order: a signed fraction of the market price, None if unknown."""
        if market is None or market <= 0 or self.price is None:
            return None
        return self.price / market - 1


def reference_price(order: Order, price: Price | None) -> Decimal | None:
    """The market price that an order is measured against, for the pages and the API alike.

    This is the mark price if the trigger follows the mark and the mark is known, else the best known price.
    """
    if price is None:
        return None
    return price.mark if order.trigger_kind is TriggerKind.MARK and price.mark is not None else price.best
