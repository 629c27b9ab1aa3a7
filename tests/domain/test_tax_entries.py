"""Entries of tax years: they keep every digit, and a closed year plus its corrections is the later version."""

import json
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.coin_lots import LotMethod
from domain.lots import ZERO
from domain.tax import Receipt, TaxEntry, TaxYear
from domain.tax_entries import Correction, Section, corrected, differences, entries_of, year_of
from domain.transfers import TransferKind
from tests.domain.test_tax import SINCE, event, tax_year
from tests.factories import NOON

# Each row: the day, the quantity, its value (None is unknown).
rows = st.lists(
    st.tuples(st.integers(0, 300), st.integers(-300, 400).filter(bool), st.none() | st.integers(1, 10_000)), max_size=12
)


def year(history: list[tuple[int, int, int | None]], method: LotMethod) -> TaxYear:
    """A year of buys, sales and interest on each of these days."""
    entries = []
    for day, quantity, value in sorted(history, key=lambda row: row[0]):
        moved = event(day, str(Decimal(quantity) / 7), None if value is None else str(Decimal(value) / 3))
        receipt = Receipt(f"i{day}", TransferKind.INTEREST, "USD", moved.at, Decimal(1), moved.value)
        entries.append(TaxEntry(moved.at, True, (moved,), receipts=(receipt,)))
    return tax_year(entries, method, SINCE, SINCE + timedelta(days=365))


def through_json(found: TaxYear) -> TaxYear:
    return year_of(json.loads(json.dumps(entries_of(found))), found.method)


@given(st.sampled_from(list(LotMethod)), rows)
def test_a_year_is_the_same_after_it_was_stored(method: LotMethod, history: list[tuple[int, int, int | None]]) -> None:
    found = year(history, method)
    stored = through_json(found)
    assert (stored.disposals, stored.receipts) == (list(found.disposals), list(found.receipts))
    assert {coin: list(lots) for coin, lots in stored.open_lots.items()} == {
        coin: list(lots) for coin, lots in found.open_lots.items()
    }
    assert (stored.gain, stored.income, stored.gain_of_fills) == (found.gain, found.income, found.gain_of_fills)


@given(st.sampled_from(list(LotMethod)), st.lists(rows, min_size=2, max_size=4))
def test_a_closed_year_and_all_corrections_are_the_latest_version(
    method: LotMethod, versions: list[list[tuple[int, int, int | None]]]
) -> None:
    """Whatever comes to be known, in however many steps: entry by entry, and in every sum to the last digit."""
    first, *later_ones = [year(history, method) for history in versions]
    corrections: list[Correction] = []
    for step, version in enumerate(later_ones):
        known_at = NOON + timedelta(days=step)
        before = corrected(entries_of(first), corrections)
        corrections += [Correction(known_at, was, now) for was, now in differences(before, entries_of(version))]
    latest = later_ones[-1]
    found = year_of(corrected(entries_of(first), corrections), method)
    assert by_place(found) == by_place(latest)
    sums = dict.fromkeys(Section, ZERO)
    for correction in corrections:
        sums[correction.section] += correction.difference
    assert abs(first.gain + sums[Section.DISPOSAL] - latest.gain) < Decimal("1e-15")
    assert abs(first.income + sums[Section.INCOME] - latest.income) < Decimal("1e-15")


def by_place(found: TaxYear) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries_of(found))


@given(st.sampled_from(list(LotMethod)), rows)
def test_equal_versions_have_no_difference(method: LotMethod, history: list[tuple[int, int, int | None]]) -> None:
    assert differences(entries_of(year(history, method)), entries_of(year(history, method))) == []


def test_a_gain_that_becomes_known_differs_by_all_of_it() -> None:
    unknown, known = (
        year([(1, 7, None), (2, -7, 300)], LotMethod.FIFO),
        year([(1, 7, 30), (2, -7, 300)], LotMethod.FIFO),
    )
    pairs = differences(entries_of(unknown), entries_of(known))
    corrections = [Correction(NOON, was, now) for was, now in pairs]
    gains = [(c.old, c.new, c.difference) for c in corrections if c.section is Section.DISPOSAL]
    assert gains == [(None, 90, 90)]
