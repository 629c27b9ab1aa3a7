"""A value that the candle of its minute may still move is provisional: no period is recorded with it."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from db.reads.due_values import read_left_to_value
from db.reads.history_progress import read_history_progress
from db.reads.period_closes import read_recorded_periods
from db.reads.tax_export import why_not_counted
from db.writes.candles import write_candles
from domain.candles import Candle
from domain.period_close import INHERITED, RecordedPeriod
from domain.snapshot import Account
from domain.transfers import TransferKind
from refresher.past.books import Books
from refresher.past.closed_periods import ClosedPeriods
from refresher.past.minute_candles import MinuteCandles
from refresher.past.values import Values
from tests.factories import transfer
from tests.refresher.past.test_minute_candles import Candles
from tests.refresher.past.test_recorded_periods import BOUGHT, DAY, HOUR, MONTH, NEXT, SOLD, a_month, read

NOW = NEXT + DAY
# Bitcoin moves between the refreshes of this day and the next one, so that no refresh saw its price here.
EARNED_AT = MONTH + 9 * DAY + 12 * HOUR + timedelta(minutes=30)
EARNED = transfer("interest/1", kind=TransferKind.INTEREST, asset="BTC", amount="0.01", at=EARNED_AT)


def hourly(database: Any, main: Account, price: int = 110) -> None:
    candle = Candle("BTC/USD", "1h", EARNED_AT - timedelta(minutes=30), *[Decimal(price)] * 4)
    write_candles(database.writer, main.venue, [candle])


def fetch_minutes(database: Any, main: Account, exchange: Any) -> None:
    values = Values(main, database.writer, lambda: NOW)
    MinuteCandles(main, exchange, database.writer, values, lambda: NOW).fetch(lambda: True)
    values.work_out(lambda: True)
    Books(main, database.writer).work_out(lambda: True)


def recorded_after_comparing(database: Any, main: Account) -> Sequence[RecordedPeriod]:
    ClosedPeriods(main, database.writer, lambda: NOW).compare(lambda: True)
    with database.reader.connect() as connection:
        return read_recorded_periods(connection, [main.id])


def left(database: Any, main: Account) -> tuple[int, str]:
    with database.reader.connect() as connection:
        return read_left_to_value(connection, [main.id]), why_not_counted(connection, main, NEXT)


def test_a_period_is_recorded_once_the_candles_of_its_minutes_were_requested(database: Any) -> None:
    main = a_month(database)
    hourly(database, main)
    read(database, main, BOUGHT, SOLD, transfers=[EARNED])
    assert recorded_after_comparing(database, main) == []
    assert left(database, main) == (1, "Some events of main are still being valued.")
    fetch_minutes(database, main, Candles())
    assert left(database, main) == (0, "")
    (month,) = recorded_after_comparing(database, main)
    assert month.figures.amounts["interest"] == Decimal("0.01") * 7030
    assert recorded_after_comparing(database, main) == [month]
    assert month.corrections == ()


def test_pages_notice_that_a_value_stays_although_it_did_not_move(database: Any) -> None:
    main = a_month(database)
    hourly(database, main)
    read(database, main, BOUGHT, transfers=[EARNED])
    versions = set()
    for _ in range(2):
        with database.reader.connect() as connection:
            versions.add(read_history_progress(connection)[main.id].version)
        fetch_minutes(database, main, Candles(has_any=False))
    assert len(versions) == 2
    assert left(database, main) == (0, "")


def test_an_account_that_is_not_configured_has_nothing_left_to_value(database: Any) -> None:
    main = a_month(database)
    hourly(database, main)
    read(database, main, BOUGHT, transfers=[EARNED])
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE account SET is_configured = false"))
    assert left(database, main)[0] == 0


def test_a_correction_names_a_price_of_then_or_an_earlier_event(database: Any) -> None:
    main = a_month(database)
    read(database, main, SOLD, transfers=[EARNED])
    fetch_minutes(database, main, Candles(has_any=False))
    (month,) = recorded_after_comparing(database, main)
    assert month.corrections == ()
    hourly(database, main)
    read(database, main)
    (month,) = recorded_after_comparing(database, main)
    assert month.figures.amounts["interest"] == 0
    assert month.latest.amounts["interest"] == Decimal("0.01") * 110
    read(database, main, BOUGHT)
    (month,) = recorded_after_comparing(database, main)
    assert [correction.cause for correction in month.corrections] == ["a price of then", INHERITED]
