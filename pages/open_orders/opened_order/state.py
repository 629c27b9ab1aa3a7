"""State: the order that the URL opens, and its row in the lists."""

from collections.abc import Iterable, Sequence

import streamlit as st

from domain.snapshot import Snapshot
from pages.shared.choices import address_of
from pages.shared.opened_row import parts_of_row
from pages.shared.url_choices import printable, rewrite_url
from pages.shared.view import View

OPENED = "order"  # the URL's name for the opened order
OF = "order_of"  # the URL's name for its account, because ids are unique within one exchange at best


def opened_key() -> str | None:
    """The key or the id of the opened order."""
    return printable(st.query_params.get(OPENED, "")) or None


def opened_account() -> str | None:
    """The account of the opened order. None if the URL does not name one."""
    return st.query_params.get(OF) or None


def opened_among(snapshots: Iterable[Snapshot]) -> Sequence[Snapshot]:
    """The snapshots that may hold the opened order. If the URL names an account that is shown, only that one."""
    return among_account(snapshots, opened_account())


def among_account(snapshots: Iterable[Snapshot], account: str | None) -> Sequence[Snapshot]:
    """The snapshots of an account, all of them if it is not shown."""
    shown = tuple(snapshots)
    return tuple(s for s in shown if s.account.name == account) or shown


def open_order(key: str | None, account: str | None = None) -> None:
    """Open an order by its key or id. None closes the panel.

    Each change of the address is a step of the browser's Back. So an order opens by one change, and closes by one.
    """
    if key is None:
        rewrite_url({OPENED, OF}, {})
    else:
        st.query_params.update({OPENED: key, OF: account or ""})


def close_order() -> None:
    """Close the panel."""
    open_order(None)


def open_row(row: str) -> None:
    """Open the order of a row."""
    account, key = parts_of_row(row)
    open_order(key, account)


def link_of(account: str, key: str, view: View) -> str:
    """The address that shows the open orders with this one opened."""
    return address_of("open_orders", view, {OPENED: key, OF: account})
