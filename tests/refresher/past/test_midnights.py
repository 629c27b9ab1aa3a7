"""A day is the same in lists, tiles, Performance and its splits: by a plain ledger, with entries at midnight itself."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from db.reads.attribution import read_attribution, read_daily_attribution
from db.reads.daily_income import read_daily_income
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.fills import read_fills
from db.reads.history_progress import read_history_progress
from db.reads.performance import Performance, read_performance
from db.reads.snapshots import read_snapshots
from db.reads.spans import read_span
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.reads.transfers import read_transfers
from domain.attribution import Attribution, Line
from domain.change import change_over
from domain.holdings import totals_of
from domain.performance import chained
from domain.periods import closing_of
from tests.pages.midnights import History, write_midnights

# The clocks of Zurich go forward on the 29th, those of New York go back at two, those of Beirut at midnight.
DAYS = {
    "UTC": datetime(2026, 11, 2, 12, tzinfo=UTC),
    "Europe/Zurich": datetime(2026, 3, 28, 12, tzinfo=UTC),
    "America/New_York": datetime(2026, 10, 31, 12, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 11, 2, 12, tzinfo=UTC),
    "Asia/Beirut": datetime(2026, 10, 23, 12, tzinfo=UTC),
}
LINES = {Line.FUNDING: "funding", Line.INTEREST: "interest", Line.REBATES: "rebate"}
NEAR = Decimal("1e-9")


def of_lists(connection: Connection, history: History, since: datetime, until: datetime) -> Mapping[str, Decimal]:
    """The sums of the rows that Trades and Cash flow list for a period."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in read_transfers(connection, history.accounts, TransferFilter(since, until)):
        kind = str(row.transfer.kind)
        sums["transfer fees" if kind == "fee" else kind] += row.transfer.amount
    for filled in read_fills(connection, history.accounts, FillFilter(since=since, until=until), 1000):
        sums["trade fees"] -= filled.fill.fee or 0
    return sums


def of_tiles(connection: Connection, history: History, since: datetime, until: datetime) -> Mapping[str, Decimal]:
    """The totals that the tiles of a period show."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for total in read_transfer_totals(connection, history.accounts, TransferFilter(since, until)):
        sums["transfer fees" if total.kind == "fee" else str(total.kind)] += total.amount
    fills = read_fill_totals(connection, history.accounts, FillFilter(since=since, until=until))
    sums["trade fees"] -= sum((row.fee_value for row in fills.by_quote.values()), Decimal(0))
    return sums


def of_lines(part: Attribution | None) -> Mapping[str, Decimal]:
    assert part is not None
    realised = sum((effect.realised for effect in part.effects), Decimal(0))
    fees = {"trade fees": part.trade_fees, "transfer fees": part.transfer_fees}
    assert part.lines[Line.FEES] == sum(fees.values())
    return {name: part.lines[line] for line, name in LINES.items()} | fees | {"realised": realised}


def same(found: Mapping[str, Decimal], expected: Mapping[str, Decimal], *without: str) -> bool:
    names = {*found, *expected} - set(without)
    return all(abs(found.get(name, Decimal(0)) - expected.get(name, Decimal(0))) < NEAR for name in names)


def performance_of(
    connection: Connection, history: History, zone: str, since: datetime, until: datetime
) -> Performance:
    progress = read_history_progress(connection)
    return read_performance(connection, history.accounts, since, until, ZoneInfo(zone), "USD", progress)


def change_of_today(connection: Connection, history: History, since: datetime) -> Decimal | None:
    """The gain on Overview, from midnight to the newest refresh."""
    places = [(account, history.end) for account in history.accounts]
    totals = totals_of(list(read_snapshots(connection, places).values()), "USD")
    progress = read_history_progress(connection)
    span = read_span(connection, history.accounts, (closing_of(since), history.end), "USD", progress)
    return change_over(span, since, totals, history.end).amount


@pytest.mark.parametrize("zone", DAYS)
def test_a_day_has_one_sum_in_every_list_and_figure(database: Any, zone: str) -> None:
    history = write_midnights(database, ZoneInfo(zone), DAYS[zone], seed=len(zone))
    with database.reader.connect() as connection:
        result = performance_of(connection, history, zone, history.bounds[0], closing_of(history.bounds[-1]))
        assert result.moments == tuple(closing_of(bound) for bound in history.bounds)
        days = read_daily_attribution(connection, history.accounts, result.moments, "USD").days
        bounds = result.moments[0], result.moments[-1]
        income: dict[object, dict[str, Decimal]] = defaultdict(dict)
        for row in read_daily_income(connection, history.accounts, *bounds, ZoneInfo(zone), "USD"):
            income[row.day][row.kind] = row.amount
        assert set(income) <= {day.day for day in result.days}
        for (since, until), day, part in zip(pairwise(history.bounds), result.days, days, strict=True):
            expected = history.booked(since, until)
            assert part is not None
            assert same(of_lists(connection, history, since, until), expected, "realised")
            assert same(of_tiles(connection, history, since, until), expected, "realised")
            assert same(of_lines(part), expected)
            assert same(income[day.day], expected, "realised")
            # Nobody paid in: the change is the gain, and the lines explain all of it.
            assert (day.is_full, day.flows, part.change, part.lines[Line.FLOWS]) == (True, 0, day.gain, 0)
            assert abs(part.rest) < NEAR
        total = read_attribution(connection, history.accounts, bounds, "USD").attribution
        assert same(of_lines(total), history.booked(history.bounds[0], history.bounds[-1]))
        assert total is not None
        assert total.change == sum(part.change for part in days if part is not None)
        today = change_of_today(connection, history, history.bounds[-1])
        assert today == chained(performance_of(connection, history, zone, history.bounds[-1], history.end).days).gain
