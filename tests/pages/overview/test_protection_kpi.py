"""The figure of protection on the Overview: coins, positions, and the reason if it is unknown."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.markets import Side
from domain.orders import Role
from domain.positions import PositionSide
from domain.sources import Source, SourceKind
from pages.overview.protection_kpi import protection_kpi
from pages.overview.view import facts_of, without
from tests.factories import NOON, account, balance, later, order, position, price, snapshot, stop, valuation

STOP = Role.STOP_LOSS
BTC = balance("BTC", "2", market_value=Decimal(200_000))
LONG = position("BTC/USD:USD", "1", side=PositionSide.LONG)
STOP_OF_LONG = stop("perp", symbol="BTC/USD:USD", amount="1", role=STOP)


def kpi(**parts: Any):
    return protection_kpi(facts(**parts), NOON)


def facts(**parts: Any):
    return facts_of(
        [snapshot(**{"worth": valuation("200000"), "prices": [price("BTC/USD", "100000")], **parts})], "USD"
    )


def test_half_of_a_coin_with_a_stop_is_half_protected():
    figure = kpi(balances=[BTC], orders=[stop(amount="1", role=STOP)])
    assert (figure.value, figure.note, figure.warns) == ("50 %", "of coins held, by value", False)


def test_a_position_without_a_stop_is_never_called_nothing_to_protect():
    figure = kpi(balances=[balance("USDT", "500")], positions=[LONG])
    assert (figure.value, figure.note) == ("0 of 1", "position in full")


def test_positions_with_a_stop_for_all_of_them_are_counted():
    short = position("ETH/USD:USD", "3", side=PositionSide.SHORT)
    figure = kpi(balances=[balance("USDT", "500")], positions=[LONG, short], orders=[STOP_OF_LONG])
    assert (figure.value, figure.note) == ("1 of 2", "positions in full")


def test_positions_stand_beside_the_share_of_the_coins():
    figure = kpi(balances=[BTC], positions=[LONG], orders=[stop(amount="2", role=STOP), STOP_OF_LONG])
    assert (figure.value, figure.note) == ("100 %", "of coins held, by value · positions: 1 of 1 in full")


def test_cash_alone_needs_no_protection():
    assert kpi(balances=[balance("USD", "500")]).note == "nothing to protect"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"carried": {Source.TRIGGERS: NOON - timedelta(minutes=4)}}, "trigger orders 4 min old"),
        ({"carried": {Source.TRIGGERS: None}}, "trigger orders not seen yet"),
        ({"unreadable": {Source.TRIGGERS: 2}}, "2 orders not understood"),
        ({"of": account(not_readable=frozenset({SourceKind.TRIGGERS}))}, "some orders not readable"),
        (
            {"orders": [stop(role=Role.UNKNOWN, reduce_only=None)]},
            "effect of an order on BTC not known",
        ),
    ],
)
def test_unknown_protection_says_why(parts: dict[str, Any], reason: str):
    figure = kpi(balances=[BTC], **parts)
    assert (figure.value, figure.note, figure.warns) == ("–", f"unknown: {reason}", True)


def test_a_position_of_unknown_protection_says_why():
    figure = kpi(balances=[balance("USD", "5")], positions=[LONG], carried={Source.TRIGGERS: NOON - timedelta(hours=2)})
    assert (figure.value, figure.warns) == ("0 of 1", True)
    assert figure.note == "position in full, 1 unknown: trigger orders 2 h old"


def test_an_account_without_data_makes_protection_unknown():
    figure = protection_kpi(without(facts(balances=[BTC]), ["second"]), NOON)
    assert (figure.value, figure.note) == ("–", "unknown: no data of second")


def test_a_coin_without_a_price_is_named_beside_the_share():
    figure = kpi(balances=[BTC, balance("ZEDX", "7")], orders=[stop(amount="2", role=STOP)])
    assert figure.value == "100 %"
    assert "Without ZEDX: no price is known" in figure.why


def test_coins_without_any_price_have_no_share():
    figure = kpi(balances=[balance("ZEDX", "7")])
    assert (figure.value, figure.note) == ("–", "unknown: no price of these coins")


def test_a_resting_order_alone_protects_nothing():
    assert kpi(balances=[BTC], orders=[order("1", side=Side.SELL)]).value == "0 %"


def test_balances_that_were_never_seen_are_no_zero():
    seen = replace(facts(positions=[LONG]), balances_known=False)
    assert protection_kpi(seen, later(0)).note == "unknown: balances not seen yet · positions: 0 of 1 in full"
