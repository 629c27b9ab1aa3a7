"""Charts: the common settings of every figure."""

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


def new_figure(height: int, traces: Sequence[Any] = (), **layout: Any) -> go.Figure:
    """A figure in our template, `height` pixels high. Made at once, because each later change checks it again."""
    return go.Figure(list(traces), {"template": template(), "height": height, **layout})
