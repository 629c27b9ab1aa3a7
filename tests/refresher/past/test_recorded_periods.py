"""Recorded months: a late event changes no recorded figure, it is a correction with its date and its cause."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db.reads.period_closes import read_period_figures, read_recorded_periods
from db.writes.fills import write_fill_page
from db.writes.refresh import write_refresh
from domain.history import TimeRange
from domain.lots import ZERO
from domain.markets import Side
from domain.period_close import BOUNDS, FRACTION, PeriodCorrection, PeriodKind
from domain.snapshot import Account
from domain.sources import Source, Success
from refresher.past.books import Books
from refresher.past.closed_periods import ClosedPeriods
from refresher.past.values import Values
from tests.factories import balance, fill, observation, price, transfer, valuation
from tests.pages.past import EVER, with_past, written

MONTH, NEXT = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_month(database: Any, until: datetime = NEXT + 3 * DAY) -> Account:
    """1 BTC at 100 and 50 USD. On the 10th 0.5 BTC are sold at 110, on the 20th 100 USD come in."""
    (main,) = with_past(database.writer, refresh_seconds=86_400)
    at = MONTH
    while at <= until:
        sold, paid_in = at > MONTH + 9 * DAY, at > MONTH + 19 * DAY
        coins, money = Decimal("0.5") if sold else 1, 50 + 55 * sold + 100 * paid_in
        last = Decimal(100) if not sold else Decimal(120)
        balances = (balance("BTC", str(coins)), balance("USD", str(money)))
        rows = {Source.BALANCES: Success(balances), Source.PRICES: Success((price("BTC/USD", str(last)),))}
        write_refresh(database.writer, observation(main, at, rows, valuation(str(coins * last + money))))
        at += DAY
    return main


def read(database: Any, main: Account, *fills: Any, transfers: Any = (), until: datetime = NEXT + 3 * DAY) -> None:
    write_fill_page(database.writer, main.id, Source.FILLS, fills, TimeRange(until - EVER, until), until)
    written(database.writer, main, transfers, until)
    Values(main, database.writer).work_out(lambda: True)
    Books(main, database.writer).work_out(lambda: True)


def compare(database: Any, main: Account, at: datetime) -> int:
    return ClosedPeriods(main, database.writer, lambda: at).compare(lambda: True)


def month_of(database: Any, main: Account) -> Any:
    with database.reader.connect() as connection:
        (month,) = read_recorded_periods(connection, [main.id])
        live = read_period_figures(connection, main, MONTH, NEXT)
    assert (month.kind, month.since, month.until, month.name) == (PeriodKind.MONTH, MONTH, NEXT, "2026-09")
    return month, live


BOUGHT = fill("1", Side.BUY, "1", "90", at=MONTH - DAY)
SOLD = fill("2", Side.SELL, "0.5", "110", at=MONTH + 9 * DAY + HOUR)
PAID_IN = transfer(asset="USD", amount="100", at=MONTH + 19 * DAY + HOUR)


def test_a_month_is_recorded_a_day_after_it_is_over_and_once(database: Any) -> None:
    main = a_month(database)
    read(database, main, BOUGHT, SOLD, transfers=[PAID_IN])
    compare(database, main, NEXT + 23 * HOUR)
    with database.reader.connect() as connection:
        assert read_recorded_periods(connection, [main.id]) == []
    for days in (1, 2):
        assert compare(database, main, NEXT + days * DAY) == 0
    month, live = month_of(database, main)
    # 0.5 BTC sold 20 above its cost. The open gain went from 100 - 90 to 60 - 45. Nothing is left over.
    expected = {"gain": 15, "flows": 100, "prices": 15, "realised": 10, "rest": 0}
    assert {name: month.figures.amounts[name] for name in expected} == expected
    assert (month.recorded_at, month.corrections, month.figures) == (NEXT + DAY, (), live)


def test_a_month_is_not_recorded_until_its_history_is_read(database: Any) -> None:
    main = a_month(database)
    read(database, main, BOUGHT, SOLD, until=NEXT - HOUR)
    compare(database, main, NEXT + 2 * DAY)
    with database.reader.connect() as connection:
        assert read_recorded_periods(connection, [main.id]) == []


@pytest.mark.parametrize("late", ["transfer", "fill"])
def test_a_late_event_is_a_correction_with_date_and_cause(database: Any, late: str) -> None:
    """Without the deposit its 100 looked like a gain. Without the sale nothing was realised."""
    main = a_month(database)
    transfers = [] if late == "transfer" else [PAID_IN]
    read(database, main, BOUGHT, *([] if late == "fill" else [SOLD]), transfers=transfers)
    compare(database, main, NEXT + DAY)
    before, _ = month_of(database, main)
    read(database, main, SOLD, transfers=[PAID_IN])
    assert compare(database, main, NEXT + 9 * DAY) == 1
    assert compare(database, main, NEXT + 10 * DAY) == 0
    month, live = month_of(database, main)
    (correction,) = month.corrections
    assert (month.figures, correction.known_at) == (before.figures, NEXT + 9 * DAY)
    assert (correction.cause, month.latest) == (f"1 late {late}", live)
    changed = {figure.name: (figure.was, figure.now) for figure in correction.changed}
    if late == "transfer":
        assert (changed["gain"], changed["flows"]) == ((115, 15), (0, 100))
        assert FRACTION in changed
    else:
        assert "gain" not in changed
        assert changed["realised"] == (0, 10)


def test_recorded_figures_and_corrections_are_the_live_figures(database: Any) -> None:
    main = a_month(database)
    read(database, main, BOUGHT)
    compare(database, main, NEXT + DAY)
    read(database, main, SOLD)
    compare(database, main, NEXT + 2 * DAY)
    read(database, main, transfers=[PAID_IN])
    compare(database, main, NEXT + 3 * DAY)
    month, live = month_of(database, main)
    assert len(month.corrections) == 2
    for name, amount in month.figures.amounts.items():
        assert (amount or ZERO) + sum_of_differences(month.corrections, name) == live.amounts[name]


def sum_of_differences(corrections: Iterable[PeriodCorrection], name: str) -> Decimal:
    changed = (figure for correction in corrections for figure in correction.changed if figure.name == name)
    return sum((figure.difference or ZERO for figure in changed), ZERO)


def test_a_changed_value_without_a_late_event_says_so(database: Any) -> None:
    main = a_month(database)
    unknown_fee = fill("2", Side.SELL, "0.5", "110", at=SOLD.at, fee=None)
    read(database, main, BOUGHT, unknown_fee, transfers=[PAID_IN])
    compare(database, main, NEXT + DAY)
    read(database, main, fill("2", Side.SELL, "0.5", "110", at=SOLD.at, fee="1"))
    assert compare(database, main, NEXT + 2 * DAY) == 1
    month, _ = month_of(database, main)
    assert month.corrections[0].cause == "a completed fee"


def test_figures_of_the_earlier_rule_of_periods_are_corrected_only_with_that_reason(database: Any) -> None:
    """A correction of such a month names the rule, because its counts do not compare with those of now."""
    main = a_month(database)
    read(database, main, BOUGHT, SOLD)
    compare(database, main, NEXT + DAY)
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE period_close SET figures = figures - 'half_open'"))
    assert compare(database, main, NEXT + 2 * DAY) == 0
    read(database, main, transfers=[PAID_IN])
    assert compare(database, main, NEXT + 3 * DAY) == 1
    month, live = month_of(database, main)
    assert (month.corrections[0].cause, month.latest) == (BOUNDS, live)
    assert month.latest.is_half_open
    assert not month.figures.is_half_open
