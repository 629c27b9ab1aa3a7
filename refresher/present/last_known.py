"""What was last known of an account: what prices are wanted for, and what its quantities are worth."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.balances import Balance
from domain.orders import Order
from domain.positions import Position
from domain.prices import Price, Rates
from domain.snapshot import Snapshot
from domain.sources import ORDER_KINDS, Source, SourceKind, Success, order_sources
from exchanges.contracts import AccountScope

# A symbol that is missing from one answer keeps its last price that long in sums, lest one silent ticker draws a
# cliff into the equity curve; after that it is unpriced.
PRICE_STANDS_FOR = timedelta(hours=1)
# Where an exchange tells open orders for one symbol at a time, an order may rest in a market of which nothing is held
# any more. Of those that were dealt in lately so many are asked as well: each is a question of every refresh.
MOST_RECENT = 20


class LastKnown:
    """The last known rows of each source, from the database at start and from every success since."""

    def __init__(self) -> None:
        self._rows: dict[Source, tuple[Any, ...]] = {}
        self._prices: dict[str, tuple[datetime, Price]] = {}
        self._recent: tuple[str, ...] = ()  # the latest first

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> "LastKnown":
        """What the latest snapshot says, so that a restart begins where the former process ended."""
        known = cls()
        known._rows[Source.BALANCES] = snapshot.balances
        known._rows[Source.POSITIONS] = snapshot.positions
        for source in order_sources(snapshot.sources):
            known._rows[source] = tuple(order for order in snapshot.orders if order.source is source)
        priced_at = snapshot.refresh.as_of(Source.PRICES)
        if priced_at is not None:
            known._learn_prices(snapshot.prices.values(), priced_at)
        return known

    def learn(self, source: Source, success: Success[Any], taken_at: datetime) -> None:
        """Take in what a source answered: it replaces what was known of it."""
        if source is Source.PRICES:
            self._learn_prices(success.rows, taken_at)
        else:
            self._rows[source] = success.rows
            if source.kind in ORDER_KINDS:
                self.remember([row.symbol for row in success.rows if row.symbol])

    def remember(self, symbols: Iterable[str]) -> None:
        """Symbols that were dealt in, the latest first, later than all that are known of already."""
        self._recent = tuple(dict.fromkeys((*symbols, *self._recent)))[:MOST_RECENT]

    @property
    def recent(self) -> frozenset[str]:
        """The symbols that were dealt in lately."""
        return frozenset(self._recent)

    def wanted(self, base_currency: str, display_currencies: Iterable[str]) -> AccountScope:
        """What prices are wanted for: everything held, owed, ordered or in a position."""
        kinds = (*ORDER_KINDS, SourceKind.POSITIONS)
        # A copy, because the past is asked from another thread than the one that learns.
        dealt = [row for source, rows in list(self._rows.items()) if source.kind in kinds for row in rows if row.symbol]
        return AccountScope(
            assets=frozenset(balance.asset for balance in self.balances() if balance.total != 0 or balance.debt),
            symbols=frozenset(row.symbol for row in dealt),
            display_currencies=frozenset((base_currency, *display_currencies)),
        )

    def orders(self) -> dict[tuple[Source, str], Order]:
        """The last known orders by source and key, with what was decided of their triggers."""
        listed = [(source, rows) for source, rows in self._rows.items() if source.kind in ORDER_KINDS]
        return {(source, row.key): row for source, rows in listed for row in rows}

    def balances(self) -> tuple[Balance, ...]:
        """The last known balances; none also when they were never seen."""
        return self._rows.get(Source.BALANCES, ())

    def positions(self) -> tuple[Position, ...]:
        """The last known positions; none also when they were never seen."""
        return self._rows.get(Source.POSITIONS, ())

    def rates(self, at: datetime) -> Rates:
        """What currencies are worth in each other by the prices that stand at a moment."""
        return Rates(price for told_at, price in self._prices.values() if at - told_at <= PRICE_STANDS_FOR)

    def prices(self, at: datetime, no_older_than: timedelta) -> Mapping[str, Price]:
        """The prices by symbol that were told so recently."""
        return {symbol: price for symbol, (told_at, price) in self._prices.items() if at - told_at <= no_older_than}

    def _learn_prices(self, prices: Iterable[Price], taken_at: datetime) -> None:
        prices = tuple(prices)
        halted = {price.symbol for price in prices if price.is_halted}
        standing = {
            symbol: (told_at, price)
            for symbol, (told_at, price) in self._prices.items()
            if taken_at - told_at <= PRICE_STANDS_FOR and symbol not in halted
        }
        told = {price.symbol: (taken_at, price) for price in prices if price.best is not None}
        self._prices = standing | told
