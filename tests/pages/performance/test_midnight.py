"""Days on Performance: their funding and refreshes at midnight exactly, and today as the Overview has it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.writes.refresh import write_refresh
from domain.periods import start_of_today
from domain.sources import Source, Success
from domain.transfers import TransferKind
from tests.factories import balance, observation, transfer, valuation
from tests.pages.conftest import Pages, words_of
from tests.pages.factories import seen
from tests.pages.past import traded, with_past, written
from tests.pages.performance.test_page import figure, opened, table

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - 3 * DAY


@pytest.fixture
def funded(pages: Pages) -> Pages:
    """1,000 USD. 5 of funding at one midnight, and 7 at the next. Refreshes every six hours, also at midnight."""
    (account,) = with_past(pages.writer, refresh_seconds=6 * 3600)
    for hour in range(-48, 49, 6):
        worth = str(1000 + 5 * (hour >= 0) + 7 * (hour >= 24))
        sources = {Source.BALANCES: Success((balance("USD", worth),))}
        write_refresh(pages.writer, observation(account, MIDNIGHT + hour * HOUR, sources, valuation(worth)))
    of: dict[str, Any] = {"kind": TransferKind.FUNDING, "asset": "USD"}
    paid = [
        transfer("funding/1", amount="5", at=MIDNIGHT, **of),
        transfer("funding/2", amount="7", at=MIDNIGHT + DAY, **of),
    ]
    written(pages.writer, account, paid, datetime.now(UTC))
    traded(pages.writer, account)
    return pages


@pytest.mark.parametrize(("step", "gain"), [(-1, "0"), (0, "+5.00"), (1, "+7.00")])
def test_funding_at_midnight_is_of_the_day_that_begins(funded: Pages, step: int, gain: str) -> None:
    day = f"{MIDNIGHT + step * DAY:%Y-%m-%d}"
    app = opened(funded, period="Custom", **{"from": day, "to": day})
    assert figure(app, "Gain") == (f"{gain[0]}${gain[1:]}" if step >= 0 else "$0")
    lines = table(app, "Line")
    amounts = dict(zip(lines["Line"], (text.strip() for text in lines["Amount"]), strict=True))
    assert (amounts.get("Funding", "0"), amounts["Rest"]) == (gain, "0")


def test_today_is_one_period_with_one_gain_on_overview_and_performance(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hourly refreshes, the last of yesterday an hour before midnight. Both pages begin at midnight and say so."""
    hours = datetime.now(UTC).hour - 12  # about noon there. The signs of these names are reversed
    zone = ZoneInfo(f"Etc/GMT{hours:+d}" if hours else "UTC")
    monkeypatch.setattr("pages.shared.topbar.viewers_zone", lambda: zone)
    midnight = start_of_today(datetime.now(UTC), zone)
    (account,) = with_past(pages.writer, refresh_seconds=3600)
    for moment, worth in ((midnight - HOUR, "1000"), (midnight, "1010"), (None, "1025")):
        seen(pages.writer, account, moment, valuation(worth), balances=[balance("USD", worth)])
    written(pages.writer, account, [], datetime.now(UTC))
    traded(pages.writer, account)
    app, overview = opened(pages, period="Today"), words_of(pages.app())
    begin = f"{midnight.astimezone(zone):%-d %b %Y, 00:00:00}"
    for words in (words_of(app), overview):
        assert begin in words
        assert f"ts first net value is of {(midnight - HOUR).astimezone(zone):%-d %b %Y, 23:00:00}" in words
    assert figure(app, "Gain") == "+$25.00"
    assert overview.partition(">Gain today<")[2].partition('"value">')[2].startswith("+$25.00<")
