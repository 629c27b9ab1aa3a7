"""Paced: accounts of one exchange, read by default settings with real pacing, over real HTTP, on a simulated clock.

The exchange responds to each request after LATENCY seconds of the simulation. The reader's computing takes no time.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Event
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr

from db.stopping import Stop
from domain.snapshot import Account
from domain.sources import Failure, Source, SourceKind, Success
from exchanges.connection.clock import Clock
from exchanges.connection.errors import OutOfTurn
from exchanges.connection.markets import SharedMarkets
from exchanges.contracts import AccountReader, AccountScope, SourceResult
from exchanges.open import open_reader
from refresher.configuration.settings import AccountSettings
from refresher.configuration.shape import BudgetShape
from refresher.present.account_refresh import AccountRefresher
from refresher.present.accounts import connection_of
from refresher.present.source_fetcher import SourceFetcher
from refresher.process.schedule import SPREAD
from tests.exchanges.binance_listing import LISTED
from tests.exchanges.harness import Venue, give_markets, venues
from tests.exchanges.model.account import Account as ModelAccount
from tests.exchanges.model.reading import stand_in
from tests.exchanges.model.renderers import Renderer, renderers
from tests.exchanges.model.strategies import accounts
from tests.exchanges.payload_server import Reply, serving
from tests.exchanges.simulated_clock import JoiningClock, SimulatedClock
from tests.refresher.scripted_exchange import scripted_exchange

LATENCY = 0.15
BUDGETS: Mapping[SourceKind, float] = {SourceKind(name): value for name, value in BudgetShape().model_dump().items()}
REFRESH_SECONDS = AccountSettings("", "", SecretStr(""), SecretStr("")).refresh_seconds
SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="


@dataclass(frozen=True)
class Exchange:
    """One exchange that answers on this machine. Without a `venue` the reader loads its markets by requests."""

    name: str
    url: str
    venue: Venue | None
    answers_sensibly: bool
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One request: ccxt's URL group and path, and what it costs in ccxt's units."""

    group: str
    path: str
    cost: float


@dataclass(frozen=True)
class Read:
    """How one source of one account came out in one refresh, so many seconds after the refresh began."""

    account: int
    refresh: int
    source: Source
    seconds: float
    result: Success[Any] | Failure

    @property
    def is_late(self) -> bool:
        """True without a request or a response in time. A response that makes no sense came in time."""
        words = ("in time", "within", "still waiting", "still being loaded")
        return isinstance(self.result, Failure) and any(word in self.result.error for word in words)


Opens = Callable[[], AbstractContextManager[Exchange]]


def exchanges() -> dict[str, Opens]:
    """By name: what opens each exchange of the model, each with cases of its own, and Crypto.com."""
    by_cases: dict[str, Opens] = {
        f"{venue.exchange} unified" if venue.options.get("uta") else venue.exchange: partial(_of_cases, venue)
        for venue in venues()
    }
    by_model: dict[str, Opens] = {renderer.name: partial(_of_model, renderer) for renderer in renderers()}
    return {"cryptocom": _cryptocom, **by_cases, **by_model}


@contextmanager
def _of_model(renderer: Renderer, listed: Mapping[str, Any] | None = None) -> Iterator[Exchange]:
    """An account of the model. With `listed` the reader loads the markets, by the payloads of these paths."""
    venue = Venue(renderer.exchange, renderer.markets, list, (), options=renderer.options, hosts=renderer.hosts)
    with stand_in(renderer) as exchange:
        exchange.account = _an_account(renderer.name)
        for path, payload in (listed or {}).items():
            exchange.server.answers[path] = Reply(json.dumps(payload))
        url = exchange.server.url
        yield Exchange(renderer.exchange, url, venue if listed is None else None, True, renderer.options)


@contextmanager
def fresh_binance() -> Iterator[Exchange]:
    """Binance for a process that knows none of its markets yet."""
    renderer = next(renderer for renderer in renderers() if renderer.name == "binance")
    with _of_model(renderer, LISTED) as exchange:
        yield exchange


