"""The last known rows of an account: they decide which prices are fetched and what the quantities are worth."""

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

# A symbol without a price in one answer keeps its last price for this long in sums, so that one silent ticker does not
# draw a cliff into the equity curve. After that it is unpriced.
PRICE_STANDS_FOR = timedelta(hours=1)
# Some exchanges list open orders for one symbol at a time. An order may be open in a market without any holding, so
# this many recently traded symbols are queried too. Each costs one request per refresh.
MOST_RECENT = 20


class LastKnown:
    """The last known rows of each source: from the database at start, then from every success."""

    def __init__(self) -> None:
        self._rows: dict[Source, tuple[Any, ...]] = {}
        self._prices: dict[str, tuple[datetime, Price]] = {}
        self._recent: tuple[str, ...] = ()  # the latest first

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> "LastKnown":
        """The rows of the latest snapshot, so that a restart continues where the previous process ended."""
        last_known = cls()
        last_known._rows[Source.BALANCES] = snapshot.balances
        last_known._rows[Source.POSITIONS] = snapshot.positions
        for source in order_sources(snapshot.sources):
            last_known._rows[source] = tuple(order for order in snapshot.orders if order.source is source)
        priced_at = snapshot.refresh.as_of(Source.PRICES)
        if priced_at is not None:
            last_known._update_prices(snapshot.prices.values(), priced_at)
        return last_known

    def update(self, source: Source, success: Success[Any], taken_at: datetime) -> None:
        """Store the rows of a source. They replace its previous rows."""
        if source is Source.PRICES:
            self._update_prices(success.rows, taken_at)
        else:
            self._rows[source] = success.rows
            if source.kind in ORDER_KINDS:
                self.add_traded([row.symbol for row in success.rows if row.symbol])

    def add_traded(self, symbols: Iterable[str]) -> None:
        """Add traded symbols, newest first. They count as newer than all symbols so far."""
        self._recent = tuple(dict.fromkeys((*symbols, *self._recent)))[:MOST_RECENT]

    @property
    def recent(self) -> frozenset[str]:
        """The recently traded symbols."""
        return frozenset(self._recent)

    def scope(self, base_currency: str, display_currencies: Iterable[str]) -> AccountScope:
        """The assets and symbols that need prices: everything held, owed, ordered or in a position."""
        kinds = (*ORDER_KINDS, SourceKind.POSITIONS)
        # A copy, because the history thread calls this while the refresh thread stores rows.
        dealt = [row for source, rows in list(self._rows.items()) if source.kind in kinds for row in rows if row.symbol]
        return AccountScope(
            assets=frozenset(balance.asset for balance in self.balances() if balance.total != 0 or balance.debt),
            symbols=frozenset(row.symbol for row in dealt),
            display_currencies=frozenset((base_currency, *display_currencies)),
        )

    def orders(self) -> dict[tuple[Source, str], Order]:
        """The last known orders by source and key, with their decided trigger directions."""
        listed = [(source, rows) for source, rows in self._rows.items() if source.kind in ORDER_KINDS]
        return {(source, row.key): row for source, rows in listed for row in rows}

    def balances(self) -> tuple[Balance, ...]:
        """The last known balances. Also empty if none was ever read."""
        return self._rows.get(Source.BALANCES, ())

    def positions(self) -> tuple[Position, ...]:
        """The last known positions. Also empty if none was ever read."""
        return self._rows.get(Source.POSITIONS, ())

    def rates(self, at: datetime) -> Rates:
        """The rates between currencies from the prices that are valid at a moment."""
        return Rates(price for priced_at, price in self._prices.values() if at - priced_at <= PRICE_STANDS_FOR)

    def prices(self, at: datetime, no_older_than: timedelta) -> Mapping[str, Price]:
        """The prices by symbol that are no older than the given age."""
        return {symbol: price for symbol, (priced_at, price) in self._prices.items() if at - priced_at <= no_older_than}

    def _update_prices(self, prices: Iterable[Price], taken_at: datetime) -> None:
        prices = tuple(prices)
        halted = {price.symbol for price in prices if price.is_halted}
        valid = {
            symbol: (priced_at, price)
            for symbol, (priced_at, price) in self._prices.items()
            if taken_at - priced_at <= PRICE_STANDS_FOR and symbol not in halted
        }
        priced = {price.symbol: (taken_at, price) for price in prices if price.best is not None}
        self._prices = valid | priced
