"""Read the facts that rules are evaluated on, as they were known at a moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, text

from db.reads.costs import read_explained
from db.reads.ended_orders import read_ended_orders
from db.reads.permissions import read_permissions
from db.reads.snapshots import read_snapshot
from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import read_transfers
from domain.account_moment import AccountMoment, Needs
from domain.endings import Ending
from domain.income import FLOWS
from domain.order_ends import OrderEnd
from domain.permissions import KeyPermission
from domain.snapshot import Account, Snapshot
from domain.transfers import Transfer


def read_account_moments(
    connection: Connection,
    account: Account,
    moments: Iterable[datetime],
    needs: Needs,
    nearby: Snapshot | None = None,
) -> tuple[AccountMoment, ...]:
    """The account at each of these refreshes, oldest first. Near the snapshot `nearby` only differences are read."""
    permission = read_permissions(connection).get(account.id)
    read: list[AccountMoment] = []
    for at in sorted(set(moments)):
        snapshot = read_snapshot(connection, account, at, read[-1].snapshot if read else nearby)
        read.append(_moment(connection, account, snapshot, needs, permission))
    return tuple(read)


def read_refreshes_before(connection: Connection, account_id: int, at: datetime, count: int) -> list[datetime]:
    """The newest `count` refreshes at or before a moment, oldest first."""
    rows = connection.execute(text(_BEFORE), {"account_id": account_id, "at": at, "count": count}).scalars()
    return sorted(rows)


def read_refreshes_within(
    connection: Connection, account_id: int, since: datetime, until: datetime, most: int
) -> list[datetime]:
    """Refreshes in [since, until], oldest first: all, or about `most` at even distances if there are more."""
    scope: dict[str, object] = {"account_id": account_id, "since": since, "until": until, "most": most + 1}
    every = list(connection.execute(text(_ALL_WITHIN), scope).scalars())
    if len(every) <= most:
        return every
    scope["step"] = max(timedelta(seconds=1), (until - since) / most)
    return list(connection.execute(text(_WITHIN), scope).scalars())


def read_visible_accounts(connection: Connection) -> Mapping[str, frozenset[int]]:
    """The accounts that each viewer may see, by name. Administrators see all."""
    rows = connection.execute(text(_VISIBLE))
    return {row.name: frozenset(row.accounts) for row in rows}


def read_newest_refreshes(connection: Connection, account_ids: Collection[int]) -> Mapping[int, datetime]:
    """The newest refresh of each of these accounts."""
    rows = connection.execute(text(_NEWEST), {"ids": list(account_ids)})
    return {row.id: row.taken_at for row in rows if row.taken_at is not None}


def _moment(
    connection: Connection, account: Account, snapshot: Snapshot, needs: Needs, permission: KeyPermission | None
) -> AccountMoment:
    has_events, at = bool(needs.events), snapshot.refresh.taken_at
    return AccountMoment(
        snapshot=snapshot,
        ends=_ends(connection, account, at, needs.events) if has_events else (),
        transfers=_transfers(connection, account, at, needs.events) if has_events else (),
        permission=permission if permission is not None and permission.checked_at <= at else None,
        books=read_explained(connection, account.id, at) if needs.costs else {},
        peaks=_peaks(connection, account.id, at, needs.drawdowns),
    )


def _ends(connection: Connection, account: Account, at: datetime, span: timedelta) -> Sequence[OrderEnd]:
    """Orders that left within a span. An outcome that was found out later is not known yet."""
    rows = read_ended_orders(connection, account, at - span, at)
    scope = {"account_id": account.id, "since": at}
    after = {(row.source, row.key) for row in connection.execute(text(_LATER), scope)}
    return tuple(
        OrderEnd(
            row.order,
            Ending.GONE if (str(row.order.source), row.order.key) in after else row.outcome.ending,
            row.outcome.gone_at,
        )
        for row in rows
    )


def _transfers(connection: Connection, account: Account, at: datetime, span: timedelta) -> Sequence[Transfer]:
    filters = TransferFilter(at - span, at + timedelta(microseconds=1), kinds=FLOWS)
    return [row.transfer for row in read_transfers(connection, [account], filters)]


def _peaks(
    connection: Connection, account_id: int, at: datetime, spans: Collection[timedelta]
) -> Mapping[timedelta, Decimal]:
    peaks: dict[timedelta, Decimal] = {}
    for span in spans:
        row = {"account_id": account_id, "since": at - span, "until": at}
        peak = connection.execute(text(_PEAK), row).scalar()
        if peak is not None:
            peaks[span] = peak
    return peaks


_BEFORE = """
SELECT taken_at FROM refresh WHERE account_id = :account_id AND taken_at <= :at ORDER BY taken_at DESC LIMIT :count
"""
_ALL_WITHIN = """
SELECT taken_at FROM refresh
WHERE account_id = :account_id AND taken_at BETWEEN :since AND :until
ORDER BY taken_at
LIMIT :most
"""
_WITHIN = """
SELECT DISTINCT ON (date_bin(CAST(:step AS interval), taken_at, CAST(:since AS timestamptz))) taken_at
FROM refresh
WHERE account_id = :account_id AND taken_at BETWEEN :since AND :until
ORDER BY date_bin(CAST(:step AS interval), taken_at, CAST(:since AS timestamptz)), taken_at DESC
"""
_VISIBLE = """
SELECT viewer.name, array(
    SELECT id FROM account
    WHERE is_admin OR EXISTS (SELECT FROM viewer_account WHERE viewer = viewer.name AND account_id = account.id)
) AS accounts
FROM viewer
"""
_NEWEST = """
SELECT id, (SELECT max(taken_at) FROM refresh WHERE account_id = account.id) AS taken_at
FROM account
WHERE id = ANY(CAST(:ids AS integer[]))
"""
_LATER = "SELECT source, key FROM order_outcome WHERE account_id = :account_id AND resolved_at > :since"
_PEAK = "SELECT max(high) FROM refresh_extremes(:account_id, :since, :until)"
