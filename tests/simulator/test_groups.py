"""Groups: what the legs of an OCO, OTO or OTOCO do to one another."""

import pytest

from simulator.orders import ACTIVE, BUY, CANCELED, FILLED, LIMIT, SELL, STOP_LOSS, TAKE_PROFIT, Order
from tests.simulator.market import Market


def oco(market: Market) -> list[Order]:
    return market.group(
        "OCO",
        market.ticket("BTC_USD", SELL, LIMIT, "0.5", limit="110000"),
        market.ticket("BTC_USD", SELL, STOP_LOSS, "0.5", trigger="95000"),
    )


def otoco(market: Market) -> list[Order]:
    return market.group(
        "OTOCO",
        market.ticket("BTC_USD", BUY, LIMIT, "0.5", limit="98000"),
        market.ticket("BTC_USD", SELL, STOP_LOSS, "0.5", trigger="95000"),
        market.ticket("BTC_USD", SELL, TAKE_PROFIT, "0.5", trigger="110000"),
    )


def test_when_one_leg_of_an_oco_fills_the_other_is_cancelled() -> None:
    market = Market()
    target, stop = oco(market)
    market.until_filled(target, "110000")
    assert (target.status, stop.status) == (FILLED, CANCELED)
    assert not market.engine.open


def test_when_the_stop_of_an_oco_triggers_the_target_is_cancelled() -> None:
    market = Market()
    target, stop = oco(market)
    market.move("BTC_USD", "94000")
    assert (target.status, stop.status) == (CANCELED, FILLED)
    assert len(market.trades()) >= 1


def test_cancelling_one_leg_of_an_oco_cancels_both() -> None:
    market = Market()
    target, stop = oco(market)
    market.engine.cancel(stop, market.at)
    assert (target.status, stop.status) == (CANCELED, CANCELED)


def test_the_second_and_third_leg_of_an_otoco_share_their_ids() -> None:
    """Identity needs the leg."""
    entry, stop, target = otoco(Market())
    assert stop.order_id == target.order_id != entry.order_id
    assert stop.client_oid == target.client_oid
    assert (entry.leg_id, stop.leg_id, target.leg_id) == (1, 2, 3)
    assert entry.group is not None
    assert entry.group.list_id > 2**53


def test_the_legs_of_an_otoco_sleep_until_the_entry_is_filled() -> None:
    market = Market()
    entry, stop, target = otoco(market)
    market.move("BTC_USD", "111000")
    assert [leg.status for leg in (entry, stop, target)] == [ACTIVE] * 3
    assert not market.trades()
    market.until_filled(entry, "97500")
    assert (stop.is_armed, target.is_armed) == (True, True)
    market.move("BTC_USD", "110000")
    assert (entry.status, stop.status, target.status) == (FILLED, CANCELED, FILLED)


def test_cancelling_the_entry_cancels_its_legs() -> None:
    market = Market()
    legs = otoco(market)
    market.engine.cancel(legs[0], market.at)
    assert [leg.status for leg in legs] == [CANCELED] * 3


def test_an_entry_whose_stop_is_already_passed_is_stopped_out_at_once() -> None:
    market = Market()
    entry, stop, target = otoco(market)
    market.until_filled(entry, "94000")
    assert (entry.status, stop.status, target.status) == (FILLED, FILLED, CANCELED)


def test_a_group_with_wrong_legs_is_refused() -> None:
    market = Market()
    leg = market.ticket("BTC_USD", SELL, STOP_LOSS, "0.5", trigger="95000")
    with pytest.raises(ValueError, match="3 legs"):
        market.group("OTOCO", leg, leg)
    with pytest.raises(ValueError, match="first leg"):
        market.group("OTO", leg, leg)
    assert not market.engine.open
