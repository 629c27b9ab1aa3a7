"""Endings: how orders ended that are no longer in the open list, and the evidence for it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.sources import Source


class Ending(StrEnum):
    """How an order ended. An order without an explanation is *gone*. It is never assumed to be cancelled."""

    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    TRIGGERED = "triggered"  # it placed an order in the book, and that order has its own ending
    PLACED = "placed"  # attached to an order that filled, and then became a separate order
    GONE = "gone"  # not in the list any more, and nothing explains it yet


class Evidence(StrEnum):
    """The evidence for an ending, from most to least trusted."""

    FILLS = "fills"  # executions that add up to its amount
    ORDER_HISTORY = "order_history"  # the exchange's list of ended orders
    ORDER_DETAIL = "order_detail"  # the exchange's answer to a request for this order
    GROUP = "group"  # inferred: its sibling filled, and one cancels the other


@dataclass(frozen=True, slots=True)
class EndedOrder:
    """One row about an ended order from an exchange. Amounts in base units. None is unknown.

    `ending` is None if the exchange still reports the order as live. `book_order_id` is the id of the order that a
    trigger order placed in the book.
    """

    order_id: str
    exchange_symbol: str
    ending: Ending | None
    symbol: str | None = None  # the unified symbol if known: two markets of an exchange may share a name
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
    """How one order ended. Amounts in base units. None is unknown.

    `gone_at` is the time of the first refresh without the order. `ended_at` is the exchange's time of its end. An order
    that was cancelled after a partial fill is CANCELLED with a `filled` above zero.
    """

    account: str
    source: Source
    key: str  # of the order, as in the open list
    ending: Ending
    gone_at: datetime
    evidence: Evidence | None = None  # None while the order is gone
    ended_at: datetime | None = None
    filled: Decimal | None = None
    average_price: Decimal | None = None
    book_order_id: str | None = None  # TRIGGERED and PLACED: the order that it became
    reason: str | None = None  # in plain words, if known: "its sibling 123 filled"

    @property
    def shown_at(self) -> datetime:
        """The moment that lists show and sort by: its end, else when it was first missed."""
        return self.ended_at or self.gone_at
