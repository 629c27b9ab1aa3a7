"""A tax year, against worked examples.

Source of the exchange of coins: the Australian Tax Office's example (20 of one coin, bought at 150 each, exchanged for
another worth 6,000: a gain of 3,000). The other examples are arithmetic over lots that each test states.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coin_books import CoinBook, CoinEvent, Role
from domain.coin_lots import LotMethod
from domain.tax import Receipt, TaxBooks, TaxEntry, TaxYear
from domain.transfers import TransferKind

SINCE, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def event(day: int, quantity: str, value: str | None, role: Role = Role.TRADED, coin: str = "BTC") -> CoinEvent:
    """An event so many days after the beginning of the year."""
    at = SINCE + timedelta(days=day)
    return CoinEvent(f"{coin}{day}", coin, at, role, Decimal(quantity), None if value is None else Decimal(value))


def entries(events: Iterable[CoinEvent]) -> list[TaxEntry]:
    """Each event as a fill of its own."""
    return [TaxEntry(event.at, True, [event]) for event in events]


def tax_year(entries: Iterable[TaxEntry], method: LotMethod, since: datetime, until: datetime) -> TaxYear:
    """The year [since, until). `entries` are all of an account from its first on, in the order of its books."""
    books = TaxBooks(method, since)
    for entry in entries:
        if entry.at < until:
            books.apply(entry)
    return books.year()


def year(*events: CoinEvent, method: LotMethod = LotMethod.FIFO) -> TaxYear:
    return tax_year(entries(events), method, SINCE, UNTIL)


def test_a_disposal_names_its_lots_with_their_dates() -> None:
    bought_before, bought, sold = event(-400, "1", "100"), event(10, "1", "300"), event(40, "-1.5", "600")
    found = year(bought_before, bought, sold)
    assert [(d.quantity, d.proceeds, d.cost, d.gain) for d in found.disposals] == [
        (1, 400, 100, 300),
        (Decimal("0.5"), 200, 150, 50),
    ]
    assert [d.held for d in found.disposals] == [timedelta(days=440), timedelta(days=30)]
    assert found.gain == 350
    assert [lot.cost for lot in found.open_lots["BTC"]] == [150]


def test_paying_with_a_coin_is_a_disposal() -> None:
    found = year(
        event(0, "20", "3000", coin="A"), event(9, "-20", "6000", Role.PAID, "A"), event(9, "100", "6000", coin="B")
    )
    assert [(d.coin, d.role, d.gain) for d in found.disposals] == [("A", Role.PAID, 3000)]


def test_only_the_year_counts_and_earlier_sales_have_used_their_lots() -> None:
    events = event(-20, "2", "200"), event(-10, "-1", "500"), event(5, "-1", "300"), event(366, "-1", "1")
    assert [d.gain for d in year(*events).disposals] == [200]


def test_transfers_are_no_disposals() -> None:
    found = year(event(0, "1", "100"), event(1, "-1", "500", Role.WITHDRAWAL))
    assert (found.disposals, found.open_lots) == ([], {})


def test_income_is_listed_at_its_value_and_becomes_a_lot() -> None:
    earned = event(3, "0.1", "50", Role.INCOME)
    receipt = Receipt("1", TransferKind.INTEREST, "BTC", earned.at, earned.quantity, earned.value)
    paid = TaxEntry(earned.at, False, [earned], receipts=[receipt])
    found = tax_year([paid, *entries([event(9, "-0.1", "80")])], LotMethod.FIFO, SINCE, UNTIL)
    assert (found.receipts, found.income) == ([receipt], 50)
    assert found.gain == 30


def test_what_is_unknown_is_listed_and_not_zero() -> None:
    found = year(event(0, "1", "10", Role.DEPOSIT), event(1, "-1", "300"), event(2, "-1", "400"))
    assert [(d.quantity, d.proceeds, d.cost, d.gain) for d in found.disposals] == [
        (1, 300, None, None),
        (1, 400, None, None),
    ]
    assert (len(found.unknown), found.gain) == (2, 0)


def test_what_leaves_beyond_all_lots_is_a_disposal_of_unknown_cost() -> None:
    found = year(event(0, "1", "100"), event(1, "-4", "800"), event(2, "-1", None))
    assert [(d.quantity, d.proceeds, d.cost, d.gain) for d in found.disposals] == [
        (1, 200, 100, 100),
        (3, 600, None, None),
        (1, None, None, None),
    ]
    assert (found.gain, [bool(d.remark) for d in found.disposals]) == (100, [False, True, True])


def test_an_average_lot_has_no_date() -> None:
    found = year(event(0, "1", "100"), event(1, "1", "200"), event(2, "-1", "300"), method=LotMethod.AVERAGE)
    assert [(d.acquired_at, d.cost, d.gain) for d in found.disposals] == [(None, 150, 150)]


@pytest.mark.parametrize(("method", "gain"), [(LotMethod.LIFO, 100), (LotMethod.HIFO, 0), (LotMethod.FIFO, 200)])
def test_the_method_is_a_choice_of_the_report(method: LotMethod, gain: int) -> None:
    events = event(0, "1", "100"), event(1, "1", "300"), event(2, "1", "200"), event(3, "-1", "300")
    assert year(*events, method=method).gain == gain


history = st.lists(st.tuples(st.booleans(), st.integers(1, 500), st.integers(1, 10_000)), min_size=1, max_size=20)


@given(st.sampled_from(list(LotMethod)), history)
def test_the_gains_of_all_years_are_what_the_books_realised(
    method: LotMethod, rows: list[tuple[bool, int, int]]
) -> None:
    events = [
        event(40 * n, str(amount if buys else -amount), str(value)) for n, (buys, amount, value) in enumerate(rows)
    ]
    book, realised = CoinBook(method), Decimal(0)
    for each in events:
        realised += book.apply(each).realised or Decimal(0)
    years = [
        tax_year(entries(events), method, SINCE + n * timedelta(days=365), SINCE + (n + 1) * timedelta(days=365))
        for n in range(3)
    ]
    assert abs(sum(each.gain for each in years) - realised) < Decimal("1e-20")


@given(history)
def test_the_highest_cost_first_is_what_a_search_through_all_lots_takes(rows: list[tuple[bool, int, int]]) -> None:
    """Each purchase has a price of its own, one unit a lot: sales take the dearest units that are held."""
    events: list[CoinEvent] = []
    held: list[int] = []
    expected = Decimal(0)
    for n, (buys, amount, price) in enumerate(rows):
        quantity = amount % 5 + 1 if buys else min(amount % 5 + 1, len(held))
        if not quantity:
            continue
        events.append(event(n, str(quantity if buys else -quantity), str(quantity * price)))
        if buys:
            held += [price] * quantity
        else:
            held.sort()
            expected += sum(price - held.pop() for _ in range(quantity))
    found = tax_year(entries(events), LotMethod.HIFO, SINCE, UNTIL)
    assert abs(found.gain - expected) < Decimal("1e-20")
    assert sum(lot.quantity for lots in found.open_lots.values() for lot in lots) == len(held)
