"""Listing: one page of the list of fills."""

from collections.abc import Sequence

import streamlit as st

from db.reads.fills import FillRow
from pages.fills.columns import fill_columns
from pages.fills.view import fills_frame
from pages.shared.loaders import load_made
from pages.shared.past import fingerprint
from pages.shared.scene import Scene
from pages.shared.tables import longest_of
from pages.shared.widgets import column_config

_ROW, _HEADER, _MOST_ROWS = 32, 34, 22


def show_list(rows: Sequence[FillRow], scene: Scene) -> None:
    """The fills of one page; its key keeps sorting and scrolling over refreshes."""
    view, several = scene.view, len(scene.accounts) > 1
    day = scene.at.astimezone(view.zone).date()  # times of today are written without their day
    ends = rows[0].cursor, rows[-1].cursor, len(rows)
    # Links to orders name the moment shown: two moments of one refresh are not alike.
    key = (ends, fingerprint(scene), view.as_of, view.zone.key, day, view.hide_amounts, several)
    frame = load_made(fills_frame, key, rows, view, scene.at, several)
    st.dataframe(
        frame,
        hide_index=True,
        column_order=[name for name in frame.columns if several or name != "account"],
        column_config=column_config(fill_columns(view.zone), view.inks, load_made(longest_of, key, frame)),
        height=_HEADER + _ROW * _MOST_ROWS if len(rows) > _MOST_ROWS else "content",
        row_height=_ROW,
        placeholder="–",
        key="fill_list",
        alt="Fills, newest first",
    )
