"""/api/watchlist and /api/signals: markets with figures of closed candles, as of any moment."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from db.writes.candles import write_candle_part
from db.writes.watchlist import write_watched_market
from domain.candle_ranges import CandleRange
from domain.candles import Candle
from domain.snapshot import Account
from domain.timeframes import opened_before
from tests.api.conftest import known, refreshed
from tests.api.serving import Served
from tests.api.test_alerts import answer
from tests.factories import balance, order, price

HOUR = timedelta(hours=1)


def rising(database: Any, account: Account, count: int = 300) -> None:
    """Hourly candles of BTC/USD that rise by one each, the newest closed one at 1000."""
    now = opened_before(datetime.now(UTC), "1h")
    rows = [Candle("BTC/USD", "1h", now - (n + 1) * HOUR, *(Decimal(1000 - n),) * 4, Decimal(1)) for n in range(count)]
    write_candle_part(database.writer, account.venue, CandleRange("BTC/USD", "1h", now - count * HOUR, now), rows[::-1])


def held(database: Any) -> Account:
    (account,) = known(database, "main")
    for ago in (9 * 3600, 3):
        refreshed(database, account, ago, balances=[balance("BTC", "1")], prices=[price("BTC/USD", "1000")],
                  orders=[order("1", limit_price=Decimal(950))])  # fmt: skip
    rising(database, account)
    return account


def test_a_market_has_its_figures_or_the_reason_why_not(database: Any, api: Served) -> None:
    held(database)
    (market,) = answer(api, "/api/watchlist")["markets"]
    assert (market["symbol"], market["on_list"], market["price"]) == ("BTC/USD", ["held", "ordered"], "1000")
    assert market["indicators"]["1h"]["ma_50"] == {"value": 975.5, "unknown": None}
    assert "are missing from its warm-up" in market["indicators"]["4h"]["ma_200"]["unknown"]
    assert (market["nearest_order"]["key"], market["nearest_order"]["distance"]) == ("1", "-0.05")
    assert market["sparkline"][-1] == 1000


def test_a_past_moment_uses_no_later_candle(database: Any, api: Served) -> None:
    account = held(database)
    write_watched_market(database.writer, None, account.venue, "DOGE/USD")
    then = opened_before(datetime.now(UTC), "1h") - 5 * HOUR
    (market,) = answer(api, "/api/watchlist", as_of=then.isoformat())["markets"]
    assert market["indicators"]["1h"]["ma_50"]["value"] == 970.5
    assert [m["symbol"] for m in answer(api, "/api/watchlist")["markets"]] == ["BTC/USD", "DOGE/USD"]


def test_signals_are_filtered_by_their_state(database: Any, api: Served) -> None:
    held(database)
    response = answer(api, "/api/signals")
    states = {signal["preset"]: signal["state"] for signal in response["signals"]}
    assert states["scalp-aggressive"] == "unknown"  # without candles of 15 minutes
    assert len(states) == len(response["presets"]) == 6
    unknown = answer(api, "/api/signals", state="unknown")["signals"]
    assert {signal["state"] for signal in unknown} == {"unknown"}
    assert all(signal["unknown"] for signal in unknown)
    assert api.get("/api/signals", state="perhaps").status_code == 400
