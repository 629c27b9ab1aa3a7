"""Equity: the figure of the net value of the shown accounts over time. Gaps stay gaps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from domain.curve import Point
from pages.shared.charts import new_figure
from pages.shared.theme import ACCENT, MARK, SHADE

HEIGHT = 280
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A deposit or withdrawal on the curve. `words` are trusted HTML."""

    at: datetime
    value: float
    is_in: bool
    words: str


def equity_figure(
    points: Sequence[Point],
    zone: ZoneInfo,
    unit: str,
    hidden: bool,
    marks: Sequence[Mark] = (),
    base_changes: Sequence[datetime] = (),
) -> go.Figure:
    """The curve in the viewer's time zone. Ranges that are carried, partial or in transit are shaded.

    Marks are drawn on the curve, and a dotted line where the base currency changed.
    """
    if hidden:
        points, marks = _shape_of(points, marks)
    figure = new_figure(HEIGHT, showlegend=False)
    heights = _heights(points)
    figure.add_trace(_line(points, zone, "" if hidden else unit))
    if marks:
        figure.add_trace(_marked(marks, zone))
    for moment in base_changes:
        figure.add_vline(x=_there(moment, zone), line={"color": MARK, "width": 1, "dash": "dot"})
    for first, last in _shaded(points):
        figure.add_vrect(x0=_there(first, zone), x1=_there(last, zone), fillcolor=SHADE, line_width=0, layer="below")
    if heights:
        low, high = min(heights), max(heights)
        room = (high - low) * 0.08 or abs(high) * 0.02 or 1.0
        figure.update_yaxes(range=[low - room, high + room], showticklabels=not hidden, tickformat=_digits(heights))
    figure.update_xaxes(range=[_there(points[0].at, zone), _there(points[-1].at, zone)] if points else None)
    return figure


def _heights(points: Sequence[Point]) -> list[float]:
    return [float(point.value) for point in points if point.value is not None]


def _line(points: Sequence[Point], zone: ZoneInfo, unit: str) -> go.Scatter:
    """The line of the curve. Without a unit the hover text masks its values."""
    heights = _heights(points)
    return go.Scatter(
        x=[_there(point.at, zone) for point in points],
        y=[None if point.value is None else float(point.value) for point in points],
        mode="lines" if len(heights) > 1 else "markers",
        line={"color": ACCENT, "width": 1.8},
        fill="tozeroy",
        fillcolor="rgba(62, 123, 250, 0.07)",
        connectgaps=False,
        hovertemplate=f"<b>%{{y:{_digits(heights)}}}</b> {unit}<extra></extra>" if unit else "••••<extra></extra>",
    )


def _shape_of(points: Sequence[Point], marks: Sequence[Mark]) -> tuple[Sequence[Point], Sequence[Mark]]:
    """The same curve, scaled to a maximum of 1. Hidden amounts are not sent to the browser."""
    highest = max((abs(point.value) for point in points if point.value is not None), default=ZERO) or Decimal(1)
    return (
        [replace(p, value=None if p.value is None else p.value / highest) for p in points],
        [replace(mark, value=mark.value / float(highest)) for mark in marks],
    )


def _marked(marks: Sequence[Mark], zone: ZoneInfo) -> go.Scatter:
    """Triangles: up for deposits, down for withdrawals, in a neutral colour."""
    return go.Scatter(
        x=[_there(mark.at, zone) for mark in marks],
        y=[mark.value for mark in marks],
        mode="markers",
        marker={
            "symbol": ["triangle-up" if mark.is_in else "triangle-down" for mark in marks],
            "size": 10,
            "color": MARK,
            "line": {"color": "#ffffff", "width": 1},
        },
        customdata=[mark.words for mark in marks],
        hovertemplate="%{customdata}<extra></extra>",
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


def _there(at: datetime, zone: ZoneInfo) -> datetime:
    """A moment in the viewer's zone without tzinfo. Plotly has no time zones."""
    return at.astimezone(zone).replace(tzinfo=None)


def _digits(values: Sequence[float]) -> str:
    size = max((abs(value) for value in values), default=0.0)
    return ",.0f" if size >= 1000 else ",.2f" if size >= 1 else ",.6f"
