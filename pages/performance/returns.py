"""Returns by period and the calendar, in total, by account or by coin."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd

from db.reads.performance import Performance
from domain.performance import PeriodReturn
from domain.splits import Split, SplitDays
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind, options_of, payload_of
from pages.components.sheet.sheet import draw_html
from pages.components.table.model import TableRows
from pages.performance.calendar import calendar_html
from pages.performance.drill_down import bounds_of_row, rows_of_periods
from pages.performance.splits import split_table
from pages.performance.view import PERIODS, Grouping, grouped, periods_frame
from pages.shared.database import DatabaseUnavailable
from pages.shared.list_filters import DAYS
from pages.shared.loaders import cached
from pages.shared.navigation import put_in_url
from pages.shared.performance import load_split
from pages.shared.scene import Scene
from pages.shared.tables import Column
from pages.shared.url_choices import rewrite_url
from pages.shared.url_controls import into_url, keep_choices, recall_choices, url_choice
from pages.shared.view import View
from pages.shared.widgets import section, show_empty, show_failed, show_table, table_payload

ALL = "All"
ALT = "Returns by period"
_DEFAULTS = {"by": Grouping.DAY.value, "split": Split.TOTAL.value}


def make_returns_and_calendar(scene: Scene, found: Performance, key: Any) -> None:
    """Make the table and the calendar of all together before they are drawn, while other parts are being read."""
    by, split = _choices()
    if split is Split.TOTAL:
        frame, columns, rows, frame_key = _table(scene, found, by, split, None, key)
        table_payload(frame, columns, _name_of(by, split), list(frame.columns), scene.view.inks, ALT, frame_key, rows)
        _calendar_html(scene, found.days, split, ALL, scene.view.currency, key)


def show_returns_and_calendar(scene: Scene, found: Performance, key: Any) -> None:
    """Draw both sections. `key` identifies the period."""
    with section("Returns"):
        by, split = _show_choices()
        divided = None if split is Split.TOTAL else _loaded(scene, found, split)
        _show_table(scene, found, by, split, divided, key)
    with section("Calendar"):
        name = _calendar_of(divided)
        days: Sequence[PeriodReturn] = found.days if divided is None or name == ALL else divided.days[name]
        currency = scene.view.currency if divided is None or name == ALL else divided.currency
        draw_html(_calendar_html(scene, days, split, name, currency, key))


def _calendar_html(scene: Scene, days: Sequence[PeriodReturn], split: Split, name: str, currency: str, key: Any) -> str:
    view = replace(scene.view, currency=currency)
    return cached(calendar_html, (key, split, name, currency), days, view)


def _choices() -> tuple[Grouping, Split]:
    """How long the periods are, and by what they are divided."""
    recall_choices("returns_choices", list(_DEFAULTS))
    by = url_choice("by", list(Grouping), Grouping.DAY)
    split = url_choice("split", list(Split), Split.TOTAL)
    keep_choices("returns_choices", list(_DEFAULTS))
    return by, split


def _show_choices() -> tuple[Grouping, Split]:
    """Draw the choices."""
    by, split = _choices()
    controls = [
        Control("by", "By", Kind.BUTTONS, options_of(Grouping), [by], is_label_shown=False),
        Control("split", "Divided by", Kind.BUTTONS, options_of(Split), [split], is_label_shown=False),
    ]
    draw_controls(payload_of(controls), "returns_choices", _choose)
    return by, split


def _choose(name: str, values: Sequence[str]) -> None:
    if name == "split":
        put_in_url("of", ())  # the calendar of an account is none of a coin
    into_url(_DEFAULTS)(name, values)


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
    frame, columns, rows, frame_key = _table(scene, found, by, split, divided, key)
    show_table(
        frame, columns, _name_of(by, split), order=list(frame.columns), inks=view.inks, alt=ALT,
        frame_key=frame_key, rows=rows, on_open=_open_period,
    )  # fmt: skip
    if divided is not None and split is Split.COIN:
        words = f"In {divided.currency}. A coin counts with its price effect and its contracts, before trade fees."
        draw_html(f'<div class="sf-note">{escape(words)}</div>')


def _name_of(by: Grouping, split: Split) -> str:
    return f"periods_{by}_{split}"


def _table(
    scene: Scene, found: Performance, by: Grouping, split: Split, divided: SplitDays | None, key: Any
) -> tuple[pd.DataFrame, Sequence[Column], TableRows, Any]:
    """The frame of the table, its columns and rows, and the key that identifies them."""
    view, frame_key = scene.view, (key, by, split)
    rows = cached(_rows, (key, by), found.days, by, view)
    if divided is None:
        frame = cached(periods_frame, frame_key, found.days, by, view.currency, view.hide_amounts)
        return frame, PERIODS, rows, frame_key
    arguments = divided, found.days, view.currency, by, view.hide_amounts
    frame, columns = cached(split_table, frame_key, *arguments)
    return frame, columns, rows, frame_key


def _rows(days: Sequence[PeriodReturn], by: Grouping, view: View) -> TableRows:
    return rows_of_periods(grouped(days, by), days[-1].day, view)


def _open_period(row: str) -> None:
    """Show the page of the days of a row. It is one step of Back."""
    rewrite_url({"period", *DAYS}, dict(bounds_of_row(row)))


def _calendar_of(divided: SplitDays | None) -> str:
    """Draw the choice of one account or coin for the calendar."""
    if divided is None or not divided.days:
        return ALL
    options = [ALL, *divided.days]
    recall_choices("calendar_of", ["of"])
    chosen = url_choice("of", options, ALL)
    keep_choices("calendar_of", ["of"])
    control = Control("of", "Calendar of", Kind.SELECT, options_of(options), [chosen])
    draw_controls(payload_of([control]), "calendar_of", into_url({"of": ALL}))
    return chosen
