"""Ended orders on Open orders: chips, a list of any period, and the life of an opened order."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from db.reads.history_filter import HistoryFilter
from domain.endings import Ending, Evidence, Outcome
from domain.markets import Side
from domain.sources import Source
from pages.open_orders import endings, history
from pages.shared.loaders import load_scene
from pages.shared.view import View
from tests.factories import fill, order, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import control_of, payloads_of, tables_of, tabs_of
from tests.pages.events import choose, send
from tests.pages.factories import ago, seen
from tests.pages.past import ended, traded, with_past


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    return pages.page(show, **query)


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
    """The texts of the chips."""
    return [text for _, text in control_of(app, "ended")["options"]]


def listed(app: AppTest) -> Any:
    """The list of ended orders. None while it is not shown."""
    return next((frame for frame in tables_of(app) if "ending" in frame), None)


def test_every_ending_has_a_sign_and_a_meaning():
    assert set(endings.ENDINGS) == set(history.MEANINGS) == set(Ending)


def test_chips_show_endings_and_an_unexplained_one_is_not_cancelled(pages: Pages):
    some_ended(pages)
    app = opened(pages, tab="history")
    assert counters(app) == ["All 4", "✓ 1 filled", "↗ 1 triggered", "⊘ 1 cancelled", "? 1 no longer open"]
    assert list(listed(app)["order_id"]) == ["t", "3", "2", "1"]
    assert len(tables_of(app)) == 1


def test_the_tab_of_history_counts_the_orders_that_it_lists(pages: Pages):
    some_ended(pages)
    app = opened(pages, tab="all")
    assert listed(app) is None
    assert tabs_of(app) == [
        "Stops 0", "Take profits 0", "Entries 0", "Other 2", "All 2", "History · 4 in 30 d",
    ]  # fmt: skip


def test_the_filters_of_the_page_apply_to_ended_orders_too(pages: Pages):
    """The filter applies. The distance filter does not apply to ended orders."""
    some_ended(pages)
    app = opened(pages, side="Sell", within="1%", ended="all")
    assert counters(app) == ["All 1", "↗ 1 triggered"]
    assert list(listed(app)["order_id"]) == ["t"]
    matching = opened(pages, find="3", ended="gone")
    assert list(listed(matching)["order_id"]) == ["3"]
    nothing = opened(pages, symbol="ETH/USD", ended="filled")
    assert counters(nothing) == ["All 0", "✓ 0 filled"]
    assert "No order ended in this period" in words_of(nothing)


def test_orders_of_any_age_are_listed_and_a_search_finds_them_in_any_period(pages: Pages):
    """Lists and searches reached only 24 hours back."""
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(days=90), orders=[order("ancient"), order("old"), order("1")])
    seen(pages.writer, account, ago(days=80), orders=[order("old"), order("1")])
    seen(pages.writer, account, ago(days=5), orders=[order("1")])
    seen(pages.writer, account, orders=[order("1")])
    assert list(listed(opened(pages, tab="history"))["order_id"]) == ["old"]
    assert list(listed(opened(pages, tab="history", period="All"))["order_id"]) == ["old", "ancient"]
    assert list(listed(opened(pages, tab="history", find="ANCIENT"))["order_id"]) == ["ancient"]
    assert list(listed(opened(pages, tab="history", find="ancient", period="24 h"))["order_id"]) == ["ancient"]
    assert list(listed(opened(pages, find="ancient"))["order_id"]) == ["ancient"]  # no open order has this id
    found = opened(pages, tab="all", find="ancient")
    assert tabs_of(found)[-1] == "History · 1 in all time"
    assert "Ended orders that match: 1." in words_of(found)
    assert list(listed(again(send(found, "show_history", "click")))["order_id"]) == ["ancient"]
    assert "Open</span>" in words_of(opened(pages, order="1"))
    assert "? no longer open</span>" in words_of(opened(pages, order="ancient"))


def test_orders_cancelled_together_are_one_line_that_leads_to_them(pages: Pages):
    (account,) = with_past(pages.writer)
    many = [order(f"{n}") for n in range(7)] + [order("other", symbol="ETH/USD")]
    begin = ago(hours=30).replace(minute=10)
    seen(pages.writer, account, begin, orders=[*many, order("open")])
    gone_at = seen(pages.writer, account, begin + timedelta(minutes=5), orders=[order("open")])
    ended(
        pages.writer,
        account,
        *(Outcome("main", Source.ORDERS, o.key, Ending.CANCELLED, gone_at, Evidence.ORDER_HISTORY) for o in many),
    )
    seen(pages.writer, account, orders=[order("open")])
    app = opened(pages, tab="history")
    assert sorted(listed(app)["ending"]) == ["⊘ 7 cancelled", "⊘ cancelled"]
    assert counters(app) == ["All 8", "⊘ 8 cancelled"]
    (payload,) = payloads_of(app)
    (link,) = (link for link in payload["links"] if "hour=" in link)
    query = dict(parse_qsl(urlsplit(link).query))
    lines = listed(opened(pages, **query))
    assert set(lines["order_id"]) == {f"{n}" for n in range(7)}


def test_pages_of_history_follow_each_other(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "LINES", 3)
    (account,) = with_past(pages.writer)
    orders = [order(f"{n}", symbol=f"C{n}/USD") for n in range(5)]
    seen(pages.writer, account, ago(minutes=9), orders=orders)
    seen(pages.writer, account, ago(minutes=8), orders=orders[:1])
    app = opened(pages, tab="history")
    assert list(listed(app)["order_id"]) == ["4", "3", "2"]
    choose(app, "history_turns", "turn", "older")
    assert list(listed(app)["order_id"]) == ["1"]
    assert control_of(app, "turn")["disabled"] == ["older"]
    choose(app, "history_turns", "turn", "older")
    assert list(listed(app)["order_id"]) == ["1"]
    choose(app, "history_turns", "turn", "newest")
    assert list(listed(app)["order_id"]) == ["4", "3", "2"]


def test_the_export_has_every_ended_order_of_the_filter(pages: Pages):
    some_ended(pages)
    opened(pages, tab="history")
    scene = load_scene(View())
    text = history._csv(scene, HistoryFilter(sides=("buy",)), False).decode()
    rows = {row["order_id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {"1", "2", "3"}
    assert (rows["1"]["ending"], rows["1"]["evidence"], rows["1"]["average_price"]) == ("filled", "fills", "99.5")


def test_a_row_of_an_ended_order_leads_to_it(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all", order="2")
    (payload,) = payloads_of(app)
    assert payload["links"][2] == "open_orders?order=2&order_of=main&currency=USD"
    assert "⊘ cancelled, 25 % filled" in words_of(app)


def test_the_list_shows_evidence_results_and_realised_profit(pages: Pages):
    account = some_ended(pages)
    sold = order("9", side=Side.SELL)
    seen(pages.writer, account, orders=[order("left")])
    traded(pages.writer, account, [
        fill("f", amount="1", price="99.5", order_id="1", at=ago(minutes=21)),
        fill("s", Side.SELL, amount="1", price="119.5", order_id=sold.key, at=ago(minutes=1)),
    ])  # fmt: skip
    rows: Any = listed(opened(pages, ended="all")).set_index("order_id")
    assert list(rows.loc["1", ["ending", "known", "price", "led"]]) == [
        "✓ filled", "Confirmed by fills", "99.5", "Bought 1 at 99.5",
    ]  # fmt: skip
    assert list(rows.loc["2", ["ending", "known", "reason", "led"]]) == [
        "⊘ cancelled, 25 % filled", "Its linked orders", "its sibling 1 filled", "Bought 0.25",
    ]  # fmt: skip
    assert list(rows.loc["3", ["ending", "known", "led"]]) == ["? no longer open", "Not known yet", "–"]
    assert list(rows.loc["t", ["led", "realised"]]) == ["Order 9: Sold 1 at 119.5", "+20.00"]
    assert list(rows.loc["9", ["led", "realised"]]) == ["Sold 1 at 119.5", "+20.00"]
    assert rows.loc["1", "realised"] == "–"
    assert rows.loc["t", "order"] == "Sold 1 at 119.5"  # beside its profit, a phone has no room for the value
    assert rows.loc["1", "order"] == "Bought 1 at 99.5 · $99.50"
    assert rows.loc["2", "order"] == "Bought 0.25"
    assert rows.loc["9", "card"] == f"+20.00 · {rows.loc['9', 'when']}"
    assert rows.loc["1", "card"] == rows.loc["1", "when"]
    assert "<dt>Realised P&amp;L after fees</dt><dd>+$20.00</dd>" in words_of(opened(pages, order="t"))


def test_a_card_has_no_room_for_the_id_of_the_order_that_a_trigger_became(pages: Pages):
    some_ended(pages)
    rows: Any = listed(opened(pages, ended="triggered")).set_index("order_id")
    assert rows.loc["t", "led"] == "Order 9 in the book"
    assert rows.loc["t", "order"].startswith("Sell 1")
    assert rows.loc["t", "order"].endswith(" · in the book")


def test_at_a_past_moment_an_order_that_ended_later_is_open(pages: Pages):
    some_ended(pages)
    app = opened(pages, as_of=f"{ago(minutes=25):%Y-%m-%dT%H:%M:%SZ}", order="1")
    words = words_of(app)
    assert listed(opened(pages, as_of=f"{ago(minutes=25):%Y-%m-%dT%H:%M:%SZ}", tab="history")) is None
    assert "✓ filled" not in words


def test_without_open_orders_the_page_still_shows_ended_orders(pages: Pages):
    (account,) = with_past(pages.writer)
    seen(pages.writer, account, ago(minutes=5), orders=[order("1")])
    seen(pages.writer, account)
    app = opened(pages)
    assert "No open orders" in words_of(app)
    assert counters(opened(pages, tab="history")) == ["All 1", "? 1 no longer open"]


def test_hidden_amounts_include_those_of_ended_orders(pages: Pages):
    some_ended(pages)
    app = opened(pages, ended="all", order="2", hide_amounts="true")
    assert set(listed(app)["amount"].str.strip()) == {"••••"}
    assert "0.25" not in words_of(app)
