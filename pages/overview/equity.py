"""Equity: the net value of the shown accounts over time, as points and as a figure. Gaps stay gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Protocol
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from pages.shared.charts import new_figure
from pages.shared.theme import ACCENT, MARK, SHADE

HEIGHT = 280
# An interval this many times longer than its neighbours is a gap.
GAP = 3.0


class Seen(Protocol):
    """The net value of one account at a moment."""

    @property
    def at(self) -> datetime: ...

    @property
    def net_value(self) -> Decimal | None: ...

    @property
    def carried(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Point:
    """The net value of all shown accounts. `is_whole` is False if an account is carried forward or missing."""

    at: datetime
    value: float | None
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A deposit or withdrawal on the curve. `words` are trusted HTML."""

    at: datetime
    value: float
    is_in: bool
    words: str


def points_of(parts: Mapping[int, Sequence[Seen]], since: datetime, as_of: datetime, buckets: int) -> tuple[Point, ...]:
    """The sum over accounts in [since, as_of], one point per bucket.

    An account without a point in a bucket keeps its value for two more buckets. After that, and before its first point,
    the sum is marked as not whole.
    """
    step = (as_of - since) / buckets if as_of > since else timedelta(seconds=1)
    placed = {account: _by_bucket(points, since, step) for account, points in parts.items()}
    sums: list[Point] = []
    for bucket in sorted({bucket for points in placed.values() for bucket in points}):
        at_bucket = [point for points in placed.values() if (point := _standing(points, bucket)) is not None]
        values = [float(point.net_value) for point in at_bucket if point.net_value is not None]
        is_whole = len(values) == len(parts) and not any(point.carried for point in at_bucket)
        sums.append(Point(max(point.at for point in at_bucket), sum(values) if values else None, is_whole))
    return tuple(sums)


def _by_bucket(points: Sequence[Seen], since: datetime, step: timedelta) -> Mapping[int, Seen]:
    return {int((point.at - since) / step): point for point in points}


def _standing(points: Mapping[int, Seen], bucket: int) -> Seen | None:
    return next((points[b] for b in (bucket, bucket - 1, bucket - 2) if b in points), None)


def with_gaps(points: Sequence[Point]) -> Sequence[Point]:
    """The same points with an unknown point inside every gap, so that no line is drawn across it."""
    steps = [(b.at - a.at).total_seconds() for a, b in pairwise(points)]
    spaced: list[Point] = list(points[:1])
    for n, (step, point) in enumerate(zip(steps, points[1:], strict=False)):
        near = steps[max(0, n - 4) : n] + steps[n + 1 : n + 5]
        if near and step > GAP * median(near) and step > 2 * max(min(near), 1.0):
            spaced.append(Point(points[n].at + timedelta(seconds=step / 2), None, True))
        spaced.append(point)
    return spaced


def equity_figure(
    points: Sequence[Point], zone: ZoneInfo, unit: str, hidden: bool, marks: Sequence[Mark] = ()
) -> go.Figure:
    """The curve in the viewer's time zone. Carried or partial ranges are shaded. Marks are drawn on the curve."""
    points = with_gaps(points)
    if hidden:
        points, marks = _shape_of(points, marks)
    figure = new_figure(HEIGHT, showlegend=False)
    values = [point.value for point in points]
    heights = [value for value in values if value is not None]
    figure.add_trace(
        go.Scatter(
            x=[_there(point.at, zone) for point in points],
            y=values,
            mode="lines" if len(heights) > 1 else "markers",
            line={"color": ACCENT, "width": 1.8},
            fill="tozeroy",
            fillcolor="rgba(62, 123, 250, 0.07)",
            connectgaps=False,
            hovertemplate="••••<extra></extra>"
            if hidden
            else f"<b>%{{y:{_digits(heights)}}}</b> {unit}<extra></extra>",
        )
    )
    if marks:
        figure.add_trace(_marked(marks, zone))
    for first, last in _shaded(points):
        figure.add_vrect(x0=_there(first, zone), x1=_there(last, zone), fillcolor=SHADE, line_width=0, layer="below")
    if heights:
        low, high = min(heights), max(heights)
        room = (high - low) * 0.08 or abs(high) * 0.02 or 1.0
        figure.update_yaxes(range=[low - room, high + room], showticklabels=not hidden, tickformat=_digits(heights))
    figure.update_xaxes(range=[_there(points[0].at, zone), _there(points[-1].at, zone)] if points else None)
    return figure


def _shape_of(points: Sequence[Point], marks: Sequence[Mark]) -> tuple[Sequence[Point], Sequence[Mark]]:
    """The same curve, scaled to a maximum of 1. Hidden amounts are not sent to the browser."""
    highest = max((abs(point.value) for point in points if point.value is not None), default=0.0) or 1.0
    return (
        [replace(p, value=None if p.value is None else p.value / highest) for p in points],
        [replace(mark, value=mark.value / highest) for mark in marks],
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
    """Runs of points that are not whole, from the point before to the point after them."""
    runs: list[tuple[datetime, datetime]] = []
    start: datetime | None = None
    for n, point in enumerate(points):
        if not point.is_whole and start is None:
            start = points[max(n - 1, 0)].at
        if point.is_whole and start is not None:
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
