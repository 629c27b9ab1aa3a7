"""Needs attention: coins without a stop, the closest stop, what ended, and failing sources. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from db.reads.ended_counts import EndingCounts
from domain.endings import Ending
from domain.freshness import Freshness
from domain.holdings import Holding
from domain.markets import Side
from domain.order_distance import NearOrder, nearest_among, nearest_of
from domain.orders import Order
from domain.protection import ProtectionState
from domain.snapshot import Snapshot
from pages.open_orders.tabs import Tab, tab_of
from pages.shared.formats import age_text, count_text, percent_text, price_text
from pages.shared.period import Period
from pages.shared.scene import SourceLight
from pages.shared.view import View

WITHOUT_STOP = "Without stop"
LOSING = "Losing"
# Endings that changed a position. A stop that was triggered is the most urgent.
_CHANGED = (Ending.TRIGGERED, Ending.FILLED)


@dataclass(frozen=True, slots=True)
class Attention:
    """One line that leads on: to a page with choices, or to a filter of the holdings.

    `tail`, `short`, `is_wide` and `why` are those of a Lead.
    """

    words: str
    path: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    shown: str = ""
    warns: bool = False
    tail: str = ""
    short: str = ""
    is_wide: bool = False
    why: str = ""


def without_stop(holdings: Iterable[Holding]) -> tuple[Holding, ...]:
    """The holdings that no stop covers. Unknown protection is not called unprotected."""
    return tuple(h for h in holdings if h.protection is not None and h.protection.state is ProtectionState.UNPROTECTED)


def unprotected_words(holdings: Sequence[Holding], view: View) -> Attention:
    """The coins without a stop and their value, and those that stops cover in part."""
    bare = without_stop(holdings)
    partly = _coins_of(holdings, ProtectionState.PARTLY)
    note = f" · {partly} covered in part" if partly else ""
    if not bare:
        is_known = not _coins_of(holdings, ProtectionState.UNKNOWN)
        words = "No coin is without a stop" if is_known else "Stops of some coins are unknown"
        return Attention(words + note, warns=bool(partly))
    value = sum((h.value for h in bare if h.value is not None), Decimal(0))
    unpriced = any(h.value is None for h in bare)
    names = len({h.asset for h in bare})
    words = f"{count_text(names, 'coin')} without a stop · {'at least ' if unpriced else ''}{view.money(value)}{note}"
    return Attention(words, shown=WITHOUT_STOP, warns=True)


def _coins_of(holdings: Iterable[Holding], state: ProtectionState) -> int:
    return len({h.asset for h in holdings if h.protection is not None and h.protection.state is state})


def closest_stop(snapshots: Iterable[Snapshot]) -> NearOrder | None:
    """The open stop with the shortest way of its own market to its trigger. None without a stop of known distance."""
    return nearest_among(nearest_of(_stops_of(snapshot), snapshot.prices) for snapshot in snapshots)


def _stops_of(snapshot: Snapshot) -> Iterable[Order]:
    return (order for order in snapshot.orders if tab_of(order) is Tab.STOPS)


def has_stops(snapshots: Iterable[Snapshot]) -> bool:
    """True if any stop is open, also without a known distance."""
    return any(tab_of(order) is Tab.STOPS for snapshot in snapshots for order in snapshot.orders)


def stop_words(stop: NearOrder | None, currency: str = "", *, has_stops: bool, are_all_read: bool = True) -> Attention:
    """The closest stop with its distance. It leads to the order. A quote currency other than `currency` is named.

    If `are_all_read` is false, an order that could not be read may be a stop.
    """
    if stop is None or stop.distance is None:
        words = "No stop is open" if are_all_read else "Open stops are unknown"
        return Attention("The distances of the stops are unknown" if has_stops else words, "open_orders")
    order = stop.order
    unit = f" {order.quote}" if order.quote and order.quote != currency else ""
    price = f"{price_text(order.price)}{unit}"
    name = " ".join(filter(None, [order.base or order.symbol, closes_words(order)]))
    words = f"Closest stop: {name} at {price}, {way_words(stop.distance)}"
    return Attention(words, "open_orders", (("order", order.key), ("order_of", order.account)))


def closes_words(stop: Order) -> str:
    """A stop that buys closes a short, not the coins held: "of the short". "" for one that sells."""
    return "of the short" if stop.side is Side.BUY else ""


def way_words(distance: Decimal) -> str:
    """The distance of a price from the market, a fraction, with its direction in words."""
    return f"{percent_text(abs(distance), decimals=2)} {'above' if distance > 0 else 'below'} market"


def ended_words(counts: EndingCounts) -> Sequence[Attention]:
    """The orders that ended in 24 hours, and those of them that changed a position. Each line leads to its orders."""
    if not counts.total:
        return [Attention("No order ended in 24 h", "open_orders")]
    numbers = {ending: counts.by_ending.get(ending, 0) for ending in _CHANGED}
    return [
        _ended_line(f"{count_text(counts.total, 'order')} ended in 24 h", "all"),
        *(_ended_line(f"{number:,} {ending} in 24 h", ending) for ending, number in numbers.items() if number),
    ]


def _ended_line(words: str, ended: str) -> Attention:
    return Attention(words, "open_orders", (("ended", ended), ("period", str(Period.DAY))))


def source_words(lights: Sequence[SourceLight], at: datetime) -> Attention:
    """The number of failing sources, on hover since when. It also says that none fails: so it moves no other line."""
    failing = [light for light in lights if light.freshness is Freshness.FAILING]
    if not failing:
        return Attention("No source is failing", "status")
    since = min((light.state.failing_since for light in failing if light.state.failing_since), default=None)
    why = "" if since is None else f"Failing for {age_text(at - since)}"
    words = f"{len(failing)} of {count_text(len(lights), 'source')} failing"
    return Attention(words, "status", warns=True, why=why)


def filtered(holdings: Sequence[Holding], losing: Iterable[tuple[str, str]], shown: str) -> tuple[Holding, ...]:
    """The holdings that a filter leaves. `losing` are account and asset of those with a loss."""
    if shown == WITHOUT_STOP:
        return without_stop(holdings)
    if shown == LOSING:
        keys = set(losing)
        return tuple(h for h in holdings if (h.account, h.asset) in keys)
    return tuple(holdings)
