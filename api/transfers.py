"""Transfers: movements page by page, their totals, and recent income, as responses."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from api.gains import later_than, over_spans
from api.long_list import list_response, since_of, until_of
from api.params import RequestScope, words_of
from db.reads.history_progress import NO_PROGRESS, read_history_progress
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_transfer_totals
from db.reads.transfers import TransferRow, read_transfers
from domain.income import EARNED, Income, TransferSum, income_of
from domain.snapshot import Account, Snapshot
from domain.transfers import TransferKind, TransferStatus

FIELDS = ("account", "as_of", "kind", "status", "asset", "since", "until", "limit", "before")
REPEATED = ("account", "kind", "status", "asset")

_FIELDS = (
    "account", "exchange", "key", "kind", "status", "asset", "amount", "fee", "fee_currency", "symbol", "at",
)  # fmt: skip
_TOTAL_FIELDS = ("kind", "status", "asset", "count", "amount", "fee", "fee_currency")


def read_transfers_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """A page of transfers."""
    filters = _filters(scope)
    return list_response(
        connection,
        scope,
        "transfers",
        lambda limit, before: read_transfers(connection, scope.accounts, filters, limit, before),
        _transfer_response,
        lambda: _totals_response(read_transfer_totals(connection, scope.accounts, filters)),
        lambda account, progress: {
            "transfers_since": progress.transfers_since,
            "unread": sorted(account.unread_transfers),
        },
    )


def read_income_response(
    connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope
) -> dict[str, dict[str, Any] | None]:
    """Income from other sources than trading over the last day, week and month. Null if nothing is known."""
    accounts = _known(connection, scope)
    return over_spans(accounts, lambda span: _earned(connection, accounts, span, scope))


def _earned(
    connection: Connection, accounts: Sequence[Account], span: timedelta, scope: RequestScope
) -> dict[str, Any]:
    since = scope.params.at - span
    filters = TransferFilter(since, until_of(scope))
    income = income_of(read_transfer_totals(connection, accounts, filters, scope.currency))
    amounts = income.of(*EARNED)
    total = income.total(scope.currency, *EARNED)
    unread = sorted({str(kind) for account in scope.accounts for kind in account.unread_transfers if kind in EARNED})
    progress = read_history_progress(connection)
    return {
        "since": since,
        "known_since": later_than(since, [progress[account.id].transfers_since for account in accounts]),
        # Unknown transfers may be of any amount. So no known income does not mean zero income.
        "income": None if not amounts and (unread or income.unclear) else total.total,
        "by_kind": _by_kind(income),
        "unclear": income.unclear,
        "unread": unread,
        "unconverted": total.unconverted,
        "is_by_day": total.is_by_day,
        "assumed": total.assumed,
    }


def _known(connection: Connection, scope: RequestScope) -> Sequence[Account]:
    """The accounts with known transfers."""
    progress = read_history_progress(connection)
    return [
        account
        for account in scope.accounts
        if account.reads_transfers and progress.get(account.id, NO_PROGRESS).transfers_since is not None
    ]


def _totals_response(moved: Sequence[TransferSum]) -> dict[str, Any]:
    """Totals of transfers by kind, status, asset and fee currency."""
    income = income_of(moved)
    return {
        "transfers": sum(group.count for group in moved),
        "groups": [{name: getattr(group, name) for name in _TOTAL_FIELDS} for group in moved],
        "income": _by_kind(income),
        "unclear": income.unclear,
    }


def _by_kind(income: Income) -> list[dict[str, Any]]:
    return [{"kind": kind, "asset": asset, "amount": amount} for (kind, asset), amount in income.amounts.items()]


def _transfer_response(row: TransferRow) -> dict[str, Any]:
    return {name: getattr(row.transfer, name) for name in _FIELDS}


def _filters(scope: RequestScope) -> TransferFilter:
    given = scope.params.given
    return TransferFilter(
        since=since_of(scope),
        until=until_of(scope),
        kinds=words_of("kind", given, TransferKind),
        statuses=words_of("status", given, TransferStatus),
        assets=given.get("asset"),
    )
