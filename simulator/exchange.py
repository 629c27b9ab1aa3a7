"""The exchange as a whole: its clock, market, engine and traders, moved along together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from simulator.clock import DAY, HOUR, MINUTE, Clock
from simulator.instruments import COINS, INSTRUMENTS, Instrument, by_name
from simulator.ledger import Ledger
from simulator.matching import Engine
from simulator.prices import past_and_walk
from simulator.tape import Tape
from simulator.valuation import Valuer

_BLOCK = 15  # minutes of history that are processed together
_LIVE_STEP = 1.0
_LONG = 90.0  # seconds, beyond which the market moves in steps of a minute


class Trader(Protocol):
    """A trader, called when it is due."""

    def due(self) -> int:
        """The time of the next action, in milliseconds."""

    def act(self, exchange: "Exchange", at: int) -> None:
        """Look at the market and act."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A deposit (positive) or a withdrawal (negative) that happened."""

    transfer_id: str
    asset: str
    amount: Decimal
    fee: Decimal
    at: int
    address: str
    txid: str
    network: str


class Exchange:
    """One account on one market. All times in milliseconds."""

    def __init__(self, clock: Clock, seed: int, days: int) -> None:
        """The history is `days` long and ends now. fast_forward() fills it with events."""
        self.clock = clock
        self.instruments = INSTRUMENTS
        self.book_named = by_name()
        self.coin_named = {coin.name: coin for coin in COINS}
        minutes = max(days, 1) * DAY // MINUTE
        end = clock.now() // MINUTE * MINUTE
        past, self.walk = past_and_walk(COINS, INSTRUMENTS, minutes, seed)
        self.tape = Tape(past, end - (minutes - 1) * MINUTE)
        self.ledger = Ledger()
        self.engine = Engine(INSTRUMENTS, self.ledger, seed)
        self.valuer = Valuer(COINS, INSTRUMENTS, self.engine)
        self.traders: list[Trader] = []
        self.transfers: list[Transfer] = []
        self.cash_by_hour: list[tuple[int, Decimal]] = []
        self.on_hour: list[Callable[[int], None]] = []
        self.before_hour: list[Callable[[int], None]] = []  # a minute before each full hour of the past
        self.is_live = False
        self.is_frozen = False
        self.minute = 0  # the newest minute of the tape that has happened
        self.at = self.tape.start
        self._set_prices(self.tape.column(0), ())

    # The past

    def fast_forward(self) -> None:
        """Play the whole history: prices from the tape, traders at each full quarter of an hour."""
        last = self.tape.minute_of(self.tape.end)
        uneven = (-self.tape.start // MINUTE) % _BLOCK
        self._stretch(1, uneven, self.instruments)
        low, high = self.tape.extremes(1 + uneven, last - uneven, _BLOCK)
        start = 1 + uneven
        for lows, highs in zip(low, high, strict=True):
            self._stretch(start, start + _BLOCK - 1, self._crossed(lows, highs))
            start += _BLOCK
        self._stretch(start, last, self.instruments)
        self.is_live = True
        for trader in self.traders:
            trader.act(self, self.at)

    def _crossed(self, lows: list[int], highs: list[int]) -> list[Instrument]:
        """The books whose lowest or highest price reaches an order."""
        levels = self.engine.levels
        return [
            book
            for book, low, high in zip(self.instruments, lows, highs, strict=True)
            if low <= (nearest := levels[book.name].nearest())[0] or high >= nearest[1]
        ]

    def _stretch(self, first: int, last: int, crossed: Sequence[Instrument]) -> None:
        """Play some minutes of history: minute by minute for books with crossed orders, in one step for the others."""
        if last < first:
            return
        for minute in range(first if crossed else last, last + 1):
            if (self.tape.start + minute * MINUTE) % HOUR == 0:
                self._show_before_hour(minute - 1)
            self.minute, self.at = minute, self.tape.start + minute * MINUTE
            self._set_prices(self.tape.column(minute), crossed)
        self._duties(self.at)

    def _show_before_hour(self, minute: int) -> None:
        """Let listeners see the last minute of an hour. No order is reached in a minute that was not played yet.

        The account is empty until the first duties, so no hour before them counts.
        """
        if not self.cash_by_hour:
            return
        if self.minute < minute:
            self.minute, self.at = minute, self.tape.start + minute * MINUTE
            self._set_prices(self.tape.column(minute), ())
        for listener in self.before_hour:
            listener(self.at)

    # The present

    def catch_up(self) -> None:
        """Move the market up to now, a second at a time, or a minute if much time has passed."""
        if self.is_frozen:
            self.at = max(self.at, self.clock.now())
            return
        while True:
            missing = (self.clock.now() - self.at) / 1000
            if missing < _LIVE_STEP:
                return
            self._walk(60.0 if missing > _LONG else _LIVE_STEP)

    def advance(self, seconds: float) -> None:
        """Move clock and market ahead at once, also when frozen."""
        was_frozen = self.is_frozen
        self.freeze(False)
        self.clock.advance(seconds)
        self.catch_up()
        self.is_frozen = was_frozen

    def freeze(self, is_frozen: bool) -> None:
        """Stop market and traders, or let them continue. They do not make up for the frozen time."""
        self.catch_up()
        self.is_frozen = is_frozen

    def moment(self) -> int:
        """Now, after the market has caught up."""
        self.catch_up()
        return self.at

    def _walk(self, seconds: float) -> None:
        self.at += int(seconds * 1000)
        self._move_all(self.walk.step(seconds))
        self._duties(self.at)

    def set_price(self, name: str, price: Decimal) -> None:
        """Move one book to a price now, and with it the coin in all its books."""
        self.at = max(self.at, self.clock.now())
        self.move_to(name, price)

    def move_to(self, name: str, price: Decimal) -> None:
        """Move one book to a price at the present moment of the market."""
        book = self.book_named[name]
        ticks = book.ticks(price)
        self.walk.shift(book.base, ticks / self.engine.prices[name])
        prices = self.walk.ticks()
        prices[self.instruments.index(book)] = ticks
        self._move_all(prices)

    def _move_all(self, prices: list[int]) -> None:
        self.tape.record(prices, self.at)
        self.minute = self.tape.minute_of(self.at)
        self._set_prices(prices, self.instruments)

    def _set_prices(self, prices: list[int], crossed: Sequence[Instrument]) -> None:
        """Set the prices of this moment. Only the books in `crossed` match orders."""
        engine = self.engine
        new = dict(zip(self.book_named, prices, strict=True))
        before = {book.name: engine.prices[book.name] for book in crossed}
        engine.prices.update(new)
        for name, price in before.items():
            engine.move(name, price, new[name], self.at)

    def _duties(self, at: int) -> None:
        """Everything due at a moment: expiring orders, trader actions, hourly settlement."""
        self.engine.expire(at)
        for trader in self.traders:
            if trader.due() <= at:
                trader.act(self, at)
        if not self.cash_by_hour or at // HOUR > self.cash_by_hour[-1][0] // HOUR:
            self.engine.booker.settle(at)
            self.cash_by_hour.append((at // HOUR * HOUR, self.valuer.cash()))
            for listener in self.on_hour:
                listener(at)

    def transfer(self, asset: str, amount: Decimal, at: int, fee: Decimal = Decimal(0), network: str = "") -> None:
        """A deposit, or a withdrawal when the amount is negative."""
        number = len(self.transfers) + 1
        self.engine.booker.transfer(asset, amount, fee, at)
        self.transfers.append(
            Transfer(
                transfer_id=str(6_201_134 + 31 * number),
                asset=asset,
                amount=amount,
                fee=fee,
                at=at,
                address=f"0x{number * 0x9E3779B97F4A7C15 % (1 << 160):040x}",
                txid=f"{number * 0xC2B2AE3D27D4EB4F165667B19E3779F9 % (1 << 256):064x}",
                network=network or asset,
            )
        )

    def price(self, name: str) -> Decimal:
        """The last price of a book."""
        return self.book_named[name].price(self.engine.prices[name])
