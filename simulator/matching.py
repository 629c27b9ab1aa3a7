"""The matching engine: accepts, rests, triggers, fills and ends orders as prices move, and books every trade."""

import heapq
import random
from collections.abc import Iterable
from decimal import Decimal

from simulator import groups
from simulator.instruments import Instrument
from simulator.ledger import Ledger
from simulator.levels import FALLING, Levels, level_of
from simulator.orders import (
    ACTIVE,
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    FOK,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    PENDING,
    REJECTED,
    TRIGGERS,
    TYPES,
    WITH_LIMIT,
    Group,
    Order,
    Ticket,
)
from simulator.settlement import Booker

CANCELED_BY_USER = 0
INSUFFICIENT_BALANCE = 306
POST_ONLY_REJECTED = 43005
FOK_KILLED = 43003
IOC_KILLED = 43004
# A remaining quantity worth less than this many dollars fills completely.
_CRUMBS = Decimal(25)
_FIRST_ID = 6_142_909_895_036_331_486
_FIRST_LIST = 6_498_090_546_073_120_100


class Refused(ValueError):
    """The exchange does not accept the order: wrong instrument, grid or type."""


class Engine:
    """Every order of the account, and the prices at which they wait."""

    def __init__(self, instruments: Iterable[Instrument], ledger: Ledger, seed: int) -> None:
        self._random = random.Random(seed)
        self.prices: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self.levels = {instrument.name: Levels() for instrument in instruments}
        self.booker = Booker(ledger, self.prices)
        self.open: dict[int, Order] = {}
        self.ended: list[Order] = []
        self.by_id: dict[str, list[Order]] = {}
        self.version = 0
        self._serial = 0
        self._lists = 0
        self._expiries: list[tuple[int, int, Order]] = []

    # Taking orders

    def place(self, ticket: Ticket, at: int) -> Order:
        """Accept an order. It may trigger or fill at once."""
        _checked(ticket)
        is_trigger = ticket.order_type in TRIGGERS
        order = self._new(ticket, at, is_advanced=is_trigger)
        order.status = PENDING if is_trigger else ACTIVE
        self._admit(order, at)
        return order

    def place_group(self, contingency: str, tickets: list[Ticket], at: int) -> Group:
        """Accept a group of orders. The second and third leg of an OTOCO share one id, as on the exchange."""
        groups.checked(contingency, tickets)
        for ticket in tickets:
            _checked(ticket)
        self._lists += 1
        group = Group(_FIRST_LIST + 137 * self._lists, contingency)
        for leg_id, ticket in enumerate(tickets, start=1):
            shared = group.legs[1] if contingency == groups.OTOCO and leg_id == 3 else None
            leg = self._new(ticket, at, is_advanced=True, shared=shared)
            leg.group, leg.leg_id = group, leg_id
            leg.is_armed = not groups.waits_for_entry(group, leg_id)
            group.legs.append(leg)
        for leg in list(group.legs):
            if leg.is_armed and leg.is_live:
                self._admit(leg, at)
        return group

    def _new(self, ticket: Ticket, at: int, *, is_advanced: bool, shared: Order | None = None) -> Order:
        self._serial += 1
        order = Order(
            serial=self._serial,
            order_id=shared.order_id if shared else str(_FIRST_ID + 811 * self._serial),
            client_oid=shared.client_oid if shared else f"sim-{self._serial:08d}",
            ticket=ticket,
            is_advanced=is_advanced,
            created=at,
            updated=at,
        )
        self.open[order.serial] = order
        self.by_id.setdefault(order.order_id, []).append(order)
        if ticket.expires_at is not None:
            heapq.heappush(self._expiries, (ticket.expires_at, order.serial, order))
        self.version += 1
        return order

    def _admit(self, order: Order, at: int) -> None:
        """Put an order into the market. It trades at once if it can, and waits otherwise."""
        ticket = order.ticket
        if ticket.order_type == MARKET:
            self._take(order, at)
            return
        direction, ticks = order.level = level_of(order)
        price = self.prices[ticket.instrument.name]
        if not (price <= ticks if direction == FALLING else price >= ticks):
            if ticket.time_in_force == GTC:
                self.levels[ticket.instrument.name].add(order)
            else:
                self._end(order, EXPIRED, at, FOK_KILLED if ticket.time_in_force == FOK else IOC_KILLED)
        elif ticket.order_type in TRIGGERS:
            self._trigger(order, at)
        elif ticket.post_only:
            self._end(order, REJECTED, at, POST_ONLY_REJECTED)
        else:
            self._take(order, at)

    # Prices that move

    def move(self, name: str, before: int, ticks: int, at: int) -> None:
        """Move the price of a book. Orders on the way trigger and fill."""
        self._before[name] = before
        self.prices[name] = ticks
        levels = self.levels[name]
        below, above = levels.nearest()
        if below < ticks < above:
            return
        unfinished = []
        while (order := levels.take(ticks)) is not None:
            self._fire(order, at)
            if order.is_live and order.level is not None:
                unfinished.append(order)
        for order in unfinished:
            if order.is_live:
                levels.add(order)

    def _fire(self, order: Order, at: int) -> None:
        if order.ticket.order_type in TRIGGERS and order.parent is None and order.book is None:
            self._trigger(order, at)
            return
        assert order.ticket.limit is not None
        self._execute(order, self._portion(order), order.ticket.limit, at, is_maker=True)

    def _trigger(self, order: Order, at: int) -> None:
        """Trigger an order: it gets a second order in the book, with its own id."""
        ticket = order.ticket
        kind = LIMIT if ticket.order_type in WITH_LIMIT else MARKET
        became = Ticket(ticket.instrument, ticket.side, kind, ticket.quantity, ticket.limit, tag=ticket.tag)
        book = self._new(became, at, is_advanced=False)
        book.client_oid, book.parent, order.book = order.client_oid, order, book
        order.status = ACTIVE
        if kind == MARKET:
            book.level = order.level
        order.level = None
        self._changed(order, at)
        self._cancel_all(groups.to_cancel_on_execution(order), at)
        self._admit(book, at)

    # Executions

    def _portion(self, order: Order) -> Decimal:
        """The quantity of an order to fill this time: usually all of it."""
        book, remaining = order.ticket.instrument, order.remaining
        partial_fill = book.lots(remaining * Decimal(self._random.randint(25, 75)) / 100)
        is_small = self.booker.worth(book, remaining) < _CRUMBS
        return remaining if is_small or partial_fill <= 0 or self._random.random() < 0.8 else partial_fill

    def _take(self, order: Order, at: int) -> None:
        """Fill as taker at the market, a spread away, sometimes in two pieces."""
        ticket = order.ticket
        book = ticket.instrument
        worse = book.spread if ticket.side == BUY else -book.spread
        ticks = max(1, self._reached(order) + worse)
        if ticket.limit is not None:
            limit = book.ticks(ticket.limit)
            ticks = min(ticks, limit) if ticket.side == BUY else max(ticks, limit)
        if ticket.time_in_force == IOC and self._random.random() < 0.4:
            self._execute(order, self._portion(order), book.price(ticks), at, is_maker=False)
            if order.is_live:
                self._end(order, EXPIRED, at, IOC_KILLED)
            return
        first = self._portion(order)
        if ticket.time_in_force == GTC and first < order.remaining:
            self._execute(order, first, book.price(ticks), at, is_maker=False)
        if order.is_live:
            self._execute(order, order.remaining, book.price(ticks), at, is_maker=False)

    def _reached(self, order: Order) -> int:
        """The market price for a market order: its trigger price if the price has just passed it."""
        name = order.ticket.instrument.name
        now = self.prices[name]
        if order.level is None or order.ticket.order_type != MARKET:
            return now
        before = self._before.get(name, now)
        return min(max(order.level[1], min(before, now)), max(before, now))

    def _execute(self, order: Order, quantity: Decimal, price: Decimal, at: int, *, is_maker: bool) -> None:
        affordable = self.booker.affordable(order, quantity, price)
        if affordable <= 0:
            self._end(order, CANCELED if order.filled else REJECTED, at, INSUFFICIENT_BALANCE)
            return
        trade = self.booker.book(order, affordable, price, at, is_maker=is_maker)
        for touched in (order, order.parent):
            if touched is not None:
                touched.filled += trade.quantity
                touched.value += trade.quantity * price
                touched.fee += trade.fee
                self._changed(touched, at)
        self._cancel_all(groups.to_cancel_on_execution(order), at)
        if not order.remaining:
            self._end(order, FILLED, at)
        elif affordable < quantity:
            self._end(order, CANCELED, at, INSUFFICIENT_BALANCE)

    # Endings

    def cancel(self, order: Order, at: int, reason: int = CANCELED_BY_USER) -> bool:
        """Cancel an order and its dependent legs. False if it had already ended."""
        if not order.is_live:
            return False
        self._end(order, CANCELED, at, reason)
        return True

    def expire(self, at: int) -> None:
        """End the orders that expire by now."""
        while self._expiries and self._expiries[0][0] <= at:
            order = heapq.heappop(self._expiries)[2]
            if order.is_live:
                self._end(order, EXPIRED, at)

    def _cancel_all(self, orders: list[Order], at: int) -> None:
        for order in orders:
            if order.is_live:
                self._end(order, CANCELED, at)

    def _end(self, order: Order, status: str, at: int, reason: int = 0) -> None:
        order.status, order.reason, order.level = status, reason, None
        self._changed(order, at)
        del self.open[order.serial]
        self.ended.append(order)
        if order.parent is not None and order.parent.is_live:
            self._end(order.parent, status, at, reason)
        if order.book is not None and order.book.is_live:
            self._end(order.book, status, at, reason)
        for leg in groups.to_arm_on_end(order):
            leg.is_armed = True
            self._changed(leg, at)
            if leg.is_live:
                self._admit(leg, at)
        self._cancel_all(groups.to_cancel_on_end(order), at)

    def _changed(self, order: Order, at: int) -> None:
        order.updated = at
        order.encoded = None
        self.version += 1