@cache
def _an_account(name: str) -> ModelAccount:
    """The same account each time, one that holds something."""
    renderer = next(renderer for renderer in renderers() if renderer.name == name)
    drawn: list[ModelAccount] = []

    @settings(
        max_examples=20,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(accounts(renderer.abilities, renderer.markets))
    def draw(account: ModelAccount) -> None:
        drawn.append(account)

    draw()
    return max(drawn, key=lambda account: (len(account.orders) + len(account.positions), len(account.holdings)))


@contextmanager
def _of_cases(venue: Venue) -> Iterator[Exchange]:
    """An empty account. Not every path of such an exchange is answered sensibly."""
    with serving() as server:
        server.fallback = Reply(json.dumps(venue.wrap([])))
        for path, answer in venue.others.items():
            server.answers[path] = Reply(json.dumps(answer))
        yield Exchange(venue.exchange, server.url, venue, False, venue.options)


@contextmanager
def _cryptocom() -> Iterator[Exchange]:
    with scripted_exchange() as server:
        yield Exchange("cryptocom", server.url, None, True)


def refreshed(
    exchange: Exchange,
    accounts: int,
    refreshes: int = 1,
    past: Sequence[Request] = (),
    clock: JoiningClock | None = None,
) -> list[Read]:
    """The result of each source of each account, with default settings. Refreshes begin REFRESH_SECONDS apart.

    Meanwhile the history of each account repeats the requests of `past`, as fast as it may. The clock is a simulated
    one unless another is given.
    """
    clock = clock or SimulatedClock()
    shared = SharedMarkets(clock)
    reads: list[Read] = []
    is_done = Event()
    with ExitStack() as stack:
        works, pasts = [], []
        for number in range(accounts):
            reader = _reader(exchange, number, shared, clock)
            stack.callback(reader.close)
            works.append(partial(_refresh, reader, exchange, number, refreshes, clock, reads))
            pasts.append(partial(_read_past, reader, past, is_done, clock))
        beside = [clock.start(work, "past") for work in pasts if past]
        clock.join(*[clock.start(work, f"account-{number}") for number, work in enumerate(works)])
        is_done.set()
        clock.join(*beside)
    return reads


def _read_past(reader: AccountReader, requests: Sequence[Request], is_done: Event, clock: Clock) -> None:
    pace = vars(vars(reader.history)["_gateway"])["_pace"]
    while not is_done.is_set():
        for request in requests:
            with suppress(OutOfTurn):
                pace.wait(request.group, request.path, request.cost, BUDGETS[SourceKind.FILLS])
        clock.sleep(LATENCY)


def _reader(exchange: Exchange, number: int, shared: SharedMarkets, clock: Clock) -> AccountReader:
    account = AccountSettings(
        f"account {number}",
        exchange.name,
        SecretStr(f"key-{number}"),
        SecretStr(SECRET),
        SecretStr("pass"),
        base_url=exchange.url,
        options=exchange.options,
    )
    reader = open_reader(connection_of(account, BUDGETS), shared)
    if exchange.venue is not None:
        give_markets(reader, exchange.venue)
    _slow_down(reader, clock)
    return reader


def _slow_down(reader: AccountReader, clock: Clock) -> None:
    session = vars(vars(reader)["_gateway"])["_session"]
    send = session.send

    def send_late(*args: Any, **kwargs: Any) -> Any:
        clock.sleep(LATENCY)
        return send(*args, **kwargs)

    session.send = send_late


def _refresh(
    reader: AccountReader, exchange: Exchange, number: int, refreshes: int, clock: Clock, reads: list[Read]
) -> None:
    account = Account(number, f"account {number}", exchange.name, tuple(reader.sources), REFRESH_SECONDS, "USD")
    timed = _Timed(reader, clock)
    refresher = AccountRefresher(account, SourceFetcher(timed, BUDGETS, Stop(), clock), ("USD", "EUR", "BTC"))
    for refresh in range(refreshes):
        clock.sleep(max(0.0, refresh * REFRESH_SECONDS + number * SPREAD.total_seconds() - clock.now()))
        timed.began = clock.now()
        for source, result in refresher.refresh_account().results.items():
            reads.append(Read(number, refresh, source, timed.took.get(source, 0.0), result))


class _Timed:
    """Notes when each source has arrived."""

    def __init__(self, reader: AccountReader, clock: Clock) -> None:
        self.began = 0.0
        self.took: dict[Source, float] = {}
        self._reader = reader
        self._clock = clock

    def fetch(self, source: Source, wanted: AccountScope) -> SourceResult:
        try:
            return self._reader.fetch(source, wanted)
        finally:
            self.took[source] = self._clock.now() - self.began
