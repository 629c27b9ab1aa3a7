"""Listing: one page of the list of transfers, and what all of the filter come to."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from db.reads.transfers import TransferRow
from domain.income import Moved
from domain.prices import Rates
from pages.shared.loaders import load_made
from pages.shared.past import fingerprint
from pages.shared.scene import Scene
from pages.shared.tables import longest_of, width_of
from pages.shared.widgets import section, show_table
from pages.transfers.view import TOTALS, totals_frame, transfers_frame

_ROW, _HEADER, _MOST_ROWS = 32, 34, 22
_SLACK = 18  # pixels that words need less than widths allow: so that a phone shows each amount whole


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
        column_config=dict(_columns(view.zone, load_made(longest_of, key, frame))),
        height=_HEADER + _ROW * _MOST_ROWS if len(rows) > _MOST_ROWS else "content",
        row_height=_ROW,
        placeholder="–",
        key="transfer_list",
        alt="Transfers, newest first",
    )


def _columns(zone: ZoneInfo, longest: Mapping[str, float]) -> Mapping[str, Any]:
    """The columns of the list, whose widest cells are so wide; the heading of the time names its zone."""

    def text(name: str, label: str, help_text: str | None = None, *, right: bool = False, pinned: bool = False) -> Any:
        width = width_of(longest[name], label) - (_SLACK if name in ("time", "kind") else 0)
        alignment = "right" if right else "left"
        return st.column_config.TextColumn(label, width=width, alignment=alignment, help=help_text, pinned=pinned)  # type: ignore[arg-type]

    return {
        "time": text("time", "Time", f"{zone.key}, your zone; UTC stands in the last column", pinned=True),
        "kind": text("kind", "Kind"),
        "amount": text("amount", "Amount", "Positive came in, negative left", right=True),
        "asset": text("asset", "Currency"),
        "fee": text("fee", "Fee", "Paid on top of the amount", right=True),
        "status": text("status", "Status", "What is pending or failed is in no figure"),
        "symbol": text("symbol", "Market", "The market that funding was paid for"),
        "key": text("key", "Id"),
        "account": text("account", "Account"),
        "utc": text("utc", "UTC"),
    }


def show_totals(moved: Sequence[Moved], rates: Rates, scene: Scene) -> None:
    """Everything of the filter by kind and currency."""
    frame = totals_frame(moved, rates, scene.view)
    if not frame.empty:
        with section("By kind and currency", "of the whole filter"):
            show_table(frame, TOTALS, "transfer_totals", order=list(frame.columns), inks=scene.view.inks,
                       alt="Transfers by kind and currency")  # fmt: skip
