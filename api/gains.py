"""Gains: cost of holdings, unrealised profit and recent realised profit, as responses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope
from db.reads.costs import read_explained_by_book
from db.reads.costs_in import read_costs_in
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.history_progress import NO_PROGRESS, read_history_progress
from domain.cost_basis import COST_FIELDS, CostBasis
from domain.gains import costs_of
from domain.holdings import holdings_of
from domain.moments import just_after
from domain.prices import Rates
from domain.snapshot import Account, Snapshot
from domain.worth import total_worth

SPANS = {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}

Costs = Mapping[tuple[str, str], CostBasis]  # by account and asset
Markets = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]  # by account and asset


def read_costs(connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope) -> Costs:
    """The cost of each holding, for the accounts with known fills."""
    account_ids = {account.id for account in known_accounts(connection, scope)}
    by_asset: dict[tuple[str, str], CostBasis] = {}
    for snapshot in (s for s in snapshots if s.account.id in account_ids):
        books = read_costs_in(connection, snapshot.account, snapshot.refresh.taken_at, scope.currency)
        rates = Rates(snapshot.prices.values())
        costs = costs_of(holdings_of(snapshot, scope.currency), books, rates, scope.currency)
        by_asset.update({(snapshot.account.name, asset): cost for asset, cost in costs.items()})
    return by_asset


def read_markets(connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope) -> Markets:
    """The result per market of each coin, from the fills of that market alone.

    Accounts without known fills are left out.
    """
    account_ids = {account.id for account in known_accounts(connection, scope)}
    return {
        (snapshot.account.name, coin): [asdict(book) for book in books]
        for snapshot in snapshots
        if snapshot.account.id in account_ids
        for coin, books in read_explained_by_book(connection, snapshot.account.id, snapshot.refresh.taken_at).items()
    }


def cost_response(cost: CostBasis | None) -> dict[str, Any]:
    """The cost of one holding. All fields are null if the cost is unknown."""
    return {name: None if cost is None else getattr(cost, name) for name in COST_FIELDS}


def read_realised_response(connection: Connection, scope: RequestScope) -> dict[str, dict[str, Any] | None]:
    """Realised profit over the last day, week and month. Null if no account has known fills."""
    accounts = known_accounts(connection, scope)
    return over_spans(accounts, lambda span: _realised(connection, accounts, span, scope))


def over_spans(
    accounts: Sequence[Account], response_of: Callable[[timedelta], dict[str, Any]]
) -> dict[str, dict[str, Any] | None]:
    """The response for the last day, week and month. Null if there are no accounts."""
    return {name: response_of(span) if accounts else None for name, span in SPANS.items()}


def _realised(
    connection: Connection, accounts: Sequence[Account], span: timedelta, scope: RequestScope
) -> dict[str, Any]:
    at = scope.params.at
    until = None if scope.params.as_of is None else just_after(scope.params.as_of)
    totals = read_fill_totals(connection, accounts, FillFilter(since=at - span, until=until), scope.currency)
    progress = read_history_progress(connection)
    by_quote = totals.by_quote
    realised = total_worth(totals.realised, totals.realised_worths, scope.currency)
    fees = total_worth(totals.fees, totals.fee_worths, scope.currency)
    return {
        "since": at - span,
        "known_since": later_than(at - span, [progress[account.id].fills_since for account in accounts]),
        "fills": totals.fills,
        "realised": realised.total,
        "realised_unknown": sum(row.realised_unknown for row in by_quote.values()),
        "realised_assumed": sum(row.realised_assumed for row in by_quote.values()),
        "realised_is_by_day": realised.is_by_day,
        "realised_by_market": [
            {"currency": quote, "amount": row.realised_by_market}
            for quote, row in by_quote.items()
            if row.realised_by_market
        ],
        "realised_by_market_unknown": sum(row.realised_by_market_unknown for row in by_quote.values()),
        "fees": fees.total,
        "fees_unknown": totals.fees_unknown,
        "fees_are_by_day": fees.is_by_day,
        "unconverted": sorted({*realised.unconverted, *fees.unconverted}),
        "assumed": fees.assumed,
    }


def later_than(since: datetime, starts: Iterable[datetime | None]) -> datetime | None:
    """The first moment with complete history if it is later than `since`, else None: then the figures are partial."""
    return max((moment for moment in starts if moment is not None and moment > since), default=None)


def known_accounts(connection: Connection, scope: RequestScope) -> Sequence[Account]:
    """The accounts with known fills."""
    progress = read_history_progress(connection)
    return [
        account
        for account in scope.accounts
        if account.reads_fills and progress.get(account.id, NO_PROGRESS).fills_since is not None
    ]
