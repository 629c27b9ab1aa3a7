"""Charts: the ranges of curves, and the common settings of the figures that Plotly draws.

Plotly weighs 1.2 MB in the browser. So a page calls it only for a figure that its reader opened. Curves, candles and
bars are drawn by pages/components/chart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from pages.shared.theme import template

# No toolbar, and touch scrolls the page instead of zooming the chart.
CHART_CONFIG: Mapping[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


class Range(StrEnum):
    """The time range of a chart."""

    DAY = "1D"
    WEEK = "1W"
    MONTH = "1M"
    QUARTER = "3M"
    YEAR_TO_DATE = "YTD"
    YEAR = "1Y"
    ALL = "All"


_SPANS = {
    Range.DAY: timedelta(days=1),
    Range.WEEK: timedelta(days=7),
    Range.MONTH: timedelta(days=30),
    Range.QUARTER: timedelta(days=91),
    Range.YEAR: timedelta(days=365),
}


def since_of(chosen: Range, at: datetime, first_at: datetime, zone: ZoneInfo) -> datetime:
    """The start of a range that ends at `at`. All begins at the first known moment."""
    if chosen is Range.ALL:
        return first_at
    if chosen is Range.YEAR_TO_DATE:
        return at.astimezone(zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return at - _SPANS[chosen]


class DrawnFigure(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A figure that is sent as its specification says. Plotly would check and copy each point of it at each run.

    The tests let Plotly check it: `go.Figure(figure.to_dict())`.
    """

    specification: Mapping[str, Any]

    def __init__(self, specification: Mapping[str, Any]) -> None:
        object.__setattr__(self, "specification", specification)

    def to_dict(self) -> Mapping[str, Any]:
        """The specification as the browser gets it. It must not be changed."""
        return self.specification

    def __reduce__(self) -> tuple[type, tuple[Mapping[str, Any]]]:
        return DrawnFigure, (self.specification,)


def new_figure(height: int, traces: Sequence[Any] = (), **layout: Any) -> DrawnFigure:
    """A figure in our template, `height` pixels high."""
    settings = {"template": template(), "height": height, **layout}
    return DrawnFigure({"data": list(traces), "layout": settings})
