"""Table: the open orders of several accounts in one list, nearest to the market first, groups kept together."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from domain.orders import Order
from domain.snapshot import Snapshot, rates_by_account
from pages.open_orders.order_facts import Objects, OrderFacts, facts_of_orders, objects_of
from pages.open_orders.texts import NOWHERE, Line, texts_of

Made = TypeVar("Made")

MOST_MADE = 48  # frames and figures cached with a table, for the different filters of its viewers
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class OrderTable:
    """Every open order of the snapshots shown, in the order of the list. All columns have one row per order.

    Texts are made for the rows that are shown, so a hundred thousand orders cost no more than their numbers.
    """

    currency: str
    facts: OrderFacts
    moves: npt.NDArray[np.float64]  # from the market price to the order, as signed fractions, NaN where unknown
    values: Objects  # Decimal in `currency`, None if unknown
    groups: npt.NDArray[np.int64]  # a number for each group, -1 for orders without a group
    markets: Mapping[str, Decimal]  # the market price of each symbol with a known price
    moments: Mapping[str, datetime]  # the moment shown of each account
    # Results derived from this table. They stay valid until a new table replaces it.
    made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol in the list, by name."""
        return self.once("symbols", lambda: tuple(sorted(set(self.column("symbol")))))

    @property
    def texts(self) -> pd.DataFrame:
        """The texts of all rows."""
        return self.texts_at(np.arange(len(self)))

    @property
    def distances(self) -> npt.NDArray[np.float64]:
        """Absolute fractions of the market price, NOWHERE where unknown."""
        return self.once("distances", lambda: np.where(np.isnan(self.moves), NOWHERE, np.abs(self.moves)))

    @property
    def prices(self) -> npt.NDArray[np.float64]:
        """The price at which each order acts, NaN if unknown."""
        return self.once("prices", lambda: self.facts.prices.astype(np.float64))

    @property
    def rivals(self) -> npt.NDArray[np.int64]:
        """A number for each set of legs of which only one can fill, -1 for other orders."""
        return self.once("rivals", lambda: _numbered(self.facts.rivals, dict.fromkeys(self.facts.rivals)))

    def order(self, row: int) -> Order:
        """The order in a row."""
        order: Order = self.facts.orders[row]
        return order

    def column(self, name: str) -> Objects:
        """A field of every order."""
        return self.once(("field", name), lambda: objects_of(list(map(attrgetter(name), self.facts.orders))))

    def texts_at(self, rows: npt.NDArray[np.int64], names: Collection[str] | None = None) -> pd.DataFrame:
        """The texts of these rows, all columns or the named ones."""
        lines = [self._line(row) for row in rows]
        return texts_of(lines) if names is None else texts_of(lines, names)

    def _line(self, row: int) -> Line:
        order, move = self.order(row), self.moves[row]
        age = None if order.created_at is None else self.moments[order.account] - order.created_at
        return Line(order, age, None if np.isnan(move) else float(move), self.values[row], self.currency)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """Return `make()`, computed once per `name`. `name` must contain everything that the result depends on."""
        result: Made = self.made.get(name, _MISSING)
        if result is _MISSING:
            result = make()
            if len(self.made) >= MOST_MADE:
                self.made.clear()
            self.made[name] = result
        return result


def table_of(snapshots: Iterable[Snapshot], currency: str, before: OrderFacts | None = None) -> OrderTable:
    """The table of all orders of these snapshots, valued in `currency`.

    `before` are the facts of a table of another refresh. Orders that stand in both are not looked at again.
    """
    snapshots = tuple(snapshots)
    orders = [order for snapshot in snapshots for order in sorted(snapshot.orders, key=attrgetter("key"))]
    facts = facts_of_orders(orders, before)
    moves, (groups, ranks) = _moves_of(facts, snapshots), _groups_of(facts)
    places = _in_order(facts, np.where(np.isnan(moves), NOWHERE, np.abs(moves)), groups, ranks)
    facts = facts.at(places)
    return OrderTable(
        currency=currency,
        facts=facts,
        moves=moves[places],
        values=_values_of(facts, snapshots, currency),
        groups=groups[places],
        markets=_markets_of(snapshots),
        moments={snapshot.account.name: snapshot.refresh.taken_at for snapshot in snapshots},
    )


