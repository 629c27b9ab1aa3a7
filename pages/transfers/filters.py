"""Filters of Transfers: all of them in the URL, applied before paging and before totals (Lesson 20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from domain.transfers import TransferKind, TransferStatus
from pages.shared.asked import with_asked
from pages.shared.paging import first_page
from pages.shared.period import Period
from pages.shared.transfer_words import KINDS, STATUSES

_KEYS = ("kind", "asset", "status", "from", "to")
_DEFAULT = Period.MONTH


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters ask for; what is None or empty asks for nothing."""

    period: Period = _DEFAULT
    first: date | None = None  # of a custom period, in the viewer's days
    last: date | None = None
    kinds: tuple[TransferKind, ...] = ()
    assets: tuple[str, ...] = ()
    status: TransferStatus | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether something else than a period is asked for."""
        return any((self.kinds, self.assets, self.status))


def show_transfer_filters(assets: Sequence[str]) -> Asked:
    """Draw the filters and say what they ask for; `assets` are those that ever moved."""
    period: Period | None = st.selectbox(
        "Period", list(Period), index=list(Period).index(_DEFAULT), key="period", bind="query-params", width=120,
        on_change=first_page,
    )  # fmt: skip
    first = last = None
    if period is Period.CUSTOM:
        first = st.date_input("From", None, key="from", bind="query-params", on_change=first_page, width=130)
        last = st.date_input("To, included", None, key="to", bind="query-params", on_change=first_page, width=130)
    kinds = st.multiselect(
        "Kind", list(KINDS.values()), key="kind", bind="query-params", placeholder="All kinds", width=240,
        on_change=first_page,
    )  # fmt: skip
    chosen = st.multiselect(
        "Currency", with_asked("asset", assets), key="asset", bind="query-params", placeholder="All currencies",
        width=200, on_change=first_page,
    )  # fmt: skip
    status = st.selectbox(
        "Status", list(STATUSES.values()), index=None, key="status", bind="query-params", placeholder="Any", width=120,
        on_change=first_page,
    )  # fmt: skip
    return Asked(
        period or _DEFAULT,
        first,
        last,
        tuple(kind for kind, name in KINDS.items() if name in kinds),
        tuple(chosen),
        next((word for word, name in STATUSES.items() if name == status), None),
    )


def clear_filters() -> None:
    """Ask for every transfer again, of all times."""
    for key in _KEYS:
        if key in st.session_state:
            st.session_state[key] = [] if key in ("kind", "asset") else None
    st.session_state["period"] = Period.ALL
    first_page()
