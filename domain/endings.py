"""Endings: how an order that left the open list ended, and by what that is known."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.sources import Source


class Ending(StrEnum):
    """How an order ended. An order of which nothing is known yet is gone: never taken for cancelled."""

    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    TRIGGERED = "triggered"  # became an order in the book, which lives and ends by itself
    PLACED = "placed"  # hung on an order that filled, and became an order of its own by that
    GONE = "gone"


class Evidence(StrEnum):
    """By what an ending is known, from most to least trusted."""

    FILLS = "fills"  # executions make up its whole amount
    ORDER_HISTORY = "order_history"  # the exchange's list of ended orders
    ORDER_DETAIL = "order_detail"  # the exchange was asked for this order
    GROUP = "group"  # concluded: its sibling filled, and one cancels the other


@dataclass(frozen=True, slots=True)
class EndedOrder:
    """What an exchange says of an order that has ended. Amounts in base units; None is unknown.

    `ending` is None where the exchange still calls the order live. `book_order_id` is what a triggered order became.
    """

    order_id: str
    exchange_symbol: str
    ending: Ending | None
    symbol: str | None = None  # the unified one, where it is told: an exchange may call two markets the same
    leg_id: str | None = None
    client_order_id: str | None = None
    group_id: str | None = None
    book_order_id: str | None = None
    amount: Decimal | None = None
    filled: Decimal | None = None
    average_price: Decimal | None = None
    ended_at: datetime | None = None
    reason: str | None = None  # the exchange's own words


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one order ended. Amounts in base units; None is unknown.

    `gone_at` is the refresh that first missed it, `ended_at` the exchange's own time of its end. An order that was
    cancelled after a part of it filled is CANCELLED with a `filled` above zero.
    """

    account: str
    source: Source
    key: str  # of the order, as in the open list
    ending: Ending
    gone_at: datetime
    evidence: Evidence | None = None  # None while it is only known to be gone
    ended_at: datetime | None = None
    filled: Decimal | None = None
    average_price: Decimal | None = None
    book_order_id: str | None = None  # of one that triggered or was placed: the order that it became
    reason: str | None = None  # in plain words, where one is known: "its sibling 123 filled"
