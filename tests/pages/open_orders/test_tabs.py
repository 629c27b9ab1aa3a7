"""The tabs of Open orders, and what the tab of stops shows of each stop."""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from domain.cost_basis import BookHolding
from domain.markets import MarketType, Side
from domain.orders import Contingency, Order, OrderKind, Role, TrailingUnit, TriggerKind
from domain.positions import PositionSide
from pages.open_orders.controls import CONTROLS
from pages.open_orders.filter import OrderFilter, filtered_rows, matching_rows
from pages.open_orders.stop_facts import StopFacts, covered_words, stop_facts_of
from pages.open_orders.table import table_of
from pages.open_orders.tabs import Tab, default_tab, tab_of
from tests.factories import balance, fill, order, position, price, snapshot, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.drawn_tables import payloads_of, tables_of, tabs_of
from tests.pages.events import choose
from tests.pages.factories import ago, configured, everything, seen
from tests.pages.past import traded, with_past

LOSS: dict[str, Any] = {"role": Role.STOP_LOSS}


def opened(pages: Pages, **query: str) -> AppTest:
    def show() -> None:
        from pages.open_orders.page import show_open_orders

        show_open_orders()

    return pages.page(show, **query)


def ids(app: AppTest) -> list[str]:
    return list(tables_of(app)[0]["order_id"])


@pytest.mark.parametrize(
    ("of", "tab"),
    [
        (stop(**LOSS), Tab.STOPS),
        (order(role=Role.TAKE_PROFIT), Tab.TAKE_PROFITS),
        (order(role=Role.ENTRY), Tab.ENTRIES),
        (order(role=Role.EXIT), Tab.OTHER),
        (order(), Tab.OTHER),
        (stop(), Tab.STOPS),
        (stop(side=Side.BUY), Tab.OTHER),
        (stop(side=Side.BUY, market_type=MarketType.PERPETUAL), Tab.STOPS),
        (stop(trigger_direction=None), Tab.OTHER),
    ],
)
def test_an_order_stands_in_the_tab_of_its_purpose(of: Order, tab: Tab):
    assert tab_of(of) is tab


@pytest.mark.parametrize(
    ("has_stops", "filters", "lists_endings", "tab"),
    [
        (True, (), False, Tab.STOPS),
        (False, (), False, Tab.ALL),
        (True, ("side",), False, Tab.ALL),
        (True, (), True, Tab.HISTORY),
    ],
)
def test_a_link_without_a_tab_shows_stops_or_what_it_always_showed(has_stops, filters, lists_endings, tab):
    assert default_tab(has_stops, filters, lists_endings) is tab


def listed(orders: Sequence[Order], tab: Tab = Tab.ALL, **filters: Any) -> list[str]:
    table = table_of([snapshot(orders=orders, prices=[price("BTC/USD", "100")])], "USD")
    return [table.order(row).key for row in filtered_rows(table, OrderFilter(**filters), tab).rows]


def test_a_group_is_placed_by_the_legs_that_the_filter_shows():
    """The nearest leg of the group is a take profit that the filter hides, so its far stop came first."""
    group: dict[str, Any] = {"group_id": "g", "contingency": Contingency.OCO, "side": Side.SELL}
    legs = [
        order("gain", limit_price=Decimal(101), role=Role.TAKE_PROFIT, **group),
        stop("far", "60", **LOSS, **group),
    ]
    near = stop("near", "95", **LOSS)
    assert listed([*legs, near]) == ["gain", "far", "near"]
    assert listed([*legs, near], roles=("Stop loss",)) == ["near", "far"]
    assert listed([*legs, near], Tab.STOPS) == ["near", "far"]


def test_the_nearest_stop_is_first_also_among_stops_of_one_group():
    group: dict[str, Any] = {"group_id": "g", "contingency": Contingency.ATTACHED}
    stops = [stop("a", "97", **LOSS, **group), stop("b", "70", **LOSS, **group), stop("c", "90", **LOSS)]
    assert listed(stops, Tab.STOPS) == ["a", "c", "b"]


def test_rows_without_a_group_keep_their_place():
    orders = [order("far", limit_price=Decimal(50)), order("near", limit_price=Decimal(99))]
    table = table_of([snapshot(orders=orders, prices=[price("BTC/USD", "100")])], "USD")
    assert list(matching_rows(table, OrderFilter())) == [0, 1]
    assert listed([]) == []


def test_stops_come_first_and_every_tab_counts_its_orders(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages)
    (payload,) = payloads_of(app)
    assert payload["name"] == "stops"
    distances = next(c for c in payload["columns"] if c["key"] == "distance")["sort"]
    assert distances == sorted(distances)
    options = tabs_of(app)
    numbers = [int(option.split()[-1]) for option in options[:5]]
    assert options[0] == f"Stops {len(payload['keys'])}"
    assert sum(numbers[:4]) == numbers[4] == 11


