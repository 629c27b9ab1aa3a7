"""Recent: one line that says how orders ended lately, and opens the list of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from pages.open_orders.endings import MOST_LISTED, Ended, ended_frame, ended_of, endings_line
from pages.shared.database import DatabaseUnavailable
from pages.shared.loaders import load_made
from pages.shared.past import fingerprint, load_endings
from pages.shared.scene import Scene
from pages.shared.theme import Inks

LATELY = timedelta(hours=24)


def load_recent(scene: Scene) -> Sequence[Ended]:
    """The orders that ended within the day before the moment shown. Raises DatabaseUnavailable."""
    return load_made(ended_of, fingerprint(scene), load_endings(scene, LATELY))


def show_recent(scene: Scene) -> None:
    """The line, and what it opens; nothing while it cannot be known."""
    try:
        ended = load_recent(scene)
    except DatabaseUnavailable:
        st.caption("How orders ended lately could not be read just now.")
        return
    line = f"Last 24 h: {load_made(endings_line, fingerprint(scene), ended)}"
    if not ended:
        st.caption(line)
        return
    # Only what is open is drawn: a list that nobody sees would cost every run of the page.
    opened = st.expander(line, key="ended", icon=":material/history:", bind="query-params")
    if opened.open:
        with opened:
            _show_list(ended, scene)


def _show_list(ended: Sequence[Ended], scene: Scene) -> None:
    view, several = scene.view, len(scene.accounts) > 1
    day = scene.at.astimezone(view.zone).date()  # times of today are written without their day
    key = (fingerprint(scene), view.zone.key, day, view.hide_amounts)
    frame = load_made(ended_frame, key, ended, view, scene.at)
    st.dataframe(
        frame,
        hide_index=True,
        column_order=[name for name in frame.columns if several or name != "account"],
        column_config=_columns(view.inks),
        height="content" if len(frame) <= 10 else 360,
        key="ended_list",
        alt="Orders that ended in the last 24 hours",
    )
    if len(ended) > MOST_LISTED:
        st.caption(f"The newest {MOST_LISTED} of {len(ended):,}.")


def _columns(inks: Inks) -> dict[str, Any]:
    column = st.column_config
    return {
        "symbol": column.TextColumn("Symbol", width=92, pinned=True),
        "side": column.MultiselectColumn("Side", width=54, options=["Buy", "Sell"], color=[inks.gain, inks.loss]),
        "ending": column.TextColumn("Ended", width=170),
        "price": column.TextColumn(
            "Price", width=90, alignment="right", help="What it was filled at where that is known, else where it stood"
        ),
        "amount": column.TextColumn("Quantity", width=90, alignment="right"),
        "when": column.TextColumn("When", width=120, help="As the exchange says; else when it was first missed"),
        "known": column.TextColumn("Known by", width=170),
        "reason": column.TextColumn("Why", width=200),
        "type": column.TextColumn("Type", width=100),
        "account": column.TextColumn("Account", width=90),
        "order_id": column.TextColumn("Order id", width=170),
        "utc": column.TextColumn("UTC", width=170),
    }
