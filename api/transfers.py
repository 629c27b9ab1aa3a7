"""Transfers: movements page by page, what all of a filter come to, and what was earned lately, as answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from api.gains import later_than, over_spans
from api.long_list import list_answer, since_of, until_of
from api.questions import Scene, words_of
from db.reads.learned import UNLEARNED, read_learned
from db.reads.transfer_filter import TransferFilter
from db.reads.transfer_totals import read_moved
from db.reads.transfers import TransferRow, read_transfers
from domain.change import Flowed
from domain.gains import converted
from domain.income import EARNED, FLOWS, Income, Moved, flows_of, income_of
from domain.moments import just_after
from domain.prices import Rates
from domain.snapshot import Account, Snapshot, rates_of
from domain.transfers import TransferKind, TransferStatus

FIELDS = ("account", "as_of", "kind", "status", "asset", "since", "until", "limit", "before")
REPEATED = ("account", "kind", "status", "asset")

_FIELDS = (
    "account", "exchange", "key", "kind", "status", "asset", "amount", "fee", "fee_currency", "symbol", "at",
)  # fmt: skip
_TOTAL_FIELDS = ("kind", "status", "asset", "count", "amount", "fee", "fee_currency")


def read_transfers_answer(connection: Connection, scene: Scene) -> dict[str, Any]:
    """A page of transfers."""
    filters = _filters(scene)
    return list_answer(
        connection,
        scene,
        "transfers",
        lambda limit, before: read_transfers(connection, scene.accounts, filters, limit, before),
        _transfer_answer,
        lambda: _totals_answer(read_moved(connection, scene.accounts, filters)),
        lambda account, learned: {
            "transfers_since": learned.transfers_since,
            "unread": sorted(account.unread_transfers),
        },
    )


def read_income_answer(
    connection: Connection, snapshots: Sequence[Snapshot], scene: Scene
) -> dict[str, dict[str, Any] | None]:
    """What was earned other than by trading over the last day, week and month; null where nothing is known of it."""
    accounts = _known(connection, scene)
    rates = rates_of(snapshots)
    return over_spans(accounts, lambda span: _earned(connection, accounts, span, rates, scene))


def read_flowed(connection: Connection) -> Flowed:
    """What came into an account less what left it, where its transfers are known."""
    learned = read_learned(connection)

    def read(account: Account, since: datetime, as_of: datetime) -> Mapping[str | None, Decimal] | None:
        if not learned.get(account.id, UNLEARNED).tells_flows(account, since, as_of):
            return None
        wanted = TransferFilter(just_after(since), just_after(as_of), kinds=FLOWS)
        return flows_of(read_moved(connection, [account], wanted))

    return read


def _earned(
    connection: Connection, accounts: Sequence[Account], span: timedelta, rates: Rates, scene: Scene
) -> dict[str, Any]:
    since = scene.question.at - span
    income = income_of(read_moved(connection, accounts, TransferFilter(since, until_of(scene))))
    amounts = income.of(*EARNED)
    total = converted(amounts, rates, scene.currency)
    unread = sorted({str(kind) for account in scene.accounts for kind in account.unread_transfers if kind in EARNED})
    learned = read_learned(connection)
    return {
        "since": since,
        "known_since": later_than(since, [learned[account.id].transfers_since for account in accounts]),
        # What is not known may have been anything: that nothing else was earned makes it no zero (Lesson 13).
        "income": None if not amounts and (unread or income.unclear) else total.total,
        "by_kind": _by_kind(income),
        "unclear": income.unclear,
        "unread": unread,
        "unconverted": total.unconverted,
        "assumed": total.assumed,
    }


def _known(connection: Connection, scene: Scene) -> Sequence[Account]:
    """The accounts of whose transfers something is known."""
    learned = read_learned(connection)
    return [
        account
        for account in scene.accounts
        if account.reads_transfers and learned.get(account.id, UNLEARNED).transfers_since is not None
    ]


def _totals_answer(moved: Sequence[Moved]) -> dict[str, Any]:
    """What transfers come to, by kind, status, asset and currency of their fees."""
    income = income_of(moved)
    return {
        "transfers": sum(group.count for group in moved),
        "groups": [{name: getattr(group, name) for name in _TOTAL_FIELDS} for group in moved],
        "income": _by_kind(income),
        "unclear": income.unclear,
    }


def _by_kind(income: Income) -> list[dict[str, Any]]:
    return [{"kind": kind, "asset": asset, "amount": amount} for (kind, asset), amount in income.amounts.items()]


def _transfer_answer(row: TransferRow) -> dict[str, Any]:
    return {name: getattr(row.transfer, name) for name in _FIELDS}


def _filters(scene: Scene) -> TransferFilter:
    given = scene.question.given
    return TransferFilter(
        since=since_of(scene),
        until=until_of(scene),
        kinds=words_of("kind", given, TransferKind),
        statuses=words_of("status", given, TransferStatus),
        assets=given.get("asset"),
    )
