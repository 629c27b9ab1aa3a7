"""The lines of "needs attention", for the Overview and for the first frame alike."""

from collections.abc import Iterator, Sequence

from db.reads.history_filter import HistoryFilter
from domain.sources import SourceKind
from pages.overview.attention import (
    Attention,
    closest_stop,
    ended_words,
    has_stops,
    source_words,
    stop_words,
    unprotected_words,
)
from pages.overview.view import Facts
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import cached
from pages.shared.order_history import load_ending_counts
from pages.shared.period import Period, span_of
from pages.shared.scene import Scene


def attention_lines(scene: Scene, facts: Facts) -> Iterator[Attention]:
    """Coins without a stop, the closest stop, what ended in 24 hours and how many sources fail."""
    if facts.balances_known and facts.protectable:
        yield unprotected_words(facts.holdings, scene.view)
    if facts.orders.count:
        stop = cached(closest_stop, scene.key, scene.snapshots)
        is_any_open = stop is not None or cached(has_stops, scene.key, scene.snapshots)
        yield stop_words(stop, scene.view.currency, has_stops=is_any_open, are_all_read=facts.orders_are_read)
    yield from _ended(scene)
    if lights := scene.lights(tuple(SourceKind)):
        yield source_words(lights, scene.at)


def _ended(scene: Scene) -> Sequence[Attention]:
    """Counted as History counts them, so that each line leads to as many orders."""
    since = span_of(Period.DAY, scene.at, scene.view.zone).since
    try:
        return ended_words(load_ending_counts(scene, HistoryFilter(since=since)))
    except DatabaseUnavailable:
        return [Attention("The orders that ended in 24 h could not be read", "open_orders")]
