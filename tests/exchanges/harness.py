"""Conformance: an HTTP server responds as exchange X with given rows, and the real ccxt and the real adapter read them.

A case is a line of a table: the source, the exchange's rows on a path, and the expected orders.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from domain.endings import EndedOrder, Outcome
from domain.fills import Fill
from domain.orders import Order
from domain.outcomes import EndingFacts, outcome_of
from domain.sources import Source
from domain.transfers import Transfer
from exchanges.connection.clock import Clock
from exchanges.connection.gateway import Gateway
from exchanges.connection.markets import SharedMarkets
from exchanges.connection.pacing import SharedLimits
from exchanges.contracts import AccountConnection, AccountReader, AccountScope
from exchanges.open import open_reader
from exchanges.venues.registry import venue_of
from tests.exchanges.account_cases import AccountCase
from tests.exchanges.payload_server import PayloadServer, Reply, Request, serving

# Fields that expected orders may give as text: decimals are compared by value.
Expected = Mapping[str, Any]
Fits = Callable[[Request], bool]
MOMENT = datetime(2025, 11, 24, 16, 0, tzinfo=UTC)  # 1764000000000
STEP = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """One response of an exchange and the orders in it.

    `source` is the source ("triggers:linear"), `path` the whole path of its request, `says` the rows (wrapped by the
    case's `wrap`, else by the exchange's) and `orders` the fields that matter of each order, in the same order.
    `wanted` names symbols, where requests need them. `balances` are read first, for lists of wallets in use.
    """

    name: str
    source: str
    path: str
    says: Sequence[Any]
    orders: Sequence[Expected]
    method: str = "GET"
    wanted: frozenset[str] = frozenset()
    unreadable: int = 0
    wrap: Callable[[Sequence[Any]], Any] | None = None
    balances: AccountCase | None = None


@dataclass(frozen=True)
class EndedCase:
    """How the orders of an open list ended.

    `of` names the case of open orders that left. `path` responds with their later rows, in a list of ended orders or
    (`asks` "detail") per order. `outcomes` are the conclusions by the order's key. `query` must be in the request.
    """

    name: str
    of: str
    path: str
    says: Sequence[Any]
    outcomes: Mapping[str, Expected]
    asks: str = "list"
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    wrap: Callable[[Sequence[Any]], Any] | None = None
    unreadable: int = 0


@dataclass(frozen=True)
class Venue:
    """A file of cases of one exchange: its markets, how rows are wrapped, and ccxt's other requests.

    `others` are responses by path that ccxt needs first (accounts, account type). `hosts` gives a path prefix to hosts
    that have the same paths, by ccxt's name for their URL. `secret` has a special form if ccxt decodes it.
    """

    exchange: str
    markets: Sequence[dict[str, Any]]
    wrap: Callable[[Sequence[Any]], Any]
    cases: Sequence[Case]
    fills: Sequence[Case] = ()  # `source` is a source of fills, `orders` the expected fields of each fill
    ended: Sequence[EndedCase] = ()
    transfers: Sequence[Case] = ()  # `source` is a source of transfers, `orders` the expected fields of each transfer
    balances: Sequence[AccountCase] = ()
    positions: Sequence[AccountCase] = ()
    others: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    secret: str = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="


def only(rows: Sequence[Any]) -> Any:
    """The first row without a list around it, as in the response to a request for one order."""
    return rows[0]


def spot(symbol: str, own: str, **values: Any) -> dict[str, Any]:
    """A spot market as ccxt lists it: spot("BTC/USDT", "BTCUSDT")."""
    base, quote = symbol.split("/")
    kinds = {"type": "spot", "spot": True, "swap": False, "contract": False, "linear": None, "inverse": None}
    return _market(symbol, own, base, quote, None, None, kinds, values)


def swap(symbol: str, own: str, size: str = "1", **values: Any) -> dict[str, Any]:
    """A perpetual as ccxt lists it: swap("BTC/USDT:USDT", "BTCUSDT"). It is inverse if it settles in its base asset."""
    pair, settle = symbol.split(":")
    base, quote = pair.split("/")
    inverse = settle == base
    kinds = {"type": "swap", "spot": False, "swap": True, "contract": True, "linear": not inverse, "inverse": inverse}
    return _market(symbol, own, base, quote, settle, size, kinds, values)


def _market(
    symbol: str,
    own: str,
    base: str,
    quote: str,
    settle: str | None,
    size: str | None,
    kinds: dict[str, Any],
    values: dict[str, Any],
) -> dict[str, Any]:
    return {
        "id": own,
        "symbol": symbol,
        "base": base,
        "quote": quote,
        "settle": settle,
        "baseId": base,
        "quoteId": quote,
        "settleId": settle,
        "contractSize": size,
        "margin": False,
        "future": False,
        "option": False,
        "active": True,
        "precision": {"amount": "0.00000001", "price": "0.00000001"},
        "limits": {},
        "info": {},
        **kinds,
        **values,
    }


# `make test` measures and stores those of these exchanges alone, `make slow` those of all.
MOST_TRADED = ("binance", "bybit", "cryptocom", "gate", "hyperliquid", "kraken", "kucoin", "okx")


def quick_marks(exchange: str) -> tuple[pytest.MarkDecorator, ...]:
    """The marks of a test that takes long for all exchanges together."""
    return () if exchange in MOST_TRADED else (pytest.mark.slow,)


def venues() -> list[Venue]:
    """Every file of cases."""
    files = sorted(
        path.stem for path in (Path(__file__).parent / "venues").glob("[a-z]*.py") if not path.stem.startswith("test_")
    )
    return [import_module(f"tests.exchanges.venues.{name}").VENUE for name in files]


@contextmanager
def exchange_that_says(venue: Venue, case: Case | EndedCase) -> Iterator[PayloadServer]:
    """The exchange, answering a case's path with its rows and nothing else but what it is asked besides."""
    with serving() as server:
        for other, answer in venue.others.items():
            server.answers[other] = Reply(json.dumps(answer))
        said = json.dumps((case.wrap or venue.wrap)(case.says))

        def answer(request: Request) -> Reply:
            return Reply(said) if request.method == case.method else Reply("{}", 405)

        server.answers[case.path] = answer
        if isinstance(case, Case) and case.balances:
            server.fallback = case.balances.reply
        yield server


