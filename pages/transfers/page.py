"""Transfers: what came in and left other than by trading, newest first, and what all of a filter come to."""

from collections.abc import Sequence

import streamlit as st

from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import TransferRow
from domain.prices import Rates
from domain.sources import SourceKind
from pages.shared.database import DatabaseUnavailable
from pages.shared.doubts import sentence
from pages.shared.export import show_export
from pages.shared.frame import show_page
from pages.shared.listed_past import known_words, show_no_rows, show_nothing_known
from pages.shared.paging import PAGE, Turn, show_turns, turn_asked
from pages.shared.past import end_of, load_moved, load_transfer_assets, load_transfers
from pages.shared.period import Span, span_of
from pages.shared.scene import Scene
from pages.shared.widgets import show_failed, show_kpis
from pages.transfers.empty import TRANSFERS, show_gaps
from pages.transfers.export import transfers_csv
from pages.transfers.filters import Asked, clear_filters, show_transfer_filters
from pages.transfers.listing import show_list, show_totals
from pages.transfers.view import totals_kpis

KINDS = (SourceKind.TRANSFERS,)
_ASKED = "transfers_asked"


def show_transfers() -> None:
    """The page."""
    show_page("Transfers", KINDS, _show_body, prepare=_prepare)


def _prepare(scene: Scene) -> None:
    """Load what the page will show of a newer scene, by the filters that it was last drawn with."""
    asked: tuple[Asked, Turn] | None = st.session_state.get(_ASKED)
    if asked is not None:
        load_transfer_assets(scene)
        wanted = _wanted(scene, asked[0])
        load_moved(scene, wanted)
        _load_page(scene, wanted, asked[1])


def _show_body(scene: Scene) -> None:
    if show_nothing_known(scene, TRANSFERS):
        return
    show_gaps(scene)
    try:
        _show_transfers(scene)
    except DatabaseUnavailable as error:
        words = f"{sentence(str(error))} It is tried again by itself."
        show_failed("Transfers could not be read", words, None, scene.view)


def _show_transfers(scene: Scene) -> None:
    assets = load_transfer_assets(scene)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="transfer_filters"):
        asked, turn = show_transfer_filters(assets), turn_asked()
        if asked.is_narrow:
            st.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear_filters, key="clear_filters")
    st.session_state[_ASKED] = asked, turn
    wanted = _wanted(scene, asked)
    moved = load_moved(scene, wanted)
    rates = Rates(price for snapshot in scene.snapshots for price in snapshot.prices.values())
    show_kpis(list(totals_kpis(moved, rates, scene.view)))
    rows, turn, is_more = _load_page(scene, wanted, turn)
    if rows:
        show_list(rows, scene)
    else:
        show_no_rows(scene, TRANSFERS, bool(assets), asked.is_narrow)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="transfer_foot"):
        if rows:
            show_turns(rows[0].cursor, rows[-1].cursor, turn, is_more)
        count = sum(group.count for group in moved)
        show_export("transfers", count, lambda packed: transfers_csv(scene.accounts, wanted, packed), scene)
        if words := known_words(scene, TRANSFERS, _span(scene, asked)):
            st.html(f'<span class="sf-note">{words}</span>')
    show_totals(moved, rates, scene)


def _load_page(scene: Scene, wanted: TransferFilter, turn: Turn) -> tuple[Sequence[TransferRow], Turn, bool]:
    """The transfers of a page, which page it is, and whether more follow; the way back ends with a full page."""
    rows, is_more = load_transfers(scene, wanted, PAGE, turn.before, turn.after)
    if turn.after is not None and not is_more:
        turn = Turn()
        rows, is_more = load_transfers(scene, wanted, PAGE)
    return rows, turn, is_more


def _span(scene: Scene, asked: Asked) -> Span:
    return span_of(asked.period, scene.at, scene.view.zone, asked.first, asked.last)


def _wanted(scene: Scene, asked: Asked) -> TransferFilter:
    """What the filters ask for, as far as it had happened by the moment shown."""
    span, end = _span(scene, asked), end_of(scene)
    return TransferFilter(
        since=span.since,
        until=min((moment for moment in (span.until, end) if moment is not None), default=None),
        kinds=asked.kinds or None,
        statuses=None if asked.status is None else (asked.status,),
        assets=asked.assets or None,
    )