def test_a_filter_leaves_the_viewer_on_the_tab(pages: Pages):
    everything(pages.writer, configured(pages.writer), ago(seconds=1))
    app = opened(pages)
    again(choose(app, CONTROLS, "find", "SOL"))
    assert app.query_params["tab"] == "stops"
    assert set(tables_of(app)[0]["symbol"]) == {"SOL/USD"}


@pytest.mark.parametrize("word", ["3001", "mine-7", "3001/2", "leg-b", "sol"])
def test_a_search_finds_an_open_order_by_id_client_id_leg_or_coin(word: str):
    leg = stop("3001/2", order_id="3001", leg_id="leg-b", client_order_id="mine-7", symbol="SOL/USD")
    assert listed([order("other"), leg], search=word) == ["3001/2"]


def test_an_unknown_tab_in_a_link_explains_itself(pages: Pages):
    seen(pages.writer, configured(pages.writer), orders=[order("1")])
    app = opened(pages, tab="nonsense")
    assert "The link's tab, nonsense, is not among" in app.toast[0].value
    assert ids(app) == ["1"]


def test_a_closed_order_leaves_nothing_in_the_address(pages: Pages):
    """Its account stayed there."""
    seen(pages.writer, configured(pages.writer), orders=[order("1")])
    app = opened(pages, tab="all", order="1", order_of="main")
    app.button(key="close_panel").click()
    again(app)
    assert set(app.query_params) == {"tab"}


def test_an_empty_tab_says_where_the_others_are(pages: Pages):
    account = configured(pages.writer)
    seen(pages.writer, account, orders=[order("1")])
    assert "No stops</b>All shows 1 of 1 open order." in words_of(opened(pages, tab="stops"))
    assert ids(opened(pages)) == ["1"]


def facts_of(*orders: Order, books: Any = None, **parts: Any) -> list[StopFacts]:
    made = snapshot(orders=orders, prices=[price("BTC/USD", "100")], **parts)
    facts = stop_facts_of([made], "USD", {"main": books or {}})
    return [known for o in made.orders if (known := facts(o)) is not None]


def test_a_stop_for_half_the_holding_closes_half_and_states_its_loss():
    """Bought at 120 and sold at 90, half of two coins loses 30."""
    books = {"BTC": [BookHolding("BTC/USD", "USD", Decimal(2), Decimal(240))]}
    (facts,) = facts_of(stop("1", "90", amount="1", **LOSS), books=books, balances=[balance("BTC", "2")])
    assert facts == StopFacts(Decimal(10), Decimal("0.5"), Decimal("0.5"), Decimal(-30), is_held=True)
    assert covered_words(facts) == "50 % covered"


def test_a_stop_whose_entry_has_not_filled_protects_nothing_and_has_no_loss():
    """Another stop covers half of the coin, and the row of the sleeping stop took that for itself."""
    group: dict[str, Any] = {"group_id": "g", "contingency": Contingency.OTOCO}
    sleeping, entry = stop("s", "90", **LOSS, **group), order("e", role=Role.ENTRY, **group)
    inactive = stop("i", "85", kind=OrderKind.TRAILING_STOP, is_active=False, **LOSS)
    facts = facts_of(stop("a", "80", **LOSS), sleeping, inactive, entry, balances=[balance("BTC", "2")])
    assert [covered_words(f) for f in facts] == [
        "50 % covered", "Not yet: entry open", "Not yet: inactive",
    ]  # fmt: skip
    assert [(f.share, f.gain) for f in facts[1:]] == [(None, None)] * 2


def test_a_stop_of_a_short_position_counts_against_its_entry_price():
    """Sold at 95, bought back at 110: two coins lose 30."""
    short = position("BTC/USD:USD", "4", side=PositionSide.SHORT, entry_price=Decimal(95))
    buy = stop("1", "110", amount="2", symbol="BTC/USD:USD", side=Side.BUY, market_type=MarketType.PERPETUAL, **LOSS)
    made = snapshot(orders=[buy], positions=[short], prices=[price("BTC/USD:USD", "100")])
    facts = stop_facts_of([made], "USD", {})(buy)
    assert facts is not None
    assert (facts.away, facts.share, facts.gain) == (Decimal(10), Decimal("0.5"), Decimal(-30))