def reader_of(venue: Venue, url: str, *, with_history: bool = True) -> AccountReader:
    """The real reader of an account on this exchange, its markets given so that none has to be loaded.

    Without its history, whose gateway takes half of the time, for tests of what is open.
    """
    account = AccountConnection(
        "main",
        venue.exchange,
        "key",
        venue.secret,
        "pass",
        base_url=url,
        budget_seconds=5.0,
        options=venue.options,
    )
    reader = open_reader(account, SharedMarkets())
    give_markets(reader, venue, with_history=with_history)
    for one in _parts(reader, with_history):
        vars(vars(one)["_gateway"])["_Gateway__exchange"].enableRateLimit = False
    return reader


def give_markets(reader: AccountReader, venue: Venue, *, with_history: bool = True) -> None:
    """Let a reader know the markets of its exchange without a request, and where its hosts stand in for each other."""
    for one in _parts(reader, with_history):
        exchange = vars(vars(one)["_gateway"])["_Gateway__exchange"]
        exchange.fetch_markets = lambda *_: [dict(market) for market in venue.markets]
        exchange.has["fetchCurrencies"] = False
        for host, prefix in venue.hosts.items():
            exchange.urls["api"][host] += prefix


def _parts(reader: AccountReader, with_history: bool) -> tuple[object, ...]:
    """The parts of a reader with a gateway each. To look at `history` makes it."""
    return (reader, reader.history) if with_history else (reader,)


def gateway_of(account: AccountConnection, clock: Clock | None = None) -> Gateway:
    """The gateway of an account, with the rules of its exchange."""
    return Gateway(account, venue_of(account.exchange).rules, SharedLimits(clock))


