"""HTML of the first frame: texts are escaped, links keep the choices, and the view obeys the address."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.orders import Role
from pages.first_frame.body import holding_rows, order_rows
from pages.first_frame.html import Age, Cell, FirstRows, attention_html, frame_html, headline_html, rows_html
from pages.first_frame.orders import order_tabs_html, shown_tab, tab_of_query
from pages.open_orders.filter import OrderFilter, filtered_rows
from pages.open_orders.listed import Listed
from pages.open_orders.table import table_of
from pages.open_orders.tabs import Tab
from pages.open_orders.view import SEEN_FRESH
from pages.overview.attention import WITHOUT_STOP, Attention
from pages.overview.view import facts_of
from pages.shared.choices import link_to, query_of, view_of, zone_of
from pages.shared.scene import Scene
from pages.shared.theme import GainColours
from pages.shared.view import ZONE_UTC, View
from pages.shared.widgets_html import Kpi
from tests.factories import NOON, account, balance, order, price, snapshot, stop, valuation

EVIL = '<img src=x onerror="alert(1)">'


def frame(query: str = "", view: View | None = None, **age) -> str:
    shown = Age("Fresh", NOON, timedelta(seconds=12), timedelta(seconds=48), timedelta(seconds=168), **age)
    return frame_html("/", view or View(), query_of(query), shown, "", False, False)


def held(**parts) -> Scene:
    seen = snapshot(worth=valuation("100"), prices=[price("BTC/USD", "100", change_24h=Decimal("0.02"))], **parts)
    return Scene(View(), (seen.account,), (seen,), NOON)


def test_texts_are_escaped() -> None:
    html = headline_html(Kpi(EVIL, EVIL, EVIL, warns=True)) + rows_html(
        FirstRows(EVIL, [EVIL], [[Cell(EVIL, EVIL, EVIL)]])
    )
    html += frame(f"account={EVIL}&currency={EVIL}") + frame(view=View(currency=EVIL))
    assert "<img" not in html
    assert 'onerror="' not in html


def test_the_age_counts_on_from_seconds_and_knows_when_it_becomes_late() -> None:
    html = frame()
    assert 'data-age="12.0" data-late="48.0" data-stale="168.0"' in html
    assert "<i>Fresh</i> · <b>12 s</b> old" in html


def test_a_past_moment_has_a_band_and_no_counting_age() -> None:
    html = frame("as_of=2026-03-14T12:00:00Z&currency=EUR", View(as_of=NOON))
    assert "You are looking at the past" in html
    assert 'href="/?currency=EUR">Back to now' in html
    assert "data-age" not in html


def test_links_keep_the_shared_choices_alone() -> None:
    query = query_of("account=a%26b&account=c&hide_amounts=true&range=1W")
    assert link_to("/coin", query, coin="BTC") == "/coin?account=a%26b&account=c&hide_amounts=true&coin=BTC"


def test_status_is_linked_for_administrators_alone() -> None:
    shown = Age("Fresh", None, None)
    pages = [frame_html("/", View(), {}, shown, "", is_admin, False) for is_admin in (False, True)]
    assert ["/status" in html for html in pages] == [False, True]


def test_an_address_is_read_like_the_pages_read_it() -> None:
    accounts = [account(name="one"), account(name="two", is_configured=False)]
    query = query_of("account=one&account=two&currency=EUR&as_of=2026-03-14T11:00:00Z&colours=Blue+up&hide_small=true")
    view = view_of(query, accounts, ZONE_UTC, NOON)
    assert view.accounts == ("one",)
    assert (view.currency, view.hide_small, view.hide_amounts) == ("EUR", True, False)
    assert view.gains is GainColours.BLUE_ORANGE


@pytest.mark.parametrize(
    "text", ["", "currency=XYZ", "as_of=2099-01-01T00:00:00Z", "as_of=x", "colours=x", "&&&=", "currency="]
)
def test_an_invalid_address_shows_the_usual_view(text: str) -> None:
    assert view_of(query_of(text), [account()], ZONE_UTC, NOON) == View(currency="USD")


@pytest.mark.parametrize(
    ("text", "is_hidden"), [("true", True), ("1", True), ("x", True), ("", True), ("false", False)]
)
def test_amounts_are_hidden_in_doubt(text: str, is_hidden: bool) -> None:
    assert view_of(query_of(f"hide_amounts={text}"), [], ZONE_UTC, NOON).hide_amounts is is_hidden


@pytest.mark.parametrize("name", ["", "Nowhere/Here", "../../etc/passwd", "Europe", "\x00", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_unknown(name: str) -> None:
    assert zone_of(name) is None


def test_each_line_of_attention_leads_to_its_list_with_the_choices_of_the_address() -> None:
    lines = [
        Attention("2 coins <without> a stop", shown=WITHOUT_STOP, warns=True),
        Attention("Closest stop", "open_orders", (("order", "a&b"),)),
        Attention("1 of 2 sources failing", "status", warns=True),
    ]
    html = attention_html(lines, query_of("currency=EUR"), is_admin=True)
    assert '<li class="warns"><a href="/?currency=EUR&amp;holdings=Without+stop">2 coins &lt;without&gt; a stop' in html
    assert '<li><a href="/open_orders?currency=EUR&amp;order=a%26b">Closest stop' in html
    assert 'href="/status?currency=EUR"' in html
    assert "/status" not in attention_html(lines, {}, is_admin=False)
    assert attention_html([], {}, is_admin=True) == ""


def test_hidden_amounts_are_masked_in_both_lists() -> None:
    scene = held(
        balances=[balance("BTC", "2")], orders=[order("entry", amount=Decimal("7.5"), limit_price=Decimal(99))]
    )
    hidden = Scene(View(hide_amounts=True), scene.accounts, scene.snapshots, NOON)
    html = rows_html(holding_rows(hidden, facts_of(scene.snapshots, "USD"), {})) + rows_html(
        order_rows(hidden, table_of(scene.snapshots, "USD"), Tab.ALL)
    )
    assert "••••" in html
    assert "200" not in html
    assert "7.5" not in html


def test_the_list_is_that_of_the_page_and_all_orders_for_a_link_with_filters() -> None:
    legs = [stop("far", "60", role=Role.STOP_LOSS), stop("near", "90", role=Role.STOP_LOSS), order("entry")]
    scene = held(balances=[balance("BTC", "2")], orders=legs)
    table = table_of(scene.snapshots, "USD")

    def listed(address: str) -> tuple[str, int]:
        rows = order_rows(scene, table, shown_tab(table, tab_of_query(query_of(address))))
        return rows.title, len(rows.rows)

    stops = order_rows(scene, table, shown_tab(table, None))
    assert [row[3].text for row in stops.rows] == ["90", "60"]
    assert listed("currency=USD") == ("Stops", 2)
    assert listed("tab=all") == listed("side=Buy") == listed("tab=stops&side=Buy") == ("All orders", 3)
    assert listed("tab=take_profits") == ("Take profits", 0)
    assert listed("tab=history") == ("All orders", 3)  # the page brings the ended ones
    assert listed("tab=nonsense") == ("Stops", 2)


def test_a_card_of_a_phone_has_the_words_of_the_page() -> None:
    """They stood in other places, so the cards of a phone jumped as the page came."""
    orders = [order("e", amount="0.25", limit_price=Decimal(80), role=Role.ENTRY), stop("s", "90", role=Role.STOP_LOSS)]
    scene = held(balances=[balance("BTC", "2")], orders=orders)
    table = table_of(scene.snapshots, "USD")
    for tab, words in {
        Tab.ENTRIES: ["Buy 0.25 at 80 · Limit"],
        Tab.ALL: ["Sell 1 at 90 · Stop loss", "Buy 0.25 at 80 · Entry"],
        Tab.STOPS: ["Sell at 90"],
    }.items():
        rows = order_rows(scene, table, tab)
        assert [row[-1].text for row in rows.rows] == words
        assert rows.card["Distance"] == "lead"
        assert ("Value" in rows.card) is (tab is not Tab.STOPS)
    ages = ((("main", "orders"), SEEN_FRESH),)
    listed = Listed(table, filtered_rows(table, OrderFilter(), Tab.ENTRIES), None, ages, scene.view, False)
    (card,) = [column for column in listed.all_rows().columns if column.key == "card"]
    assert card.texts == ["Buy 0.25 at 80 · Limit"]


def test_the_tabs_have_the_counts_and_lead_to_their_lists() -> None:
    scene = held(orders=[stop("a", "90", role=Role.STOP_LOSS), stop("b", "60", role=Role.STOP_LOSS), order("entry")])
    html = order_tabs_html(table_of(scene.snapshots, "USD"), Tab.STOPS, query_of("currency=EUR&tab=all"))
    assert '<a href="/open_orders?currency=EUR&amp;tab=stops" aria-current="page">Stops 2</a>' in html
    assert ">All 3</a>" in html
    assert html.count("<a ") == len(Tab)
