"""The small curves of the holdings: they follow candles that arrive after the page was first opened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.writes.candles import write_candle_part
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.snapshot import Account
from domain.timeframes import opened_before
from pages.shared.caches import CACHED
from tests.factories import balance, price
from tests.pages.conftest import Pages, again
from tests.pages.drawn_tables import payloads_of
from tests.pages.factories import ago, configured, seen

HOUR = timedelta(hours=1)


def stored(pages: Pages, account: Account, until: datetime, count: int) -> None:
    """Store hourly candles until a moment, each with its place from the end as its close."""
    since = until - count * HOUR
    rows = [Candle("BTC/USD", "1h", since + n * HOUR, *(Decimal(count - n),) * 4, Decimal(1)) for n in range(count)]
    write_candle_part(pages.writer, account.venue, CandleRange("BTC/USD", "1h", since, until), rows)
    CACHED["pages.shared.market_figures.range_version"].clear()  # it is looked up every five seconds


def curve(app: Any) -> Any:
    column = next(c for c in payloads_of(app, "table")[0]["columns"] if "lines" in c)
    return column["lines"][0]


def test_curves_appear_with_the_first_candles_and_grow_with_older_ones(pages: Pages) -> None:
    account = configured(pages.writer)
    held: dict[str, Any] = {"balances": [balance("BTC", "1")], "prices": [price("BTC/USD", "1000")]}
    seen(pages.writer, account, ago(seconds=3), **held)
    app = pages.app()
    assert not curve(app)

    now = opened_before(datetime.now(UTC), "1h")
    stored(pages, account, now, 8)
    assert curve(again(app)) == [5.0, 1.0]  # every fourth close, the newest included

    stored(pages, account, now - 8 * HOUR, 8)
    assert len(curve(again(app))) == 4
