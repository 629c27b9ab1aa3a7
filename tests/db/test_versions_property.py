"""The main property: after any sequence of refreshes, every snapshot equals the data fetched at that time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from db.reads.prices import read_prices
from db.reads.refreshes import read_refresh
from db.reads.snapshots import read_snapshot
from db.reads.source_states import read_all_source_states
from db.reads.versions import orders_of, positions_of, read_all_marks, read_balances
from db.writes.accounts import AccountSetting, write_accounts
from db.writes.refresh import write_refresh
from domain.orders import Contingency, Order, Role
from domain.positions import PositionSide
from domain.snapshot import Account, Observation
from domain.sources import Failure, FailureKind, Source, Success
from tests.factories import ASKED, NOON, balance, order, position, price, stop, valuation

_names = count()

AMOUNTS = st.decimals(min_value="-1e12", max_value="1e12", allow_nan=False, allow_infinity=False, places=8)
TEXTS = st.sampled_from(["", "\\N", "tab\tnew\nline\rback\\slash", "{}", "null", "Ünïcödé ✓", 'quo"te'])
KEYS = st.sampled_from(["1", "2/1", "2/2", "x", "0001", "\\N"])


@st.composite
def orders(draw: st.DrawFn, source: Source) -> Order:
    make = stop if source is Source.TRIGGERS else order
    return make(
        draw(KEYS),
        source=source,
        amount=str(draw(st.sampled_from(["1", "1.0", "0.00000001", "123456789.123456789"]))),
        limit_price=draw(st.none() | AMOUNTS),
        client_order_id=draw(st.none() | TEXTS),
        group_id=draw(st.none() | st.just("6498090546073120100")),
        contingency=draw(st.none() | st.sampled_from(Contingency)),
        role=draw(st.sampled_from(Role)),
        reduce_only=draw(st.none() | st.booleans()),
        updated_at=draw(st.none() | st.sampled_from([NOON, NOON + timedelta(microseconds=1)])),
        raw={"text": draw(TEXTS), "list": [1, 6498090546073120100], "none": None},
    )


def order_lists(source: Source) -> st.SearchStrategy[tuple[Order, ...]]:
    few = st.lists(orders(source), max_size=5, unique_by=lambda o: o.key).map(tuple)
    thousands = st.integers(1, 3).map(
        lambda moved: tuple(order(str(n), source=source, amount=str(moved if n % 7 == 0 else 1)) for n in range(1_100))
    )
    # One response in twelve is long enough for ANALYZE. That covers each kind of change.
    return st.one_of(*[few] * 11, thousands)


BALANCES = st.lists(
    st.builds(
        balance,
        asset=st.sampled_from(["BTC", "USD", "PEPE", "CRO"]),
        total=st.sampled_from(["0", "1", "-2.50", "0.00000001"]),
        market_value=st.none() | st.sampled_from([Decimal("95000.1"), Decimal("-1"), Decimal("0")]),
        haircut=st.none() | st.just(Decimal("0.975")),
        debt=st.none() | st.just(Decimal("2.50")),
    ),
    max_size=4,
    unique_by=lambda b: b.key,
).map(tuple)
POSITIONS = st.lists(
    st.builds(
        position,
        symbol=st.sampled_from(["BTC/USD:USD", "ETH/USD:USD"]),
        amount=st.sampled_from(["0.1984", "3"]),
        side=st.sampled_from(PositionSide),
        unrealised_pnl=st.none() | AMOUNTS,
    ),
    max_size=2,
    unique_by=lambda p: p.key,
).map(tuple)
PRICES = st.lists(
    st.builds(
        price,
        symbol=st.sampled_from(["BTC/USD", "BTC/USDT", "PEPE/USD"]),
        last=st.none() | st.sampled_from(["95000", "95000.0", "95001", "0.00000001"]),
        bid=st.none() | st.just(Decimal("1")),
        volume=st.none() | st.sampled_from([Decimal(0), Decimal(9000)]),
        is_active=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda p: p.symbol,
).map(tuple)
ROWS = {
    Source.BALANCES: BALANCES,
    Source.POSITIONS: POSITIONS,
    Source.ORDERS: order_lists(Source.ORDERS),
    Source.TRIGGERS: order_lists(Source.TRIGGERS),
    Source.PRICES: PRICES,
}
FAILED = Failure(FailureKind.TEMPORARY, "no response within 8 s")


@st.composite
def steps(draw: st.DrawFn) -> tuple[int, float, Mapping[Source, Any]]:
    """(account index, seconds later, result by source). None is "not fetched"."""
    results: dict[Source, Any] = {}
    for source in ASKED:
        kind = draw(st.sampled_from(["rows", "rows", "same", "failed", "not asked", "not due"]))
        results[source] = {"same": "same", "failed": FAILED, "not due": "not due"}.get(kind) or (
            draw(ROWS[source]) if kind == "rows" else None
        )
    return draw(st.integers(0, 1)), draw(st.sampled_from([0.000001, 1.0, 30.0])), results


@dataclass
class Fetched:
    """The model: the last rows and times of an account's sources, the carried sources, and the equity."""

    rows: dict[Source, tuple[Any, ...]] = field(default_factory=lambda: dict.fromkeys(ASKED, ()))
    as_of: dict[Source, datetime | None] = field(default_factory=lambda: dict.fromkeys(ASKED))
    carried: frozenset[Source] = frozenset(ASKED)
    worth: Any = None


