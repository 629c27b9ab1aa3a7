"""The traders of the demo account: a grid around the market, a keeper of standing orders, a rebalancer, a script."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.clock import DAY, HOUR
from simulator.exchange import Exchange
from simulator.instruments import Instrument
from simulator.orders import BUY, LIMIT, MARKET, SELL, Order, Ticket

_SECOND = 1000
_ZERO = Decimal(0)
# Limits relative to a coin's share of the account. Below the first it is bought, above the second it is sold.
_TOO_LITTLE, _TOO_MUCH = Decimal("0.6"), Decimal("1.35")


def near(exchange: Exchange, book: Instrument, factor: str | float) -> Decimal:
    """The price on the grid nearest to the last price times a factor."""
    return book.price(book.ticks(exchange.price(book.name) * Decimal(str(factor))))


def for_dollars(exchange: Exchange, book: Instrument, dollars: Decimal) -> Decimal:
    """The quantity on the grid with this value in dollars."""
    return book.lots(dollars / exchange.price(book.name))


class Grid:
    """Keeps a ladder of orders around the market, and moves it with the market.

    `steps` are the distances from the market, as shares of the price. The ladder follows when the market has moved by
    `patience` of the nearest step. `loose` makes everything coarser in the history.
    """

    def __init__(
        self,
        tag: str,
        book: str,
        steps: Sequence[float],
        dollars: int,
        seed: int,
        loose: float = 1,
        patience: float = 0.5,
    ) -> None:
        self._tag, self._book, self._steps, self._dollars = tag, book, steps, Decimal(dollars)
        self._loose, self._patience = loose, patience
        self._random = random.Random(f"{seed}{tag}")
        self._next = 0
        self._anchor: Decimal | None = None
        self._orders: list[Order] = []

    def due(self) -> int:
        """The time of the next check."""
        return self._next

    def act(self, exchange: Exchange, at: int) -> None:
        """Keep the ladder, or rebuild it around the market."""
        self._next = at + (self._random.randint(20, 60) * _SECOND if exchange.is_live else int(HOUR * self._loose))
        price = exchange.price(self._book)
        loose = 1 if exchange.is_live else self._loose
        patience = Decimal(str(self._steps[0] * loose * self._patience))
        is_whole = all(order.is_live for order in self._orders) and self._orders
        if is_whole and self._anchor and abs(price / self._anchor - 1) < patience:
            return
        for order in self._orders:
            exchange.engine.cancel(order, at)
        self._anchor = price
        placed = [self._place(exchange, side, step * loose, at) for step in self._steps for side in (BUY, SELL)]
        self._orders = [order for order in placed if order is not None]

    def _place(self, exchange: Exchange, side: str, step: float, at: int) -> Order | None:
        book = exchange.book_named[self._book]
        quantity = for_dollars(exchange, book, self._dollars * self._random.randint(80, 120) / 100)
        if side == SELL and exchange.ledger.held(book.base) < quantity * 3:
            return None
        if side == BUY and book.quote != "USD" and exchange.ledger.held(book.quote) < self._dollars * 3:
            return None
        limit = near(exchange, book, 1 - step if side == BUY else 1 + step)
        if quantity <= 0:
            return None
        return exchange.engine.place(Ticket(book, side, LIMIT, quantity, limit, tag=self._tag), at)


@dataclass(frozen=True)
class Leg:
    """One order of a standing arrangement. Prices are shares of the last price.

    The amount is either in dollars, or a share of the held quantity (of the position, for a contract).
    """

    side: str
    order_type: str
    limit: float | None = None
    trigger: float | None = None
    dollars: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Standing:
    """An arrangement that the account always has: one order or a group."""

    tag: str
    book: str
    legs: tuple[Leg, ...]
    contingency: str | None = None
    days: int = 6  # how long one of them stays open before it is renewed


class Keeper:
    """Keeps every standing arrangement in place. Some hours after one has ended, it is placed again."""

    def __init__(self, arrangements: Sequence[Standing], seed: int) -> None:
        self._arrangements = arrangements
        self._random = random.Random(f"{seed}keeper")
        self._orders: dict[str, list[Order]] = {}
        self._again: dict[str, int] = {}
        self._next = 0

    def due(self) -> int:
        """The time of the next check."""
        return self._next

    def act(self, exchange: Exchange, at: int) -> None:
        """Check every arrangement."""
        self._next = at + (30 * _SECOND if exchange.is_live else 2 * HOUR)
        for arrangement in self._arrangements:
            self._see_to(exchange, arrangement, at)

    def _see_to(self, exchange: Exchange, arrangement: Standing, at: int) -> None:
        orders = self._orders.get(arrangement.tag, [])
        if any(order.is_live for order in orders):
            age = at - orders[0].created
            if age > arrangement.days * DAY and not any(order.filled or order.book for order in orders):
                for order in orders:
                    exchange.engine.cancel(order, at)
                self._again[arrangement.tag] = at
            return
        if orders and arrangement.tag not in self._again:
            self._again[arrangement.tag] = at + self._random.randint(2, 12) * HOUR
        if at < self._again.pop(arrangement.tag, 0) and orders:
            self._again[arrangement.tag] = self._again.get(arrangement.tag, at + HOUR)
            return
        self._orders[arrangement.tag] = self._place(exchange, arrangement, at)

    def _place(self, exchange: Exchange, arrangement: Standing, at: int) -> list[Order]:
        book = exchange.book_named[arrangement.book]
        expires = at + arrangement.days * DAY + self._random.randint(1, 36) * HOUR
        tickets = [self._ticket(exchange, book, leg, expires, arrangement.tag) for leg in arrangement.legs]
        if any(ticket.quantity <= 0 for ticket in tickets):
            return []
        if arrangement.contingency:
            return exchange.engine.place_group(arrangement.contingency, tickets, at).legs
        return [exchange.engine.place(ticket, at) for ticket in tickets]

    def _ticket(self, exchange: Exchange, book: Instrument, leg: Leg, expires: int, tag: str) -> Ticket:
        if leg.dollars:
            quantity = for_dollars(exchange, book, Decimal(leg.dollars))
        else:
            quantity = book.lots(max(_ZERO, held(exchange, book)) * Decimal(str(leg.share)))
        return Ticket(
            instrument=book,
            side=leg.side,
            order_type=leg.order_type,
            quantity=quantity,
            limit=None if leg.limit is None else near(exchange, book, leg.limit),
            trigger=None if leg.trigger is None else near(exchange, book, leg.trigger),
            expires_at=expires,
            tag=tag,
        )


def held(exchange: Exchange, book: Instrument) -> Decimal:
    """The held quantity of a book's coin, or the size of the position of a contract."""
    if book.is_perpetual:
        position = exchange.engine.booker.positions.get(book.name)
        return abs(position.quantity) if position else _ZERO
    return exchange.ledger.held(book.base)


