"""Coins: those that accounts deal in. The coin page and the search offer the same ones."""

from collections.abc import Iterable, Iterator, Sequence

from domain.snapshot import Snapshot
from pages.components.payload import packed
from pages.shared.loaders import cached_view
from pages.shared.scene import Scene


def load_coins(scene: Scene) -> Sequence[str]:
    """Every held or ordered coin, and those of positions."""
    return cached_view(coins_of, scene)


def coins_payload(scene: Scene) -> bytes:
    """The coins as the search of the bar gets them. The payload changes with the set of coins alone."""
    return packed({"coins": load_coins(scene)})


def coins_of(snapshots: Iterable[Snapshot]) -> tuple[str, ...]:
    """Every coin that is held, ordered or in a position, in alphabetical order."""
    coins: set[str] = set()
    for snapshot in snapshots:
        coins |= {balance.asset for balance in snapshot.balances if balance.total}
        by_symbol = {order.symbol: order for order in snapshot.orders}  # the list may be long
        bases = {order.base for order in by_symbol.values()} | {position.base for position in snapshot.positions}
        coins |= {base for base in bases if base is not None}
    return tuple(sorted(coins))


def dealt_in(snapshot: Snapshot) -> Iterator[tuple[str | None, str]]:
    """The base and symbol of each order and position."""
    yield from ((order.base, order.symbol) for order in snapshot.orders)
    yield from ((position.base, position.symbol) for position in snapshot.positions)
