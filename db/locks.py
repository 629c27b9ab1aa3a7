"""Advisory locks: for one transaction, or for the life of a refresher (AccountLease)."""

from enum import IntEnum
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError


class LockClass(IntEnum):
    """The first half of an advisory lock key: the kind of lock."""

    MIGRATION = 72_001
    WRITE_ACCOUNT = 72_002  # for one transaction: refreshes of one account never interleave
    LEASE_ACCOUNT = 72_003  # for the life of a refresher: one refresher serves an account at a time
    WRITE_PRICES = 72_004  # for one transaction: price ids of an exchange follow the order of commits
    WRITE_HISTORY = 72_005  # for one transaction: history pages and their profits, independent of refreshes


def lock_account_writes(connection: Connection, account_id: int) -> None:
    """Hold the account's write lock until this transaction ends."""
    _lock(connection, LockClass.WRITE_ACCOUNT, account_id)


def lock_price_writes(connection: Connection, exchange: str) -> None:
    """Hold the exchange's price lock until this transaction ends."""
    _lock(connection, LockClass.WRITE_PRICES, crc32(exchange.encode()) & 0x7FFFFFFF)


def lock_history_writes(connection: Connection, account_id: int) -> None:
    """Hold the account's history lock until this transaction ends. Refreshes do not wait for it."""
    _lock(connection, LockClass.WRITE_HISTORY, account_id)


def _lock(connection: Connection, lock_class: LockClass, key: int) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:class, :key)"), {"class": int(lock_class), "key": key})


class AccountLease:
    """The exclusive right of one refresher to serve an account, for as long as its connection lives.

    Postgres releases the lease when the holder or its connection dies, so a standby needs no liveness check.
    """

    def __init__(self, engine: Engine, account_id: int) -> None:
        self._engine = engine
        self._key = {"class": int(LockClass.LEASE_ACCOUNT), "key": account_id}
        self._connection: Connection | None = None
        self._pid: int | None = None  # of the backend that holds the lock, None while it is free

    def acquire(self) -> bool:
        """Take the lease if it is free. True also if this object holds it already."""
        if self.held():
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = bool(connection.execute(text("SELECT pg_try_advisory_lock(:class, :key)"), self._key).scalar())
        except DBAPIError:
            connection.invalidate()
            connection.close()
            raise
        if taken:
            self._connection = connection
            self._pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        else:
            connection.close()
        return taken

    def held(self) -> bool:
        """Check with Postgres that this object still holds the lease. A lost connection is a lost lease."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self._drop()
            return False
        return True

    def holds(self, connection: Connection) -> bool:
        """Check over another connection that this object holds the lease, for threads that do not serve the account."""
        pid = self._pid
        return pid is not None and bool(connection.execute(text(_HOLDS), {**self._key, "pid": pid}).scalar())

    def release(self) -> None:
        """Release the lease, if held."""
        if self._connection is None:
            return
        try:
            self._connection.execute(text("SELECT pg_advisory_unlock(:class, :key)"), self._key)
            self._connection.close()
            self._connection = self._pid = None
        except DBAPIError:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection, self._pid = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()


_HOLDS = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND pid = :pid
      AND classid = :class AND objid = :key AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""
