"""Ended orders on Open orders: counters, a list, and the life of an opened order."""

import re
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.sources import Source
from pages.open_orders import endings, recent
from tests.factories import fill, order, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import payloads_of, tables_of
from tests.pages.factories import ago, seen
from tests.pages.past import ended, traded, with_past


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    return pages.page(show, **query)


def life(words: str) -> list[str]:
    """The life of the opened order, newest first."""
    return re.findall(r"</time><div><b>([^<]+)</b>", words)


def headings(app: AppTest) -> list[str]:
    return re.findall(r"<h2>([^<]+)</h2>", words_of(app))


def some_ended(pages: Pages):
    """Five orders: one is open, one filled, one was triggered and placed order 9, one was cancelled, one is gone."""
    (account,) = with_past(pages.writer)
    orders = [order(key, limit_price=Decimal(100)) for key in ("1", "2", "3", "left")]
    seen(pages.writer, account, ago(minutes=30), orders=orders, triggers=[stop("t", "90")])
    gone_at = seen(pages.writer, account, ago(minutes=20), orders=[order("left"), order("9", side=Side.SELL)])
    traded(pages.writer, account, [fill("f", amount="1", price="99.5", order_id="1", at=ago(minutes=21))])
    known: dict[str, Any] = {"account": "main", "gone_at": gone_at}
    ended(
        pages.writer,
        account,
        Outcome(source=Source.ORDERS, key="1", ending=Ending.FILLED, evidence=Evidence.FILLS, **known,
                filled=Decimal(1), average_price=Decimal("99.5"), ended_at=ago(minutes=21)),
        Outcome(source=Source.ORDERS, key="2", ending=Ending.CANCELLED, evidence=Evidence.GROUP, **known,
                filled=Decimal("0.25"), reason="its sibling 1 filled"),
        Outcome(source=Source.TRIGGERS, key="t", ending=Ending.TRIGGERED, evidence=Evidence.ORDER_HISTORY, **known,
                book_order_id="9"),
    )  # fmt: skip
    seen(pages.writer, account, orders=[order("left"), order("9", side=Side.SELL)])
    return account


def counters(app: AppTest) -> list[str]:
    """The texts of the counters of the last day."""
    return [button.label for button in app.button if str(button.key).startswith("ended_")]


def listed(app: AppTest) -> Any:
    """The list of ended orders. None while it is not shown."""
    return next((frame for frame in tables_of(app) if "ending" in frame), None)


def test_every_ending_has_a_sign_a_place_and_a_meaning():
    assert set(endings.ENDINGS) == set(endings._WEIGHT) == set(recent._MEANINGS) == set(Ending)


def test_counters_show_recent_endings_and_gone_is_not_cancelled(pages: Pages):
    some_ended(pages)
    app = opened(pages)
    assert counters(app) == ["✓ 1 filled", "↗ 1 triggered", "⊘ 1 cancelled", "? 1 gone", "All 4"]
    assert listed(app) is None


def test_a_counter_opens_and_closes_the_list_of_its_ending(pages: Pages):
    some_ended(pages)
    app = opened(pages)
    app.button(key="ended_cancelled").click()
    again(app)
    assert app.query_params["ended"] == "cancelled"
    assert list(listed(app)["order_id"]) == ["2"]
    assert headings(app) == ["Cancelled in the last 24 h", "Open", "Price ladder"]
    app.button(key="ended_all").click()
    again(app)
    assert list(listed(app)["order_id"]) == ["t", "1", "3", "2"]
    assert headings(app)[:2] == ["Ended in the last 24 h", "Open"]
    app.button(key="ended_all").click()
    again(app)
    assert listed(app) is None
    assert headings(app) == ["Price ladder"]
    assert "ended" not in app.query_params


def test_the_filters_of_the_page_apply_to_ended_orders_too(pages: Pages):
    """The filter applies. The distance filter does not apply to ended orders."""
    some_ended(pages)
    app = opened(pages, side="Sell", within="1%", ended="all")
    assert counters(app) == ["↗ 1 triggered"]
    assert list(listed(app)["order_id"]) == ["t"]
    assert "Last 24 h, 1 of 4 by the filters" in words_of(app)
    found = opened(pages, find="3", ended="gone")
    assert list(listed(found)["order_id"]) == ["3"]
    nothing = opened(pages, symbol="ETH/USD", ended="filled")
    assert counters(nothing) == ["✓ 0 filled"]
    assert "No order ended this way in the last 24 h" in words_of(nothing)


