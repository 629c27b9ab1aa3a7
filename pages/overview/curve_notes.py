"""Curve notes: what the marks and shades of the curve mean, in words."""

from collections.abc import Sequence

from db.reads.curves import Curve
from pages.shared.formats import MASK, moment_text
from pages.shared.view import View


def curve_notes(curve: Curve, view: View, has_marks: bool) -> Sequence[str]:
    """The sentences under the curve."""
    notes = (
        [] if curve.currency == view.currency else [f"In {curve.currency}, the currency that values are recorded in."]
    )
    if has_marks:
        notes.append("Triangles: deposits and withdrawals.")
    notes += [
        f"Dotted: base currency changed from {change.before} to {change.after} on {moment_text(change.at, view.zone)}, "
        "earlier values converted at the rates of then."
        for change in curve.base_changes
    ]
    if any(point.in_transit for point in curve.points):
        notes.append(f"Shaded: {_transit_words(curve, view)} in transit between own accounts, counted at its value.")
    if not all(point.is_whole for point in curve.points):
        notes.append("Shaded: some data was old or missing.")
    return notes


def _transit_words(curve: Curve, view: View) -> str:
    first, last = curve.points[0].at, curve.points[-1].at
    sent = [t.withdrawal for t in curve.transits if t.left_at <= last and t.arrived_at > first]
    words = [f"{MASK if view.hide_amounts else format(-item.amount, 'f')} {item.asset}" for item in sent]
    return ", ".join(words)
