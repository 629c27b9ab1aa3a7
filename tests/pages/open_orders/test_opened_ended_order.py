"""An opened order that ended: its life, its fills, and the orders that it led to."""

import re

import pytest

from tests.factories import fill, order, stop
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
    assert "<dt>Known by</dt><dd>Confirmed by fills</dd>" in words
    assert life(words) == ["No longer open", "✓ filled", "Fill", "First seen"]


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
