"""Watchlist: the markets that accounts hold or have orders in, and those that a viewer added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.alerts import WatchedMarket
from domain.charted_markets import market_of_coin
from domain.money import is_money
from domain.orders import Order, reference_price
from domain.prices import Price
from domain.snapshot import Snapshot


class Why(StrEnum):
    """Why a market is on the list."""

    HELD = "held"
    ORDERED = "ordered"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class ListedMarket:
    """One market of the list. `nearest` is the own open order nearest to the price, `distance` its signed fraction."""

    venue: str
    symbol: str
    whys: tuple[Why, ...]
    price: Price | None = None
    nearest: Order | None = None
    distance: Decimal | None = None

    @property
    def base(self) -> str:
        """The coin of the market."""
        return self.symbol.partition("/")[0]


def listed_markets(snapshots: Sequence[Snapshot], added: Iterable[WatchedMarket]) -> tuple[ListedMarket, ...]:
    """The markets of these accounts, and those that were added, by symbol and venue."""
    whys: dict[tuple[str, str], set[Why]] = {}
    for snapshot in snapshots:
        for symbol, why in _dealt(snapshot):
            whys.setdefault((snapshot.account.venue, symbol), set()).add(why)
    for market in added:
        whys.setdefault((market.venue, market.symbol), set()).add(Why.ADDED)
    orders = _orders_by_market(snapshots)
    prices = _prices_by_market(snapshots)
    return tuple(
        _listed(key, whys[key], prices.get(key), orders.get(key, ()))
        for key in sorted(whys, key=lambda key: (key[1], key[0]))
    )


def _dealt(snapshot: Snapshot) -> Iterable[tuple[str, Why]]:
    yield from ((order.symbol, Why.ORDERED) for order in snapshot.orders)
    yield from ((position.symbol, Why.HELD) for position in snapshot.positions)
    for balance in snapshot.balances:
        if balance.total and not is_money(balance.asset):
            symbol = market_of_coin(balance.asset, snapshot.prices)
            if symbol is not None:
                yield symbol, Why.HELD


def _orders_by_market(snapshots: Iterable[Snapshot]) -> Mapping[tuple[str, str], list[Order]]:
    orders: dict[tuple[str, str], list[Order]] = {}
    for snapshot in snapshots:
        for order in snapshot.orders:
            orders.setdefault((snapshot.account.venue, order.symbol), []).append(order)
    return orders


def _prices_by_market(snapshots: Iterable[Snapshot]) -> Mapping[tuple[str, str], Price]:
    """The prices of the newest refresh of each venue count."""
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.refresh.taken_at)
    return {(s.account.venue, symbol): price for s in ordered for symbol, price in s.prices.items()}


def _listed(key: tuple[str, str], whys: set[Why], price: Price | None, orders: Sequence[Order]) -> ListedMarket:
    distances = [
        (abs(distance), number, distance)
        for number, order in enumerate(orders)
        if (distance := order.distance_to(reference_price(order, price))) is not None
    ]
    ordered_whys = tuple(why for why in Why if why in whys)
    if not distances:
        return ListedMarket(*key, ordered_whys, price)
    _, number, distance = min(distances)
    return ListedMarket(*key, ordered_whys, price, orders[number], distance)
