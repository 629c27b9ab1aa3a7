"""One distance: an order is as far from its own market on every page, in the API and in rules.

LINK/USDT trades at 20 USDT while one USDT costs 0.998 dollars and LINK/USD trades at 20.1. A stop at 18 USDT is 10 %
below its market: 18 / 20 - 1. Measured in dollars it would be 10.63 % away: 18 x 0.998 / 20.1 - 1.
"""

from decimal import Decimal

import pytest

from analysis.account_terms import value_of_term
from api.orders import orders_response
from api.overview import overview_response
from domain.account_moment import AccountMoment
from domain.alerts import SubjectKey
from domain.markets import Side
from domain.order_distance import NearOrder
from domain.order_ends import order_name
from domain.orders import OrderKind, Role, TriggerKind
from domain.protection import Protection
from domain.rule_terms import Subject
from domain.rule_tree import Term
from domain.snapshot import Snapshot
from domain.watchlist import listed_markets
from pages.open_orders.table import table_of
from pages.overview.attention import closest_stop, stop_words, way_words
from pages.overview.holdings_csv import holdings_csv
from pages.overview.tables import holdings_frame
from pages.overview.view import facts_of
from tests.factories import balance, order, position, price, snapshot, stop

MARKETS = [price("LINK/USDT", "20", mark=Decimal("22.5")), price("LINK/USD", "20.1"), price("USDT/USD", "0.998")]
STOP = stop("link", "18", symbol="LINK/USDT", role=Role.STOP_LOSS, amount="4")
TARGET = order("up", symbol="LINK/USDT", side=Side.SELL, role=Role.TAKE_PROFIT, limit_price=Decimal(25), amount="4")
BY_MARK = stop("link", "18", symbol="LINK/USDT", role=Role.STOP_LOSS, amount="4", trigger_kind=TriggerKind.MARK)


def _snapshot(*orders, **values) -> Snapshot:
    return snapshot(balances=[balance("LINK", "4")], prices=MARKETS, orders=orders, **values)


@pytest.mark.parametrize(("listed", "distance"), [(STOP, Decimal("-0.1")), (BY_MARK, Decimal("-0.2"))])
def test_a_stop_has_the_same_distance_everywhere(listed, distance):
    seen = _snapshot(listed)
    near = closest_stop([seen])
    (row,) = orders_response([seen], "USD")["orders"]
    (held,) = overview_response([seen], "USD", {}, {})["holdings"]
    (market,) = [market for market in listed_markets([seen], ()) if market.symbol == "LINK/USDT"]
    percent = float(-distance * 100)
    assert near is not None
    assert near.distance == market.distance == row["distance"] == distance
    assert held["protection"]["nearest_stop"] == {
        "key": "link", "symbol": "LINK/USDT", "price": Decimal("17.964"), "distance": distance,
    }  # fmt: skip
    assert way_words(distance) == f"{percent:.2f} % below market"
    assert table_of([seen], "USD").texts["distance"][0] == pytest.approx(percent)
    assert holdings_frame(facts_of([seen], "USD").holdings, {}, "USD", False)["Stop distance"][0] == pytest.approx(
        percent
    )
    term = value_of_term(
        Term("distance_to_market"), AccountMoment(seen), SubjectKey(Subject.ORDER, "main", order_name(listed))
    )
    assert term == pytest.approx(percent / 100)


def test_a_take_profit_is_measured_like_a_stop():
    holdings = facts_of([_snapshot(STOP, TARGET)], "USD").holdings
    frame = holdings_frame(holdings, {}, "USD", False)
    assert (frame["Stop distance"][0], frame["Target distance"][0]) == (10.0, 25.0)
    header, row = (line.split(",") for line in holdings_csv(holdings, {}, "USD").split("\r\n")[:2])
    exported = dict(zip(header, row, strict=True))
    assert (exported["stop_distance"], exported["take_profit_distance"]) == ("-0.1", "0.25")


def test_the_nearest_stop_is_that_of_the_smallest_distance_not_of_the_highest_price():
    """18.4 of 20.1 dollars is 8.46 % away, 18.3 of 20 USDT 8.5 %. In dollars the second is at 18.26."""
    dollars = stop("usd", "18.4", symbol="LINK/USD", role=Role.STOP_LOSS, amount="1")
    tether = stop("usdt", "18.3", symbol="LINK/USDT", role=Role.STOP_LOSS, amount="1")
    nearer = stop("mark", "18", symbol="LINK/USDT", role=Role.STOP_LOSS, amount="1")
    (holding,) = facts_of([_snapshot(tether, nearer, dollars)], "USD").holdings
    assert _nearest_stop(holding.protection).order.key == "usd"
    cheap = price("LINK/USDT", "18.6")
    seen = snapshot(balances=[balance("LINK", "4")], prices=[cheap, *MARKETS[1:]], orders=(tether, nearer, dollars))
    (holding,) = facts_of([seen], "USD").holdings
    assert _nearest_stop(holding.protection).order.key == "usdt"
    closest = closest_stop([seen])
    assert closest is not None
    assert closest.order.key == "usdt"


def test_a_stop_whose_market_has_no_price_is_shown_without_a_distance():
    seen = snapshot(balances=[balance("LINK", "4")], prices=MARKETS[1:], orders=[STOP])
    frame = holdings_frame(facts_of([seen], "USD").holdings, {}, "USD", False)
    assert (frame["Stop"][0], frame["Stop distance"][0]) == ("18 USDT", None)


def test_the_stop_of_a_position_is_the_nearest_to_the_contract():
    held = position("LINK/USD:USD", "4")
    stops = [
        stop(str(trigger), str(trigger), symbol="LINK/USD:USD", side=Side.BUY, kind=OrderKind.STOP,
             role=Role.STOP_LOSS, reduce_only=True)
        for trigger in (23, 22)
    ]  # fmt: skip
    seen = snapshot(positions=[held], prices=[price("LINK/USD:USD", "20")], orders=stops)
    (shown,) = facts_of([seen], "USD").positions
    nearest = _nearest_stop(shown.protection)
    assert (nearest.price, nearest.distance) == (22, Decimal("0.1"))


def _nearest_stop(protection: Protection | None) -> NearOrder:
    assert protection is not None
    assert protection.nearest_stop is not None
    return protection.nearest_stop


def test_the_price_of_a_stop_is_that_of_its_market_with_its_currency_where_the_page_has_another():
    """In dollars the stop at 18 USDT would be at 17.964: a price that the exchange does not show."""
    for currency, words in (("USD", "18 USDT"), ("USDT", "18")):
        holdings = facts_of([_snapshot(STOP, TARGET)], currency).holdings
        frame = holdings_frame(holdings, {}, currency, False)
        assert frame["Stop"][0] == words
        assert frame["Take profit"][0] == words.replace("18", "25")
        line = stop_words(closest_stop([_snapshot(STOP)]), currency, has_stops=True)
        assert line.words == f"Closest stop: LINK at {words}, 10.00 % below market"
