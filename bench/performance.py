"""Performance: script time of the page and time of the JSON over a year of one account, cold and warm.

Cold: no figure of the page is cached. The process has a connection and has drawn another page.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from bench.report import Line, percentile
from bench.year import DAYS, with_year
from tests.postgres import Database
from tests.whole.browser.website import Website, website

RUNS = 30
MOST_COLD, MOST_WARM = 150, 60
FLOOR_NAME = "empty page"


def performance_lines(database: Database) -> Iterator[Line]:
    """The lines about Performance, each yielded once measured."""
    with_year(database)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty:
        floor = percentile(asyncio.run(_script_times(empty, "", "", is_cold=False)), 0.95)
        for name, is_cold, limit in (("cold", True, MOST_COLD), ("warm", False, MOST_WARM)):
            times = asyncio.run(_script_times(site, "performance", "period=All", is_cold=is_cold))
            yield Line(f"script of Performance over {DAYS} days, {name}, p95", percentile(times, 0.95), floor, limit,
                       "ms", absolute=True, floor_name=FLOOR_NAME)  # fmt: skip
        begin = datetime.now(UTC) - timedelta(days=DAYS - 1)
        health = percentile(_response_times(site, ["/_stcore/health"] * RUNS), 0.95)
        paths = [f"/api/performance?since={begin + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}" for n in range(RUNS)]
        site.get(paths.pop())  # computes the prices of past days
        for name, addresses, limit in (
            ("another begin each time", paths, MOST_COLD),
            ("again", paths[:1] * RUNS, MOST_WARM),
        ):
            took = percentile(_response_times(site, addresses), 0.95)
            yield Line(f"/api/performance over {DAYS - 1} days, {name}, p95", took, health, limit, "ms", absolute=True,
                       floor_name="health")  # fmt: skip


async def _script_times(site: Website, page: str, query: str, *, is_cold: bool) -> list[float]:
    """Milliseconds of script runs in one session, p95 without the first ones."""
    times: list[float] = []
    async with connect(site.url.replace("http", "ws", 1) + "/_stcore/stream", max_size=None) as socket:
        for n in range(RUNS + 3):
            if is_cold:
                await socket.send(BackMsg(clear_cache=True).SerializeToString())
                await _run(socket, "status", "")
            took = await _run(socket, page, query)
            if n >= 3:
                times.append(took)
    return times


async def _run(socket: ClientConnection, page: str, query: str) -> float:
    """Milliseconds from the request of a script run to its end."""
    wish = BackMsg()
    wish.rerun_script.page_name, wish.rerun_script.query_string = page, query
    started = time.perf_counter()
    await socket.send(wish.SerializeToString())
    while True:
        message = ForwardMsg.FromString(await socket.recv(decode=False))
        if message.WhichOneof("type") == "script_finished":
            return (time.perf_counter() - started) * 1000


def _response_times(site: Website, paths: Iterable[str]) -> list[float]:
    """Milliseconds of requests over one connection."""
    times = []
    with requests.Session() as session:
        for path in paths:
            started = time.perf_counter()
            session.get(site.url + path, timeout=60).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
    return times
