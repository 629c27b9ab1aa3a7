"""Pages: script time with 10,000 orders, against an empty Streamlit page."""

import asyncio
import time
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from bench.many_orders import with_many_orders
from bench.report import Line, percentile
from tests.postgres import Database
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
RUNS = 60


def page_lines(database: Database) -> Iterator[Line]:
    """The lines about pages, each yielded once measured."""
    with_many_orders(database)
    with website(database.url) as site, website(database.url, "bench/empty.py") as empty:
        floor = asyncio.run(script_times(empty.url, ""))
        for name, page, query in SCRIPTS:
            took = asyncio.run(script_times(site.url, page, query))
            yield Line(f"script of {name}, warm, p95", percentile(took, 0.95), percentile(floor, 0.95), 60, "ms",
                       absolute=True, floor_name="empty page")  # fmt: skip


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
