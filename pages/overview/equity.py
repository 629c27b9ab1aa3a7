"""Equity: the chart of the net value of the shown accounts over time. Gaps stay gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.curve import Point
from pages.components.chart.model import Chart, Line, milliseconds
from pages.components.chart.model import Mark as DrawnMark

HEIGHT = 172
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A deposit or withdrawal on the curve, with its text."""

    at: datetime
    value: float
    is_in: bool
    words: str


def equity_chart(
    points: Sequence[Point],
    zone: ZoneInfo,
    unit: str,
    hidden: bool,
    marks: Sequence[Mark] = (),
    base_changes: Sequence[datetime] = (),
) -> Chart:
    """The curve in the viewer's time zone. Ranges that are carried, partial or in transit are shaded.

    Marks are drawn on the curve, and a dotted line where the base currency changed.
    """
    if hidden:
        points, marks = _shape_of(points, marks)
    values = [None if point.value is None else float(point.value) for point in points]
    line = Line("", [milliseconds(point.at) for point in points], values, is_area=True)
    return Chart(
        f"Net value in {unit}",
        zone.key,
        HEIGHT,
        lines=[line] if points else [],
        marks=[DrawnMark(milliseconds(mark.at), mark.value, mark.is_in, mark.words) for mark in marks],
        shades=[(milliseconds(first), milliseconds(last)) for first, last in _shaded(points)],
        verticals=[(milliseconds(moment), "The base currency changed") for moment in base_changes],
        unit="" if hidden else unit,
        decimals=_decimals(values),
        is_masked=hidden,
    )


def _shape_of(points: Sequence[Point], marks: Sequence[Mark]) -> tuple[Sequence[Point], Sequence[Mark]]:
    """The same curve, scaled to a maximum of 1. Hidden amounts are not sent to the browser."""
    highest = max((abs(point.value) for point in points if point.value is not None), default=ZERO) or Decimal(1)
    return (
        [replace(p, value=None if p.value is None else p.value / highest) for p in points],
        [replace(mark, value=mark.value / float(highest)) for mark in marks],
    )


def _shaded(points: Sequence[Point]) -> Sequence[tuple[datetime, datetime]]:
    """Runs of points that are not whole or in transit, from the point before to the point after them."""
    runs: list[tuple[datetime, datetime]] = []
    start: datetime | None = None
    for n, point in enumerate(points):
        is_plain = point.is_whole and not point.in_transit
        if not is_plain and start is None:
            start = points[max(n - 1, 0)].at
        if is_plain and start is not None:
            runs.append((start, point.at))
            start = None
    if start is not None:
        runs.append((start, points[-1].at))
    return runs


def _decimals(values: Sequence[float | None]) -> int:
    """Decimals by size: none from 1,000 on, two from 1, else eight, as for a net value in BTC."""
    size = max((abs(value) for value in values if value is not None), default=0.0)
    return 0 if size >= 1000 else 2 if size >= 1 else 8
