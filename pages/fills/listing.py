"""Listing: one page of the list of fills, the way to its neighbours, and the export of all of the filter."""

from collections.abc import Sequence

import streamlit as st

from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import FillTotals
from db.reads.fills import FillRow
from pages.fills.columns import fill_columns
from pages.fills.export import MOST_PLAIN, MOST_ROWS, fills_csv
from pages.fills.view import fills_frame
from pages.shared.loaders import load_made
from pages.shared.past import fingerprint
from pages.shared.scene import Scene

_ROW, _HEADER, _MOST_ROWS = 32, 34, 22


def show_list(rows: Sequence[FillRow], scene: Scene) -> None:
    """The fills of one page; its key keeps sorting and scrolling over refreshes."""
    view, several = scene.view, len(scene.accounts) > 1
    day = scene.at.astimezone(view.zone).date()  # times of today are written without their day
    place = rows[0].place, rows[-1].place, len(rows)
    # Links to orders name the moment shown: two moments of one refresh are not alike.
    key = (place, fingerprint(scene), view.as_of, view.zone.key, day, view.hide_amounts, several)
    frame = load_made(fills_frame, key, rows, view, scene.at, several)
    st.dataframe(
        frame,
        hide_index=True,
        column_order=[name for name in frame.columns if several or name != "account"],
        column_config=dict(fill_columns(view.inks, view.zone, frame)),
        height=_HEADER + _ROW * _MOST_ROWS if len(rows) > _MOST_ROWS else "content",
        row_height=_ROW,
        placeholder="–",
        key="fill_list",
        alt="Fills, newest first",
    )


def show_export(scene: Scene, wanted: FillFilter, totals: FillTotals) -> None:
    """The CSV of everything in the filter, at full precision; what is cut of it stands on the button."""
    hidden, is_cut, is_packed = scene.view.hide_amounts, totals.fills > MOST_ROWS, totals.fills > MOST_PLAIN
    label = f"CSV of the newest {MOST_ROWS:,}" if is_cut else "CSV, packed" if is_packed else "CSV"
    what = "All fills of the filter at full precision, newest first"
    if is_packed:
        what += f". More than {MOST_PLAIN:,} rows are packed by gzip"
    if is_cut:
        what += f". {totals.fills - MOST_ROWS:,} older ones are cut: choose a shorter period for them"
    st.download_button(
        label,
        lambda: fills_csv(scene.accounts, wanted, is_packed),
        file_name=f"fills-{scene.at:%Y%m%dT%H%M%SZ}.csv" + (".gz" if is_packed else ""),
        mime="application/gzip" if is_packed else "text/csv",
        icon=":material/download:",
        on_click="ignore",
        disabled=hidden or not totals.fills,
        help="Not while amounts are hidden" if hidden else what,
        key="fills_csv",
    )
