"""Arrivals: how long each source takes, by exchange, with real pacing and an exchange that answers in 150 ms.

Measured for 1 and 3 accounts on one exchange, in real time, against one request to it. The slowest list of each kind
counts.
"""

import time
from collections.abc import Iterator

import requests

from bench.report import Line, median
from domain.sources import SourceKind, Success
from refresher.present.accounts import READER_SHARE
from tests.exchanges.paced import BUDGETS, LATENCY, Exchange, exchanges, refreshed
from tests.exchanges.simulated_clock import JoiningClock
from tests.postgres import Database

_ACCOUNTS = (1, 3)
_ROUNDS = 5


def arrival_lines(_: Database) -> Iterator[Line]:
    """The lines of every exchange in the model, and of Crypto.com. They touch no database."""
    for name, opens in sorted(exchanges().items()):
        for accounts in _ACCOUNTS:
            with opens() as exchange:
                if not exchange.answers_sensibly:
                    continue
                yield from _lines(f"{name}, {accounts} account{'s' if accounts > 1 else ''}", exchange, accounts)


def _lines(name: str, exchange: Exchange, accounts: int) -> Iterator[Line]:
    floor = _round_trip(exchange)
    slowest: dict[SourceKind, float] = {}
    for arrival in refreshed(exchange, accounts, clock=JoiningClock()):
        if not isinstance(arrival.result, Success):
            continue
        kind = arrival.source.kind
        slowest[kind] = max(arrival.seconds, slowest.get(kind, 0.0))
    for kind, seconds in slowest.items():
        limit = BUDGETS[kind] * READER_SHARE
        yield Line(f"arrival of {kind} on {name}", seconds, floor, limit, "s", absolute=True, floor_name="one request")


def _round_trip(exchange: Exchange) -> float:
    """Seconds for one request, including the exchange's latency."""
    took = []
    with requests.Session() as session:
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            time.sleep(LATENCY)
            session.get(exchange.url + "/nothing", timeout=20)
            took.append(time.perf_counter() - began)
    return median(took)
