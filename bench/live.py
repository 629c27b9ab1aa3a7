"""Live: how soon 200 open pages show a refresh every 5 s, and what it costs the web process."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from bench.report import Line, median, percentile
from bench.visits import wait_for_first_frame
from domain.snapshot import Account
from pages.live.events import beat_event
from pages.live.route import PATH
from tests.postgres import Database
from tests.whole.browser.market import configured, refreshed
from tests.whole.browser.website import Website, website

SESSIONS = 200
REFRESHES = 12
EVERY_SECONDS = 5.0
REST_SECONDS = 10.0
QUESTIONS_EVERY = 0.05
PAGES = ("", "open_orders", "coin", "watchlist", "alerts", "status")
BEAT = beat_event(0, 0).split(b"0")[0]


@dataclass
class Measured:
    """The measurements of a run, in seconds."""

    arrivals: list[float] = field(default_factory=list)
    first_arrivals: list[float] = field(default_factory=list)
    missing: int = 0
    health: list[float] = field(default_factory=list)
    health_at_rest: list[float] = field(default_factory=list)
    cpu_of_run: float = 0.0
    cpu_of_push: float = 0.0
    cpu_at_rest: float = 0.0  # for each second, with all streams open


class Follower:
    """One browser: a session of a page, and the stream that follows it."""

    def __init__(self, session: ClientConnection, token: str, version: str) -> None:
        self.session = session
        self.token = token
        self.version = version
        self.arrived_at: list[float] = []

    async def follow(self, host: str, port: int) -> None:
        """Note when figures arrive, until cancelled."""
        reader, writer = await asyncio.open_connection(host, port, limit=2**22)
        see = f"{PATH}?see={self.token}.{self.version}"
        writer.write(f"GET {see} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        while True:
            text = await reader.readuntil(b"\n\n")
            if b"data: " in text and BEAT not in text:  # not decoded, which would take the processor from the server
                self.arrived_at.append(time.perf_counter())


def live_lines(database: Database) -> Iterator[Line]:
    """The lines about the stream."""
    account = configured(database)
    for ago in (60, 0):
        refreshed(database, account, ago=ago)
    with website(database.url) as site:
        wait_for_first_frame(site, "/")  # the process has read the database
        measured = asyncio.run(_measured(site, database, account))
    what = f"{SESSIONS} sessions, a refresh every {EVERY_SECONDS:g} s"
    arrival, first = percentile(measured.arrivals, 0.95), median(measured.first_arrivals)
    yield Line(f"live: {what}: arrival, p95", arrival, first, 1, "s", absolute=True, floor_name="first browser")
    yield Line("live: refreshes that a browser missed", measured.missing, 1, 0, "", absolute=True, floor_name="one")
    health, at_rest = percentile(measured.health, 0.95) * 1000, percentile(measured.health_at_rest, 0.95) * 1000
    yield Line("live: health meanwhile, p95", health, at_rest, 50, "ms", absolute=True, floor_name="at rest")
    yield Line("live: processor at rest, one core is 100", measured.cpu_at_rest * 100, 1, 15, "%", absolute=True,
               floor_name="one")  # fmt: skip
    push, run = measured.cpu_of_push * 1000, measured.cpu_of_run * 1000
    yield Line("live: processor for each session and refresh", push, run, 1, "ms", absolute=True,
               floor_name="a run of the script")  # fmt: skip


async def _measured(site: Website, database: Database, account: Account) -> Measured:
    measured, web = Measured(), _process_of(site)
    host, _, port = site.url.removeprefix("http://").partition(":")
    async with AsyncExitStack() as stack:
        before = _cpu(web)
        followers = [await _opened(stack, site, PAGES[n % len(PAGES)]) for n in range(SESSIONS)]
        measured.cpu_of_run = (_cpu(web) - before) / SESSIONS
        measured.health_at_rest = await _health_for(host, int(port), 3.0)
        tasks = [asyncio.create_task(follower.follow(host, int(port))) for follower in followers]
        await asyncio.sleep(EVERY_SECONDS)  # until all have joined
        before = _cpu(web)
        await _health_for(host, int(port), REST_SECONDS)
        measured.cpu_at_rest = (_cpu(web) - before) / REST_SECONDS
        asking = asyncio.create_task(_health_for(host, int(port), REFRESHES * EVERY_SECONDS))
        before = _cpu(web)
        for n in range(REFRESHES):
            await _refresh(database, account, n, followers, measured)
        busy = _cpu(web) - before - measured.cpu_at_rest * REFRESHES * EVERY_SECONDS
        measured.cpu_of_push = busy / SESSIONS / REFRESHES
        measured.health = await asking
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return measured


async def _refresh(database: Database, account: Account, n: int, followers: list[Follower], measured: Measured) -> None:
    """Write a refresh, wait until the next is due, and note when each browser had the figures."""
    counts = [len(follower.arrived_at) for follower in followers]
    await asyncio.to_thread(refreshed, database, account, moved=f"{1 + (n % 9 + 1) / 200}")
    written_at = time.perf_counter()
    await asyncio.sleep(EVERY_SECONDS)
    pairs = zip(followers, counts, strict=True)
    arrivals = [f.arrived_at[count] - written_at for f, count in pairs if len(f.arrived_at) > count]
    measured.missing += len(followers) - len(arrivals)
    measured.arrivals += arrivals
    measured.first_arrivals.append(min(arrivals, default=EVERY_SECONDS))


async def _opened(stack: AsyncExitStack, site: Website, page: str) -> Follower:
    """A session after the first run of a page, as Streamlit's browser code opens it."""
    address = site.url.replace("http", "ws", 1) + "/_stcore/stream"
    session = await stack.enter_async_context(connect(address, max_size=None))
    wish = BackMsg()
    wish.rerun_script.page_name = page
    await session.send(wish.SerializeToString())
    data: dict[str, str] = {}
    while True:
        message = ForwardMsg.FromString(await session.recv(decode=False))
        element = message.delta.new_element
        if element.bidi_component.component_name == "stillframe.live":
            data = json.loads(element.bidi_component.bytes)
        if message.WhichOneof("type") == "script_finished":
            return Follower(session, data["token"], data["version"])


async def _health_for(host: str, port: int, seconds: float) -> list[float]:
    """How long /health takes to answer, asked again and again for this long."""
    reader, writer = await asyncio.open_connection(host, port)
    took: list[float] = []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        writer.write(f"GET /health HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        await asyncio.sleep(QUESTIONS_EVERY)
    writer.close()
    return took


def _process_of(site: Website) -> psutil.Process:
    port = int(site.url.rpartition(":")[2])
    listening = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr.port == port)
    return psutil.Process(next(c.pid for c in listening if c.pid is not None))


def _cpu(process: psutil.Process) -> float:
    """Processor seconds of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
