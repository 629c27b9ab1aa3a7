"""Recent: the orders that ended in the last 24 hours. The filters offer their symbols."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from db.reads.ended_orders import EndedOrderRow
from pages.open_orders.endings import ShownEnding, ended_of
from pages.shared.loaders import cached
from pages.shared.past import fingerprint, load_endings
from pages.shared.scene import Scene

LATELY = timedelta(hours=24)


def load_recent(scene: Scene) -> Sequence[ShownEnding]:
    """The orders that ended within the day before the moment shown. Raises DatabaseUnavailable."""
    since = {s.account.name: s.refresh.taken_at - LATELY for s in scene.snapshots}
    return scene.once("recent", lambda: cached(_ended_since, fingerprint(scene), load_endings(scene, LATELY), since))


def _ended_since(rows: Iterable[EndedOrderRow], since: Mapping[str, datetime]) -> tuple[ShownEnding, ...]:
    """Those that ended since a moment of their account, as History counts them. Others were only missed since."""
    return tuple(row for row in ended_of(rows) if row.outcome.shown_at >= since[row.order.account])
