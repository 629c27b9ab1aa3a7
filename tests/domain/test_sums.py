"""Sums: an unknown amount is no zero."""

from decimal import Decimal

from domain.sums import sum_if_known


def test_an_unknown_amount_makes_the_sum_unknown_and_a_zero_does_not() -> None:
    assert sum_if_known([Decimal(1), None, Decimal(2)]) is None
    assert sum_if_known([Decimal(1), Decimal(0), Decimal(2)]) == 3
    assert sum_if_known([]) == 0
