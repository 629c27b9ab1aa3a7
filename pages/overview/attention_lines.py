"""The lines of "needs attention", for the Overview and for the first frame alike."""

from collections.abc import Iterator

from domain.endings import Ending
from domain.sources import SourceKind
from pages.open_orders.recent import load_recent
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
from pages.shared.scene import Scene


def attention_lines(scene: Scene, facts: Facts) -> Iterator[Attention]:
    """Coins without a stop, the closest stop, what ended in 24 hours and failing sources."""
    if facts.balances_known and facts.protectable:
        yield unprotected_words(facts.holdings, scene.view)
    if facts.orders.count:
        stop = cached(closest_stop, scene.key, scene.snapshots)
        is_any_open = stop is not None or cached(has_stops, scene.key, scene.snapshots)
        yield stop_words(stop, has_stops=is_any_open, are_all_read=facts.orders_are_read)
    yield _ended(scene)
    if (failing := source_words(scene.lights(tuple(SourceKind)), scene.at)) is not None:
        yield failing


def _ended(scene: Scene) -> Attention:
    try:
        return ended_words([ended.outcome.ending or Ending.GONE for ended in load_recent(scene)])
    except DatabaseUnavailable:
        return Attention("The orders that ended in 24 h could not be read", "open_orders")
