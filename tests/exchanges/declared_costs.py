"""Declared costs: the requests that a refresh of an exchange makes, and what they use of its rate limits."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from db.stopping import Stop
from domain.snapshot import Account
from domain.sources import Source, SourceKind
from exchanges.connection.markets import SharedMarkets
from exchanges.connection.pacing import Pace, SharedLimits
from exchanges.connection.rate_limits import RateLimit, Scope, priority_of, spaced
from exchanges.contracts import AccountConnection, AccountReader
from exchanges.open import open_reader
from exchanges.venues.registry import venue_of
from refresher.configuration.settings import AccountSettings
from refresher.present.account_refresh import AccountRefresher
from refresher.present.accounts import connection_of
from refresher.present.source_fetcher import SourceFetcher
from tests.exchanges.harness import give_markets
from tests.exchanges.paced import BUDGETS, SECRET, Exchange, Request
from tests.exchanges.simulated_clock import ManualClock


@dataclass(frozen=True)
class Costs:
    """The requests of an account's first refresh, and of each later one."""

    exchange: str
    limits: tuple[RateLimit, ...]
    milliseconds: float  # for one of ccxt's costs, where no limit is declared
    account: Account
    first: Mapping[Source, list[Request]]
    later: Mapping[Source, list[Request]]

    def turns(self, accounts: int) -> Iterator[tuple[Source, float]]:
        """When the last request of each source of the first refresh has its turn, in seconds after it is asked.

        All accounts ask at the same moment, and all requests wait already. Prices are asked when the others are done.
        """
        clock = ManualClock()
        shared = SharedLimits(clock)
        paces = [
            Pace(shared, self.limits, AccountConnection(str(n), self.exchange, "", ""), lambda: self.milliseconds)
            for n in range(accounts)
        ]
        ordered = sorted(self.first, key=lambda source: priority_of(source.kind))
        for sources in ([s for s in ordered if s is not Source.PRICES], [s for s in ordered if s is Source.PRICES]):
            began = clock.now()
            for source in sources:
                for pace in paces:
                    with pace.reading(priority_of(source.kind)):
                        for request in self.first[source]:
                            pace.wait(request.group, request.path, request.cost, 1e9)
                yield source, clock.now() - began

    def use(self, accounts: int, refresh_seconds: int) -> Mapping[str, float]:
        """The share of each budget that steady refreshes at this interval use."""
        used: dict[tuple[RateLimit, str], float] = defaultdict(float)
        account = Account(0, "", self.exchange, (), refresh_seconds, "USD", least_seconds=self.account.least_seconds)
        for source, requests in self.later.items():
            for request in requests:
                limit = self._limit_of(request)
                times = accounts if limit.scope is Scope.ADDRESS else 1
                key = limit, request.path if limit.per_path else request.group
                used[key] += times * request.cost * limit.units / account.request_interval(source).total_seconds()
        shares: dict[str, float] = defaultdict(float)
        for (limit, name), per_second in used.items():
            # Groups of one limit draw on one budget.
            shares[name if limit.per_path else str(limit)] += per_second / limit.per_second
        return shares

    def _limit_of(self, request: Request) -> RateLimit:
        declared = (limit for limit in self.limits if limit.covers(request.group))
        return next(declared, None) or spaced(self.milliseconds, request.group)


def costs_of(exchange: Exchange) -> Costs:
    """The requests of two refreshes of one account."""
    settings = AccountSettings(
        "main",
        exchange.name,
        SecretStr("key"),
        SecretStr(SECRET),
        SecretStr("pass"),
        base_url=exchange.url,
        options=exchange.options,
    )
    reader = open_reader(connection_of(settings, BUDGETS), SharedMarkets())
    if exchange.venue is not None:
        give_markets(reader, exchange.venue)
    gateway = vars(vars(reader)["_gateway"])
    rounds = _requests(reader, gateway["_pace"], exchange.name)
    reader.close()
    least = tuple((source, int(seconds)) for source, seconds in reader.least_seconds.items())
    account = Account(0, "main", exchange.name, tuple(reader.sources), 30, "USD", least_seconds=least)
    venue = venue_of(exchange.name).for_account(exchange.options)
    milliseconds = float(gateway["_Gateway__exchange"].rateLimit)
    return Costs(exchange.name, venue.rate_limits, milliseconds, account, *rounds)


def _requests(reader: AccountReader, pace: Pace, exchange: str) -> list[Mapping[Source, list[Request]]]:
    """The requests of two refreshes, by source: those of each symbol follow once an account's symbols are known."""
    made: list[tuple[str, Request]] = []

    def note(group: str, path: str, cost: float, _patience: float) -> None:
        made.append((threading.current_thread().name, Request(group, path, cost)))

    vars(pace).update(wait=note, wait_for_call=lambda *_: None)
    account = Account(0, "main", exchange, tuple(reader.sources), 30, "USD")
    refresher = AccountRefresher(
        account, SourceFetcher(reader, dict.fromkeys(SourceKind, 60.0), Stop()), ("USD", "EUR", "BTC")
    )
    rounds: list[Mapping[Source, list[Request]]] = []
    for _ in range(2):
        made.clear()
        refresher.refresh_account()
        rounds.append(_by_source(reader.sources, made))
    return rounds


def _by_source(sources: Iterable[Source], made: Iterable[tuple[str, Request]]) -> Mapping[Source, list[Request]]:
    found: dict[Source, list[Request]] = {source: [] for source in sources}
    for thread, request in made:
        if thread.startswith("ask-"):
            found[Source(thread.removeprefix("ask-"))].append(request)
    return found
