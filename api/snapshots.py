"""Snapshots: the snapshots of a request. Only those of many open orders are read that changed since another request.

A snapshot of another request serves only viewers who may see its account: both refreshes are read as the viewer.
"""

from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from api.params import RequestScope
from db.reads.snapshots import read_snapshots
from domain.snapshot import Snapshot

# Fewer orders are read as quickly as what changed among them.
MANY_ORDERS = 1000
_large: MutableMapping[Engine, dict[int, Snapshot]] = WeakKeyDictionary()


def snapshots_of(connection: Connection, scope: RequestScope) -> tuple[Snapshot, ...]:
    """The snapshot of each account at the requested moment. An account without a refresh by then has none."""
    places = [(account, scope.moments[account.id]) for account in scope.accounts if account.id in scope.moments]
    large = _large.setdefault(connection.engine, {})
    snapshots = tuple(read_snapshots(connection, places, dict(large)).values())
    if scope.params.as_of is None:
        large.update({s.account.id: s for s in snapshots if len(s.orders) > MANY_ORDERS})
    return snapshots
