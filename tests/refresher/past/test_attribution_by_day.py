"""Attribution by day, and of accounts with several base currencies: each day's amounts at the rate of that day."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from db.reads.attribution import read_attribution, read_daily_attribution
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.attribution import Line
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.transfers import Transfer, TransferKind
from refresher.past.books import Books
from refresher.past.values import Values
from tests.factories import ASKED, balance, observation, price, transfer, valuation
from tests.pages.past import PAST, written

MIDNIGHT = datetime.fromisoformat("2026-11-02T00:00:00+00:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def two_accounts(database: Any) -> tuple[Account, Account]:
    """One in dollars and one in euros, on one exchange."""
    common: dict[str, Any] = {"exchange": "cryptocom", "sources": ASKED, "refresh_seconds": 3600, "history": PAST}
    settings = [
        AccountSetting(name=name, base_currency=base, **common) for name, base in (("one", "USD"), ("two", "EUR"))
    ]
    accounts = write_accounts(database.writer, settings)
    return accounts["one"], accounts["two"]


def refreshed(database: Any, account: Account, at: datetime, rate: str, worth: str, **held: str) -> None:
    sources = {
        Source.BALANCES: Success(tuple(balance(asset, total) for asset, total in held.items())),
        Source.PRICES: Success((price("EUR/USD", rate),)),
    }
    write_refresh(database.writer, observation(account, at, sources, valuation(worth, currency=account.base_currency)))


def moved(database: Any, transfers: Mapping[str, Sequence[Transfer]], accounts: Sequence[Account]) -> None:
    until = MIDNIGHT + 4 * DAY
    for account in accounts:
        written(database.writer, account, transfers.get(account.name, ()), until)
        Values(account, database.writer, lambda: until).work_out(lambda: True)
        Books(account, database.writer).work_out(lambda: True)


def test_the_move_of_the_rate_is_a_line_of_its_own(database: Any) -> None:
    """1,000 EUR at 1.10 become 1,050 EUR at 1.20, with 50 EUR of interest on a day whose rate is 1.15."""
    one, two = two_accounts(database)
    for hour in range(25):
        rate = "1.10" if hour < 6 else "1.15" if hour < 24 else "1.20"
        euros = "1000" if hour < 6 else "1050"
        refreshed(database, one, MIDNIGHT + hour * HOUR, rate, "500", USD="500")
        refreshed(database, two, MIDNIGHT + hour * HOUR, rate, euros, EUR=euros)
    paid = transfer("interest/1", kind=TransferKind.INTEREST, asset="EUR", amount="50", at=MIDNIGHT + 6 * HOUR)
    moved(database, {"two": [paid]}, (one, two))
    with database.reader.connect() as connection:
        explained = read_attribution(connection, (one, two), (MIDNIGHT, MIDNIGHT + DAY), "USD")
    found = explained.attribution
    assert found is not None
    assert (explained.currency, explained.is_by_day, found.change) == ("USD", True, Decimal(160))
    assert {line: amount for line, amount in found.lines.items() if amount} == {
        Line.INTEREST: Decimal("57.5"),
        Line.CURRENCY: Decimal("102.5"),
    }
    assert found.rest == 0


def test_days_add_up_to_the_period_while_an_amount_is_under_way(database: Any) -> None:
    """100 EUR leave the account in euros on the second day and arrive in the one in dollars on the third."""
    one, two = two_accounts(database)
    left, arrived = MIDNIGHT + 30 * HOUR, MIDNIGHT + 60 * HOUR
    for hour in range(97):
        at, rate = MIDNIGHT + hour * HOUR, Decimal("1.10") + Decimal(hour) / 1000
        kept = "1000" if at < left else "900"
        came = "0" if at < arrived else "100"
        refreshed(database, one, at, str(rate), str(500 + rate * int(came)), USD="500", EUR=came)
        refreshed(database, two, at, str(rate), kept, EUR=kept)
    sent = transfer("out", kind=TransferKind.WITHDRAWAL, asset="EUR", amount="-100", at=left, account="two", tx_id="x")
    received = transfer("in", asset="EUR", amount="100", at=arrived, account="one", tx_id="x")
    moved(database, {"two": [sent], "one": [received]}, (one, two))
    moments = tuple(MIDNIGHT + n * DAY for n in range(5))
    with database.reader.connect() as connection:
        days = read_daily_attribution(connection, (one, two), moments, "USD")
        total = read_attribution(connection, (one, two), moments, "USD").attribution
        alone = read_daily_attribution(connection, (one,), moments, "USD")
        spans = [read_attribution(connection, (one,), span, "USD").attribution for span in pairwise(moments)]
    assert total is not None
    found = [day for day in days.days if day is not None]
    assert len(found) == 4
    assert abs(total.rest) < Decimal("0.000001")
    assert all(abs(day.rest) < Decimal("0.000001") for day in found)
    assert sum(day.change for day in found) == total.change
    assert total.lines[Line.FLOWS] == 0
    assert {line: sum(day.lines[line] for day in found) for line in Line} == dict(total.lines)
    assert [day and day.lines for day in alone.days] == [span and span.lines for span in spans]
