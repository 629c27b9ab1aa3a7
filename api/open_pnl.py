"""Open P&L of coins and positions, and its change since midnight, as a response."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from api.gains import Costs, known_accounts
from api.params import RequestScope
from db.reads.moments import read_moments
from db.reads.open_pnl import read_open_pnl
from domain.change import NetValueChange, periods_of
from domain.open_pnl import OpenChange, OpenPnl, change_over, open_pnl_of_all
from domain.periods import closing_of
from domain.snapshot import Snapshot


def read_open_pnl_response(
    connection: Connection,
    snapshots: Sequence[Snapshot],
    costs: Costs,
    today: NetValueChange | None,
    scope: RequestScope,
) -> dict[str, Any]:
    """The open P&L now, and how it changed over the period of `today`. Unknown where that change is."""
    now = open_pnl_of_all(snapshots, costs, scope.currency)
    change = _read_change(connection, snapshots, now, today, scope)
    return {
        "total": now.total,
        "coins": now.coins,
        "positions": now.positions,
        "change_today": change.amount,
        "change_unknown": change.why or None,
    }


def _read_change(
    connection: Connection,
    snapshots: Sequence[Snapshot],
    now: OpenPnl,
    today: NetValueChange | None,
    scope: RequestScope,
) -> OpenChange:
    if today is None:
        return OpenChange(None, "some accounts have no data")
    return change_over(today, lambda: _read_before(connection, snapshots, scope), now)


def _read_before(
    connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope
) -> Iterator[OpenPnl | None]:
    """The open P&L of each account at midnight. None without a refresh by then."""
    closing = closing_of(periods_of(scope.params.at, scope.params.zone)["today"])
    moments, known = read_moments(connection, closing), {account.id for account in known_accounts(connection, scope)}
    for account in (snapshot.account for snapshot in snapshots):
        if account.id not in moments:
            yield None
        else:
            at, is_known = moments[account.id], account.id in known
            yield read_open_pnl(connection, account, at, scope.currency, knows_costs=is_known)
