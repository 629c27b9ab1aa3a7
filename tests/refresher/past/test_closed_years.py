"""A closed tax year: later events never change it, they are corrections, and both together are the live year."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from db.copying import json_text
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.tax_closings import read_tax_corrections
from db.reads.tax_export import name_of_year, read_live_year, read_tax_export
from db.writes.stated_costs import write_entered_cost
from domain.coin_lots import LotMethod
from domain.edits import EditState
from domain.lots import ZERO
from domain.stated_cost import StatedCost
from domain.tax_entries import Section, corrected, entries_of
from domain.tax_rows import COLUMNS, tax_rows
from domain.transfers import TransferKind
from refresher.past.closed_years import ClosedYears, close_tax_year
from tests.db.fill_history import new_accounts
from tests.factories import NOON, fill, later, transfer
from tests.refresher.past.coin_history import BUY, FIFO, SELL, rates, work_out

UTC_ZONE = ZoneInfo("UTC")
YEAR = NOON.year
AFTER = datetime(YEAR + 1, 1, 15, tzinfo=UTC)
RATES = rates(BTC=[(0, "500")], BNB=[(0, "300")])


def closed(database, account, method=None):
    name = name_of_year(account, method, YEAR, UTC_ZONE, None)
    verdict = close_tax_year(database.writer, account, name, lambda: AFTER)
    assert verdict.state is EditState.APPLIED, verdict
    return name


def compared(database, account, days: float) -> int:
    return ClosedYears(account, database.writer, lambda: AFTER + timedelta(days=days)).compare(lambda: True)


def export(database, account, method=None):
    with database.reader.connect() as connection:
        (found,) = read_tax_export(connection, [account], method, YEAR, UTC_ZONE)
        live = read_live_year(connection, account, name_of_year(account, method, YEAR, UTC_ZONE, None))
    return found, live


def is_sum(found, live) -> None:
    """The closed year and its corrections are the live year: entry by entry, and in every sum."""
    after = corrected(entries_of(found.year), found.corrections)
    assert {json_text(entry) for entry in after} == {json_text(entry) for entry in entries_of(live.year)}
    by_section = dict.fromkeys(Section, ZERO)
    for correction in found.corrections:
        by_section[correction.section] += correction.difference
    assert found.year.gain + by_section[Section.DISPOSAL] == live.year.gain
    assert found.year.income + by_section[Section.INCOME] == live.year.income


def a_history(database, method=FIFO):
    """1 BTC bought for 400 and sold for 500, fee unknown of a third fill, and interest."""
    (main,) = new_accounts(database, cost_method=method)
    work_out(
        database, main, RATES,
        fill("1", BUY, "1", "400", at=later(10)), fill("2", SELL, "1", "500", at=later(50)),
        fill("3", BUY, "2", "100", symbol="ETH/USD", at=later(60)),
        transfer("interest/1", kind=TransferKind.INTEREST, amount="0.1", at=later(70)),
    )  # fmt: skip
    return main


@pytest.mark.parametrize("method", [None, LotMethod.HIFO, LotMethod.AVERAGE])
def test_a_late_purchase_corrects_the_closed_gain(database, method):
    """An earlier purchase for 100 comes to be known. FIFO sells it first: a gain of 400, not 100. HIFO keeps it."""
    main = a_history(database)
    closed(database, main, method)
    before, _ = export(database, main, method)
    assert (before.year.gain, before.corrections, before.closed_at) == (100, [], AFTER)
    work_out(database, main, RATES, fill("0", BUY, "1", "100", at=later(5)))
    assert compared(database, main, 3) > 0
    found, live = export(database, main, method)
    assert found.year == before.year
    gains = [c for c in found.corrections if c.section is Section.DISPOSAL]
    expected = {None: [(100, 400)], LotMethod.HIFO: [], LotMethod.AVERAGE: [(100, 250)]}[method]
    assert [(gain.old, gain.new) for gain in gains] == expected
    assert {c.known_at for c in found.corrections} == {AFTER + timedelta(days=3)}
    is_sum(found, live)


def test_several_corrections_add_up_in_the_order_of_their_dates(database):
    main = a_history(database)
    name = closed(database, main)
    work_out(database, main, RATES, fill("0", BUY, "1", "100", at=later(5)))
    assert compared(database, main, 3) == 2  # the gain, and a lot of 400 is left
    work_out(database, main, RATES, transfer("interest/0", kind=TransferKind.INTEREST, amount="0.2", at=later(6)))
    assert compared(database, main, 5) > 0
    with database.reader.connect() as connection:
        dates = [correction.known_at for correction in read_tax_corrections(connection, name)]
    assert dates == sorted(dates)
    assert {(at - AFTER).days for at in dates} == {3, 5}
    is_sum(*export(database, main))


def test_a_stated_cost_corrects_an_unknown_gain(database):
    (main,) = new_accounts(database, cost_method=FIFO)
    work_out(database, main, RATES, transfer(amount="2"), fill("1", SELL, "1", "25000", at=later(9)))
    closed(database, main)
    write_entered_cost(database.writer, main.id, StatedCost("deposit/1", Decimal(12_000), "USD"))
    work_out(database, main, RATES)
    compared(database, main, 1)
    found, live = export(database, main)
    (gain,) = [correction for correction in found.corrections if correction.section is Section.DISPOSAL]
    assert (gain.old, gain.new, gain.difference) == (None, 19_000, 19_000)
    is_sum(found, live)


def test_the_closed_gain_and_its_corrections_are_what_fills_and_overview_show(database):
    main = a_history(database)
    closed(database, main)
    work_out(database, main, RATES, fill("0", BUY, "1", "100", at=later(5)))
    compared(database, main, 3)
    found, _ = export(database, main)
    with database.reader.connect() as connection:
        shown = read_fill_totals(connection, [main], FillFilter()).by_quote["USD"].realised
    changed = sum(c.difference for c in found.corrections if c.section is Section.DISPOSAL and c.entry["is_fill"])
    assert shown == found.year.gain_of_fills + changed == 400


def test_what_happens_after_the_year_corrects_nothing(database):
    main = a_history(database)
    closed(database, main)
    work_out(database, main, RATES, fill("9", SELL, "1", "1000", symbol="ETH/USD", at=AFTER))
    compared(database, main, 9)
    found, live = export(database, main)
    assert found.corrections == []
    is_sum(found, live)


def test_nothing_is_compared_while_nothing_changed(database):
    main = a_history(database)
    closed(database, main)
    work_out(database, main, RATES, fill("8", BUY, "1", "1", symbol="ETH/USD", at=AFTER))
    assert compared(database, main, 1) == 0
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE tax_closing SET entries = '[]'"))  # a comparison would notice
    work_out(database, main, RATES, fill("9", BUY, "1", "1", symbol="ETH/USD", at=AFTER + timedelta(1)))
    assert compared(database, main, 2) == 0


def test_a_year_is_closed_once_and_only_when_it_is_over_and_counted(database):
    main = a_history(database)
    name = name_of_year(main, None, YEAR, UTC_ZONE, None)
    early = close_tax_year(database.writer, main, name, lambda: datetime(YEAR, 12, 31, tzinfo=UTC))
    assert early.answer == f"{YEAR} is not over yet in UTC."
    closed(database, main)
    assert (
        close_tax_year(database.writer, main, name, lambda: AFTER).answer == f"{YEAR} of {main.name} was closed before."
    )
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE coin_books_state SET counted_at = :at"), {"at": later(20)})
    other = name_of_year(main, LotMethod.LIFO, YEAR, UTC_ZONE, None)
    verdict = close_tax_year(database.writer, main, other, lambda: AFTER)
    assert (verdict.state, verdict.answer) == (
        EditState.REFUSED, f"Some events of {main.name} are not worked out yet. Try again later."
    )  # fmt: skip


def test_the_rows_of_a_closed_year_name_its_date_and_its_corrections(database):
    main = a_history(database)
    closed(database, main)
    work_out(database, main, RATES, fill("0", BUY, "1", "100", at=later(5)))
    compared(database, main, 3)
    found, _ = export(database, main)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in tax_rows([found], UTC_ZONE)]
    assert (rows[0]["section"], rows[0]["known"]) == ("closed", f"{YEAR + 1}-01-15T00:00:00+00:00")
    (row,) = [row for row in rows if row["section"] == "correction of disposal"]
    assert (row["old"], row["new"], row["difference"], row["gain"]) == (100, 400, 300, 400)
    assert row["known"] == f"{YEAR + 1}-01-18T00:00:00+00:00"
