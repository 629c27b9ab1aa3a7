"""Recent: the orders that ended in the last 24 hours, which the tabs count."""

from collections.abc import Sequence
from datetime import timedelta

from pages.open_orders.endings import ShownEnding, ended_of, matching_ended
from pages.open_orders.filter import OrderFilter
from pages.shared.loaders import cached
from pages.shared.past import fingerprint, load_endings
from pages.shared.scene import Scene

LATELY = timedelta(hours=24)


def load_recent(scene: Scene) -> Sequence[ShownEnding]:
    """The orders that ended within the day before the moment shown. Raises DatabaseUnavailable."""
    return scene.once("recent", lambda: cached(ended_of, fingerprint(scene), load_endings(scene, LATELY)))


def matching_recent(ended: Sequence[ShownEnding], order_filter: OrderFilter, scene: Scene) -> Sequence[ShownEnding]:
    """Those that match the filters of the page."""
    return cached(matching_ended, (fingerprint(scene), order_filter), ended, order_filter)