def orders_of(venue: Venue, case: Case) -> tuple[tuple[Order, ...], int]:
    """The adapter's orders for a case, and the number of rows that it could not read."""
    with exchange_that_says(venue, case) as server:
        reader = reader_of(venue, server.url, with_history=False)
        if case.balances is not None:
            reader.fetch(Source.BALANCES, AccountScope())
        success = reader.fetch(Source(case.source), AccountScope(symbols=case.wanted)).success
        asked = [request for request in server.requests if request.path == case.path]
        assert asked, f"{case.path} was not asked, but {[request.path for request in server.requests]}"
        reader.close()
        return success.rows, len(success.unreadable)


def fills_of(venue: Venue, case: Case) -> tuple[tuple[Fill, ...], int]:
    """The adapter's fills for a case, requested for the day of all cases."""
    with exchange_that_says(venue, case) as server:
        reader = reader_of(venue, server.url)
        history, since = vars(reader)["history"], MOMENT - timedelta(days=1)
        pages = list(history.fetch_fills(Source(case.source), since, MOMENT + STEP))
        asked = [request for request in server.requests if request.path == case.path]
        assert asked, f"{case.path} was not asked, but {[request.path for request in server.requests]}"
        reader.close()
        return tuple(row for page in pages for row in page.rows), sum(len(page.unreadable) for page in pages)


def opened(venue: Venue, name: str) -> tuple[Order, ...]:
    """The open orders of the case of this name, or "source name" where several have it."""
    return orders_of(venue, next(case for case in venue.cases if name in (case.name, f"{case.source} {case.name}")))[0]


def outcomes_of(venue: Venue, case: EndedCase) -> tuple[dict[str, Outcome], int]:
    """The conclusions about the orders of an ended case, by key, and the number of unreadable rows."""
    orders, unreadable = opened(venue, case.of), 0
    history: list[EndedOrder] = []
    details: dict[str, EndedOrder | None] = {}
    with exchange_that_says(venue, case) as server:
        past = vars(reader_of(venue, server.url))["history"]
        if case.asks == "detail":
            details = {order.key: past.fetch_order(order) for order in orders if past.can_fetch_order(order)}
        else:
            for page in past.fetch_ended_orders(orders, MOMENT - STEP, MOMENT + STEP):
                history += page.rows
                unreadable += len(page.unreadable)
        asked = [request.path for request in server.requests]
        assert case.path in asked, f"{case.path} was not asked, but {asked}"
        queries = [request.query for request in server.requests if request.path == case.path]
        wanted = {name: [value] for name, value in case.query.items()}
        assert any(wanted.items() <= query.items() for query in queries), queries
        past.close()
    found: dict[str, Outcome] = {}
    for _ in range(2):  # what became of an order may follow from what became of its sibling
        siblings = [(order, found[order.key]) for order in orders if order.key in found]
        for order in orders:
            outcome = outcome_of(order, MOMENT, EndingFacts((), history, details.get(order.key), siblings))
            found |= {order.key: outcome} if outcome is not None else {}
    return found, unreadable


def transfers_of(venue: Venue, case: Case) -> tuple[tuple[Transfer, ...], int]:
    """The adapter's transfers for a case, requested for the day of all cases."""
    with exchange_that_says(venue, case) as server:
        reader = reader_of(venue, server.url)
        begin = MOMENT - timedelta(days=1)
        pages = list(vars(reader)["history"].fetch_transfers(Source(case.source), begin, MOMENT + STEP))
        asked = [request for request in server.requests if request.path == case.path]
        assert asked, f"{case.path} was not asked, but {[request.path for request in server.requests]}"
        reader.close()
        found = {row.key: row for page in pages for row in page.rows}
        return tuple(found.values()), sum(len(page.unreadable) for page in pages)


def differences(order: Any, expected: Expected) -> list[str]:
    """The differences between an order and the expected fields, in words."""
    found = []
    for name, value in expected.items():
        got = getattr(order, name)
        if isinstance(got, Decimal) and isinstance(value, str):
            same = got == Decimal(value)
        elif isinstance(got, datetime) and isinstance(value, int):
            same = round(got.timestamp() * 1000) == value
        else:
            same = got == value
        if not same:
            found.append(f"{name} is {got!r}, not {value!r}")
    return found
