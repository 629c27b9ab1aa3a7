"""Which lots leave, as rotki's and ghostfolio's tests of cost basis state it, and what rotki knows no purchase of."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from domain.coin_books import CoinBook, CoinResult
from domain.coin_events import Values, events_of_fill, in_order
from domain.coin_lots import LotMethod
from domain.markets import Side
from tests.domain.published.history import counted, realised
from tests.factories import fill, later

FIFO, LIFO, HIFO = LotMethod.FIFO, LotMethod.LIFO, LotMethod.HIFO


def taken(result: CoinResult) -> Sequence[tuple[Decimal, Decimal | None]]:
    return [(lot.quantity, lot.cost) for lot in result.closed]


def test_rotki_a_sale_of_eight_takes_five_of_the_first_and_three_of_the_second_purchase() -> None:
    """test_calculate_spend_cost_basis_after_year: costs of 1,340.5 and 1,837.35, and 12 of 15 remain."""
    book = CoinBook(FIFO)
    *_, sold = counted(FIFO, "+5 1340.5", "+15 9186.75", "+3 1810.245", "-8 1", book=book)
    assert taken(sold) == [(5, Decimal("1340.5")), (3, Decimal("1837.35"))]
    assert [lot.quantity for lot in book.lots] == [12, 3]


def test_rotki_one_purchase_is_used_by_two_sales() -> None:
    """test_calculate_spend_cost_basis1_buy_used_by_2_sells_taxable: 804.3, then 536.2."""
    _, first, second = counted(FIFO, "+5 1340.5", "-3 1", "-2 1")
    assert (taken(first), taken(second)) == ([(3, Decimal("804.3"))], [(2, Decimal("536.2"))])


def test_rotki_more_sold_than_bought_is_matched_as_far_as_possible() -> None:
    """test_calculate_spend_cost_basis_sell_more_than_bought_within_year: 880.55 for 2 of 3, and 1 is missing."""
    *_, sold = counted(FIFO, "+1 268.1", "+1 612.45", "-3 1")
    assert sum(cost or 0 for _, cost in taken(sold)) == Decimal("880.55")
    assert (sold.unexplained, sold.quantity_after) == (1, 0)


LAST_FIRST = [
    # test_accounting_lifo_order, test_accounting_hifo_order: what remains after each sale, by its cost.
    (LIFO, ("+2 2", "+5 5", "-3 3"), [2, 2]),
    (LIFO, ("+2 2", "+5 5", "-3 3", "+1 1", "-4 4"), [1]),
    (LIFO, ("+2 2", "+5 5", "-3 3", "+1 1", "-4 4", "+1 1", "-2 2"), []),
    (HIFO, ("+2 6", "+5 5", "-1 1"), [1, 5]),
    (HIFO, ("+2 6", "+5 5", "-1 1", "+1 2", "-6 6"), [1]),
    (HIFO, ("+2 6", "+5 5", "-1 1", "+1 2", "-6 6", "+1 1", "-2 2"), []),
    (HIFO, ("+2 2", "+1 1.5", "-0.5 1"), [2, Decimal("0.5")]),  # test_accounting_simple_hifo_order
]


@pytest.mark.parametrize(("method", "history", "left"), LAST_FIRST)
def test_rotki_newest_or_dearest_first(method: LotMethod, history: tuple[str, ...], left: list[Decimal]) -> None:
    book = CoinBook(method)
    counted(method, *history, book=book)
    assert sorted(lot.quantity for lot in book.lots) == sorted(left)


@pytest.mark.parametrize("method", [LIFO, HIFO])
def test_rotki_the_part_that_nothing_explains_is_named(method: LotMethod) -> None:
    """The end of both tests: 1 is held and 2 are sold. One was found and one is missing."""
    assert counted(method, "+1 1", "-2 2")[-1].unexplained == 1


def test_rotki_a_coin_bought_with_a_coin_realises_the_gain_of_that_coin() -> None:
    """test_selling_crypto_bought_with_crypto without fees: 74.4107983124540625 over both sales."""
    rate = Decimal("386.175")
    paid = Decimal(375) * Decimal("0.0010275")
    fills = [
        (fill("1", Side.BUY, "82", "268.678317859", symbol="BTC/EUR"), Decimal(82) * Decimal("268.678317859")),
        (fill("2", Side.BUY, "375", "0.0010275", symbol="XMR/BTC", at=later(9)), paid * rate),
        (fill("3", Side.SELL, "45", "1.0443027675", symbol="XMR/EUR", at=later(99)), 45 * Decimal("1.0443027675")),
    ]
    books: dict[str, CoinBook] = {}
    results = [
        books.setdefault(event.coin, CoinBook(FIFO)).apply(event)
        for traded, value in fills
        for event in in_order(events_of_fill(traded, Values(value), "EUR"))
    ]
    assert paid == Decimal("0.3853125")
    assert realised(results) == Decimal("74.4107983124540625")


def test_rotki_counts_a_sale_without_a_purchase_as_profit_and_here_it_is_unknown() -> None:
    """test_no_corresponding_buy_for_sell gains 2,519.62. The difference is on purpose: nobody knows the cost."""
    (sold,) = counted(FIFO, "-1 2519.62 0.02")
    assert (sold.realised, sold.unexplained) == (None, 1)


def test_rotki_keeps_a_fee_in_the_coin_as_cost_and_here_less_of_the_coin_comes_in() -> None:
    """test_buy_event_creation: 5 of 578.6438412, fee 0.0012. Here 4.9988 come in, at all that was paid for them."""
    bought = fill("1", Side.BUY, "5", "578.505", symbol="BTC/EUR", fee="0.0012", fee_currency="BTC")
    (event,) = events_of_fill(bought, Values(Decimal("2892.525"), Decimal("0.694206")), "EUR")
    result = CoinBook(FIFO).apply(event)
    assert (result.quantity_after, result.cost_after) == (Decimal("4.9988"), Decimal("2892.525"))


def test_ghostfolio_a_third_and_two_thirds_are_one() -> None:
    """MSFT buy and sell: 0.3333333333333333 and 0.6666666666666666 are sold as 1, and nothing is left."""
    *_, sold = counted(FIFO, "+0.3333333333333333 136", "+0.6666666666666666 266.67", "-1 411")
    assert (sold.quantity_after, sold.unexplained) == (0, 0)
    assert sold.realised is not None
    assert sold.realised.quantize(Decimal("0.01")) == Decimal("8.33")
