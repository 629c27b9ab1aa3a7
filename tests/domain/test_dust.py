"""Dust by the smallest amount that can be sold: what is left below it closes the lot."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.coin_books import CoinBook, Role
from domain.coin_lots import LotMethod
from domain.coin_units import ALWAYS, CoinUnit, CoinUnits
from tests.domain.test_coin_books import FIFO, event
from tests.factories import NOON

UNIT = Decimal("0.001")


def test_a_rest_too_small_to_be_sold_closes_the_lot() -> None:
    book = CoinBook(LotMethod.AVERAGE)
    book.apply(event("1", "100"), UNIT)
    sold = book.apply(event("-0.9995", "120", minute=1), UNIT)
    assert (sold.realised, sold.quantity_after, sold.cost_after) == (20, 0, 0)


def test_a_rest_of_one_unit_can_be_sold_and_stays() -> None:
    book = CoinBook(LotMethod.AVERAGE)
    book.apply(event("1", "100"), UNIT)
    sold = book.apply(event("-0.999", "120", minute=1), UNIT)
    assert (sold.quantity_after, sold.cost_after) == (UNIT, Decimal("0.1"))


def test_a_fee_or_a_withdrawal_leaves_a_rest_where_it_is() -> None:
    for role in (Role.FEE, Role.WITHDRAWAL):
        book = CoinBook(FIFO)
        book.apply(event("1", "100"), UNIT)
        left = replace(event("-0.9995", "120", minute=1), role=role)
        assert book.apply(left, UNIT).quantity_after == Decimal("0.0005")


def test_less_than_a_unit_is_never_closed_by_less() -> None:
    """0.0009 from interest pay for 0.0001 of something: the rest stays at its cost."""
    book = CoinBook(FIFO)
    book.apply(event("0.0009", "9"), UNIT)
    assert book.apply(event("-0.0001", "2", minute=1), UNIT).quantity_after == Decimal("0.0008")


def test_a_sale_of_less_than_a_unit_beyond_what_is_held_is_rounding() -> None:
    book = CoinBook(FIFO)
    book.apply(event("1", "100"), UNIT)
    sold = book.apply(event("-1.0005", "120", minute=1), UNIT)
    assert (sold.realised, sold.unexplained, sold.quantity_after) == (20, 0, 0)


def test_a_unit_that_changes_counts_from_then_on() -> None:
    units = CoinUnits([CoinUnit("BTC", NOON, UNIT), CoinUnit("BTC", ALWAYS, Decimal("0.1"))])
    assert [units.at("BTC", at) for at in (NOON - timedelta(1), NOON, NOON + timedelta(1))] == [
        Decimal("0.1"),
        UNIT,
        UNIT,
    ]
    assert units.at("ETH", NOON) is None
