"""Changes: the gain of net value today and over the last days."""

from collections.abc import Mapping
from datetime import datetime

from domain.change import NetValueChange, change_over, periods_of, tolerance_of, why_present_unknown
from domain.holdings import Totals
from domain.periods import closing_of
from pages.shared.database import DatabaseUnavailable
from pages.shared.past import load_span
from pages.shared.scene import Scene


def load_changes(scene: Scene, totals: Totals) -> Mapping[str, NetValueChange]:
    """The change over each period that ends at the moment shown."""
    return {name: _load_change(scene, totals, since) for name, since in periods_of(scene.at, scene.view.zone).items()}


def load_today(scene: Scene, totals: Totals) -> NetValueChange:
    """The change since midnight in the viewer's zone."""
    return _load_change(scene, totals, periods_of(scene.at, scene.view.zone)["today"])


def _load_change(scene: Scene, totals: Totals, since: datetime) -> NetValueChange:
    until = scene.taken_at
    if scene.unseen or scene.unread or until is None:
        return NetValueChange(None, None, None, "some accounts have no data")
    period = scene.at - since
    if why := why_present_unknown(scene.snapshots, totals, scene.at, period):
        return NetValueChange(None, None, None, why)
    if since > until:
        return NetValueChange(None, None, None, "no refresh is newer than the beginning of this period")
    try:
        span = load_span(scene, (closing_of(since), until), totals.currency, tolerance_of(period))
    except DatabaseUnavailable as error:
        return NetValueChange(None, None, None, str(error))
    return change_over(span, since, totals, until)
