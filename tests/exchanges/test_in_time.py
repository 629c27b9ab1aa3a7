"""In time: with default settings every source of every exchange arrives within its budget.

Pacing is on. The exchange answers in 150 ms, on a simulated clock.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from domain.freshness import Freshness, freshness_of
from domain.snapshot import Account
from domain.sources import Source, SourceKind, SourceState, Success
from exchanges.connection.rate_limits import RateLimit, Scope
from exchanges.venues import registry
from exchanges.venues.binance import VENUE as BINANCE
from exchanges.venues.registry import declared_exchanges, venue_of
from refresher.configuration.shape import LEAST_REFRESH_SECONDS
from refresher.present.accounts import READER_SHARE
from tests.exchanges.declared_costs import Costs, costs_of
from tests.exchanges.harness import quick_marks
from tests.exchanges.paced import BUDGETS, LATENCY, REFRESH_SECONDS, Read, exchanges, fresh_binance, refreshed
from tests.factories import later

SIMULATED = sorted(exchanges())
NAMES = [pytest.param(name, marks=quick_marks(name)) for name in SIMULATED]
# Refreshes leave this share of a budget to the history.
MOST_USED = 0.8


def budget(kind: SourceKind) -> float:
    return BUDGETS[kind] * READER_SHARE


def test_every_exchange_with_declared_lists_of_orders_is_simulated() -> None:
    declared = {n for n in declared_exchanges() if venue_of(n).open_orders and venue_of(n).shares_api_with is None}
    assert len(declared) >= 21
    assert {"cryptocom", "kucoinfutures"} | declared <= {name.removesuffix(" unified") for name in SIMULATED}


@pytest.mark.parametrize("accounts", [pytest.param(1, marks=pytest.mark.slow), 3])
@pytest.mark.parametrize("name", NAMES)
def test_every_source_arrives_within_its_budget(name: str, accounts: int) -> None:
    """In the second refresh also the lists that are asked symbol by symbol."""
    with exchanges()[name]() as exchange:
        reads = refreshed(exchange, accounts, refreshes=2)
    assert {read.account for read in reads} == set(range(accounts))
    assert {read.refresh for read in reads} == {0, 1}
    late = [f"{read.source} of account {read.account}: {read.result}" for read in reads if read.is_late]
    assert late == []
    assert [read.source for read in reads if read.seconds > budget(read.source.kind)] == []
    if exchange.answers_sensibly:
        told = (SourceKind.BALANCES, SourceKind.ORDERS, SourceKind.TRIGGERS)
        failed = [read for read in reads if read.source.kind in told and not isinstance(read.result, Success)]
        assert failed == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_reading_history_at_full_speed_delays_no_source_beyond_its_budget(name: str) -> None:
    requests = list(dict.fromkeys(request for requests in declared(name).later.values() for request in requests))
    with exchanges()[name]() as exchange:
        reads = refreshed(exchange, accounts=3, refreshes=2, past=requests)
    assert [f"{read.source} of account {read.account}: {read.result}" for read in reads if read.is_late] == []


@pytest.mark.parametrize("name", NAMES)
def test_wallets_and_positions_come_before_the_lists_of_orders(name: str) -> None:
    """Among waiting requests, the last wallet has its turn no later than the last order list."""
    costs = declared(name)
    turns = dict(costs.turns(accounts=3))
    urgent = [at for source, at in turns.items() if source.kind in (SourceKind.BALANCES, SourceKind.POSITIONS)]
    lists = [at for source, at in turns.items() if source.kind in (SourceKind.ORDERS, SourceKind.TRIGGERS)]
    assert max(urgent) <= max(lists)


@pytest.mark.parametrize("accounts", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_no_turn_comes_after_the_budget_of_its_source(name: str, accounts: int) -> None:
    for source, seconds in declared(name).turns(accounts):
        assert seconds + LATENCY <= budget(source.kind), source


@pytest.mark.parametrize("name", NAMES)
def test_every_source_is_read_at_each_refresh_by_default(name: str) -> None:
    account = declared(name).account
    assert {account.request_interval(source).total_seconds() for source in account.sources} == {REFRESH_SECONDS}


@pytest.mark.parametrize(("accounts", "seconds"), [(3, REFRESH_SECONDS), (1, LEAST_REFRESH_SECONDS)])
@pytest.mark.parametrize("name", NAMES)
def test_refreshes_use_up_no_budget(name: str, accounts: int, seconds: int) -> None:
    """Otherwise each refresh would come later than the one before, and the past would never be read."""
    used = declared(name).use(accounts, seconds)
    assert {budget: share for budget, share in used.items() if share > MOST_USED} == {}


_COSTS: dict[str, Costs] = {}


def declared(name: str) -> Costs:
    if name not in _COSTS:
        with exchanges()[name]() as exchange:
            _COSTS[name] = costs_of(exchange)
    return _COSTS[name]


def test_requests_spaced_evenly_would_leave_sources_of_binance_without_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure of the tests above: without the declared limits they fail."""
    with spaced_evenly(monkeypatch), exchanges()["binance"]() as exchange:
        reads = refreshed(exchange, accounts=3)
        costs = costs_of(exchange)
    assert any(read.is_late for read in reads)
    turns = [(source, seconds) for source, seconds in costs.turns(accounts=3) if seconds > budget(source.kind)]
    assert turns != []


@contextmanager
def spaced_evenly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """ccxt's costs on one budget of the address, without a burst."""
    limit = RateLimit(0.0, 20.0, Scope.ADDRESS)
    with monkeypatch.context() as patch:
        patch.setattr("exchanges.venues.binance.VENUE", replace(BINANCE, rate_limits=(limit,)))
        registry.venue_of.cache_clear()
        yield
    registry.venue_of.cache_clear()


@pytest.mark.parametrize("accounts", [1, 3])
def test_a_fresh_binance_account_is_fresh_within_two_refreshes(accounts: int) -> None:
    """With default settings, in a process that loads the markets first. Judged when a third refresh is due."""
    with fresh_binance() as exchange:
        reads = refreshed(exchange, accounts, refreshes=2)
    of = Account(1, "main", exchange.name, tuple({read.source for read in reads}), REFRESH_SECONDS, "USD")
    for number in range(accounts):
        assert freshness(reads, number, of) == dict.fromkeys(of.sources, Freshness.FRESH)


def freshness(reads: list[Read], account: int, of: Account) -> Mapping[Source, Freshness]:
    """How fresh each source of an account is after its refreshes."""
    states: dict[Source, SourceState] = {}
    for read in (read for read in reads if read.account == account):
        succeeded, former = isinstance(read.result, Success), states.get(read.source)
        as_of = later(read.refresh * REFRESH_SECONDS) if succeeded else (former.as_of if former else None)
        states[read.source] = SourceState(read.source, as_of, carried=not succeeded, failures=int(not succeeded))
    now = later(2 * REFRESH_SECONDS)
    return {source: freshness_of(state, of.expected_interval(source), now) for source, state in states.items()}
