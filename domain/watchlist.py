"""Watchlist: the markets that accounts hold or have orders in, and those that a viewer added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.alerts import WatchedMarket
from domain.charted_markets import market_of_coin
from domain.money import is_money
from domain.order_distance import NearOrder, nearest_among, nearest_of
from domain.orders import Order
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
    nearest = _nearest_by_market(snapshots)
    prices = _prices_by_market(snapshots)
    return tuple(
        _listed(key, whys[key], prices.get(key), nearest.get(key))
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


def _nearest_by_market(snapshots: Iterable[Snapshot]) -> Mapping[tuple[str, str], NearOrder]:
    """The own open order nearest to each market, by the prices of its account. One of unknown distance is none."""
    nearest: dict[tuple[str, str], NearOrder | None] = {}
    for snapshot in snapshots:
        orders: dict[str, list[Order]] = {}
        for order in snapshot.orders:
            orders.setdefault(order.symbol, []).append(order)
        for symbol, listed in orders.items():
            key = (snapshot.account.venue, symbol)
            nearest[key] = nearest_among([nearest.get(key), nearest_of(listed, snapshot.prices)])
    return {key: near for key, near in nearest.items() if near is not None}


def _prices_by_market(snapshots: Iterable[Snapshot]) -> Mapping[tuple[str, str], Price]:
    """The prices of the newest refresh of each venue count."""
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.refresh.taken_at)
    return {(s.account.venue, symbol): price for s in ordered for symbol, price in s.prices.items()}


def _listed(key: tuple[str, str], whys: set[Why], price: Price | None, near: NearOrder | None) -> ListedMarket:
    ordered_whys = tuple(why for why in Why if why in whys)
    if near is None:
        return ListedMarket(*key, ordered_whys, price)
    return ListedMarket(*key, ordered_whys, price, near.order, near.distance)
