"""History: the ended orders of any period. A chip per outcome narrows the list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import streamlit as st
from sqlalchemy import Connection

from db.reads.ended_counts import EXAMINED, NO_ENDINGS, EndingCounts
from db.reads.history_filter import HistoryFilter
from db.reads.order_history import MOST_WINDOWS, HistoryPage, HistoryRow, read_order_history
from db.reads.page_cursor import Cursor
from domain.endings import Ending
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control, Kind
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.sheet.sheet import box, draw_html
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.components.table.table import draw_table
from pages.live.newer import show_newer
from pages.open_orders.columns import HISTORY_COLUMNS
from pages.open_orders.endings import ENDINGS
from pages.open_orders.filter import OrderFilter
from pages.open_orders.history_counts import ROWS, load_listed_counts, number_words, shown_counts
from pages.open_orders.history_lines import (
    HistoryLine,
    Results,
    asked_results,
    history_filter,
    history_frame,
    hour_of,
    hour_words,
    lines_of,
)
from pages.open_orders.history_period import HOUR_NAME, OF_ALL_TIME, HistoryPeriod, history_period_of_url
from pages.open_orders.history_rows import EXPORTED, exported_values, place_of, place_of_key
from pages.open_orders.opened_order.state import open_row
from pages.open_orders.tab_choice import ENDED, keep_tab
from pages.shared.export import MOST_PLAIN, exported, show_export
from pages.shared.failures import load_or, load_or_none
from pages.shared.formats import count_text, moment_text
from pages.shared.list_filters import DAYS, PeriodChoice, period_controls
from pages.shared.loaders import cached
from pages.shared.order_history import load_order_history, load_order_results, moments_of
from pages.shared.paging import BEFORE, draw_turns, first_page, turn_asked, turn_to
from pages.shared.past import fingerprint
from pages.shared.period import Period
from pages.shared.scene import Scene
from pages.shared.widgets_html import state_html

ALL = "all"
LINES = 200  # of one page
_LIST = "ended_list"
MEANINGS = {
    Ending.FILLED: "Fully filled",
    Ending.TRIGGERED: "Became an order in the book",
    Ending.PLACED: "Attached to an order that filled, now an order of its own",
    Ending.CANCELLED: "Cancelled by you, the exchange or its OCO partner. It may be partly filled",
    Ending.EXPIRED: "Its time ran out",
    Ending.REJECTED: "The exchange refused it",
    Ending.GONE: "No longer open. The outcome is not known yet",
}
_TURNS = {"newest": "Newest", "further": "Search further", "older": "Older"}
_PARTIAL = f"Among the newest orders, about {EXAMINED:,}. Choose a shorter period to count all"
_SPARE = ("known", "remark", "amount")
_FIRST_HIDDEN = ("type", "reason", "order_id", "utc", "card")


@dataclass(frozen=True, slots=True)
class HistoryChoice:
    """The choices of the viewer: filters and period, outcomes, hour and page."""

    filters: HistoryFilter  # without an outcome
    endings: tuple[Ending, ...]  # empty: every outcome
    hour: datetime | None
    before: Cursor | None

    @property
    def of_ending(self) -> HistoryFilter:
        """The filters with the outcomes."""
        return replace(self.filters, endings=tuple(map(str, self.endings)))


def show_history(order_filter: OrderFilter, scene: Scene) -> None:
    """Draw the period, the outcomes and the list."""
    period = history_period_of_url(scene)
    choice = _choice(order_filter, period, scene)
    counts = load_or_none("The number of ended orders", lambda: _counts(choice, scene)) or NO_ENDINGS
    offered = None if order_filter.search else period.choice
    draw_controls(_controls_payload(counts, choice, offered, scene), "history_controls", choose_in_history)
    if order_filter.search:
        draw_html(f'<span class="sf-note">The search looks {OF_ALL_TIME}, whatever the period</span>')
    page = load_or_none(
        "Ended orders", lambda: load_order_history(scene, choice.of_ending, ROWS, MOST_WINDOWS, choice.before)
    )
    if page is None:
        return
    if choice.before is None:
        show_newer(scene, newest_ending, choice.of_ending)
    rows = page.rows + page.named
    lines, used = lines_of(rows, LINES, is_folded=choice.hour is None)
    if rows:
        _show_list(lines, choice, scene)
    else:
        _show_none(order_filter, counts, is_searched=page.searched is None)
    with box("ended_foot", "row"):
        _show_turns(page, used, choice, scene)
        total = sum(count for ending, count in counts.by_ending.items() if ending in (choice.endings or ENDINGS))
        exported_rows = max(total, MOST_PLAIN + 1) if counts.is_partial else total  # there may be many more
        show_export("ended_orders", exported_rows, partial(_csv, scene, choice.of_ending), scene)
        draw_html(
            f'<span class="sf-note">{_listed_words(used, total, counts)}. Click or tap an order for details</span>'
        )


def _listed_words(used: int, total: int, counts: EndingCounts) -> str:
    number = number_words(max(used, total), counts)
    return f"{count_text(used, 'order')} of {number}" if number else count_text(used, "order")


def newest_ending(scene: Scene, filters: HistoryFilter) -> str:
    """Names the newest order that matches, and how it ended. It looks at the newest orders alone.

    Raises DatabaseUnavailable.
    """
    rows = load_order_history(scene, filters, 1, windows=1).rows
    return f"{rows[0].cursor.encode()} {rows[0].ended.outcome.ending}" if rows else ""


def _choice(order_filter: OrderFilter, period: HistoryPeriod, scene: Scene) -> HistoryChoice:
    names = st.query_params.get(ENDED, "").split(",")  # a link may name several
    endings = tuple(ending for ending in Ending if ending in names)
    filters = history_filter(order_filter, period.span(scene, order_filter))
    return HistoryChoice(filters, endings, period.hour, turn_asked().before)


def _counts(choice: HistoryChoice, scene: Scene) -> EndingCounts:
    return load_listed_counts(scene, choice.filters, choice.of_ending.endings)


def _controls_payload(counts: EndingCounts, choice: HistoryChoice, period: PeriodChoice | None, scene: Scene) -> bytes:
    """The period, a chip with the number of matching orders for each outcome, and the hour that a line chose.

    `period` is None while a search looks everywhere.
    """
    note = f". {_PARTIAL}" if counts.is_partial else ""
    shown = dict(shown_counts(counts))
    for ending in choice.endings:
        shown.setdefault(ending, 0)
    options = [(ALL, f"All {number_words(counts.total, counts)}".rstrip())]
    options += [
        (str(ending), ENDINGS[ending].replace(" ", f" {number_words(count, counts)} ".replace("  ", " "), 1))
        for ending, count in shown.items()
    ]
    hints = {ALL: f"Every outcome{note}", **{str(ending): MEANINGS[ending] + note for ending in shown}}
    chosen = [str(ending) for ending in choice.endings] or [ALL]
    controls = [
        *([] if period is None else period_controls(period)),
        Control(ENDED, "Outcome", Kind.CHIPS, options, chosen, is_label_shown=False, hints=hints),
    ]
    if choice.hour is not None:
        words = f"Only {hour_words(hour_of(choice.hour), scene.view, scene.at)} ×"
        controls.append(
            Control(HOUR_NAME, "Hour", Kind.ACTIONS, [(HOUR_NAME, words)], hint="Any hour", is_label_shown=False)
        )
    return payload_of_controls(controls)


def choose_in_history(name: str, values: Sequence[str]) -> None:
    """Write a choice of the controls to the address. An outcome, a day and an hour can be none."""
    chosen = [value for value in values if value and value != ALL]
    if name == "period":
        keep_tab(name, *DAYS, **({} if chosen == [Period.MONTH] else {name: chosen}))
    elif name in DAYS or name == ENDED:
        keep_tab(name, **({name: chosen} if chosen else {}))
    elif name == HOUR_NAME:
        keep_tab(HOUR_NAME)


def _open_line(key: str) -> None:
    """Open the order of a line. A line of several cancelled orders lists them instead."""
    position = place_of_key(key)
    if position is None:
        open_row(key)
        return
    keep_tab(**{ENDED: str(Ending.CANCELLED), HOUR_NAME: position.hour, "symbol": position.symbol})


def _show_list(lines: Sequence[HistoryLine], choice: HistoryChoice, scene: Scene) -> None:
    view, several = scene.view, len(scene.accounts) > 1
    results: Results = load_or({}, lambda: load_order_results(scene, asked_results(lines)))
    day = scene.at.astimezone(view.zone).date()  # moments of today are shown without the date
    key = (fingerprint(scene), choice, view, day, len(results))
    draw_table(cached(_payload_of, key, lines, results, scene, several), _LIST, _open_line)


def _payload_of(lines: Sequence[HistoryLine], results: Results, scene: Scene, several: bool) -> bytes:
    frame, places = history_frame(lines, results, scene.view, scene.at), [place_of(line, scene.view) for line in lines]
    rows = TableRows([position.key for position in places], [position.link for position in places])
    hidden = _FIRST_HIDDEN if several else (*_FIRST_HIDDEN, "account")
    order = [name for name in frame.columns if name not in hidden and (name != "remark" or frame[name].any())]
    look = Look("ended_orders", "Ended orders, newest first", scene.view.inks, order, spare=_SPARE)
    return payload_of(table_of_frame(frame, HISTORY_COLUMNS, look, rows))


def _show_none(order_filter: OrderFilter, counts: EndingCounts, *, is_searched: bool) -> None:
    hint = "Choose another outcome or period."
    if not order_filter.is_all:
        hint = "Choose another outcome or period, or clear the filters."
    title = "No order ended this way" if counts.total else "No order ended in this period"
    if order_filter.search:
        title, hint = "No ended order matches the search", "It looked in all time. Check the id or the market."
    if not is_searched:
        title, hint = "No match so far", "Search further for older ones, or choose fewer accounts or a market."
    draw_html(state_html("empty", title, hint))


def _show_turns(page: HistoryPage, used: int, choice: HistoryChoice, scene: Scene) -> None:
    rows, is_unfinished = page.rows, page.searched is not None and used >= len(page.rows)
    is_more = used < len(rows) or len(rows) == ROWS
    if not is_more and not is_unfinished and choice.before is None:
        return
    turns: dict[str, Callable[[], None]] = {"newest": first_page}
    disabled = ["newest"] if choice.before is None else []
    if page.searched is not None and is_unfinished:
        turns["further"] = partial(turn_to, BEFORE, page.searched)
    elif rows:
        turns["older"] = partial(turn_to, BEFORE, rows[used - 1].cursor)
        disabled += [] if is_more else ["older"]
    draw_turns("history_turns", turns, _TURNS, disabled, {"further": "Older orders may match too"})
    if "further" in turns and page.searched is not None:
        until = moment_text(page.searched.at, scene.view.zone, scene.at)
        draw_html(f'<span class="sf-note">Searched back to {until}. Older orders may match</span>')


def _csv(scene: Scene, filters: HistoryFilter, is_packed: bool) -> bytes:
    """All matching orders, compressed by gzip if asked. Raises DatabaseUnavailable."""
    moments = moments_of(scene)

    def read(connection: Connection, limit: int, before: Cursor | None) -> Sequence[HistoryRow]:
        page = read_order_history(connection, moments, filters, limit, before)
        rows = page.rows
        while page.searched is not None:  # a file holds every match
            page = read_order_history(connection, moments, filters, limit - len(rows), page.searched)
            rows += page.rows
        return rows

    return exported(EXPORTED, exported_values, read, is_packed)
