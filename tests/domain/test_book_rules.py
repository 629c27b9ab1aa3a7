"""Rules of the books at their edges: each test fails if its rule is broken alone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.coin_books import CoinBook, CoinEvent, Role
from domain.coin_events import Values, in_order
from domain.coin_lots import CoinLot, LotMethod
from domain.contract_events import MarketProfit, contract_result, events_of_contract
from domain.markets import Side
from domain.spans import StoredFlow, value_of_flow
from tests.factories import NOON, fill, transfer

AVERAGE, FIFO = LotMethod.AVERAGE, LotMethod.FIFO
BOTH = pytest.mark.parametrize("method", [AVERAGE, FIFO])


def event(quantity: str, value: str | None, role: Role = Role.TRADED, key: str = "k") -> CoinEvent:
    return CoinEvent(key, "BTC", NOON, role, Decimal(quantity), None if value is None else Decimal(value))


def test_average_cost_takes_the_same_share_of_known_and_of_unknown_coins() -> None:
    """3 of cost 90 and 1 of unknown cost. Of 2 sold for 100, 1.5 have a cost of 45 and proceeds of 75."""
    book = CoinBook(AVERAGE)
    book.apply(event("3", "90"))
    book.apply(event("1", "30", Role.DEPOSIT))
    sold = book.apply(event("-2", "100"))
    assert (sold.realised, sold.unexplained) == (30, Decimal("0.5"))
    assert (sold.quantity_after, sold.known_after, sold.cost_after) == (2, Decimal("1.5"), 45)


@BOTH
def test_a_rest_that_is_no_rounding_stays(method: LotMethod) -> None:
    """One part in a billion of what was bought is a lot of its own, with its cost."""
    book = CoinBook(method)
    book.apply(event("1", "1000"))
    sold = book.apply(event("-0.999999999", "1000"))
    assert (sold.quantity_after, sold.cost_after) == (Decimal("1e-9"), Decimal("1e-6"))


@BOTH
def test_one_part_in_a_billion_more_sold_than_bought_is_unexplained(method: LotMethod) -> None:
    book = CoinBook(method)
    book.apply(event("1", "1000"))
    assert book.apply(event("-1.000000001", "1000")).unexplained == Decimal("1e-9")


@BOTH
def test_a_deposit_takes_the_lots_that_are_put_into_its_event(method: LotMethod) -> None:
    """Of 2 that were sent at a cost of 500, all but 0.1 arrive: the fee is that of the oldest lot."""
    lots = (CoinLot(Decimal(1), Decimal(100), Decimal(0), NOON), CoinLot(Decimal(1), Decimal(400), Decimal(0), NOON))
    book = CoinBook(method)
    arrived = book.apply(event("1.9", "900", Role.DEPOSIT).with_lots(lots))
    assert (arrived.realised, arrived.known_after, arrived.cost_after) == (0, Decimal("1.9"), 490)


def test_at_one_moment_coins_come_in_from_outside_first_and_leave_for_outside_last() -> None:
    trade, deposit = event("-1", "9", key="1"), event("1", "9", Role.DEPOSIT, "d")
    withdrawal = event("-1", "9", Role.WITHDRAWAL, "a")
    assert in_order([withdrawal, trade, deposit]) == [deposit, trade, withdrawal]


def test_numbers_of_one_moment_are_ordered_by_size_and_not_as_text() -> None:
    keys = ["1000", "999", "99", "1001"]
    assert [e.key for e in in_order([event("1", "1", key=key) for key in keys])] == ["99", "999", "1000", "1001"]


def test_the_gain_of_an_inverse_contract_has_the_rate_of_its_fill() -> None:
    """2 BTC of contracts are worth 1,400 USD at that moment: a gain of 0.5 BTC is 350 USD, a loss of 0.2 is 140."""
    closing = fill("1", Side.SELL, "2", "710", symbol="BTC/USD:BTC", fee="0.01", fee_currency="BTC")
    values = Values(Decimal(1400), Decimal(7))
    gained = MarketProfit(Decimal("0.49"), Decimal("0.5"), Decimal("0.01"))
    result = contract_result(closing, values, gained)
    assert (result.realised, result.realised_before_fees, result.quantity_after) == (343, 350, 0)
    (income,) = events_of_contract(closing, values, gained, "USD")
    assert (income.role, income.quantity, income.value) == (Role.INCOME, Decimal("0.49"), 343)
    lost = MarketProfit(Decimal("-0.21"), Decimal("-0.2"), Decimal("0.01"))
    (payment,) = events_of_contract(closing, values, lost, "USD")
    assert (payment.quantity, payment.value) == (Decimal("-0.21"), 147)


MOVED = transfer(asset="BTC", amount="2", at=datetime(2026, 5, 1, tzinfo=UTC))
STORED = StoredFlow(1, MOVED, MOVED.at, is_valued=True, currency="EUR", value=Decimal(180), value_usd=Decimal(200))


@pytest.mark.parametrize(
    ("currency", "rate", "value"),
    [
        ("EUR", None, 180),  # as it was stored
        ("USD", None, 200),
        ("BTC", None, 2),  # an amount of the currency itself
        ("CHF", "0.95", 171),  # at the rate of then between CHF and the stored currency
        ("CHF", None, None),
    ],
)
def test_a_flow_is_worth_what_was_stored_for_its_moment(currency: str, rate: str | None, value: int | None) -> None:
    known = None if rate is None else Decimal(rate)
    assert value_of_flow(STORED, "EUR", currency, known) == value


def test_an_unknown_value_of_a_flow_is_no_zero() -> None:
    unknown = StoredFlow(1, MOVED, MOVED.at, is_valued=True, currency="EUR", value=None)
    assert value_of_flow(unknown, "EUR", "EUR", Decimal(1)) is None
    assert value_of_flow(unknown, "EUR", "USD", Decimal(1)) is None
