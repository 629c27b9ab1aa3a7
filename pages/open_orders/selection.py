"""Selection: which order is opened, as the URL says, and the row of it in the lists that have one."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import streamlit as st

from domain.snapshot import Snapshot
from pages.shared.asked import printable

OPENED = "order"  # the URL's name for the order that is opened
OF = "order_of"  # and for its account: ids are unique within one exchange at best
# By its box alone: clicks on cells cannot be told from what sorting or the keyboard's focus does to them.
MODE: Final = "single-row"


def opened_key() -> str | None:
    """The key or the id of the order that the URL opens."""
    return printable(st.query_params.get(OPENED, "")) or None


def opened_account() -> str | None:
    """Whose order the URL opens; None where it does not say."""
    return st.query_params.get(OF) or None


def opened_among(snapshots: Iterable[Snapshot]) -> Sequence[Snapshot]:
    """The snapshots in which the opened order may stand: that of its account, where the URL names one that is shown."""
    shown = tuple(snapshots)
    return tuple(s for s in shown if s.account.name == opened_account()) or shown


def open_order(key: str | None, account: str | None = None) -> None:
    """Open an order by its key or id; None opens none."""
    for name, value in ((OPENED, key), (OF, account)):
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value


def close_order() -> None:
    """Open no order any more."""
    open_order(None)


def selecting(name: str, orders: Sequence[tuple[str, str]]) -> Callable[[], None]:
    """Select the opened order in the list of this name, wherever its row is by now; returns what opens another.

    `orders` are account and key of each row. Rows move as prices do, and an order may leave the list: the selection
    stays with its order.
    """
    st.session_state[f"{name}_orders"] = tuple(orders)
    key, of = opened_key(), opened_account()
    rows = (row for row, order in enumerate(orders) if order[1] == key and of in (None, order[0]))
    wanted = list(rows)[:1]
    state: Any = st.session_state.get(name)
    selected = list(state["selection"]["rows"]) if state else []
    if selected != wanted:
        st.session_state[name] = {"selection": {"rows": wanted, "columns": [], "cells": []}}
    return lambda: _open_selected(name, is_several=len({account for account, _ in orders}) > 1)


def _open_selected(name: str, *, is_several: bool) -> None:
    rows: Sequence[int] = st.session_state[name]["selection"]["rows"]
    orders: Sequence[tuple[str, str]] = st.session_state.get(f"{name}_orders", ())
    if not rows or rows[0] >= len(orders):
        open_order(None)
        return
    account, key = orders[rows[0]]
    open_order(key, account if is_several else None)
