"""An opened order that ended: its life, its fills, and the orders that it led to."""

import re
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from domain.endings import Ending, Evidence, Outcome
from domain.sources import Source
from pages.open_orders.opened_order.ended import NOT_KNOWN, ended_facts
from pages.shared.view import ZONE_UTC, View
from tests.factories import NOON, fill, later, order, stop
from tests.pages.conftest import Pages, again, words_of
from tests.pages.factories import ago, seen
from tests.pages.open_orders.test_ended_orders import opened, some_ended
from tests.pages.past import traded, with_past


def life(words: str) -> list[str]:
    """The life of the opened order, newest first."""
    return re.findall(r"</time><div><b>([^<]+)</b>", words)


def test_an_order_is_opened_by_its_id_without_its_leg_and_by_its_client_id(pages: Pages):
    """A link with the order id alone answered that no order has this id."""
    (account,) = with_past(pages.writer)
    legs = [stop(f"3001/{n}", order_id="3001", leg_id=f"{n}", client_order_id=f"mine-{n}") for n in (1, 2)]
    seen(pages.writer, account, ago(days=9), triggers=legs)
    seen(pages.writer, account, ago(days=8), triggers=legs[1:])
    seen(pages.writer, account, ago(days=7))
    app = opened(pages, order="3001")
    assert "? no longer open</span>" in words_of(app)
    assert [button.key for button in app.button if str(button.key).startswith("same_")] != []
    assert "<dt>Leg</dt><dd>1</dd>" in words_of(opened(pages, order="mine-1"))
    assert "No order has this id" in words_of(opened(pages, order="3002"))


def test_an_ended_order_shows_its_life_to_its_end(pages: Pages):
    some_ended(pages)
    app = opened(pages, order="1")
    words = words_of(app)
    assert "<b>Buy BTC/USD · Limit · at 100</b><span>✓ filled</span>" in words
    assert "<dt>How it is known</dt><dd>Its fills show it</dd>" in words
    assert "<dt>Led to</dt><dd>Bought 1 at 99.5</dd>" in words
    assert life(words) == ["✓ filled", "Fill", "First seen"]
    of_gone = words_of(opened(pages, order="3"))
    assert "<dt>What ended it</dt><dd>Not known: it is no longer among the open orders</dd>" in of_gone
    assert life(of_gone) == ["? no longer open", "First seen"]


SYDNEY = View(zone=ZoneInfo("Australia/Sydney"), currency="USD")  # 11 hours before UTC
_CANCELLED = Outcome("main", Source.ORDERS, "1", Ending.CANCELLED, later(7200), Evidence.ORDER_HISTORY, later(5400),
                     filled=Decimal("0.25"), average_price=Decimal(99), reason="its sibling 2 filled")  # fmt: skip


def test_an_ended_order_says_when_it_was_placed_and_ended_in_the_zone_of_the_viewer() -> None:
    placed = order("1", created_at=NOON, amount="1")
    facts = dict(ended_facts(placed, _CANCELLED, later(60), None, SYDNEY, later(9000)))
    assert facts == {
        "Placed": "1 Nov 2026, 23:00:00 AEDT",
        "Ended": "00:30:00 AEDT, 1 h ago",
        "Was open for": "1 h 30 min",
        "What ended it": "It was cancelled: its sibling 2 filled",
        "How it is known": "The order history of the exchange says so",
        "Led to": "Bought 0.25 at 99, 25 % of its quantity",
    }


@pytest.mark.parametrize(
    ("filled", "share"), [("0.998", "over 99 %"), ("0.99", "99 %"), ("0.004", "under 1 %"), ("0.01", "1 %")]
)
def test_a_part_of_an_order_is_neither_all_of_it_nor_nothing(filled: str, share: str) -> None:
    """0.998 of 1 is no 100 %."""
    outcome = replace(_CANCELLED, filled=Decimal(filled))
    facts = dict(ended_facts(order("1", amount="1"), outcome, NOON, None, SYDNEY, later(9000)))
    assert facts["Led to"] == f"Bought {filled} at 99, {share} of its quantity"


def test_bounds_of_a_life_are_said_where_the_exchange_states_no_time() -> None:
    gone = Outcome("main", Source.ORDERS, "1", Ending.GONE, later(7200))
    unknown = dict(ended_facts(order("1", created_at=None), gone, later(60), None, View(zone=ZONE_UTC), later(7260)))
    assert unknown["Placed"].startswith("By 12:01:00 UTC, when it was first seen")
    assert unknown["Ended"] == "By 14:00:00 UTC, 1 min ago, when it was first missing. Its time is not known"
    assert unknown["Was open for"] == "About 1 h 59 min"
    assert (unknown["Led to"], "Realised P&L after fees" in unknown) == (NOT_KNOWN, False)
    at_most = dict(ended_facts(order("1", created_at=NOON), gone, None, None, View(zone=ZONE_UTC), later(7260)))
    assert at_most["Was open for"] == "At most 2 h"


def test_a_triggered_order_links_to_its_successor_and_back(pages: Pages):
    some_ended(pages)
    app = opened(pages, order="t")
    assert "<b>Sell BTC/USD · Stop · Price ≤ 90, at market</b><span>↗ triggered</span>" in words_of(app)
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
