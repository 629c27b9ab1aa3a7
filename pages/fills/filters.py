"""Filters of Fills, beside the period."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.reads.fill_filter import FillFilter
from domain.fills import Liquidity
from domain.markets import Side
from pages.fills.words import LIQUIDITIES, SYMBOL
from pages.shared.list_filters import pick_many, pick_one
from pages.shared.paging import first_page
from pages.shared.tables import SIDES
from pages.shared.url_choices import printable, with_url_values

CLEARED: Mapping[str, object] = {SYMBOL: [], "fill_side": None, "liquidity": None, "order_id": ""}


def show_fill_filters(symbols: Sequence[str]) -> FillFilter:
    """Draw the filters and return their values. `symbols` are all symbols ever traded."""
    chosen = pick_many("Symbol", SYMBOL, with_url_values(SYMBOL, symbols), "All symbols", 220)
    side = pick_one("Side", "fill_side", SIDES, "Both", 92)
    liquidity = pick_one("Liquidity", "liquidity", list(LIQUIDITIES.values()), "Any", 112)
    order_id = st.text_input(
        "Order", key="order_id", bind="query-params", placeholder="Order id", icon=":material/search:", width=132,
        on_change=first_page,
    )  # fmt: skip
    return FillFilter(
        symbols=tuple(chosen) or None,
        sides=(Side(side.lower()),) if side else None,
        liquidities=_liquidities(liquidity),
        order_id=printable(order_id or "").strip() or None,
    )


def _liquidities(name: str | None) -> tuple[Liquidity, ...] | None:
    return tuple(word for word, shown in LIQUIDITIES.items() if shown == name) or None
