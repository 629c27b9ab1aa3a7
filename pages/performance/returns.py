"""Returns by period and the calendar, in total, by account or by coin."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from db.reads.performance import Performance
from domain.performance import PeriodReturn
from domain.splits import Split, SplitDays
from pages.performance.calendar import calendar_html
from pages.performance.splits import split_table
from pages.performance.view import PERIODS, Grouping, periods_frame
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import cached
from pages.shared.performance import load_split
from pages.shared.scene import Scene
from pages.shared.tables import Column
from pages.shared.url_choices import show_choice_problem
from pages.shared.widgets import section, show_empty, show_failed, show_table

ALL = "All"


def show_returns_and_calendar(scene: Scene, found: Performance, key: Any) -> None:
    """Draw both sections. `key` identifies the period."""
    with section("Returns"):
        with st.container(horizontal=True, gap="small"):
            by = _choice("by", "By", list(Grouping))
            split = Split(_choice("split", "Divided by", list(Split)))
        divided = None if split is Split.TOTAL else _loaded(scene, found, split)
        _show_table(scene, found, Grouping(by), split, divided, key)
    with section("Calendar"):
        name = _calendar_of(divided)
        days: Sequence[PeriodReturn] = found.days if divided is None or name == ALL else divided.days[name]
        currency = scene.view.currency if divided is None or name == ALL else divided.currency
        view = replace(scene.view, currency=currency)
        st.html(cached(calendar_html, (key, split, name, currency), days, view))


def _choice(key: str, label: str, options: Sequence[str]) -> str:
    show_choice_problem(key, options, options[0])
    choice: str | None = st.segmented_control(
        label, options, default=options[0], key=key, bind="query-params", label_visibility="collapsed", required=True
    )
    return choice or options[0]


def _loaded(scene: Scene, found: Performance, split: Split) -> SplitDays | None:
    try:
        return load_split(scene, found, split)
    except DatabaseUnavailable as error:
        show_failed("The history could not be read", str(error), None, scene.view)
        return None


def _show_table(
    scene: Scene, found: Performance, by: Grouping, split: Split, divided: SplitDays | None, key: Any
) -> None:
    view = scene.view
    if divided is not None and divided.why:
        show_empty("Not known", None, view, f"{divided.why[:1].upper()}{divided.why[1:]}.")
        return
    columns: Sequence[Column] = PERIODS
    frame_key = (key, by, split)
    if divided is None:
        frame = cached(periods_frame, frame_key, found.days, by, view.currency, view.hide_amounts)
    else:
        arguments = divided, found.days, view.currency, by, view.hide_amounts
        frame, columns = cached(split_table, frame_key, *arguments)
    show_table(
        frame, columns, f"periods_{by}_{split}", order=list(frame.columns), inks=view.inks, alt="Returns by period",
        frame_key=frame_key,
    )  # fmt: skip
    if divided is not None and split is Split.COIN:
        words = f"In {divided.currency}. A coin counts with its price effect and its contracts, before fees."
        st.html(f'<div class="sf-note">{escape(words)}</div>')


def _calendar_of(divided: SplitDays | None) -> str:
    """Draw the choice of one account or coin for the calendar."""
    if divided is None or not divided.days:
        return ALL
    options = [ALL, *divided.days]
    show_choice_problem("of", options, ALL)
    name: str | None = st.selectbox("Calendar of", options, key="of", bind="query-params", width=200)
    return name or ALL
