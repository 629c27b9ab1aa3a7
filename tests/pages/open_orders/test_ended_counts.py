"""The numbers of ended orders that links and tabs state, and the lists that they lead to."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from domain.endings import Ending, Evidence, Outcome
from domain.sources import Source
from tests.factories import order
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import payloads_of, tabs_of
from tests.pages.factories import ago, seen
from tests.pages.open_orders.test_ended_orders import counters, listed, opened, some_ended
from tests.pages.past import ended, with_past

DAYS = {"period": "Custom", "from": f"{ago(days=90):%Y-%m-%d}", "to": f"{ago(days=79):%Y-%m-%d}"}


def test_each_count_of_the_overview_leads_to_as_many_orders(pages: Pages):
    """The words counted all ended orders and led to the filled ones."""
    some_ended(pages)

    def show() -> None:
        from pages.overview.page import show_overview

        show_overview()

    leads = [lead for payload in payloads_of(pages.page(show), "leads") for lead in payload["leads"]]
    counts = {lead["words"]: lead["link"] for lead in leads if lead["words"].endswith("in 24 h")}
    assert list(counts) == ["4 orders ended in 24 h", "1 triggered in 24 h", "1 filled in 24 h"]
    for words, link in counts.items():
        orders = listed(opened(pages, **dict(parse_qsl(urlsplit(link).query))))
        assert len(orders) == int(words.partition(" ")[0])


def test_the_tab_counts_the_hour_of_a_line_as_the_chips_do(pages: Pages):
    """The tab counted the period, so that one screen had two numbers of the same list."""
    (account,) = with_past(pages.writer)
    begin, many = ago(hours=30).replace(minute=10), [order(f"{n}") for n in range(7)]
    seen(pages.writer, account, begin - timedelta(hours=9), orders=[*many, order("earlier")])
    seen(pages.writer, account, begin - timedelta(hours=8), orders=many)
    gone_at = seen(pages.writer, account, begin, orders=[])
    ended(
        pages.writer,
        account,
        *(Outcome("main", Source.ORDERS, o.key, Ending.CANCELLED, gone_at, Evidence.ORDER_HISTORY) for o in many),
    )
    seen(pages.writer, account, orders=[])
    hour = f"{gone_at:%Y-%m-%dT%H:00:00Z}"
    assert tabs_of(opened(pages, tab="history", symbol="BTC/USD"))[-1] == "History · 8 in 30 d"
    for tab in ("history", "all"):
        app = opened(pages, tab=tab, symbol="BTC/USD", ended="cancelled", hour=hour)
        assert tabs_of(app)[-1] == "History · 7 in one hour"
    assert counters(opened(pages, tab="history", symbol="BTC/USD", hour=hour)) == ["All 7", "⊘ 7 cancelled"]


@pytest.mark.parametrize(
    ("query", "words", "orders"),
    [
        ({}, "History · 1 in 30 d", ["old"]),
        ({"period": "90 d"}, "History · 2 in 90 d", ["old", "ancient"]),
        ({"period": "All"}, "History · 2", ["old", "ancient"]),
        (DAYS, "History · 1 in these days", ["ancient"]),
        ({"period": "next week"}, "History · 1 in 30 d", ["old"]),
    ],
)
def test_the_tab_of_history_counts_the_period_that_it_lists(
    pages: Pages, query: dict[str, str], words: str, orders: list[str]
):
    """It counted 24 hours, and its list covered 30 days."""
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(days=90), orders=[order("ancient"), order("old"), order("1")])
    seen(pages.writer, account, ago(days=80), orders=[order("old"), order("1")])
    seen(pages.writer, account, ago(days=5), orders=[order("1")])
    seen(pages.writer, account, orders=[order("1")])
    assert tabs_of(opened(pages, tab="stops", **query))[-1] == words
    history = opened(pages, tab="history", **query)
    assert (tabs_of(history)[-1], list(listed(history)["order_id"])) == (words, orders)
