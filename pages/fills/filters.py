"""Filters of Fills, beside the period. They are in the URL."""

from collections.abc import Sequence

import streamlit as st

from db.reads.fill_filter import FillFilter
from domain.fills import Liquidity
from domain.markets import Side
from pages.components.controls.model import Control, Kind
from pages.fills.words import LIQUIDITIES, SYMBOL
from pages.shared.list_filters import choice_of_many, choice_of_one
from pages.shared.tables import SIDES
from pages.shared.url_choices import printable, url_values, with_url_values
from pages.shared.url_controls import url_choice

NAMES = (SYMBOL, "fill_side", "liquidity", "order_id")


def fill_filter_of_url() -> FillFilter:
    """The filters that the address names. Invalid ones are dropped, and a toast tells of them."""
    side = url_choice("fill_side", SIDES, "")
    return FillFilter(
        symbols=tuple(url_values(SYMBOL)) or None,
        sides=(Side(side.lower()),) if side else None,
        liquidities=_liquidities(url_choice("liquidity", list(LIQUIDITIES.values()), "")),
        order_id=_order_id() or None,
    )


def fill_controls(symbols: Sequence[str]) -> Sequence[Control]:
    """The filters. `symbols` are all symbols ever traded."""
    return [
        choice_of_many("Symbol", SYMBOL, with_url_values(SYMBOL, symbols), "All symbols"),
        choice_of_one("Side", "fill_side", SIDES, "Both"),
        choice_of_one("Liquidity", "liquidity", LIQUIDITIES.values(), "Any"),
        Control("order_id", "Order", Kind.TEXT, chosen=[_order_id()], hint="Order id"),
    ]


def _order_id() -> str:
    return printable(st.query_params.get("order_id", "")).strip()


def _liquidities(name: str) -> tuple[Liquidity, ...] | None:
    return tuple(word for word, shown in LIQUIDITIES.items() if shown == name) or None
