"""Columns: how each column of the list of fills is called and drawn."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from pages.fills.words import SIDES
from pages.shared.tables import width_of
from pages.shared.theme import Inks

# Words may stand closer than numbers: so that a phone shows time, symbol, side and what was realised whole.
_SLACK = 18
_ORDER_OF_LINK = r"[?&]order=([^&]*)"


def fill_columns(inks: Inks, zone: ZoneInfo, longest: Mapping[str, float]) -> Mapping[str, Any]:
    """The columns of the list, whose widest cells are so wide; the heading of the time names its zone."""
    column = st.column_config

    def width(name: str, label: str) -> int:
        return width_of(longest[name], label) if name in longest else 0

    def text(
        name: str,
        label: str,
        help_text: str | None = None,
        *,
        right: bool = False,
        pinned: bool = False,
        slack: int = 0,
    ) -> Any:
        return column.TextColumn(
            label,
            width=width(name, label) - slack,
            alignment="right" if right else "left",
            help=help_text,
            pinned=pinned,
        )

    return {
        "time": text(
            "time", "Time", f"{zone.key}, your zone; UTC stands in the last column", pinned=True, slack=_SLACK
        ),
        "account": text("account", "Account"),
        "symbol": text("symbol", "Symbol", slack=_SLACK // 2),
        "side": column.MultiselectColumn("Side", width=50, options=SIDES, color=[inks.gain, inks.loss]),
        "position": text("position", "Position", "Which of two positions it moved: the account may hold both"),
        "price": text("price", "Price", "In the quote currency, as the exchange gave it", right=True),
        "quantity": text("quantity", "Quantity", "In units of the base asset", right=True),
        "value": text("value", "Value", "Price times quantity, in the quote currency, without the fee", right=True),
        "realised": text(
            "realised",
            "Realised",
            "What selling or closing gained, in the quote currency or the coin named, after the fees of opening and "
            "closing; whichever market the coin was bought in, but for markets in a currency of which no price of "
            "some fill's time is known: those count by themselves until --backfill brings it. What was paid with is "
            "not counted as sold. A dash: it only bought or opened, so there was nothing to realise",
            right=True,
            slack=_SLACK,
        ),
        "realised_by_market": text(
            "realised_by_market",
            "Realised by market",
            "What it realised by the fills of this market alone: what was bought in another has an unknown cost here",
            right=True,
        ),
        "note": text("note", "Remark", "Why what was realised is not known, or not whole"),
        "fee": text("fee", "Fee", "Positive where paid, negative where received", right=True),
        "liquidity": text("liquidity", "Liquidity", "Whether it made liquidity or took it"),
        "order": column.LinkColumn(
            "Order", width=170, display_text=_ORDER_OF_LINK, help="Opens the order in Open orders"
        ),
        "fill_id": text("fill_id", "Fill id"),
        "utc": text("utc", "UTC"),
    }
