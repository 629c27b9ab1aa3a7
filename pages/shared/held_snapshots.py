"""Held snapshots: the last snapshots of each account in this process. Another one is read as what differs from them."""

from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection

from db.reads.snapshots import read_snapshot
from domain.snapshot import Account, Snapshot


class HeldSnapshots:
    """The snapshots that were shown and read last, by account. Thread-safe."""

    def __init__(self) -> None:
        self.shown: dict[int, Snapshot] = {}  # it stays when a newer one cannot be read
        self._read: dict[int, Snapshot] = {}
        self._locks: dict[int, Lock] = {}

    def read(self, connection: Connection, account: Account, taken_at: datetime) -> Snapshot:
        """Read a snapshot, one at a time of each account. Raises NoSuchRefresh.

        The first one of very many orders takes seconds. It is held also if the page has stopped waiting, so the next
        run of the page finds it.
        """
        with self._locks.setdefault(account.id, Lock()):
            nearest = self._nearest(account.id, taken_at)
            if nearest is not None and (nearest.account, nearest.refresh.taken_at) == (account, taken_at):
                return nearest
            snapshot = read_snapshot(connection, account, taken_at, nearest)
            self._read[account.id] = snapshot
            return snapshot

    def _nearest(self, account_id: int, taken_at: datetime) -> Snapshot | None:
        held = [s for s in (self.shown.get(account_id), self._read.get(account_id)) if s is not None]

        def distance(snapshot: Snapshot) -> timedelta:
            return abs(snapshot.refresh.taken_at - taken_at)

        return min(held, key=distance, default=None)
