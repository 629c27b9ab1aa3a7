"""List filters: the period and the filters of a long list. They are in the URL, and a change shows the first page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from pages.shared.paging import first_page
from pages.shared.period import Period, Span, span_of
from pages.shared.scene import Scene
from pages.shared.url_choices import day_in_url, drop_days, show_choice_problem, show_day


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """The period of the viewer. `first` and `last` are the days of a custom one, in the viewer's zone."""

    period: Period = Period.MONTH
    first: date | None = None
    last: date | None = None

    def span(self, scene: Scene) -> Span:
        """The time range that ends at the moment shown."""
        return span_of(self.period, scene.at, scene.view.zone, self.first, self.last)


def show_period() -> PeriodChoice:
    """Draw the period, and the two days of a custom one."""
    periods = list(Period)
    show_choice_problem("period", periods, str(Period.MONTH))
    period: Period | None = st.selectbox(
        "Period", periods, index=periods.index(Period.MONTH), key="period", bind="query-params", width=120,
        on_change=first_page,
    )  # fmt: skip
    if period is not Period.CUSTOM:
        drop_days("from", "to")
        return PeriodChoice(period or Period.MONTH)
    return PeriodChoice(period, show_day("From", "from", first_page), show_day("To, included", "to", first_page))


def period_in_url() -> PeriodChoice:
    """The period that the address names, for a page that does not draw the choice."""
    named = st.query_params.get("period")
    period = next((period for period in Period if period == named), Period.MONTH)
    return PeriodChoice(period, *(day_in_url(name) for name in ("from", "to") if period is Period.CUSTOM))


def pick_many(label: str, key: str, options: Sequence[str], placeholder: str, width: int) -> Sequence[str]:
    """Draw a selection of any number of options."""
    return st.multiselect(
        label, options, key=key, bind="query-params", placeholder=placeholder, width=width, on_change=first_page
    )


def pick_one(label: str, key: str, options: Sequence[str], placeholder: str, width: int) -> str | None:
    """Draw a selection of one option or none."""
    return st.selectbox(
        label, options, index=None, key=key, bind="query-params", placeholder=placeholder, width=width,
        on_change=first_page,
    )  # fmt: skip


def clear_filters(cleared: Mapping[str, object]) -> None:
    """Clear all filters and the period. `cleared` holds the empty value of each filter by its key."""
    for key, value in {**cleared, "from": None, "to": None}.items():
        if key in st.session_state:
            st.session_state[key] = value
    st.session_state["period"] = Period.ALL
    first_page()
