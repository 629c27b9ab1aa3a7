"""The matching engine: orders rest, trigger, fill and end as the price says."""

from decimal import Decimal

import pytest

from simulator.matching import INSUFFICIENT_BALANCE, Refused
from simulator.orders import (
    ACTIVE,
    BUY,
    CANCELED,
    EXPIRED,
    FILLED,
    FOK,
    IOC,
    LIMIT,
    MARKET,
    PENDING,
    REJECTED,
    SELL,
    STOP_LIMIT,
    STOP_LOSS,
    TAKE_PROFIT,
)
from tests.simulator.market import Market


def test_a_resting_buy_order_fills_at_its_own_limit_when_the_price_falls_to_it() -> None:
    market = Market()
    order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="99000")
    market.move("BTC_USD", "99000.01")
    assert (order.status, order.filled) == (ACTIVE, Decimal(0))
    market.until_filled(order, "98000")
    assert order.status == FILLED
    assert order.value == Decimal("0.5") * 99000
    assert {price for _, price, _ in market.trades()} == {Decimal(99000)}


def test_a_resting_sell_order_fills_when_the_price_rises_to_it() -> None:
    market = Market()
    order = market.place("BTC_USD", SELL, LIMIT, "0.5", limit="101000")
    market.move("BTC_USD", "100999.99")
    assert order.status == ACTIVE
    market.until_filled(order, "101000")
    assert order.status == FILLED


def test_some_orders_fill_in_parts_and_stay_active_in_between() -> None:
    partly = []
    for seed in range(20):
        market = Market(seed=seed)
        order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="99000")
        market.move("BTC_USD", "99000")
        if order.is_live:
            partly.append(order)
            assert 0 < order.filled < order.ticket.quantity
            assert order.filled == order.ticket.instrument.lots(order.filled)
            market.until_filled(order, "99000")
    assert partly


@pytest.mark.parametrize(
    ("side", "kind", "trigger", "not_yet", "reached"),
    [
        (SELL, STOP_LOSS, "95000", "95000.01", "95000"),
        (BUY, STOP_LOSS, "105000", "104999.99", "105000"),
        (SELL, TAKE_PROFIT, "105000", "104999.99", "105000"),
        (BUY, TAKE_PROFIT, "95000", "95000.01", "95000"),
    ],
)
def test_a_trigger_order_waits_for_its_price_and_then_executes_at_the_market(
    side: str, kind: str, trigger: str, not_yet: str, reached: str
) -> None:
    market = Market()
    order = market.place("BTC_USD", side, kind, "0.5", trigger=trigger)
    market.move("BTC_USD", not_yet)
    assert (order.status, order.book) == (PENDING, None)
    market.move("BTC_USD", reached)
    assert order.status == FILLED
    assert order.filled == Decimal("0.5")


def test_a_triggered_order_gets_a_second_id_in_the_book_and_its_trades_carry_that_one() -> None:
    market = Market()
    order = market.place("BTC_USD", SELL, STOP_LOSS, "0.5", trigger="95000")
    market.move("BTC_USD", "94000")
    assert order.book is not None
    assert order.book.order_id != order.order_id
    assert order.book.ticket.order_type == MARKET
    assert {trade.order_id for trade in market.engine.booker.trades} == {order.book.order_id}


def test_a_stop_limit_order_rests_in_the_book_after_its_trigger_under_both_ids() -> None:
    market = Market()
    order = market.place("BTC_USD", SELL, STOP_LIMIT, "0.5", trigger="95000", limit="97000")
    market.move("BTC_USD", "94900")
    assert order.book is not None
    assert (order.status, order.book.status) == (ACTIVE, ACTIVE)
    assert {order.serial, order.book.serial} <= set(market.engine.open)
    market.until_filled(order.book, "97500")
    assert (order.status, order.book.status) == (FILLED, FILLED)
    assert order.value == order.book.value == Decimal("0.5") * 97000