def test_a_row_of_an_ended_order_leads_to_it(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all", order="2")
    listed_rows = next(payload for payload in payloads_of(app) if payload["name"] == "ended_orders")
    assert listed_rows["links"][3] == "open_orders?order=2&order_of=main"
    assert "⊘ cancelled, 25% filled" in words_of(app)


def test_the_list_shows_evidence_and_reason(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all")
    told: Any = listed(app).set_index("order_id")
    assert [word.strip() for word in told.loc["1", ["ending", "known", "price"]]] == ["✓ filled", "its fills", "99.5"]
    assert list(told.loc["2", ["ending", "known", "reason"]]) == [
        "⊘ cancelled, 25% filled",
        "the other orders of its group",
        "its sibling 1 filled",
    ]
    assert list(told.loc["3", ["ending", "known"]]) == ["? gone", "not known yet"]


def test_an_ended_order_shows_its_life_to_its_end(pages: Pages):
    some_ended(pages)
    app = opened(pages, order="1")
    words = words_of(app)
    assert "<b>Buy BTC/USD · Limit · at 100</b><span>✓ filled</span>" in words
    assert "<dt>Known by</dt><dd>its fills</dd>" in words
    assert life(words) == ["Left the list", "✓ filled", "Fill", "First seen"]


def test_a_triggered_order_links_to_its_successor_and_back(pages: Pages):
    some_ended(pages)
    app = opened(pages, order="t")
    assert "<b>Sell BTC/USD · Stop · trigger 90 ↓, at market</b><span>↗ triggered</span>" in words_of(app)
    app.button(key="became_9").click()
    again(app)
    assert app.query_params["order"] == "9"
    assert "Sell BTC/USD · Limit" in words_of(app)
    app.button(key="former_t").click()
    again(app)
    assert "↗ triggered" in words_of(app)


@pytest.mark.parametrize("key", ["9", "BTC_USD/9"])
def test_an_order_that_ended_is_opened_by_its_market_and_id(pages: Pages, key: str):
    """Fills link to orders like this. The key may name the market. An order of another market is another order."""
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(minutes=5), orders=[order(key, order_id="9"), order("1")])
    seen(pages.writer, account, ago(minutes=1), orders=[order("1")])
    own, other = (
        fill("own", order_id="9", at=ago(minutes=2)),
        fill("2", order_id="9", symbol="ETH/USD", at=ago(minutes=2)),
    )
    traded(pages.writer, account, [own, other])
    words = words_of(opened(pages, order="BTC_USD/9"))
    assert "<b>Buy BTC/USD · Limit" in words
    assert life(words).count("Fill") == 1


def test_an_order_that_never_rested_shows_its_fills(pages: Pages):
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill("f", order_id="market", at=ago(minutes=1))])
    seen(pages.writer, account, orders=[order("1")])
    app = opened(pages, order="BTC_USD/market")
    assert "It was never in the list of open orders" in words_of(app)
    assert life(words_of(app)) == ["Fill"]


def test_at_a_past_moment_an_order_that_ended_later_is_open(pages: Pages):
    some_ended(pages)
    app = opened(pages, as_of=f"{ago(minutes=25):%Y-%m-%dT%H:%M:%SZ}", order="1")
    words = words_of(app)
    assert "Last 24 h: none ended" in words
    assert counters(app) == []
    assert "✓ filled" not in words


def test_without_open_orders_the_page_still_shows_ended_orders(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(minutes=5), orders=[order("1")])
    seen(pages.writer, account)
    app = opened(pages)
    assert "No open orders" in words_of(app)
    assert counters(app) == ["? 1 gone"]


def test_hidden_amounts_include_those_of_ended_orders(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all", order="2", hide_amounts="true")
    assert set(listed(app)["amount"].str.strip()) == {"••••"}
    assert "0.25" not in words_of(app)
