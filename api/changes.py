"""Changes: the gain of net value over the last periods, with its time-weighted return."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.params import RequestScope
from db.reads.history_progress import HistoryProgress, read_history_progress
from db.reads.spans import read_span
from domain.change import NetValueChange, change_over, periods_of, tolerance_of, why_present_unknown
from domain.holdings import Totals, totals_of
from domain.periods import closing_of
from domain.snapshot import Snapshot

NAMES = {"today": "today", "24 h": "24h", "7 d": "7d", "30 d": "30d"}


def read_changes(
    connection: Connection, snapshots: Sequence[Snapshot], scope: RequestScope
) -> Mapping[str, NetValueChange]:
    """The change over each period that ends at the moment of the request. Today begins at midnight in its zone."""
    progress, totals = read_history_progress(connection), totals_of(snapshots, scope.currency)
    return {
        NAMES[name]: _read_change(connection, snapshots, scope, since, totals, progress)
        for name, since in periods_of(scope.params.at, scope.params.zone, timedelta(0)).items()
    }


def _read_change(
    connection: Connection,
    snapshots: Sequence[Snapshot],
    scope: RequestScope,
    since: datetime,
    totals: Totals,
    progress: Mapping[int, HistoryProgress],
) -> NetValueChange:
    at = scope.params.at
    if why := why_present_unknown(snapshots, totals, at, at - since):
        return NetValueChange(None, None, None, why)
    until = max(snapshot.refresh.taken_at for snapshot in snapshots)
    if since > until:
        return NetValueChange(None, None, None, "no refresh is newer than the beginning of this period")
    accounts = [snapshot.account for snapshot in snapshots]
    span = read_span(
        connection, accounts, (closing_of(since), until), scope.currency, progress, tolerance_of(at - since)
    )
    return change_over(span, since, totals, until)
