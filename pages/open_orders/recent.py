"""Recent: the orders that ended recently. A counter per ending opens the list of its orders."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from domain.endings import Ending
from pages.components.table.frames import Look, table_of_frame
from pages.components.table.model import TableRows, payload_of
from pages.components.table.table import draw_table
from pages.open_orders.columns import ENDED_COLUMNS
from pages.open_orders.endings import (
    ENDINGS,
    MOST_LISTED,
    ShownEnding,
    count_endings,
    ended_frame,
    ended_of,
    matching_ended,
    with_ending,
)
from pages.open_orders.filter import OrderFilter
from pages.open_orders.opened_order.state import link_of, open_row, row_key
from pages.shared.loaders import cached
from pages.shared.past import fingerprint, load_endings
from pages.shared.scene import Scene
from pages.shared.widgets import section

LATELY = timedelta(hours=24)
ENDED = "ended"  # the URL's name for the listed ending
ALL = "all"
_LIST = "ended_list"
_MOST_ROWS = 8
_MEANINGS = {
    Ending.FILLED: "Executed in full",
    Ending.TRIGGERED: "Became an order in the book",
    Ending.PLACED: "Attached to an order that filled, now an order of its own",
    Ending.CANCELLED: "Cancelled by you, the exchange or its group. It may be partly filled",
    Ending.EXPIRED: "Its time ran out",
    Ending.REJECTED: "The exchange refused it",
    Ending.GONE: "Left the list. The ending is not known yet",
}


def load_recent(scene: Scene) -> Sequence[ShownEnding]:
    """The orders that ended within the day before the moment shown. Raises DatabaseUnavailable."""
    return cached(ended_of, fingerprint(scene), load_endings(scene, LATELY))


def show_recent(ended: Sequence[ShownEnding] | None, order_filter: OrderFilter, scene: Scene) -> None:
    """Draw the counters and the list of the selected ending. None: the orders could not be read."""
    if ended is None:
        st.caption("The database does not respond, so recently ended orders are not shown.")
        return
    name = st.query_params.get(ENDED) or None
    ending = next((candidate for candidate in Ending if candidate == name), None)
    chosen = cached(matching_ended, (fingerprint(scene), order_filter), ended, order_filter)
    _show_counters(ended, chosen, name, ending)
    if name is not None:
        how = "ended" if ending is None else ENDINGS[ending].split()[-1]
        with section(f"{how.capitalize()} in the last 24 h"):
            _show_list(with_ending(chosen, ending), order_filter, name, scene)


def _show_counters(
    ended: Sequence[ShownEnding], chosen: Sequence[ShownEnding], listed: str | None, ending: Ending | None
) -> None:
    """The number of matching orders for each ending. The listed ending is highlighted, and a second click closes it."""
    counts = dict(count_endings(chosen))
    if ending is not None:
        counts.setdefault(ending, 0)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="ended_counters"):
        narrowed = f", {len(chosen):,} of {len(ended):,} by the filters" if len(chosen) != len(ended) else ""
        st.html(f'<span class="sf-note">Last 24 h{narrowed}{"" if counts else ": none ended"}</span>', width="content")
        for counted, count in counts.items():
            label = ENDINGS[counted].replace(" ", f" {count:,} ")
            _show_counter(label, counted, _MEANINGS[counted], is_listed=counted is ending)
        if len(counts) > 1:
            is_listed = listed is not None and ending is None
            _show_counter(f"All {len(chosen):,}", ALL, "However they ended", is_listed=is_listed)


def _show_counter(label: str, asks_for: str, meaning: str, *, is_listed: bool) -> None:
    st.button(
        label,
        key=f"ended_{asks_for}",
        type="primary" if is_listed else "secondary",
        help=f"{meaning}: {'close the list' if is_listed else 'list them'}",
        on_click=_list_endings,
        args=(None if is_listed else asks_for,),
    )


def _list_endings(asks_for: str | None) -> None:
    if asks_for is None:
        st.query_params.pop(ENDED, None)
    else:
        st.query_params[ENDED] = str(asks_for)


def _show_list(ended: Sequence[ShownEnding], order_filter: OrderFilter, ending_name: str, scene: Scene) -> None:
    if not ended:
        hint = "Choose another ending or clear the filters." if not order_filter.is_all else "Choose another ending."
        st.html(f'<div class="sf-empty empty"><b>No order ended this way in the last 24 h</b>{hint}</div>')
        return
    view, several, listed = scene.view, len(scene.accounts) > 1, ended[:MOST_LISTED]
    day = scene.at.astimezone(view.zone).date()  # moments of today are shown without the date
    key = (fingerprint(scene), order_filter, ending_name, view.zone.key, day, view.hide_amounts)
    payload = cached(_payload_of, (*key, view.gains), listed, scene, several)
    draw_table(payload, _LIST, open_row)
    if len(ended) > len(listed):
        st.caption(
            f"{len(listed)} of {len(ended):,}, filled and triggered first. Narrow the filters to see the others."
        )


def _payload_of(listed: Sequence[ShownEnding], scene: Scene, several: bool) -> bytes:
    frame, orders = ended_frame(listed, scene.view, scene.at), [row.order for row in listed]
    rows = TableRows([row_key(o.account, o.key) for o in orders], [link_of(o.account, o.key) for o in orders])
    order = [name for name in frame.columns if several or name != "account"]
    look = Look("ended_orders", "Orders that ended in the last 24 hours", scene.view.inks, order, most_rows=_MOST_ROWS)
    return payload_of(table_of_frame(frame, ENDED_COLUMNS, look, rows))
