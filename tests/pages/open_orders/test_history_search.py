"""A search of History stops after bounded work, and says so."""

import pytest

from db.reads import history_windows
from db.reads.history_filter import HistoryFilter
from pages.live.newer import newer_html
from pages.open_orders import history
from pages.shared.loaders import load_scene
from pages.shared.view import View
from tests.factories import order
from tests.pages.conftest import Pages, look_again, words_of
from tests.pages.events import choose
from tests.pages.factories import ago, seen
from tests.pages.open_orders.test_ended_orders import listed, opened
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
