"""Filters of Fills: all of them in the URL, applied before paging and before totals (Lesson 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from domain.fills import Liquidity
from domain.markets import Side
from pages.fills.words import LIQUIDITIES
from pages.shared.asked import printable, with_asked
from pages.shared.paging import first_page
from pages.shared.period import Period
from pages.shared.tables import SIDES

_KEYS = ("fill_symbol", "fill_side", "liquidity", "order_id", "from", "to")
_DEFAULT = Period.MONTH


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters ask for; what is None or empty asks for nothing."""

    period: Period = _DEFAULT
    first: date | None = None  # of a custom period, in the viewer's days
    last: date | None = None
    symbols: tuple[str, ...] = ()
    side: Side | None = None
    liquidity: Liquidity | None = None
    order_id: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether something else than a period is asked for."""
        return any((self.symbols, self.side, self.liquidity, self.order_id))


def show_fill_filters(symbols: Sequence[str]) -> Asked:
    """Draw the filters and say what they ask for; `symbols` are those ever traded. Another filter, the first page."""
    period: Period | None = st.selectbox(
        "Period", list(Period), index=list(Period).index(_DEFAULT), key="period", bind="query-params", width=120,
        on_change=first_page,
    )  # fmt: skip
    first = last = None
    if period is Period.CUSTOM:
        first = st.date_input("From", None, key="from", bind="query-params", on_change=first_page, width=130)
        last = st.date_input("To, included", None, key="to", bind="query-params", on_change=first_page, width=130)
    chosen = st.multiselect(
        "Symbol", with_asked("fill_symbol", symbols), key="fill_symbol", bind="query-params",
        placeholder="All symbols", width=220, on_change=first_page,
    )  # fmt: skip
    side = _one_of("Side", "fill_side", SIDES, "Both", 92)
    liquidity = _one_of("Liquidity", "liquidity", list(LIQUIDITIES.values()), "Any", 112)
    order_id = st.text_input(
        "Order", key="order_id", bind="query-params", placeholder="Order id", icon=":material/search:", width=132,
        on_change=first_page,
    )  # fmt: skip
    return Asked(
        period or _DEFAULT,
        first,
        last,
        tuple(chosen),
        Side(side.lower()) if side else None,
        next((word for word, name in LIQUIDITIES.items() if name == liquidity), None),
        printable(order_id or "").strip() or None,
    )


def clear_filters() -> None:
    """Ask for every fill again, of all times."""
    for key in _KEYS:
        if key in st.session_state:
            st.session_state[key] = {"order_id": "", "fill_symbol": []}.get(key)
    st.session_state["period"] = Period.ALL
    first_page()


def _one_of(label: str, key: str, options: Sequence[str], placeholder: str, width: int) -> str | None:
    """A choice of one or none."""
    chosen: str | None = st.selectbox(
        label,
        options,
        index=None,
        key=key,
        bind="query-params",
        placeholder=placeholder,
        width=width,
        on_change=first_page,
    )
    return chosen