def test_coins_without_a_stop_are_named_with_their_value_and_lead_to_their_pages(pages: Pages):
    account = configured(pages.writer)
    held = [balance("BTC", "2"), balance("ETH", "3"), balance("SOL", "5"), balance("USD", "900"),
            balance("ZEDX", "7")]  # fmt: skip
    prices = [price("BTC/USD", "100"), price("ETH/USD", "10"), price("SOL/USD", "20")]
    seen(pages.writer, account, balances=held, triggers=[stop("1", "90", amount="2", **LOSS)], prices=prices)
    line = words_of(opened(pages)).split("<b>No stop</b>: ")[1].split("</p>")[0]
    assert re.sub("<[^>]*>", "", line) == "SOL $100.00, ETH $30.00, ZEDX (no price)"
    links = [parse_qs(urlsplit(unescape(link)).query)["coin"] for link in re.findall('href="([^"]*)"', line)]
    assert links == [["SOL"], ["ETH"], ["ZEDX"]]


def test_a_stop_without_a_holding_or_a_cost_says_so():
    (nothing,) = facts_of(stop("1", "90", **LOSS))
    assert (nothing.share, nothing.gain, covered_words(nothing)) == (None, None, "Nothing held")
    (unknown,) = facts_of(stop("1", "90", **LOSS), balances=[balance("BTC", "1")])
    assert unknown.gain is None


def test_the_tab_of_stops_shows_what_a_worried_trader_asks(pages: Pages):
    (account,) = with_past(pages.writer)
    traded(pages.writer, account, [fill("f", amount="2", price="120", at=ago(days=2))])
    limit = {"kind": OrderKind.STOP_LIMIT, "limit_price": Decimal("89.5"), "trigger_kind": TriggerKind.MARK}
    stops = [stop("m", "80", amount="0.5", **LOSS), stop("l", "90", amount="1", **LOSS, **limit)]
    seen(pages.writer, account, balances=[balance("BTC", "2")], triggers=stops, prices=[price("BTC/USD", "100")])
    app = opened(pages)
    rows = tables_of(app)[0].set_index("order_id")
    names = ["distance", "away", "on", "trigger", "limit", "share", "covered", "loss"]
    assert list(rows.index) == ["l", "m"]
    assert list(rows.loc["l", names]) == [
        "10.00 %", "10", "Mark ≤", "90", "89.5", "50.0 %", "75 % covered", "−30.50",
    ]  # fmt: skip
    assert list(rows.loc["m", names]) == [
        "20.00 %", "20", "Price ≤", "80", "Market", "25.0 %", "75 % covered", "−20.00",
    ]  # fmt: skip
    assert rows.loc["l", "card"] == "Sell at 90 · closes 50 %"  # its own part: all stops together cover 75 %
    cards = tables_of(opened(pages, tab="all"))[0].set_index("order_id")["card"]
    assert cards["l"] == "Sell 1 at 90 · Stop loss"
    hidden = tables_of(opened(pages, hide_amounts="true"))[0]
    assert set(hidden["loss"]) == {"••••"}


def test_filters_are_cleared_in_one_step_of_back(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit sends the browser each change of the address, and each is a step."""
    seen(pages.writer, configured(pages.writer))
    app = opened(pages, tab="all", side="Buy", within="5 %", find="BTC")
    steps: list[str] = []
    send = QueryParams._send_query_param_msg

    def counted(params: QueryParams) -> None:
        steps.append(str(params))
        send(params)

    monkeypatch.setattr(QueryParams, "_send_query_param_msg", counted)
    again(choose(app, CONTROLS, "clear", "clear"))
    assert set(app.query_params) == {"tab"}
    assert len(steps) == 1


def test_a_card_of_a_phone_has_price_quantity_and_value(pages: Pages):
    entry = order("e", amount="0.25", limit_price=Decimal(80), role=Role.ENTRY)
    trails: dict[str, Any] = {
        "trigger_price": None,
        "trailing_distance": Decimal(5),
        "trailing_unit": TrailingUnit.PERCENT,
    }
    trailing = stop("t", amount="2", kind=OrderKind.TRAILING_STOP, side=Side.BUY, **trails)
    seen(pages.writer, configured(pages.writer), orders=[entry], triggers=[trailing], prices=[price("BTC/USD", "100")])
    for tab, words in {"entries": "Buy 0.25 at 80 · Limit", "all": "Buy 0.25 at 80 · Entry"}.items():
        (table,) = payloads_of(opened(pages, tab=tab))
        places = {column.get("place"): column for column in table["columns"] if column.get("place", "none") != "none"}
        row = places["note"]["texts"].index(words)
        assert places["lead"]["texts"][row] == "20.00 %"
        assert (places["figure"]["label"], places["figure"]["texts"][row].strip()) == ("Value", "20.00")
    assert "Buy 2 trails 5.00 % · Trailing" in tables_of(opened(pages, tab="other"))[0]["card"].to_list()
    hidden = tables_of(opened(pages, tab="entries", hide_amounts="true"))[0]
    assert hidden["card"].to_list() == ["Buy •••• at 80 · Limit"]