def _checked(ticket: Ticket) -> None:
    """Raise Refused unless the exchange accepts such an order. Rounds its numbers to the digits of the grid."""
    book = ticket.instrument
    if ticket.order_type not in TYPES:
        raise Refused(f"no order type {ticket.order_type}")
    if ticket.side not in ("BUY", "SELL"):
        raise Refused(f"no side {ticket.side}")
    if ticket.quantity <= 0 or ticket.quantity != book.lots(ticket.quantity):
        raise Refused(f"quantity {ticket.quantity} is not on the grid of {book.lot}")
    ticket.quantity = book.lots(ticket.quantity)
    ticket.limit = _on_grid(ticket, "limit", ticket.limit, ticket.order_type in WITH_LIMIT)
    ticket.trigger = _on_grid(ticket, "trigger", ticket.trigger, ticket.order_type in TRIGGERS)


def _on_grid(ticket: Ticket, name: str, price: Decimal | None, takes_price: bool) -> Decimal | None:
    book = ticket.instrument
    if (price is not None) != takes_price:
        raise Refused(f"{ticket.order_type} takes {'a' if takes_price else 'no'} {name} price")
    if price is None:
        return None
    if price <= 0 or price != book.price(book.ticks(price)):
        raise Refused(f"{name} price {price} is not on the grid of {book.tick}")
    return book.price(book.ticks(price))
