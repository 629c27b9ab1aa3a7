"""Equity parts: the curve of the net value and its notes, for a chosen range."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from db.reads.curves import Curve
from db.reads.transfer_filter import TransferFilter
from domain.curve import Point
from domain.income import FLOWS
from pages.components.chart.model import payload_of
from pages.overview.curve_notes import curve_notes
from pages.overview.equity import Mark, equity_chart
from pages.overview.flows import flows_of, marks_of
from pages.shared.charts import Range, since_of
from pages.shared.failures import load_or
from pages.shared.loaders import cached, load_first_at
from pages.shared.past import load_curve, load_transfers
from pages.shared.scene import Scene

POINTS = 300
_NO_MARKS = "Deposits and withdrawals could not be read, so they are not marked."


def curve_shape(scene: Scene, chosen: Range) -> str:
    """ "curve" if there is one, else "". Raises DatabaseUnavailable."""
    return "curve" if _drawable(scene, chosen) is not None else ""


def curve_payload(scene: Scene, chosen: Range) -> bytes:
    """The chart of a range that has a curve. Raises DatabaseUnavailable."""
    curve, view, unit = _curve(scene, chosen), scene.view, _unit(scene)
    marks = load_or(None, lambda: _load_marks(scene, curve.points)) or ()
    key = (scene.key, scene.past_key, curve.points[0], curve.points[-1], len(curve.points), view.zone.key, unit)
    return cached(_make_payload, (*key, view.hide_amounts, marks), curve, scene, unit, marks)


def curve_notes_html(scene: Scene, chosen: Range) -> str:
    """The sentences under the curve. Raises DatabaseUnavailable."""
    curve = _curve(scene, chosen)
    marks = load_or(None, lambda: _load_marks(scene, curve.points))
    notes = [*curve_notes(curve, scene.view, bool(marks)), *([_NO_MARKS] if marks is None else [])]
    return f'<div class="sf-note">{escape(" ".join(notes))}&nbsp;</div>'


def _make_payload(curve: Curve, scene: Scene, unit: str, marks: Sequence[Mark]) -> bytes:
    base_changes = [change.at for change in curve.base_changes]
    return payload_of(equity_chart(curve.points, scene.view.zone, unit, scene.view.hide_amounts, marks, base_changes))


def _unit(scene: Scene) -> str:
    """The currency of the curve: that of the accounts' values if they have one, else the display currency."""
    currencies = {s.refresh.valuation.currency for s in scene.snapshots if s.refresh.valuation is not None}
    return next(iter(currencies)) if len(currencies) == 1 else scene.view.currency


def _load_marks(scene: Scene, points: Sequence[Point]) -> Sequence[Mark]:
    """Deposits and withdrawals within the range."""
    since, as_of = points[0].at, points[-1].at
    begin = since.replace(minute=0, second=0, microsecond=0)  # a range that ends now is queried again once an hour
    until = as_of.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    rows, _ = load_transfers(scene, TransferFilter(begin, until, kinds=FLOWS))
    several, hidden = len(scene.accounts) > 1, scene.view.hide_amounts
    return marks_of(flows_of([row.transfer for row in rows], since, as_of, several=several, hidden=hidden), points)


def _curve(scene: Scene, chosen: Range) -> Curve:
    curve = _drawable(scene, chosen)
    assert curve is not None  # the shape of the page says so
    return curve


def _drawable(scene: Scene, chosen: Range) -> Curve | None:
    """The curve of a range. None without any point in it."""
    as_of = scene.taken_at
    firsts = [first for s in scene.snapshots if (first := load_first_at(s.account.id)) is not None]
    if as_of is None or not firsts:
        return None
    since = max(since_of(chosen, as_of, min(firsts), scene.view.zone), min(firsts))
    curve = load_curve(scene, since, as_of, POINTS, _unit(scene)) if since < as_of else None
    return curve if curve is not None and curve.points else None
