"""The stream fills a place only with figures of the choices that it was drawn with."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import pytest

from pages.components.payload import apart, packed, renewed_at
from pages.live.recording import place_of
from pages.shared.view import View
from tests.factories import balance, order, price
from tests.pages.conftest import Pages
from tests.pages.drawn_tables import places_in
from tests.pages.factories import ago, configured, seen
from tests.pages.live.test_pages import alerts, coin, orders, overview, status, watchlist


def places_of(pages: Pages, show: Callable[[], None], **query: str) -> frozenset[str]:
    """The places of a page that the stream may fill, in HTML and in components."""
    return frozenset(places_in(pages.page(show, **query)))


@pytest.fixture
def filled(pages: Pages) -> Pages:
    account = configured(pages.writer)
    for minutes in (5, 0):
        seen(
            pages.writer,
            account,
            ago(minutes=minutes),
            balances=[balance("BTC", "1")],
            prices=[price("BTC/USD", "90")],
            orders=[order("1", account=account.name)],
        )
    return pages


@pytest.mark.parametrize("show", [overview, orders, watchlist, coin, alerts, status])
def test_the_stream_fills_no_place_of_a_past_moment(filled: Pages, show: Callable[[], None]) -> None:
    assert places_of(filled, show)
    assert not places_of(filled, show, as_of=ago(minutes=1).isoformat())


def test_a_page_with_hidden_amounts_shares_no_place_with_one_that_shows_them(filled: Pages) -> None:
    shown, hidden = places_of(filled, overview), places_of(filled, overview, hide_amounts="true")
    assert {place.partition(".")[0] for place in shown} >= {"headline_figures", "holdings_list", "age"}
    assert hidden
    assert shown.isdisjoint(hidden)


def test_each_choice_of_a_view_and_each_argument_has_a_place_of_its_own() -> None:
    view = View()
    views = [
        view,
        replace(view, hide_amounts=True),
        replace(view, hide_small=True),
        replace(view, currency="EUR"),
        replace(view, accounts=("kraken",)),
        replace(view, as_of=ago(minutes=1)),
    ]
    places = [place_of("list", choice) for choice in views] + [place_of("list", view, ("All",))]
    assert all(one != other for one, other in combinations(places, 2))
    assert place_of("list", replace(view)) == places[0]


@pytest.mark.parametrize("content", [{"rows": ["a\nb"]}, {"rows": ["x" * 100_000]}])
def test_a_payload_and_its_place_come_apart_again(content: dict[str, list[str]]) -> None:
    payload = packed(content)
    assert apart(renewed_at("list.1", payload)) == (b"#list.1\n", payload)
    assert apart(payload) == (b"", payload)