def test_cancelling_a_triggered_order_cancels_the_one_it_became() -> None:
    market = Market()
    order = market.place("BTC_USD", SELL, STOP_LIMIT, "0.5", trigger="95000", limit="97000")
    market.move("BTC_USD", "94900")
    assert order.book is not None
    market.engine.cancel(order, market.at)
    assert (order.status, order.book.status) == (CANCELED, CANCELED)
    assert not market.engine.open


def test_an_order_ends_once() -> None:
    market = Market()
    order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="99000")
    assert market.engine.cancel(order, market.at)
    assert not market.engine.cancel(order, market.at)
    market.move("BTC_USD", "90000")
    assert (order.status, order.filled) == (CANCELED, Decimal(0))
    assert market.engine.ended == [order]


def test_what_is_immediate_and_finds_nothing_expires() -> None:
    market = Market()
    for kind in (IOC, FOK):
        order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="99000", time_in_force=kind)
        assert (order.status, order.filled) == (EXPIRED, Decimal(0))


def test_an_order_lapses_when_its_time_is_up() -> None:
    market = Market()
    order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="99000", expires_at=market.at + 60_000)
    market.engine.expire(market.at + 58_000)
    assert order.is_live
    market.engine.expire(market.at + 62_000)
    assert order.status == EXPIRED


def test_a_post_only_order_that_would_take_is_rejected() -> None:
    market = Market()
    order = market.place("BTC_USD", BUY, LIMIT, "0.5", limit="100500", post_only=True)
    assert order.status == REJECTED


def test_a_coin_that_is_not_there_cannot_be_sold() -> None:
    market = Market({"USD": "100", "BTC": "0.3"})
    order = market.place("BTC_USD", SELL, STOP_LOSS, "0.5", trigger="95000")
    market.move("BTC_USD", "94000")
    assert (order.status, order.reason) == (CANCELED, INSUFFICIENT_BALANCE)
    assert order.filled == Decimal("0.3")
    nothing_left = market.place("BTC_USD", SELL, MARKET, "0.1")
    assert (nothing_left.status, nothing_left.filled) == (REJECTED, Decimal(0))


def test_buying_on_credit_makes_a_loan_up_to_a_limit() -> None:
    market = Market({"USD": "1000"})
    order = market.place("BTC_USD", BUY, MARKET, "5")
    assert order.status == CANCELED
    assert -100_000 - 200 < market.held("USD") < -99_000


def test_the_fee_is_taken_from_what_is_received() -> None:
    market = Market({"USD": "200000"})
    market.place("BTC_USD", BUY, MARKET, "1")
    assert market.held("BTC") == Decimal("0.9996")
    market.place("BTC_USD", SELL, MARKET, "0.5")
    assert [trade.fee_asset for trade in market.engine.booker.trades][-1] == "USD"


def test_a_coin_priced_in_the_eighth_place_keeps_all_its_digits() -> None:
    market = Market({"USD": "1000"})
    order = market.place("SHIB_USD", BUY, LIMIT, "12345678", limit="0.0000079991")
    market.until_filled(order, "0.0000079991")
    assert order.value == Decimal("12345678") * Decimal("0.0000079991")


@pytest.mark.parametrize(
    ("kind", "quantity", "prices"),
    [
        (LIMIT, "0.5", {}),
        (LIMIT, "0.000001", {"limit": "99000"}),
        (LIMIT, "0.5", {"limit": "99000.001"}),
        (LIMIT, "-1", {"limit": "99000"}),
        (STOP_LOSS, "0.5", {"limit": "99000"}),
        (STOP_LIMIT, "0.5", {"trigger": "99000"}),
        ("TRAILING", "0.5", {"trigger": "99000"}),
    ],
)
def test_an_order_off_the_grid_or_without_its_prices_is_refused(
    kind: str, quantity: str, prices: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        Market().place("BTC_USD", BUY, kind, quantity, **prices)
