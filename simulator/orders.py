"""An order, from its placement to its end, and its trades."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from simulator.instruments import Instrument

BUY, SELL = "BUY", "SELL"
LIMIT, MARKET = "LIMIT", "MARKET"
STOP_LOSS, STOP_LIMIT = "STOP_LOSS", "STOP_LIMIT"
TAKE_PROFIT, TAKE_PROFIT_LIMIT = "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"
STOPS = frozenset({STOP_LOSS, STOP_LIMIT})
TRIGGERS = STOPS | {TAKE_PROFIT, TAKE_PROFIT_LIMIT}
WITH_LIMIT = frozenset({LIMIT, STOP_LIMIT, TAKE_PROFIT_LIMIT})
TYPES = TRIGGERS | {LIMIT, MARKET}

GTC, IOC, FOK = "GOOD_TILL_CANCEL", "IMMEDIATE_OR_CANCEL", "FILL_OR_KILL"
PENDING, ACTIVE = "PENDING", "ACTIVE"
FILLED, CANCELED, REJECTED, EXPIRED = "FILLED", "CANCELED", "REJECTED", "EXPIRED"
LIVE = frozenset({PENDING, ACTIVE})

ZERO = Decimal(0)


@dataclass(slots=True)
class Ticket:
    """An order as requested, before the exchange has accepted it."""

    instrument: Instrument
    side: str
    order_type: str
    quantity: Decimal
    limit: Decimal | None = None
    trigger: Decimal | None = None
    trigger_by: str = "MARK_PRICE"
    time_in_force: str = GTC
    post_only: bool = False
    expires_at: int | None = None  # not on the wire: the simulated expiry, in ms
    tag: str = ""  # not on the wire: the trader that placed it


@dataclass(slots=True, eq=False)
class Order:
    """One order or leg. Two legs of an OTOCO share `order_id`. `serial` is unique.

    `is_advanced` orders are in the advanced list. After the trigger, `book` is the order in the book, and `parent` of
    that order is the advanced one. `is_armed` is False for legs that wait for their entry. Times in ms.
    """

    serial: int
    order_id: str
    client_oid: str
    ticket: Ticket
    is_advanced: bool
    created: int
    updated: int
    status: str = ACTIVE
    is_armed: bool = True
    filled: Decimal = ZERO
    value: Decimal = ZERO
    fee: Decimal = ZERO
    reason: int = 0
    leg_id: int = 0
    group: Group | None = None
    book: Order | None = None
    parent: Order | None = None
    level: tuple[int, int] | None = None  # where it waits: direction and price in ticks
    encoded: bytes | None = None

    @property
    def is_live(self) -> bool:
        """True while it may still trade."""
        return self.status in LIVE

    @property
    def remaining(self) -> Decimal:
        """The quantity left, in the base currency."""
        return self.ticket.quantity - self.filled

    @property
    def fee_asset(self) -> str:
        """Fees are taken from the asset received: the coin for a buy, the quote currency for a sale or a contract."""
        book = self.ticket.instrument
        return book.base if self.ticket.side == BUY and not book.is_perpetual else book.quote

    @property
    def rests(self) -> bool:
        """True if it rests in the book and locks funds."""
        return self.is_armed and self.ticket.order_type == LIMIT


@dataclass(slots=True, eq=False)
class Group:
    """Orders that live and die together: OCO, OTO, OTOCO."""

    list_id: int
    contingency: str
    legs: list[Order] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trade:
    """One execution. `fee` is a positive cost in `fee_asset`. `at_ns` is in nanoseconds since 1970."""

    trade_id: str
    match_id: str
    order_id: str
    client_oid: str
    instrument: Instrument
    side: str
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    at_ns: int
    realized: Decimal = ZERO
