"""A still market for tests of the engine: prices move only where a test says so."""

from decimal import Decimal
from typing import Any

from simulator.instruments import INSTRUMENTS, by_name
from simulator.ledger import ADJUSTMENT, Ledger
from simulator.matching import Engine
from simulator.orders import BUY, Order, Ticket

BOOKS = by_name()
NOW = 1_790_000_000_000
PRICES = {"BTC_USD": "100000", "ETH_USD": "3000", "SHIB_USD": "0.000008", "BTCUSD-PERP": "100000", "USDT_USD": "1"}


class Market:
    """An engine with given prices and a wallet. Each call is a second after the last."""

    def __init__(self, wallet: dict[str, str] | None = None, seed: int = 1) -> None:
        self.ledger = Ledger()
        self.engine = Engine(INSTRUMENTS, self.ledger, seed)
        self.at = NOW
        for book in INSTRUMENTS:
            self.engine.prices[book.name] = book.ticks(Decimal(PRICES.get(book.name, "1")))
        for asset, amount in (wallet or {"USD": "1000000", "BTC": "10", "SHIB": "1000000000"}).items():
            self.ledger.move(asset, Decimal(amount), ADJUSTMENT)

    def ticket(self, book: str, side: str, kind: str, quantity: str, **more: Any) -> Ticket:
        """A ticket with prices as text: limit="99000", trigger="95000"."""
        for name in ("limit", "trigger"):
            if name in more:
                more[name] = Decimal(more[name])
        return Ticket(BOOKS[book], side, kind, Decimal(quantity), **more)

    def place(self, book: str, side: str, kind: str, quantity: str, **more: Any) -> Order:
        """Place one order."""
        self.at += 1000
        return self.engine.place(self.ticket(book, side, kind, quantity, **more), self.at)

    def group(self, contingency: str, *tickets: Ticket) -> list[Order]:
        """Place a group of orders."""
        self.at += 1000
        return self.engine.place_group(contingency, list(tickets), self.at).legs

    def move(self, book: str, price: str) -> None:
        """Move a book to a price."""
        self.at += 1000
        before = self.engine.prices[book]
        self.engine.move(book, before, BOOKS[book].ticks(Decimal(price)), self.at)

    def until_filled(self, order: Order, price: str) -> None:
        """Stay at a price until an order that fills in parts has filled."""
        for _ in range(50):
            if not order.remaining:
                return
            self.move(order.ticket.instrument.name, price)
        raise AssertionError("it never filled")

    def held(self, asset: str) -> Decimal:
        """The wallet's balance of an asset."""
        return self.ledger.held(asset)

    def trades(self) -> list[tuple[str, Decimal, Decimal]]:
        """Side, price and quantity of every trade."""
        return [(trade.side, trade.price, trade.quantity) for trade in self.engine.booker.trades]


def is_buy(order: Order) -> bool:
    """True if an order buys."""
    return order.ticket.side == BUY
