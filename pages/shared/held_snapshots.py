"""Held snapshots: the last snapshots of each account in this process. Another one is read as what differs from them."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection

from db.reads.open_orders import NEAR
from db.reads.snapshots import read_snapshot
from domain.snapshot import Account, Snapshot

# Raises an error if the viewer of a connection may not see what was read with it.
Check = Callable[[Connection], None]


class HeldSnapshots:
    """The snapshots that were shown and read last, by account. Thread-safe."""

    def __init__(self) -> None:
        self.shown: dict[int, Snapshot] = {}  # it stays when a newer one cannot be read
        self._read: dict[int, Snapshot] = {}
        self._under_way: dict[tuple[int, datetime], Future[Snapshot]] = {}
        self._lock = Lock()

    def read(self, connection: Connection, account: Account, taken_at: datetime, check: Check) -> Snapshot:
        """Read a snapshot, once for all who want it meanwhile. Raises NoSuchRefresh.

        Other moments are read side by side. The first snapshot of very many orders takes seconds, so a near one waits
        for it and then reads what differs. It is held also if the page has stopped waiting, so the next run of the page
        finds it. A snapshot that fails `check` reaches nobody.
        """
        while True:
            with self._lock:
                nearest = self._nearest(account.id, taken_at)
                if nearest is not None and (nearest.account, nearest.refresh.taken_at) == (account, taken_at):
                    return nearest
                same = self._under_way.get((account.id, taken_at))
                if same is None:
                    near = None if _is_near(nearest, taken_at) else self._near_one_under_way(account.id, taken_at)
                    reading = self._under_way[account.id, taken_at] = Future()
                    break
            with suppress(Exception):  # what failed for another viewer is read again
                if (snapshot := same.result()).account == account:
                    return snapshot
        return self._read_into(reading, near, connection, account, taken_at, check)

    def _read_into(
        self,
        reading: Future[Snapshot],
        near: Future[Snapshot] | None,
        connection: Connection,
        account: Account,
        taken_at: datetime,
        check: Check,
    ) -> Snapshot:
        def all_read() -> None:
            check(connection)
            connection.rollback()  # unifying very many orders may take longer than a transaction may be idle

        try:
            if near is not None:
                near.exception()
            snapshot = read_snapshot(connection, account, taken_at, self._nearest(account.id, taken_at), all_read)
        except BaseException as error:
            with self._lock:
                del self._under_way[account.id, taken_at]
            reading.set_exception(error)
            raise
        with self._lock:
            self._read[account.id] = snapshot
            del self._under_way[account.id, taken_at]
        reading.set_result(snapshot)
        return snapshot

    def _nearest(self, account_id: int, taken_at: datetime) -> Snapshot | None:
        candidates = [s for s in (self.shown.get(account_id), self._read.get(account_id)) if s is not None]
        return min(candidates, key=lambda snapshot: _distance(snapshot.refresh.taken_at, taken_at), default=None)

    def _near_one_under_way(self, account_id: int, taken_at: datetime) -> Future[Snapshot] | None:
        """A read that began earlier, of a moment whose orders are mostly the same."""
        for (of_account, moment), reading in self._under_way.items():
            if of_account == account_id and _distance(moment, taken_at) <= NEAR:
                return reading
        return None


def _is_near(snapshot: Snapshot | None, taken_at: datetime) -> bool:
    return snapshot is not None and _distance(snapshot.refresh.taken_at, taken_at) <= NEAR


def _distance(moment: datetime, other: datetime) -> timedelta:
    return abs(moment - other)
