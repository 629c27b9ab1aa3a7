"""A search of History stops after bounded work, and says so."""

import pytest

from db.reads import ended_counts, history_windows
from db.reads.history_filter import HistoryFilter
from pages.live.newer import newer_html
from pages.open_orders import history
from pages.shared.loaders import load_scene
from pages.shared.view import View
from tests.factories import order
from tests.pages.conftest import Pages, look_again, words_of
from tests.pages.drawn_tables import tabs_of
from tests.pages.events import choose
from tests.pages.factories import ago, seen
from tests.pages.open_orders.test_ended_orders import counters, listed, opened
from tests.pages.past import with_past


def test_a_search_says_how_far_it_went_and_goes_on(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(history, "MOST_WINDOWS", 1)
    monkeypatch.setattr(history_windows, "VERSIONS", 1)
    monkeypatch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 1)
    (account,) = with_past(pages.writer)
    older, newer = order("1", symbol="OLD/USD"), order("2", symbol="NEW/USD")
    for minutes, orders in ((9, [older]), (8, [newer]), (7, [])):
        seen(pages.writer, account, ago(minutes=minutes), orders=orders)
    app = opened(pages, tab="history", find="old")
    assert listed(app) is None
    assert "No match so far" in words_of(app)
    assert "Searched back to" in words_of(app)
    choose(app, "history_turns", "turn", "further")
    assert list(listed(app)["order_id"]) == ["1"]
    assert "OLD/USD" in history._csv(load_scene(View()), HistoryFilter(words=("old",)), False).decode()


def test_orders_that_do_not_match_bring_no_button_for_newer_data(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    """The newest match leaves the newest window when others end, and nothing newer matches."""
    monkeypatch.setattr(history_windows, "VERSIONS", 1)
    monkeypatch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 1)
    (account,) = with_past(pages.writer)
    found, other, newer = (order(key, symbol=f"{name}/USD") for key, name in (("1", "OLD"), ("2", "NEW"), ("3", "OLD")))
    filters = HistoryFilter(words=("old",))

    def button(drawn: str) -> str:
        look_again()
        return newer_html(load_scene(View()), history.newest_ending, drawn, filters)

    for minutes, orders in ((9, [found]), (8, [other])):
        seen(pages.writer, account, ago(minutes=minutes), orders=orders)
    drawn = history.newest_ending(load_scene(View()), filters)
    assert drawn
    seen(pages.writer, account, ago(minutes=7), orders=[])
    assert button(drawn) == ""
    for minutes, orders in ((6, [newer]), (5, [])):
        seen(pages.writer, account, ago(minutes=minutes), orders=orders)
    assert button(drawn) != ""


def test_an_hour_of_the_future_in_a_link_is_ignored(pages: Pages):
    """The end of the last hour that exists broke the list."""
    (account,) = with_past(pages.writer)
    for minutes, orders in ((9, [order("1")]), (8, [])):
        seen(pages.writer, account, ago(minutes=minutes), orders=orders)
    assert list(listed(opened(pages, tab="history", hour="9999-12-31T23:00:00Z"))["order_id"]) == ["1"]


@pytest.fixture
def few_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts examine one order, and a list reads one order a window."""
    monkeypatch.setattr(ended_counts, "EXAMINED", 0)
    monkeypatch.setattr(ended_counts, "EXAMINED_OF_ACCOUNT", 1)
    monkeypatch.setattr(history_windows, "VERSIONS", 1)
    monkeypatch.setattr(history_windows, "VERSIONS_OF_ACCOUNT", 1)


def many_ended(pages: Pages, count: int = 40) -> None:
    """Orders that ended one by one, far more than are examined. The first is "first"."""
    (account,) = with_past(pages.writer)
    orders = [order("first", symbol="OLD/USD"), *(order(f"n{n}", symbol="NEW/USD") for n in range(count))]
    for n in range(len(orders) + 1):
        seen(pages.writer, account, ago(minutes=100 - n), orders=orders[n:][:1])


@pytest.mark.usefixtures("few_examined")
def test_a_found_order_counts_on_the_tab_and_the_chips(pages: Pages):
    """They said "0+" beside the order."""
    many_ended(pages)
    app = opened(pages, tab="history", find="first")
    assert list(listed(app)["order_id"]) == ["first"]
    assert tabs_of(app)[-1] == "History · at least 1 in all time"
    assert counters(app)[0] == "All at least 1"
    assert "1 order of at least 1." in words_of(app)
    assert "The search looks in all time" in words_of(app)
    elsewhere = opened(pages, tab="all", find="first")
    assert tabs_of(elsewhere)[-1] == "History · at least 1 in all time"


@pytest.mark.usefixtures("few_examined")
def test_no_number_stands_where_no_match_is_known(pages: Pages):
    """An id that never existed had "0+" ended orders, and a way to an empty list."""
    many_ended(pages)
    history_tab, all_orders = (opened(pages, tab=tab, find="nowhere") for tab in ("history", "all"))
    assert tabs_of(history_tab)[-1] == tabs_of(all_orders)[-1] == "History"
    assert counters(history_tab)[0] == "All"
    for app in (history_tab, all_orders):
        assert "0+" not in words_of(app)
        assert "Show them in History" not in words_of(app)


def test_a_list_of_all_matches_has_exact_numbers(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ended_counts, "EXAMINED", 0)
    monkeypatch.setattr(ended_counts, "EXAMINED_OF_ACCOUNT", 1)
    many_ended(pages, 3)
    app = opened(pages, tab="history", find="new/usd")
    assert tabs_of(app)[-1] == "History · 3 in all time"
    assert counters(app)[0] == "All 3"
