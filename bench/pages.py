"""Pages: script time and browser time with 10,000 orders, against an empty Streamlit page."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from bench.report import Line, median, percentile
from db.writes.refresh import write_refresh
from domain.markets import Side
from domain.snapshot import Account
from domain.sources import Source, Success
from tests.factories import balance, observation, order, price, stop, valuation
from tests.pages.past import fills_of_a_while, traded, with_past
from tests.postgres import Database
from tests.whole.browser.browsing import chromium, settled
from tests.whole.browser.website import website

# Names in the report, pages and what their addresses choose.
SCRIPTS = (
    ("Overview", "", ""),
    ("Open orders, stops of 10,000 orders", "open_orders", ""),
    ("Open orders, all 10,000", "open_orders", "tab=all"),
    ("Open orders, history", "open_orders", "tab=history"),
    ("Fills", "fills", ""),
    ("Transfers", "transfers", ""),
    ("Status", "status", ""),
)
COINS = ("BTC", "ETH", "SOL", "CRO", "XRP", "ADA", "DOGE", "LINK", "AVAX", "DOT")
ORDERS = 10_000
ENDED = 400
FILLS = 20_000
PAST_DAYS = 90
EVERY_SECONDS = 30
RUNS = 60
VISITS = 7


def page_lines(database: Database) -> Iterator[Line]:
    """The lines about pages, each yielded once measured."""
    (account,) = with_past(database.writer, "bench", refresh_seconds=EVERY_SECONDS)
    _fill_past(database, account)
    _fill_present(database, account)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty:
        floor = asyncio.run(script_times(empty.url, ""))
        for name, page, query in SCRIPTS:
            took = asyncio.run(script_times(site.url, page, query))
            yield Line(f"script of {name}, warm, p95", percentile(took, 0.95), percentile(floor, 0.95), 60, "ms",
                       absolute=True, floor_name="empty page")  # fmt: skip
        with chromium() as browser:
            for name, page, limit in (
                ("Open orders with 10,000 orders", "/open_orders?tab=all", 1.25),
                ("Overview", "/", 1.2),
            ):
                shown, drawn_at, nothing = alternately(browser, site.url + page, empty.url)
                yield Line(f"browser: {name}, figures", shown, nothing, limit, "ms", floor_name="empty page")
                yield Line(f"browser: {name}, all drawn", drawn_at, nothing, limit, "ms", floor_name="empty page")


def _fill_past(database: Database, account: Account) -> None:
    """90 days of refreshes every 30 s, as rows. Their contents do not matter to a page about now."""
    with database.owner.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO refresh (account_id, taken_at, price_id, duration_ms, currency, value_origin, net_value)
                SELECT :account, now() - n * interval '30 seconds', 0, 400, 'USD', 'stated',
                       round(CAST(200000 + 20000 * sin(n / 20000.0) + 1000 * sin(n / 300.0) AS numeric), 2)
                FROM generate_series(2, :refreshes) AS n
            """),
            {"account": account.id, "refreshes": PAST_DAYS * 86_400 // EVERY_SECONDS},
        )
    with database.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE refresh"))


def _fill_present(database: Database, account: Account) -> None:
    random = Random(7)
    orders = [_order(random, n, account) for n in range(ORDERS)]
    results: dict[Source, Success[Any]] = {
        Source.BALANCES: Success(tuple(balance(coin, "10", market_value=Decimal(10_000)) for coin in COINS)),
        Source.ORDERS: Success(tuple(o for o in orders if o.source is Source.ORDERS)),
        Source.TRIGGERS: Success(tuple(o for o in orders if o.source is Source.TRIGGERS)),
        Source.PRICES: Success(tuple(price(f"{coin}/USD", "1000", change_24h=Decimal("0.01")) for coin in COINS)),
    }
    # In the near future, so that this refresh stays the newest and fresh while the bench runs.
    taken_at = datetime.now(UTC) + timedelta(minutes=10)
    # As many recently ended orders as on a busy day.
    ended = [_order(random, ORDERS + n, account) for n in range(ENDED)]
    before = {
        **results,
        Source.ORDERS: Success((*results[Source.ORDERS].rows, *(o for o in ended if o.source is Source.ORDERS))),
    }
    write_refresh(database.writer, observation(account, taken_at - timedelta(seconds=30), before, valuation("100000")))
    write_refresh(database.writer, observation(account, taken_at, results, valuation("100000")))
    traded(database.writer, account, fills_of_a_while(account, FILLS, datetime.now(UTC)))


def _order(random: Random, n: int, account: Account) -> Any:
    symbol = f"{random.choice(COINS)}/USD"
    at = Decimal(random.randint(500, 1500))
    common = {"account": account.name, "symbol": symbol, "created_at": datetime.now(UTC) - timedelta(seconds=n)}
    if n % 5 == 0:
        return stop(f"t{n}", str(at), **common)
    return order(str(n), limit_price=at, side=random.choice(list(Side)), **common)


async def script_times(url: str, page: str, query: str = "") -> list[float]:
    """Milliseconds from the request of a page's script run to its end, in one session with filled caches."""
    times: list[float] = []
    async with connect(url.replace("http", "ws", 1) + "/_stcore/stream", max_size=None) as socket:
        for n in range(RUNS + 5):
            wish = BackMsg()
            wish.rerun_script.page_name, wish.rerun_script.query_string = page, query
            started = time.perf_counter()
            await socket.send(wish.SerializeToString())
            while True:
                message = ForwardMsg.FromString(await socket.recv(decode=False))
                if message.WhichOneof("type") == "script_finished":
                    break
            if n >= 5:
                times.append((time.perf_counter() - started) * 1000)
    return times


def alternately(browser: Browser, url: str, floor: str) -> tuple[float, float, float]:
    """Median milliseconds until a page shows its figures, until all of it is drawn, and until the empty page is drawn.

    The pages are opened in turn in new tabs of one browser with filled caches, as for a regular user.
    """
    figures: list[float] = []
    drawn_times: list[float] = []
    nothing: list[float] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    for n in range(VISITS + 2):
        opened = _visit(context, url, ".sf-kpi")
        empty = _visit(context, floor, "h1")
        if n >= 2:
            figures.append(opened[0])
            drawn_times.append(opened[1])
            nothing.append(empty[1])
    context.close()
    return median(figures), median(drawn_times), median(nothing)


def _visit(context: BrowserContext, url: str, first: str) -> tuple[float, float]:
    """Milliseconds until `first` is visible in a new tab, and until everything is drawn."""
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url)
    page.locator(f'[data-testid="stMain"] {first}').first.wait_for()
    shown = time.perf_counter()
    settled(page)
    drawn_at = time.perf_counter()
    page.close()
    return (shown - started) * 1000, (drawn_at - started) * 1000
