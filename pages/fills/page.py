"""Fills: every execution, newest first, and what all of a filter come to."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow
from domain.prices import Rates
from domain.sources import SourceKind
from pages.fills.empty import FILLS, show_gaps
from pages.fills.export import fills_csv
from pages.fills.filters import Asked, clear_filters, show_fill_filters
from pages.fills.listing import show_list
from pages.fills.view import totals_kpis
from pages.shared.database import DatabaseUnavailable
from pages.shared.doubts import sentence
from pages.shared.export import show_export
from pages.shared.frame import show_page
from pages.shared.listed_past import known_words, show_no_rows, show_nothing_known
from pages.shared.paging import PAGE, Turn, show_turns, turn_asked
from pages.shared.past import end_of, load_fill_symbols, load_fill_totals, load_fills
from pages.shared.period import Span, span_of
from pages.shared.scene import Scene
from pages.shared.widgets import show_failed, show_kpis

_STYLE = Path(__file__).with_name("fills.css")
KINDS = (SourceKind.FILLS,)
_ASKED = "fills_asked"


def show_fills() -> None:
    """The page."""
    show_page("Fills", KINDS, _show_body, prepare=_prepare)


def _prepare(scene: Scene) -> None:
    """Load what the page will show of a newer scene, by the filters that it was last drawn with."""
    asked: tuple[Asked, Turn] | None = st.session_state.get(_ASKED)
    if asked is not None:
        load_fill_symbols(scene)
        wanted = _wanted(scene, asked[0])
        load_fill_totals(scene, wanted)
        _load_page(scene, wanted, asked[1])


def _show_body(scene: Scene) -> None:
    st.html(_STYLE)
    if show_nothing_known(scene, FILLS):
        return
    show_gaps(scene)
    try:
        _show_fills(scene)
    except DatabaseUnavailable as error:
        show_failed("Fills could not be read", f"{sentence(str(error))} It is tried again by itself.", None, scene.view)


def _show_fills(scene: Scene) -> None:
    symbols = load_fill_symbols(scene)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="fill_filters"):
        asked, turn = show_fill_filters(symbols), turn_asked()
        if asked.is_narrow:
            st.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear_filters, key="clear_filters")
    st.session_state[_ASKED] = asked, turn
    wanted = _wanted(scene, asked)
    totals = load_fill_totals(scene, wanted)
    rates = Rates(price for snapshot in scene.snapshots for price in snapshot.prices.values())
    show_kpis(list(totals_kpis(totals, rates, scene.view)))
    rows, turn, is_more = _load_page(scene, wanted, turn)
    if rows:
        show_list(rows, scene)
    else:
        show_no_rows(scene, FILLS, bool(symbols), asked.is_narrow)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fill_foot"):
        if rows:
            show_turns(rows[0].cursor, rows[-1].cursor, turn, is_more)
        show_export("fills", totals.fills, lambda packed: fills_csv(scene.accounts, wanted, packed), scene)
        if words := known_words(scene, FILLS, _span(scene, asked)):
            st.html(f'<span class="sf-note">{words}</span>')


def _load_page(scene: Scene, wanted: FillFilter, turn: Turn) -> tuple[Sequence[FillRow], Turn, bool]:
    """The fills of a page, which page it is, and whether more follow; the way to newer ones ends with a full page."""
    rows, is_more = load_fills(scene, wanted, PAGE, turn.before, turn.after)
    if turn.after is not None and not is_more:
        turn = Turn()
        rows, is_more = load_fills(scene, wanted, PAGE)
    return rows, turn, is_more


def _span(scene: Scene, asked: Asked) -> Span:
    return span_of(asked.period, scene.at, scene.view.zone, asked.first, asked.last)


def _wanted(scene: Scene, asked: Asked) -> FillFilter:
    """What the filters ask for, as far as it had happened by the moment shown."""
    span, end = _span(scene, asked), end_of(scene)
    until = min((moment for moment in (span.until, end) if moment is not None), default=None)
    return FillFilter(
        symbols=asked.symbols or None,
        sides=None if asked.side is None else (asked.side,),
        liquidities=None if asked.liquidity is None else (asked.liquidity,),
        order_id=asked.order_id,
        since=span.since,
        until=until,
    )
