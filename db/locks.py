"""Advisory locks for one transaction. db/leases.py holds one for the life of a refresher."""

from enum import IntEnum
from zlib import crc32

from sqlalchemy import Connection, text


class LockClass(IntEnum):
    """The first half of an advisory lock key: the kind of lock."""

    MIGRATION = 72_001
    WRITE_ACCOUNT = 72_002  # for one transaction: refreshes of one account never interleave
    WRITE_PRICES = 72_004  # for one transaction: price ids of an exchange follow the order of commits
    WRITE_HISTORY = 72_005  # for one transaction: history pages and their profits, independent of refreshes
    REFRESHER = 72_006  # for the life of a refresher: it is alive
    WRITE_ENDED = 72_008  # for one transaction: the sums of ended orders, which refreshes and outcomes change
    FENCE = 72_007  # for one transaction: shared by writes of a shard's accounts, alone for a change of its holder


def lock_account_writes(connection: Connection, account_id: int) -> None:
    """Hold the account's write lock until this transaction ends."""
    _lock(connection, LockClass.WRITE_ACCOUNT, account_id)


def lock_price_writes(connection: Connection, exchange: str) -> None:
    """Hold the exchange's price lock until this transaction ends."""
    _lock(connection, LockClass.WRITE_PRICES, crc32(exchange.encode()) & 0x7FFFFFFF)


def lock_history_writes(connection: Connection, account_id: int) -> None:
    """Hold the account's history lock until this transaction ends. Refreshes do not wait for it."""
    _lock(connection, LockClass.WRITE_HISTORY, account_id)


def lock_ended_sums(connection: Connection, account_id: int) -> None:
    """Hold the lock on the account's sums of ended orders until this transaction ends. Take it after the others."""
    _lock(connection, LockClass.WRITE_ENDED, account_id)


def _lock(connection: Connection, lock_class: LockClass, key: int) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:class, :key)"), {"class": int(lock_class), "key": key})
