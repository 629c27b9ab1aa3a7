"""Every case of every exchange: what it sends over HTTP becomes the unified orders that it means."""

from dataclasses import replace

import pytest

from db.reads.snapshots import read_snapshot
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.endings import Evidence
from domain.order_groups import merge_duplicates
from domain.orders import OrderKind
from domain.sources import Source, Success
from exchanges.venues.registry import declared_exchanges, venue_of
from tests.exchanges.harness import (
    Case,
    EndedCase,
    Venue,
    differences,
    fills_of,
    orders_of,
    outcomes_of,
    quick_marks,
    venues,
)
from tests.factories import observation
from tests.postgres import Database

FILLS = [(venue, case) for venue in venues() for case in venue.fills]
ENDED = [(venue, case) for venue in venues() for case in venue.ended]
ALL = [(venue, case) for venue in venues() for case in venue.cases]
FEWER = ("hashkey", "toobit", "zebpay")
NAMES = [f"{venue.exchange}-{case.source}-{case.name}" for venue, case in ALL]


@pytest.mark.parametrize(("venue", "case"), ALL, ids=NAMES)
def test_orders_of_each_exchange_are_parsed(venue: Venue, case: Case) -> None:
    """One documented row of an open order, through HTTP, ccxt and the adapter."""
    orders, unreadable = orders_of(venue, case)
    assert (len(orders), unreadable) == (len(case.orders), case.unreadable), orders
    for order, expected in zip(orders, case.orders, strict=True):
        assert differences(order, expected) == []
        assert order.kind is not OrderKind.UNKNOWN or expected.get("kind") == "unknown"
        assert order.limit_price is None or order.kind not in (OrderKind.STOP, OrderKind.TAKE_PROFIT)
        if order.waits_for_trigger and not order.filled:  # nothing of it has acted, so all of it is left
            assert (order.filled, order.remaining) == (0, order.amount)


@pytest.mark.parametrize(("venue", "case"), FILLS, ids=[f"{v.exchange}-{c.source}-{c.name}" for v, c in FILLS])
def test_fills_of_each_exchange_are_parsed(venue: Venue, case: Case) -> None:
    """A paid fee is positive, a rebate negative."""
    fills, unreadable = fills_of(venue, case)
    assert (len(fills), unreadable) == (len(case.orders), case.unreadable), fills
    assert [differences(fill, expected) for fill, expected in zip(fills, case.orders, strict=True)] == [[]] * len(fills)


@pytest.mark.parametrize(("venue", "case"), ENDED, ids=[f"{v.exchange}-{c.asks}-{c.name}" for v, c in ENDED])
def test_endings_of_orders_of_each_exchange_are_parsed(venue: Venue, case: EndedCase) -> None:
    outcomes, unreadable = outcomes_of(venue, case)
    assert (sorted(outcomes), unreadable) == (sorted(case.outcomes), case.unreadable), outcomes
    by = Evidence.ORDER_DETAIL if case.asks == "detail" else Evidence.ORDER_HISTORY
    for key, expected in case.outcomes.items():
        assert differences(outcomes[key], {"evidence": by, **expected}) == []


def test_five_kinds_of_orders_of_each_exchange_with_triggers_are_proven() -> None:
    """Two files of cases may speak of one exchange. The orders of Toobit, HashKey and ZebPay have four kinds."""
    kinds: dict[str, set[str]] = {}
    for venue, case in ALL:
        kinds.setdefault(venue.exchange, set()).update(str(o["kind"]) for o in case.orders if "kind" in o)
    proven = {exchange: found - {"unknown"} for exchange, found in kinds.items()}
    declared = {name: found for name, found in proven.items() if venue_of(name).open_orders and name not in FEWER}
    assert {name: sorted(found) for name, found in declared.items() if len(found) < 5} == {}
    venues = {name: venue_of(name) for name in declared_exchanges()}
    declared_lists = {name for name, venue in venues.items() if venue.open_orders and venue.shares_api_with is None}
    assert declared_lists <= set(proven)


def test_the_cases_are_at_least_150() -> None:
    assert len(ALL) >= 150


@pytest.mark.parametrize(
    "venue",
    [pytest.param(venue, id=venue.exchange, marks=quick_marks(venue.exchange)) for venue in venues() if venue.cases],
)
def test_the_database_gives_back_the_same_orders(venue: Venue, database: Database) -> None:
    """The richest case of each source of an exchange, written by a refresh and read as a snapshot."""
    richest: dict[str, Case] = {}
    for case in venue.cases:
        known = richest.setdefault(case.source, case)
        richest[case.source] = max(known, case, key=lambda one: len(one.orders))
    sources = tuple(Source(name) for name in richest)
    setting = AccountSetting("main", venue.exchange, sources, 30, "USD")
    account = write_accounts(database.writer, [setting])["main"]
    told = {Source(name): orders_of(venue, case)[0] for name, case in richest.items()}
    seen = observation(account, results={source: Success(rows) for source, rows in told.items()})
    write_refresh(database.writer, seen)
    with database.reader.connect() as connection:
        snapshot = read_snapshot(connection, account, seen.taken_at)
    sent = merge_duplicates(order for rows in told.values() for order in rows)
    kept = {(o.source, o.key): o for o in snapshot.orders}
    assert kept == {(o.source, o.key): replace(o, raw={}) for o in sent}  # payloads are read apart
    assert len(snapshot.orders) == len(sent) > 1