def examples(most: int) -> settings:
    """One database serves all examples, so they take long."""
    return settings(
        max_examples=most,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@given(st.lists(steps(), min_size=1, max_size=8))
@examples(6)
def test_every_snapshot_equals_the_fetched_data(database, sequence):
    compare(database, sequence)


@pytest.mark.slow
@given(st.lists(steps(), min_size=1, max_size=8))
@examples(60)
def test_many_snapshots_equal_the_fetched_data(database, sequence):
    compare(database, sequence)


def compare(database, sequence) -> None:
    """With failures, empty and equal responses, and mass changes, on two accounts."""
    accounts = make_accounts(database)
    last = {account.id: Fetched() for account in accounts}
    moments: list[tuple[Account, datetime, Fetched]] = []
    now = NOON
    for account_index, seconds, responses in sequence:
        now += timedelta(seconds=seconds)
        account, before = accounts[account_index], last[accounts[account_index].id]
        not_due = frozenset(source for source, value in responses.items() if value == "not due")
        fetched_now = {s: value for s, value in responses.items() if value is not None and s not in not_due}
        results = {s: results_of(before, s, value) for s, value in fetched_now.items()}
        worth = valuation(str(len(moments))) if isinstance(results.get(Source.BALANCES), Success) else None
        write_refresh(database.writer, Observation(account, now, results, worth, not_due=not_due))
        last[account.id] = fetched_after(before, results, not_due, worth, now)
        moments.append((account, now, last[account.id]))
    event(f"{len(moments)} refreshes")
    with database.reader.connect() as connection:
        for account, taken_at, fetched in moments:
            assert reconstructed(connection, account, taken_at) == expected(account, fetched)
        for account in accounts:
            assert_read_from_each_other(connection, account, [at for of, at, _ in moments if of is account])


def assert_read_from_each_other(connection, account: Account, moments: Sequence[datetime]) -> None:
    """A snapshot that is read as what differs from another one equals the one that is read whole."""
    snapshots = [read_snapshot(connection, account, at) for at in moments]
    for before, after in [*pairwise(snapshots), *zip(snapshots[:1], snapshots[-1:], strict=True)]:
        for shown, other in ((after, before), (before, after)):
            read = read_snapshot(connection, account, shown.refresh.taken_at, other)
            assert (read, read.open_orders) == (shown, shown.open_orders)


def make_accounts(database) -> list[Account]:
    """Two accounts on a new exchange, so that examples share one database but no rows."""
    name = f"example-{next(_names)}"
    accounts = write_accounts(
        database.writer, [AccountSetting(f"{name}-{n}", name, ASKED, 30, "USD") for n in range(2)]
    )
    return list(accounts.values())


def results_of(before: Fetched, source: Source, value: Any) -> Success[Any] | Failure:
    if value == "same":
        return Success(before.rows[source])
    return value if isinstance(value, Failure) else Success(value)


def fetched_after(
    before: Fetched, results: Mapping[Source, Any], not_due: frozenset[Source], worth: Any, now: datetime
) -> Fetched:
    succeeded = {s: r.rows for s, r in results.items() if isinstance(r, Success)}
    return Fetched(
        rows=before.rows | succeeded,
        as_of=before.as_of | dict.fromkeys(succeeded, now),
        carried=frozenset(ASKED) - frozenset(succeeded) - (not_due - before.carried),
        worth=worth or before.worth,
    )


def reconstructed(connection, account: Account, taken_at: datetime) -> dict[str, Any]:
    refresh, price_id = read_refresh(connection, account.id, taken_at)
    states = read_all_source_states(connection, [(account, refresh)])[account.id]
    orders_at = orders_of(connection, [(account, taken_at)], raw=True)[account.id]
    prices = read_prices(connection, account, taken_at, price_id)
    places = [(account.id, taken_at)]
    return {
        "balances": by_key(read_balances(connection, account.id, taken_at)),
        "positions": by_key(positions_of(connection, places, read_all_marks(connection, places))[account.id]),
        "orders": by_key(o for o in orders_at if o.source is Source.ORDERS),
        "triggers": by_key(o for o in orders_at if o.source is Source.TRIGGERS),
        "prices": dict(prices),
        "worth": refresh.valuation,
        "as_of": {source: state.as_of for source, state in states.items()},
        "carried": frozenset(source for source, state in states.items() if state.carried),
    }


def expected(account: Account, fetched: Fetched) -> dict[str, Any]:
    owner = {"account": account.name, "exchange": account.exchange}
    return {
        "balances": by_key(fetched.rows[Source.BALANCES]),
        "positions": by_key(fetched.rows[Source.POSITIONS]),
        "orders": by_key(replace(o, **owner) for o in fetched.rows[Source.ORDERS]),
        "triggers": by_key(replace(o, **owner) for o in fetched.rows[Source.TRIGGERS]),
        "prices": {p.symbol: p for p in fetched.rows[Source.PRICES]},
        "worth": fetched.worth,
        "as_of": fetched.as_of,
        "carried": fetched.carried,
    }


def by_key(rows) -> dict[str, Any]:
    return {row.key: row for row in rows}
