"""What needs attention, the distances in the holdings, and the strip of accounts."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from db.reads.ended_counts import EndingCounts
from domain.change import NetValueChange
from domain.endings import Ending
from domain.freshness import Freshness
from domain.markets import Side
from domain.orders import Role
from domain.sources import Source, SourceState
from pages.overview.account_strip import AccountFigures, strip_html
from pages.overview.attention import (
    LOSING,
    WITHOUT_STOP,
    closest_stop,
    ended_words,
    filtered,
    has_stops,
    source_words,
    stop_words,
    unprotected_words,
)
from pages.overview.holdings_table import asset_of_row, holdings_table
from pages.overview.kpis import kpis_of
from pages.overview.view import Facts, facts_of
from pages.shared.scene import SourceLight
from pages.shared.view import View
from tests.factories import NOON, account, balance, later, order, price, snapshot, stop, valuation

USD = View()
PRICES = [price("BTC/USD", "100"), price("ETH/USD", "10"), price("SOL/USD", "1")]
HELD = [balance("BTC", "1"), balance("ETH", "3"), balance("SOL", "5")]


def facts(**parts: Any) -> Facts:
    return facts_of([snapshot(prices=PRICES, balances=HELD, **parts)], "USD")


def test_coins_without_a_stop_are_counted_with_their_value() -> None:
    found = unprotected_words(facts(orders=[stop(trigger="80", role=Role.STOP_LOSS)]).holdings, USD)
    assert (found.words, found.shown, found.warns) == ("2 coins without a stop · $35.00", WITHOUT_STOP, True)


def test_a_coin_that_a_stop_covers_in_part_is_named_beside_them() -> None:
    half = stop(trigger="80", amount="0.5", role=Role.STOP_LOSS)
    assert unprotected_words(facts(orders=[half]).holdings, USD).words == (
        "2 coins without a stop · $35.00 · 1 covered in part"
    )
    alone = facts_of([snapshot(prices=PRICES, balances=HELD[:1], orders=[half])], "USD")
    found = unprotected_words(alone.holdings, USD)
    assert (found.words, found.warns) == ("No coin is without a stop · 1 covered in part", True)


def test_a_coin_of_unknown_protection_is_not_called_unprotected() -> None:
    seen = facts(carried={Source.TRIGGERS: None})
    found = unprotected_words(seen.holdings, USD)
    assert (found.words, found.warns) == ("Stops of some coins are unknown", False)


def test_the_closest_stop_is_the_one_with_the_shortest_way() -> None:
    far, near, entry = stop("far", "60"), stop("near", "90"), replace(stop("entry", "99"), role=Role.ENTRY)
    found = closest_stop([snapshot(prices=PRICES, orders=[far, near, entry])])
    assert found is not None
    assert (found.order.key, found.distance) == ("near", Decimal("-0.1"))
    line = stop_words(found, "USD", has_stops=True)
    assert line.words == "Closest stop: BTC at 90, 10.00 % below market"
    assert dict(line.choices) == {"order": "near", "order_of": "main"}


def test_the_stop_of_a_short_says_so() -> None:
    """It buys. Holders of the coin took it for the stop of their coins."""
    of_short = stop("s", "110", symbol="BTC/USD:USD", side=Side.BUY)
    prices = [price("BTC/USD:USD", "100")]
    found = closest_stop([snapshot(prices=prices, orders=[of_short])])
    line = stop_words(found, "USD", has_stops=True)
    assert line.words == "Closest stop: BTC of the short at 110, 10.00 % above market"


def test_a_stop_without_a_price_has_no_distance() -> None:
    unpriced = snapshot(orders=[stop()])
    assert closest_stop([unpriced]) is None
    words = [stop_words(None, has_stops=has_stops([shown])).words for shown in (unpriced, snapshot())]
    assert words == ["The distances of the stops are unknown", "No stop is open"]


@pytest.mark.parametrize("missing", [{"carried": {Source.TRIGGERS: None}}, {"unreadable": {Source.TRIGGERS: 1}}])
def test_no_stop_is_only_said_if_every_order_was_read(missing: dict[str, Any]) -> None:
    """A list that was never read, or a row that was not understood, may hold a stop."""
    is_read = facts_of([snapshot(orders=[order("1")], **missing)], "USD").orders_are_read
    assert not is_read
    assert stop_words(None, has_stops=False, are_all_read=is_read).words == "Open stops are unknown"
    assert facts_of([snapshot(orders=[order("1")])], "USD").orders_are_read


def test_ended_orders_are_counted_and_those_that_changed_a_position_are_named() -> None:
    lines = ended_words(EndingCounts({Ending.FILLED: 15, Ending.TRIGGERED: 1, Ending.CANCELLED: 4}))
    assert [(line.words, dict(line.choices)) for line in lines] == [
        ("20 orders ended in 24 h", {"ended": "all", "period": "24 h"}),
        ("1 triggered in 24 h", {"ended": "triggered", "period": "24 h"}),
        ("15 filled in 24 h", {"ended": "filled", "period": "24 h"}),
    ]
    assert [line.words for line in ended_words(EndingCounts({Ending.CANCELLED: 1}))] == ["1 order ended in 24 h"]
    assert [line.words for line in ended_words(EndingCounts({}))] == ["No order ended in 24 h"]


def test_failing_sources_are_counted_with_the_longest_failure() -> None:
    failing = SourceState(Source.ORDERS, NOON, carried=True, failing_since=NOON - timedelta(minutes=9))
    lights = [
        SourceLight(account(), failing, Freshness.FAILING),
        SourceLight(account(), SourceState(Source.PRICES, NOON, carried=False), Freshness.FRESH),
    ]
    found, quiet = source_words(lights, NOON), source_words(lights[1:], NOON)
    assert (found.words, found.path, found.warns) == ("1 of 2 sources failing", "status", True)
    assert found.why == "Failing for 9 min"
    assert (quiet.words, quiet.path, quiet.warns) == ("No source is failing", "status", False)


def test_a_filter_leaves_coins_without_a_stop_or_with_a_loss() -> None:
    held = facts(orders=[stop(trigger="80", role=Role.STOP_LOSS)]).holdings
    assert [h.asset for h in filtered(held, [], WITHOUT_STOP)] == ["ETH", "SOL"]
    assert [h.asset for h in filtered(held, [("main", "BTC")], LOSING)] == ["BTC"]
    assert len(filtered(held, [], "All")) == 3


def test_a_row_shows_the_day_in_money_the_way_to_the_stop_and_the_week() -> None:
    prices = [price("BTC/USD", "110", change_24h=Decimal("0.1"))]
    seen = facts_of(
        [snapshot(prices=prices, balances=[balance("BTC", "2")], orders=[stop(trigger="99", role=Role.STOP_LOSS)])],
        "USD",
    )
    table = holdings_table(seen.holdings, {}, {("main", "BTC"): (1.0, 2.0)}, USD, several=False)
    cells = {column.key: column for column in table.columns}
    assert cells["24 h money"].texts == ["+20.00"]  # 220 now, 200 before a rise of a tenth
    assert cells["Stop distance"].texts == ["10.00 %"]
    assert cells["Target distance"].texts == [""]  # no order, so nothing is unknown
    assert cells["7 d"].lines == [[1.0, 2.0]]
    assert cells["Value"].bars == [1.0]
    assert cells["Day and P&L"].texts == ["24 h +10.00 % · P&L –"]
    assert not cells["Quantity"].is_shown
    assert asset_of_row(table.rows.keys[0]) == "BTC"


def test_hidden_amounts_are_in_no_cell_of_a_phone() -> None:
    table = holdings_table(facts().holdings, {}, {}, View(hide_amounts=True), several=False)
    cells = {column.key: column.texts for column in table.columns}
    assert set(cells["24 h money"]) <= {"••••", "–"}
    assert "5" not in "".join(cells["Value"])


def test_the_strip_shows_each_account_with_value_today_cover_and_age() -> None:
    today = NetValueChange(Decimal(-5), Decimal("-0.05"), NOON)
    rows = [
        AccountFigures("main", Decimal(95), today, Decimal("0.5"), later(-9)),
        AccountFigures("<new>", None, None, None, None),
    ]
    html = strip_html(rows, NOON, USD)
    for text in ("$95.00", "−$5.00 ▼ −5.00 %", "50 % covered", ">9 s</time> old", "&lt;new&gt;", "not seen yet"):
        assert text in html
    assert 'href="/?account=main&amp;currency=USD" data-lead="?account=main" aria-label="Show main alone"' in html


def test_an_unknown_change_of_today_is_one_dash_with_its_reason() -> None:
    unknown = NetValueChange(None, None, None, "no net value is known at that time")
    net, *_ = kpis_of(facts(worth=valuation("138")), {"today": unknown}, USD, NOON)
    strip = strip_html([AccountFigures("main", Decimal(95), unknown, None, NOON)], NOON, USD)
    period = re.search('<a class="sf-period".*?</a>', net.extra)
    assert period is not None
    assert [text for text in re.split("<[^>]*>", period[0]) if text] == ["today", "– not known"]
    assert 'title="Not known: no net value is known at that time"' in period[0]
    assert '<span title="Not known: no net value is known at that time"><i>today</i> – not known</span>' in strip
    assert "<span>– covered</span>" in strip


def test_net_value_stands_once_with_money_and_per_cent() -> None:
    seen = facts(worth=valuation("138"))
    change = NetValueChange(Decimal(8), Decimal("0.0615"), NOON)
    net, *_ = kpis_of(seen, {"today": change}, USD, NOON)
    assert (net.label, net.value) == ("Net value", "$138.00")
    assert "+$8.00" in net.extra
    assert "▲ +6.15 %" in net.extra
    assert 'href="performance?period=Today&amp;currency=USD" data-lead="performance?period=Today"' in net.extra
