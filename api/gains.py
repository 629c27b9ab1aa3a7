"""Gains: what holdings cost, their unrealised gain and what was realised lately, as answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.questions import Scene
from db.reads.costs import read_explained, read_explained_by_book
from db.reads.fill_filter import FillFilter
from db.reads.fill_totals import read_fill_totals
from db.reads.learned import UNLEARNED, read_learned
from domain.cost_basis import CostBasis
from domain.gains import converted, costs_of
from domain.holdings import holdings_of
from domain.moments import just_after
from domain.prices import Rates
from domain.snapshot import Account, Snapshot, rates_of

SPANS = {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
COST_FIELDS = ("explained", "unexplained", "excess", "cost", "average_cost", "unrealised")

Costs = Mapping[tuple[str, str], CostBasis]  # by account and asset
Markets = Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]  # by account and asset


def read_costs(connection: Connection, snapshots: Sequence[Snapshot], scene: Scene) -> Costs:
    """What each holding has cost, of the accounts whose fills are known."""
    known = {account.id for account in _known(connection, scene)}
    found: dict[tuple[str, str], CostBasis] = {}
    for snapshot in (s for s in snapshots if s.account.id in known):
        books = read_explained(connection, snapshot.account.id, snapshot.refresh.taken_at)
        rates = Rates(snapshot.prices.values())
        costs = costs_of(holdings_of(snapshot, scene.currency), books, rates, scene.currency)
        found.update({(snapshot.account.name, asset): cost for asset, cost in costs.items()})
    return found


def read_markets(connection: Connection, snapshots: Sequence[Snapshot], scene: Scene) -> Markets:
    """What the fills of each market of a coin explain by themselves, of the accounts whose fills are known."""
    known = {account.id for account in _known(connection, scene)}
    return {
        (snapshot.account.name, coin): [asdict(book) for book in books]
        for snapshot in snapshots
        if snapshot.account.id in known
        for coin, books in read_explained_by_book(connection, snapshot.account.id, snapshot.refresh.taken_at).items()
    }


def cost_answer(cost: CostBasis | None) -> dict[str, Any]:
    """What a holding has cost; all null where nothing can be said of it."""
    return {name: None if cost is None else getattr(cost, name) for name in COST_FIELDS}


def read_realised_answer(
    connection: Connection, snapshots: Sequence[Snapshot], scene: Scene
) -> dict[str, dict[str, Any] | None]:
    """What was realised over the last day, week and month; null where the fills of no account are known."""
    accounts = _known(connection, scene)
    rates = rates_of(snapshots)
    return over_spans(accounts, lambda span: _realised(connection, accounts, span, rates, scene))


def over_spans(
    accounts: Sequence[Account], answer: Callable[[timedelta], dict[str, Any]]
) -> dict[str, dict[str, Any] | None]:
    """The answer for the last day, week and month. Null if no account is known."""
    return {name: answer(span) if accounts else None for name, span in SPANS.items()}


def _realised(
    connection: Connection, accounts: Sequence[Account], span: timedelta, rates: Rates, scene: Scene
) -> dict[str, Any]:
    at = scene.question.at
    until = None if scene.question.as_of is None else just_after(scene.question.as_of)
    totals = read_fill_totals(connection, accounts, FillFilter(since=at - span, until=until))
    known = read_learned(connection)
    parts = totals.by_quote
    realised = converted({quote: part.realised for quote, part in parts.items()}, rates, scene.currency)
    by_market = converted({quote: part.realised_by_market for quote, part in parts.items()}, rates, scene.currency)
    valued = totals.fees_at_fills
    fees = converted(totals.fees if valued is None else valued, rates, scene.currency)
    return {
        "since": at - span,
        "known_since": later_than(at - span, [known[account.id].fills_since for account in accounts]),
        "fills": totals.fills,
        "realised": realised.total,
        "realised_unknown": sum(part.realised_unknown for part in parts.values()),
        "realised_by_market": by_market.total,
        "realised_by_market_unknown": sum(part.realised_by_market_unknown for part in parts.values()),
        "fees": fees.total,
        "fees_unknown": totals.fees_unknown,
        "unconverted": sorted({*realised.unconverted, *fees.unconverted}),
        "assumed": sorted({*realised.assumed, *by_market.assumed, *fees.assumed}),
    }


def later_than(since: datetime, known: Iterable[datetime | None]) -> datetime | None:
    """Since when all of the past is known, where that is later than a period begins: its figures are of a part."""
    return max((moment for moment in known if moment is not None and moment > since), default=None)


def _known(connection: Connection, scene: Scene) -> Sequence[Account]:
    """The accounts of whose fills something is known."""
    learned = read_learned(connection)
    return [
        account
        for account in scene.accounts
        if account.reads_fills and learned.get(account.id, UNLEARNED).fills_since is not None
    ]
