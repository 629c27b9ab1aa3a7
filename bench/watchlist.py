"""Watchlist with 200 markets, and a coin page with many candles, orders, fills and indicators."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from playwright.sync_api import Browser

from bench.alert_data import symbols, watch, write_series
from bench.browser import MOST_FIGURES, MOST_SHIFT
from bench.pages import script_times
from bench.report import Line, percentile
from bench.visits import alternately, wait_for_first_frame
from db.writes.refresh import write_refresh
from domain.fills import Fill
from domain.markets import Side
from domain.orders import Order
from domain.snapshot import Account
from domain.sources import Source, Success
from domain.timeframes import length_of, opened_before
from tests.factories import balance, fill, observation, order, price, stop, valuation
from tests.pages.past import traded, with_past
from tests.postgres import Database
from tests.whole.browser.browsing import chromium
from tests.whole.browser.website import Website, website

MARKETS = 200
CANDLES = {"15m": 1_500, "1h": 1_500, "4h": 400, "1d": 400}
LEVELS, FILLS = 50, 200
COIN = "coin?coin=C0&count=1000&means=EMA+10&means=MA+50&means=MA+200&means=Bollinger+20"


def watchlist_lines(database: Database) -> Iterator[Line]:
    """The lines about the watchlist and the coin page, each yielded once measured."""
    (account,) = with_past(database.writer, "bench", refresh_seconds=30)
    now = datetime.now(UTC)
    watch(database, account.venue, MARKETS)
    for timeframe, count in CANDLES.items():
        since = opened_before(now, timeframe) - count * length_of(timeframe)
        write_series(database, account.venue, MARKETS, timeframe, since, count)
    _write_account(database, account, now)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty:
        floor = percentile(asyncio.run(script_times(empty.url, "")), 0.95)
        took = percentile(asyncio.run(script_times(site.url, "watchlist")), 0.95)
        yield Line(f"script of Watchlist with {MARKETS} markets, warm, p95", took, floor, 80, "ms", absolute=True,
                   floor_name="empty page")  # fmt: skip
        with chromium() as browser:
            yield from _coin_lines(browser, site, empty)


def _coin_lines(browser: Browser, site: Website, empty: Website) -> Iterator[Line]:
    wait_for_first_frame(site, f"/{COIN}")
    coin, nothing = alternately(browser, f"{site.url}/{COIN}", empty.url)
    name = f"browser: Coin with 1,000 candles, {LEVELS} orders, {FILLS} fills and 4 indicators"
    yield Line(f"{name}, first figures", coin.figures, nothing.drawn, MOST_FIGURES, "ms", floor_name="empty page")
    yield Line(f"{name}, all drawn", coin.drawn, nothing.drawn, 1.4, "ms", floor_name="empty page")
    yield Line("browser: Coin, layout shift while loading", coin.shift, nothing.shift, MOST_SHIFT, "", absolute=True,
               floor_name="empty page")  # fmt: skip


def _write_account(database: Database, account: Account, now: datetime) -> None:
    """Holdings, orders around the price, and fills over the time of the candles that are drawn."""
    random = Random(7)
    stops = [_stop(account, n) for n in range(LEVELS // 2)]
    orders = [_order(account, n) for n in range(LEVELS // 2)]
    results = {
        Source.BALANCES: Success((balance("C0", "10"), balance("USD", "5000"))),
        Source.ORDERS: Success(tuple(orders)),
        Source.TRIGGERS: Success(tuple(stops)),
        Source.PRICES: Success(tuple(price(symbol, "100", change_24h=Decimal("0.01")) for symbol in symbols(MARKETS))),
    }
    # In the near future, so that this refresh stays the newest and fresh while the bench runs.
    write_refresh(database.writer, observation(account, now + timedelta(minutes=10), results, valuation("6000")))
    traded(database.writer, account, [_fill(account, n, now, random) for n in range(FILLS)])


def _stop(account: Account, n: int) -> Order:
    return stop(f"t{n}", str(99 - n / 4), account=account.name, symbol="C0/USD", amount="0.1")


def _order(account: Account, n: int) -> Order:
    return order(str(n), account=account.name, symbol="C0/USD", amount="0.1", side=Side.SELL,
                 limit_price=Decimal(str(101 + n / 4)))  # fmt: skip


def _fill(account: Account, n: int, now: datetime, random: Random) -> Fill:
    at, side = now - timedelta(hours=4 * n + 1), random.choice((Side.BUY, Side.BUY, Side.SELL))
    return fill(str(n), side, "0.1", str(95 + random.randrange(10)), symbol="C0/USD", account=account.name, at=at)
