"""Addresses: a link that a page builds keeps all shared choices of the view."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from domain.attribution import Attribution, Line
from pages.fills.words import order_link
from pages.open_orders.opened_order.state import link_of
from pages.performance.drill_down import coin_links, line_links
from pages.shared.choices import SHARED, address_of, addresses_of, query_of, view_of
from pages.shared.theme import GainColours
from pages.shared.view import View
from tests.factories import NOON, account, fill

ACCOUNT = account()
VIEW = View(("main",), "BTC", NOON, hide_small=True, hide_amounts=True, gains=GainColours.SWAPPED, zone=ZoneInfo("UTC"))
DAYS = [("period", "7 d")]
MOVED = Attribution(
    Decimal(3), {Line.FUNDING: Decimal(1), Line.CONTRACTS: Decimal(2)}, contracts={"BTC/USD:USD": Decimal(2)}
)

BUILDERS: dict[str, Callable[[View], Sequence[str]]] = {
    "lines of performance": lambda view: list(line_links(MOVED, DAYS, view).values()),
    "coins of performance": lambda view: list(coin_links(["BTC"], ["BTC/USD"], DAYS, view).values()),
    "an order of a fill": lambda view: [order_link(replace(fill("1"), account="main", order_id="7"), view) or ""],
    "a row of open orders": lambda view: [link_of("main", "7", view)],
    "any page": lambda view: [address_of("alerts", view, {"tab": "Rules"})],
}


@pytest.mark.parametrize("name", BUILDERS)
def test_a_link_keeps_all_shared_choices(name: str) -> None:
    links = BUILDERS[name](VIEW)
    assert links
    for link in links:
        query = query_of(urlsplit(link).query)
        assert set(SHARED) <= set(query), link
        assert view_of(query, [ACCOUNT], VIEW.zone, NOON.replace(year=NOON.year + 1)) == VIEW


def test_rows_of_one_list_may_replace_different_choices() -> None:
    rows = [{"coin": "BTC"}, {"account": "other"}, {"coin": "ETH", "currency": "EUR"}, {}]
    queries = [parse_qs(urlsplit(address).query) for address in addresses_of("coin", VIEW, rows)]
    assert [query.get("coin") for query in queries] == [["BTC"], None, ["ETH"], None]
    assert [query["account"] for query in queries] == [["main"], ["other"], ["main"], ["main"]]
    assert [query["currency"] for query in queries] == [["BTC"], ["BTC"], ["EUR"], ["BTC"]]
    assert all(query["hide_amounts"] == ["true"] for query in queries)


def test_a_choice_of_the_link_replaces_the_shared_one() -> None:
    query = parse_qs(urlsplit(address_of("coin", VIEW, {"account": "other"})).query)
    assert query["account"] == ["other"]