class Rebalancer:
    """Brings coins back to their share of the account from time to time, and keeps a loan running."""

    def __init__(self, shares: dict[str, float], borrows_from: int, owes: int) -> None:
        """`shares` of the account by coin. The loan is about `owes` dollars from the moment `borrows_from` on."""
        self._shares = shares
        self._borrows_from = borrows_from
        self._owes = Decimal(owes)
        self._next = 0

    def due(self) -> int:
        """The time of the next check."""
        return self._next

    def act(self, exchange: Exchange, at: int) -> None:
        """Buy coins below their share and sell those above it."""
        self._next = at + 6 * HOUR
        cash = exchange.valuer.worth().cash
        if cash <= 0:
            return
        borrows = at >= self._borrows_from
        floor = -2 * self._owes if borrows else self._owes / 2
        targets = {
            exchange.book_named[f"{coin}_USD"]: cash * Decimal(str(share)) for coin, share in self._shares.items()
        }
        has = {book: exchange.ledger.held(book.base) * exchange.price(book.name) for book in targets}
        for book in targets:
            if has[book] > targets[book] * _TOO_MUCH:
                self._trade(exchange, book, SELL, has[book] - targets[book], at)
        for book in targets:
            money = exchange.ledger.held("USD") - floor
            if has[book] < targets[book] * _TOO_LITTLE and money > targets[book] / 4:
                self._trade(exchange, book, BUY, min(targets[book] - has[book], money), at)
        money = exchange.ledger.held("USD")
        if borrows and money > -self._owes / 2:
            self._trade(exchange, exchange.book_named["BTC_USD"], BUY, money + self._owes, at)

    def _trade(self, exchange: Exchange, book: Instrument, side: str, dollars: Decimal, at: int) -> None:
        quantity = for_dollars(exchange, book, dollars)
        if quantity > 0:
            exchange.engine.place(Ticket(book, side, MARKET, quantity, tag="rebalance"), at)


class Script:
    """Runs actions at given moments: deposits, withdrawals, single trades."""

    def __init__(self, acts: Sequence[tuple[int, Callable[[Exchange, int], None]]]) -> None:
        self._acts = sorted(acts, key=lambda act: act[0])

    def due(self) -> int:
        """The time of the next action."""
        return self._acts[0][0] if self._acts else 1 << 62

    def act(self, exchange: Exchange, at: int) -> None:
        """Run everything due."""
        while self._acts and self._acts[0][0] <= at:
            self._acts.pop(0)[1](exchange, at)


class PositionKeeper:
    """Keeps a position in a contract at about its size. It opens it again a while after something closed it."""

    def __init__(self, book: str, quantity: str, starts: int, ends: int = 1 << 62) -> None:
        self._book, self._quantity = book, Decimal(quantity)
        self._starts, self._ends = starts, ends
        self._next = starts

    def due(self) -> int:
        """The time of the next check."""
        return self._next

    def act(self, exchange: Exchange, at: int) -> None:
        """Open, close or leave the position."""
        self._next = at + 6 * HOUR
        book = exchange.book_named[self._book]
        position = exchange.engine.booker.positions.get(self._book)
        has = position.quantity if position else _ZERO
        target = self._quantity if at < self._ends else _ZERO
        if has == target or (target and has and abs(has) > abs(target) / 2):
            return
        change = target - has
        exchange.engine.place(Ticket(book, BUY if change > 0 else SELL, MARKET, abs(change), tag="position"), at)
