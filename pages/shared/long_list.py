"""Long list: a page of history such as Fills: filters, totals of all matching rows, one page of rows, an export."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection

from db.reads.fill_filter import FillFilter
from db.reads.page_cursor import Cursor, HasCursor
from db.reads.transfer_filter import TransferFilter
from domain.prices import Rates
from domain.snapshot import Account, rates_of
from pages.components.controls.controls import draw_controls
from pages.components.controls.model import Control
from pages.components.controls.model import payload_of as payload_of_controls
from pages.components.sheet.sheet import box, draw_html
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.components.table.table import draw_table
from pages.live.newer import show_newer
from pages.live.recording import live_html, live_shape
from pages.shared.badge import Kinds
from pages.shared.data_warnings import warnings_html
from pages.shared.export import exported, show_export
from pages.shared.failures import guarded, load_or, load_or_none
from pages.shared.frame import show_page
from pages.shared.list_filters import PeriodChoice, choose_in_list, clear_control, period_controls, period_of_url
from pages.shared.listed_past import ListedPast, known_words, nothing_known_html, show_gaps, show_no_rows
from pages.shared.loaders import cached
from pages.shared.opened_row import OpenedRow, parts_of_row
from pages.shared.paging import PAGE, PageTurn, show_turns, turn_asked
from pages.shared.past import end_of, fingerprint
from pages.shared.scene import Scene
from pages.shared.tables import Column
from pages.shared.titles import TITLES
from pages.shared.valuing import valuing_html
from pages.shared.view import View
from pages.shared.widgets_html import Kpi, kpis_html

Row = TypeVar("Row", bound=HasCursor)
Filter = TypeVar("Filter", FillFilter, TransferFilter)
Totals = TypeVar("Totals")


@dataclass(frozen=True, slots=True)
class LongList(Generic[Row, Filter, Totals]):
    """The parts of a long list that differ by page. Its filters have no times, because the period sets them."""

    past: ListedPast
    row: str  # one row in widget keys: "fill"
    opened: OpenedRow  # the row that the address opens
    show_opened: Callable[[Scene], None]  # its panel, in elements of Streamlit
    load_options: Callable[[Scene], Sequence[str]]  # the filter options: every symbol or asset that ever occurred
    names: Sequence[str]  # of the filters, in the address
    filter_of_url: Callable[[], Filter]
    controls_of: Callable[[Sequence[str]], Sequence[Control]]  # of the filters, by the options
    no_filter: Filter
    load_totals: Callable[[Scene, Filter], Totals]
    count_of: Callable[[Totals], int]
    kpis_of: Callable[[Totals, Rates, View], Iterable[Kpi]]
    load_rows: Callable[[Scene, Filter, int, Cursor | None, Cursor | None], tuple[Sequence[Row], bool]]
    frame_of: Callable[[Sequence[Row], View, datetime, bool], pd.DataFrame]
    columns_of: Callable[[ZoneInfo], Sequence[Column]]
    read_rows: Callable[[Connection, Sequence[Account], Filter, int, Cursor | None], Sequence[Row]]
    key_of: Callable[[Row], str]  # the key of a row among those of all accounts
    exported: Sequence[str]  # the columns of the export
    values_of: Callable[[Row], Sequence[object]]  # the values of a row in these columns
    spare: Sequence[str] = ()  # the columns that give way first if there is no room for all
    # The content below the list. The totals are None if they could not be read.
    show_more: Callable[[Totals | None, Scene], None] | None = None
    show_forms: Callable[[Scene], None] | None = None  # below that


@dataclass(frozen=True, slots=True)
class _Page(Generic[Row]):
    """The rows of a page, the page that they are, and whether more follow."""

    rows: Sequence[Row]
    turn: PageTurn
    is_more: bool


# The lists of this process by their nouns. A recipe names a list, because functions are no data.
_LISTS: dict[str, LongList[Any, Any, Any]] = {}


def show_long_list(listed: LongList[Row, Filter, Totals]) -> None:
    """The page. The stream renews its totals. Its rows stay until the viewer wants the newer ones."""
    _LISTS[listed.past.noun] = listed
    show_page(
        TITLES[listed.past.noun],
        (listed.past.kind,),
        partial(_show_body, listed),
        below=partial(_show_opened, listed),
        warnings=list_warnings,
    )


def _show_body(listed: LongList[Row, Filter, Totals], scene: Scene) -> None:
    noun = listed.past.noun
    live_shape("known", scene, _nothing_known, noun)
    if _nothing_known(scene, noun):
        live_html("nothing_known", scene, _nothing_known, noun)
        return
    with guarded("Warnings"):
        show_gaps(scene, listed.past)
    _show_list(listed, scene)
    if listed.show_forms is not None:
        with guarded("More"):
            listed.show_forms(scene)


def _show_opened(listed: LongList[Row, Filter, Totals], scene: Scene) -> None:
    """The panel is made of elements of Streamlit, so it stands outside of the sheet."""
    if _nothing_known(scene, listed.past.noun):
        return
    with guarded(f"The opened {listed.row}"):
        listed.show_opened(scene)


def _nothing_known(scene: Scene, noun: str) -> str:
    return nothing_known_html(scene, _LISTS[noun].past)


def list_warnings(scene: Scene, kinds: Kinds) -> str:
    """The bands of the list of these kinds. Nothing is old while nothing is known, and then the page says why."""
    noun = next(noun for noun, listed in _LISTS.items() if (listed.past.kind,) == kinds)
    return "" if _nothing_known(scene, noun) else warnings_html(scene, kinds)


def totals_html(scene: Scene, noun: str, narrow: Filter, period: PeriodChoice) -> str:
    """The figures of all rows that match. Raises DatabaseUnavailable."""
    listed = _LISTS[noun]
    totals = listed.load_totals(scene, _with_times(narrow, period, scene))
    return kpis_html(list(listed.kpis_of(totals, rates_of(scene.snapshots), scene.view)))


def newest_row(scene: Scene, noun: str, narrow: Filter, period: PeriodChoice) -> str:
    """Names the newest row that matches. Raises DatabaseUnavailable."""
    rows, _ = _LISTS[noun].load_rows(scene, _with_times(narrow, period, scene), 1, None, None)
    return rows[0].cursor.encode() if rows else ""


def _show_list(listed: LongList[Row, Filter, Totals], scene: Scene) -> None:
    options: Sequence[str] = load_or((), lambda: listed.load_options(scene))
    period, narrow, turn = _show_filters(listed, options)
    filters = _with_times(narrow, period, scene)
    totals = load_or_none("Totals", lambda: listed.load_totals(scene, filters))
    if totals is not None:
        with guarded("Totals"):
            live_html("totals", scene, totals_html, listed.past.noun, narrow, period)
    if turn == PageTurn():
        show_newer(scene, newest_row, listed.past.noun, narrow, period)
    noun = listed.past.noun.capitalize()
    page = load_or_none(noun, lambda: _load_page(listed, scene, filters, turn))
    if page is not None:
        with guarded(noun):
            if page.rows:
                _show_rows(listed, page.rows, scene)
            else:
                show_no_rows(scene, listed.past, bool(options), narrow != listed.no_filter)
    live_html("valuing", scene, valuing_html)  # below the rows, so that it moves none
    with box(f"{listed.row}_foot", "row"):
        if page is not None and page.rows:
            show_turns(f"{listed.row}_turns", page.rows[0].cursor, page.rows[-1].cursor, page.turn, page.is_more)
        csv = partial(csv_of_list, listed, scene.accounts, filters)
        show_export(listed.past.noun, 0 if totals is None else listed.count_of(totals), csv, scene)
        if words := known_words(scene, listed.past, period.span(scene)):
            draw_html(f'<span class="sf-note">{words}</span>')
    if listed.show_more is not None:
        with guarded("More"):
            listed.show_more(totals, scene)


def _show_filters(
    listed: LongList[Row, Filter, Totals], options: Sequence[str]
) -> tuple[PeriodChoice, Filter, PageTurn]:
    """Draw the filters. Returns their values and the page in the URL."""
    period: PeriodChoice = period_of_url()
    narrow: Filter = listed.filter_of_url()
    controls = [*period_controls(period), *listed.controls_of(options)]
    controls += clear_control(is_narrow=narrow != listed.no_filter)
    with box(f"{listed.row}_filters"):
        draw_controls(payload_of_controls(controls), f"{listed.row}_controls", choose_in_list(listed.names))
    return period, narrow, turn_asked()


def _with_times(filters: Filter, period: PeriodChoice, scene: Scene) -> Filter:
    """The filter of a period, limited to the moment shown."""
    span = period.span(scene)
    until = min((moment for moment in (span.until, end_of(scene)) if moment is not None), default=None)
    return replace(filters, since=span.since, until=until)


def _load_page(listed: LongList[Row, Filter, Totals], scene: Scene, filters: Filter, turn: PageTurn) -> _Page[Row]:
    """A page of rows. Paging towards newer rows ends with a full page."""
    rows, is_more = listed.load_rows(scene, filters, PAGE, turn.before, turn.after)
    if turn.after is not None and not is_more:
        turn = PageTurn()
        rows, is_more = listed.load_rows(scene, filters, PAGE, None, None)
    return _Page(rows, turn, is_more)


def _show_rows(listed: LongList[Row, Filter, Totals], rows: Sequence[Row], scene: Scene) -> None:
    """Draw the rows of one page. Its key keeps sorting and scrolling over refreshes."""
    view, several = scene.view, len(scene.accounts) > 1
    day = scene.at.astimezone(view.zone).date()  # times of today are shown without the date
    ends = rows[0].cursor, rows[-1].cursor, len(rows)
    # Links to orders contain the shared choices, so two views of one refresh differ.
    key: tuple[Hashable, ...] = (ends, fingerprint(scene), view, day, several)
    payload = cached(_payload_of, key, listed, rows, scene, several)
    draw_table(payload, f"{listed.row}_list", listed.opened.open)


def _payload_of(listed: LongList[Row, Filter, Totals], rows: Sequence[Row], scene: Scene, several: bool) -> bytes:
    view = scene.view
    frame = listed.frame_of(rows, view, scene.at, several)
    hidden = ("utc",) if several else ("utc", "account")  # the time is in the viewer's zone already
    order = [name for name in frame.columns if name not in hidden]
    keys = [listed.key_of(row) for row in rows]
    links = [listed.opened.link(*parts_of_row(key), view) for key in keys]
    look = Look(
        listed.past.noun, f"{listed.past.noun.capitalize()}, newest first", view.inks, order, spare=listed.spare
    )
    return payload_of(table_of_frame(frame, listed.columns_of(view.zone), look, TableRows(keys, links)))


def csv_of_list(
    listed: LongList[Row, Filter, Totals], accounts: Sequence[Account], filters: Filter, is_packed: bool
) -> bytes:
    """All rows of a filter as CSV, compressed by gzip if asked. Raises DatabaseUnavailable."""

    def read(connection: Connection, limit: int, before: Cursor | None) -> Sequence[Row]:
        return listed.read_rows(connection, accounts, filters, limit, before)

    return exported(listed.exported, listed.values_of, read, is_packed)
