"""Some pages follow newer data by the stream, the others by runs of their scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import balance, order, price
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured, seen


def overview() -> None:
    from pages.overview.page import show_overview

    show_overview()


def orders() -> None:
    from pages.open_orders.page import show_open_orders

    show_open_orders()


def watchlist() -> None:
    from pages.watchlist.page import show_watchlist

    show_watchlist()


@pytest.mark.parametrize(
    ("show", "query", "is_live"),
    [
        (overview, {}, True),
        (overview, {"as_of": ago(minutes=1).isoformat()}, False),
        (orders, {"tab": "all"}, True),
        (orders, {"tab": "history"}, False),
        (orders, {"tab": "all", "order": "1"}, False),
        (watchlist, {}, True),
    ],
)
def test_a_page_of_now_follows_the_stream_unless_a_section_belongs_to_its_viewer_alone(
    pages: Pages, show: Callable[[], None], query: dict[str, str], is_live: bool
) -> None:
    account = configured(pages.writer)
    rows: dict[str, Any] = {"balances": [balance("BTC", "1")], "prices": [price("BTC/USD", "90")]}
    for minutes in (5, 0):
        seen(pages.writer, account, ago(minutes=minutes), orders=[order("1", account=account.name)], **rows)
    (live,) = payloads_of(pages.page(show, **query), "live")
    assert bool(live["token"]) is is_live
