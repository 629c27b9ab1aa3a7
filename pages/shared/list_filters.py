"""List filters: the period and the filters of a long list. They are in the URL, and a change shows the first page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from pages.components.controls.controls import OnChoose
from pages.components.controls.model import Control, Kind, options_of
from pages.shared.paging import TURNS, first_page
from pages.shared.period import Period, Span, span_of
from pages.shared.scene import Scene
from pages.shared.url_choices import day_in_url, day_of_url, drop_days, rewrite_url, show_choice_problem, show_day
from pages.shared.url_controls import url_choice

DAYS = ("from", "to")
CLEAR = "clear"


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


def period_of_url() -> PeriodChoice:
    """The period that the address names. Invalid choices are dropped, and a toast tells of them."""
    period = url_choice("period", list(Period), Period.MONTH)
    if period is not Period.CUSTOM:
        drop_days(*DAYS)
        return PeriodChoice(period)
    return PeriodChoice(period, *map(day_of_url, DAYS))


def period_controls(choice: PeriodChoice) -> list[Control]:
    """The period, and the two days of a custom one."""
    controls = [Control("period", "Period", Kind.SELECT, options_of(Period), [choice.period])]
    if choice.period is Period.CUSTOM:
        days = zip(DAYS, ("From", "To, included"), (choice.first, choice.last), strict=True)
        controls += [Control(name, label, Kind.DAY, chosen=[str(day or "")]) for name, label, day in days]
    return controls


def choose_in_list(names: Collection[str]) -> OnChoose:
    """A callback that writes a choice of period and filters to the address. `names` are those of the filters.

    Then the list shows its newest rows again. "clear" takes all filters and the period away.
    """

    def choose(name: str, values: Sequence[str]) -> None:
        chosen = [value for value in values if value]
        if name == CLEAR:
            rewrite_url({*names, *DAYS, *TURNS}, {"period": str(Period.ALL)})
        elif name == "period":
            rewrite_url({name, *DAYS, *TURNS}, {} if chosen == [Period.MONTH] else {name: chosen})
        elif name in (*names, *DAYS):
            rewrite_url({name, *TURNS}, {name: chosen} if chosen else {})

    return choose


def clear_control(*, is_narrow: bool) -> list[Control]:
    """The button that clears all filters, if any is set."""
    button = Control(CLEAR, "Filters", Kind.ACTIONS, [(CLEAR, "Clear filters")], is_label_shown=False)
    return [button] if is_narrow else []


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
