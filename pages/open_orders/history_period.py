"""History period: the time that History lists, a period or one hour of cancelled orders."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from pages.open_orders.filter import OrderFilter
from pages.open_orders.history_lines import HOUR, hour_of
from pages.shared.list_filters import PeriodChoice, period_of_url
from pages.shared.period import PERIOD_WORDS, Span
from pages.shared.scene import Scene
from pages.shared.view import moment_in_url

HOUR_NAME = "hour"  # the URL's name for the hour of cancelled orders
OF_ALL_TIME = "in all time"
_ONE_HOUR = "in one hour"


@dataclass(frozen=True, slots=True)
class HistoryPeriod:
    """The period of the viewer. A line of several cancelled orders chooses its `hour` instead."""

    choice: PeriodChoice
    hour: datetime | None = None

    def span(self, scene: Scene, order_filter: OrderFilter) -> Span:
        """The time range. A search for an order looks everywhere."""
        if self.hour is not None:
            return Span(hour_of(self.hour), hour_of(self.hour) + HOUR)
        return Span() if order_filter.search else self.choice.span(scene)

    def words(self, order_filter: OrderFilter) -> str:
        """The time range after a number, as in "4 in 24 h"."""
        if self.hour is not None:
            return _ONE_HOUR
        return OF_ALL_TIME if order_filter.search else PERIOD_WORDS[self.choice.period]


def history_period_of_url(scene: Scene) -> HistoryPeriod:
    """The period and hour that the address names. Nothing has ended in an hour of the future."""
    hour = moment_in_url(st.query_params.get(HOUR_NAME))
    return HistoryPeriod(period_of_url(), None if hour is not None and hour > scene.at else hour)
