"""State: the order that the URL opens, and its row in the lists."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import streamlit as st

from domain.snapshot import Snapshot
from pages.shared.url_choices import printable

OPENED = "order"  # the URL's name for the opened order
OF = "order_of"  # the URL's name for its account, because ids are unique within one exchange at best
# Only the box selects. A click on a cell looks the same as sorting or keyboard focus.
MODE: Final = "single-row"


def opened_key() -> str | None:
    """The key or the id of the opened order."""
    return printable(st.query_params.get(OPENED, "")) or None


def opened_account() -> str | None:
    """The account of the opened order. None if the URL does not name one."""
    return st.query_params.get(OF) or None


def opened_among(snapshots: Iterable[Snapshot]) -> Sequence[Snapshot]:
    """The snapshots that may hold the opened order. If the URL names an account that is shown, only that one."""
    shown = tuple(snapshots)
    return tuple(s for s in shown if s.account.name == opened_account()) or shown


def open_order(key: str | None, account: str | None = None) -> None:
    """Open an order by its key or id. None closes the panel."""
    for name, value in ((OPENED, key), (OF, account)):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def close_order() -> None:
    """Close the panel."""
    open_order(None)


def selecting(name: str, orders: Sequence[tuple[str, str]]) -> Callable[[], None]:
    """Select the row of the opened order in the list `name`. Returns the handler for clicks on other rows.

    `orders` holds account and key of each row. Rows move with prices, and an order may leave the list. The selection
    stays with its order.
    """
    st.session_state[f"{name}_orders"] = tuple(orders)
    key, opened_in = opened_key(), opened_account()
    rows = (row for row, order in enumerate(orders) if order[1] == key and opened_in in (None, order[0]))
    opened = list(rows)[:1]
    state: Any = st.session_state.get(name)
    selected = list(state["selection"]["rows"]) if state else []
    if selected != opened:
        st.session_state[name] = {"selection": {"rows": opened, "columns": [], "cells": []}}
    return lambda: _open_selected(name, is_several=len({account for account, _ in orders}) > 1)


def _open_selected(name: str, *, is_several: bool) -> None:
    rows: Sequence[int] = st.session_state[name]["selection"]["rows"]
    orders: Sequence[tuple[str, str]] = st.session_state.get(f"{name}_orders", ())
    if not rows or rows[0] >= len(orders):
        open_order(None)
        return
    account, key = orders[rows[0]]
    open_order(key, account if is_several else None)
