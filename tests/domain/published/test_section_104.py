"""Pooling in the United Kingdom, by the examples of HMRC's Cryptoassets Manual (CRYPTO22251 to CRYPTO22257).

Average cost is the section 104 pool as long as nothing is bought on the day of a sale or within 30 days after it. HMRC
matches such purchases with the sale first. Books do not, on purpose: a purchase would change a gain that has been shown
for up to 30 days. So the second table states both figures, ours worked out from the pool at the moment of each sale.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from domain.coin_books import CoinBook
from domain.coin_lots import LotMethod
from tests.domain.published.history import counted

AVERAGE = LotMethod.AVERAGE


def test_a_sale_from_the_pool() -> None:
    """CRYPTO22251: 50 of 150 tokens of pooled cost 126,000 are sold for 300,000."""
    *_, sold = counted(AVERAGE, "+100 1000", "+50 125000", "-50 300000")
    assert (sold.realised, sold.cost_after) == (258000, 84000)


def test_a_sale_of_all_that_remains_deducts_all_that_it_cost() -> None:
    """CRYPTO22251, last sentence: all 84,000."""
    *_, sold = counted(AVERAGE, "+100 1000", "+50 125000", "-50 300000", "-100 100000")
    assert (sold.realised, sold.cost_after) == (16000, 0)


# By HMRC, by the pool of the moment of each sale.
MATCHED = [
    # CRYPTO22252, same day: 1,400 - 938. The pool: 800 - 500/5, and 600 - 500 x (400 + 1,000) / 5,600.
    (("+5000 500", "-1000 800", "+1600 1000", "-500 600"), 462, Fraction(700) + 600 - Fraction(500 * 1400, 5600)),
    # CRYPTO22253, 30 days: 165 + 20. The pool: 400 - 500, and 150 - 250.
    (("+2000 1000", "-1000 400", "-500 150", "+700 175", "+500 100", "+500 150"), 185, Fraction(-200)),
    # CRYPTO22254, same day and pool: 79. The pool: 500 - 625, and 142 - 2,000 x (375 + 465) / 9,000.
    (
        ("+8000 1000", "-5000 500", "+4000 320", "+1000 75", "+1000 70", "-2000 142", "+500 35"), 79,
        Fraction(-125) + 142 - Fraction(2000 * 840, 9000),
    ),
    # CRYPTO22255, 30 days and pool: 92,500. The pool: 160,000 - 200,000 x 4 / 14.
    (("+14000 200000", "-4000 160000", "+500 17500"), 92500, 160000 - Fraction(200000 * 4, 14)),
]  # fmt: skip


@pytest.mark.parametrize(("history", "by_hmrc", "by_the_pool"), MATCHED)
def test_purchases_near_a_sale_are_in_the_pool_and_not_matched_with_it(
    history: tuple[str, ...], by_hmrc: int, by_the_pool: Fraction
) -> None:
    gains = [result.realised for result in counted(AVERAGE, *history)]
    found = sum((Fraction(gain) for gain in gains if gain is not None), Fraction(0))
    assert abs(found - by_the_pool) < Fraction(1, 10**20)
    assert abs(found - by_hmrc) > 1


def test_what_remains_agrees_once_nothing_was_matched_out_of_the_pool() -> None:
    """CRYPTO22255 without the purchase of September: 10,000 of 14,000 tokens remain at 200,000 x 10 / 14."""
    book = CoinBook(AVERAGE)
    counted(AVERAGE, "+14000 200000", "-4000 160000", book=book)
    (lot,) = book.lots
    assert lot.cost is not None
    assert (lot.quantity, lot.cost.quantize(Decimal("0.01"))) == (10000, Decimal("142857.14"))


def test_a_token_paid_with_a_token_changes_two_pools() -> None:
    """CRYPTO22257, the first line alone: 10,000 H worth 3,200 for 1,000 of 100,000 G of pooled cost 300,000."""
    token_g = counted(AVERAGE, "+100000 300000", "-1000 3200")[-1]
    (token_h,) = counted(AVERAGE, "+10000 3200")
    assert (token_g.realised, token_g.cost_after, token_h.cost_after) == (200, 297000, 3200)