def order_opened(snapshots: Iterable[Snapshot], key: str) -> Order | None:
    """Find an order by its key or id. None if it is not open at this moment."""
    return next((order for order in orders_of(snapshots) if order.is_named(key)), None)


def orders_of(snapshots: Iterable[Snapshot]) -> Iterator[Order]:
    """All orders, in the order of the snapshots."""
    return (order for snapshot in snapshots for order in snapshot.orders)


def _moves_of(facts: OrderFacts, snapshots: Iterable[Snapshot]) -> npt.NDArray[np.float64]:
    """The signed distance of each order from its market, as domain.orders defines it."""
    prices = {s.account.name: s.prices for s in snapshots}
    market_of: dict[tuple[str, str, bool], Decimal | None] = {}
    for account, symbol, is_mark in set(facts.markets):
        price = prices[account].get(symbol)
        market = None if price is None else price.mark if is_mark and price.mark is not None else price.best
        market_of[account, symbol, is_mark] = None if market is None or market <= 0 else market
    moves = (
        float("nan") if price is None or (market := market_of[name]) is None else float(price / market - 1)
        for price, name in zip(facts.prices, facts.markets, strict=True)
    )
    return np.fromiter(moves, dtype=np.float64, count=len(facts))


def _values_of(facts: OrderFacts, snapshots: Iterable[Snapshot], currency: str) -> Objects:
    rates = rates_by_account(snapshots)
    rate_of = {
        (account, quote): rates[account].rate(quote, currency) if quote else None
        for account, quote in set(facts.quotes)
    }
    return objects_of(
        [
            None if worth is None or (rate := rate_of[quote]) is None else worth * rate
            for worth, quote in zip(facts.worths, facts.quotes, strict=True)
        ]
    )


def _markets_of(snapshots: Sequence[Snapshot]) -> Mapping[str, Decimal]:
    """The market price of each symbol. Accounts of one exchange agree. With several exchanges the first one counts."""
    markets: dict[str, Decimal] = {}
    for snapshot in snapshots:
        for symbol, price in snapshot.prices.items():
            if price.best is not None:
                markets.setdefault(symbol, price.best)
    return markets


def _groups_of(facts: OrderFacts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A number for each group, -1 for orders without one, and the rank of each order among orders of one distance."""
    ranks = _numbered(facts.groups, sorted(set(facts.groups)))
    return np.where(facts.grouped, ranks, -1), ranks


def _numbered(values: Iterable[Hashable], distinct: Iterable[Hashable]) -> npt.NDArray[np.int64]:
    """The place of each value among the distinct ones. None is -1."""
    place_of = {value: place for place, value in enumerate(distinct)} | {None: -1}
    return np.array([place_of[value] for value in values], dtype=np.int64)


def _in_order(
    facts: OrderFacts,
    distances: npt.NDArray[np.float64],
    groups: npt.NDArray[np.int64],
    ranks: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Nearest to the market first. A group takes the position of its nearest leg, with its legs sorted by role."""
    nearest = nearest_legs(distances, groups)
    legs = np.where(groups >= 0, facts.legs, 0)
    return np.lexsort((distances, legs, ranks, nearest))


def nearest_legs(distances: npt.NDArray[np.float64], groups: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The distance of each order, or of the nearest leg of its group."""
    is_leg = groups >= 0
    of_group = np.full(int(groups.max(initial=-1)) + 1, NOWHERE)
    np.minimum.at(of_group, groups[is_leg], distances[is_leg])
    nearest = distances.copy()
    nearest[is_leg] = of_group[groups[is_leg]]
    return nearest
