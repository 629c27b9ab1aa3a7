"""Listing: one page of the list of transfers, and what all of the filter come to."""

from collections.abc import Sequence

import streamlit as st

from db.reads.transfers import TransferRow
from domain.income import Moved
from domain.prices import Rates
from pages.shared.loaders import load_made
from pages.shared.past import fingerprint
from pages.shared.scene import Scene
from pages.shared.tables import longest_of
from pages.shared.widgets import column_config, section, show_table
from pages.transfers.columns import TOTALS, transfer_columns
from pages.transfers.view import totals_frame, transfers_frame

_ROW, _HEADER, _MOST_ROWS = 32, 34, 22


def show_list(rows: Sequence[TransferRow], scene: Scene) -> None:
    """The transfers of one page; its key keeps sorting and scrolling over refreshes."""
    view, several = scene.view, len(scene.accounts) > 1
    day = scene.at.astimezone(view.zone).date()  # times of today are written without their day
    ends = rows[0].cursor, rows[-1].cursor, len(rows)
    key = (ends, fingerprint(scene), view.zone.key, day, view.hide_amounts, several)
    frame = load_made(transfers_frame, key, rows, view, scene.at, several)
    st.dataframe(
        frame,
        hide_index=True,
        column_order=[name for name in frame.columns if several or name != "account"],
        column_config=column_config(transfer_columns(view.zone), view.inks, load_made(longest_of, key, frame)),
        height=_HEADER + _ROW * _MOST_ROWS if len(rows) > _MOST_ROWS else "content",
        row_height=_ROW,
        placeholder="–",
        key="transfer_list",
        alt="Transfers, newest first",
    )


def show_totals(moved: Sequence[Moved], rates: Rates, scene: Scene) -> None:
    """Everything of the filter by kind and currency."""
    frame = totals_frame(moved, rates, scene.view)
    if not frame.empty:
        with section("By kind and currency", "of the whole filter"):
            show_table(frame, TOTALS, "transfer_totals", order=list(frame.columns), inks=scene.view.inks,
                       alt="Transfers by kind and currency")  # fmt: skip
