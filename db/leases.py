"""Leases: which refresher serves which accounts. Held on one connection per refresher.

An account belongs to a shard, its id modulo 256, and a refresher leases whole shards. A lease is a row with the id of
its holder. A holder counts as alive while its connection holds an advisory lock on its id and its heartbeat is young.
So a killed refresher loses its shards at once, and a frozen one after `FROZEN_SECONDS`.

Neither is a permission to write. The permission is the fence: each new holder of a shard raises the shard's token, and
the transaction that writes a refresh compares the token (`check_fence`). A refresher that was frozen for an hour
therefore writes nothing when it wakes up.
"""

from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from db.locks import LockClass

SHARDS = 256
# A refresher without a heartbeat for this long is frozen, and others take its shards.
FROZEN_SECONDS = 20.0
# Rows of refreshers that ended without removing them.
_FORGOTTEN_SECONDS = 3600.0


def shard_of(account_id: int) -> int:
    """The shard of an account."""
    return account_id % SHARDS


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to write for the accounts of one shard, until another refresher takes the shard."""

    shard: int
    token: int


class LeaseLost(Exception):
    """Another refresher has taken the account's shard. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Load:
    """How a refresher copes: its accounts, the lag of their refreshes, and the cause if it is too long."""

    accounts: int = 0
    lag_seconds: float | None = None
    bottleneck: str | None = None


def check_fence(connection: Connection, fence: Fence) -> None:
    """Raise LeaseLost unless the fence is still valid. It then stays valid until this transaction ends.

    A taker needs the same advisory lock alone, so it waits for the transactions of the holder before.
    """
    key = {"class": int(LockClass.FENCE), "shard": fence.shard}
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:class, :shard)"), key)
    token = connection.execute(text("SELECT token FROM shard_lease WHERE shard = :shard"), key).scalar()
    if token != fence.token:
        raise LeaseLost("another refresher serves the account now")


class Leases:
    """The shards that this process holds. One thread calls `beat`, `take` and `give_up`, any thread the rest."""

    def __init__(self, engine: Engine, *, is_steady: bool = True) -> None:
        self._engine = engine
        self._is_steady = is_steady
        self._connection: Connection | None = None
        self._id: int | None = None
        self._tokens: dict[int, int] = {}
        self._lock = Lock()

    def fence(self, account_id: int) -> Fence | None:
        """The fence of an account as of the last heartbeat. None if this process does not serve it."""
        with self._lock:
            token = self._tokens.get(shard_of(account_id))
        return None if token is None else Fence(shard_of(account_id), token)

    @property
    def id(self) -> int | None:
        """The id of this refresher. None before the first heartbeat."""
        return self._id

    @property
    def shards(self) -> frozenset[int]:
        """The shards held as of the last heartbeat."""
        with self._lock:
            return frozenset(self._tokens)

    def beat(self, load: Load | None = None) -> tuple[int, ...]:
        """Join, or send a heartbeat, and read the leases back. Returns the ids of the living steady refreshers.

        Raises DBAPIError when the database does not answer. The leases then count as held until it does, because the
        fence refuses every write of a lost lease.
        """
        load = load or Load()
        connection = self._joined()
        try:
            values = {
                "id": self._id,
                "accounts": load.accounts,
                "lag_seconds": load.lag_seconds,
                "bottleneck": load.bottleneck,
            }
            if connection.execute(text(_BEAT), values).rowcount == 0:
                self._drop()
                connection = self._joined()
            self._read_back(connection)
            return tuple(connection.execute(text(_LIVING + " AND is_steady ORDER BY id"), _living_keys()).scalars())
        except DBAPIError:
            self._drop()
            raise

    def take(self, shards: Collection[int], most: int) -> frozenset[int]:
        """Take up to `most` free shards of these. Returns the new ones.

        A shard with a write of its former holder in progress is left for the next time.
        """
        connection = self._joined()
        before = self.shards
        values = {"shards": sorted(shards), "most": most, "id": self._id, "fence": int(LockClass.FENCE)}
        connection.execute(text(_NEW_SHARDS), values)
        connection.execute(text(_TAKE), {**values, **_living_keys()})
        self._read_back(connection)
        return self.shards - before

    def give_up(self, shards: Collection[int]) -> None:
        """Give up shards, so that another refresher can take them at once."""
        with self._lock:
            self._tokens = {shard: token for shard, token in self._tokens.items() if shard not in shards}
        self._joined().execute(text(_GIVE_UP), {"shards": sorted(shards), "id": self._id})

    def leave(self) -> None:
        """Give up everything. Another refresher takes over at once."""
        with self._lock:
            self._tokens = {}
        if self._connection is None:
            return
        try:
            self._connection.execute(text("DELETE FROM refresher WHERE id = :id"), {"id": self._id})
            self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
        except DBAPIError:
            self._connection.invalidate()
        self._connection.close()
        self._connection = self._id = None

    def _joined(self) -> Connection:
        """The one connection, with a row and a lock of this process."""
        if self._connection is not None:
            return self._connection
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            connection.execute(text(_FORGET), {"seconds": _FORGOTTEN_SECONDS, **_living_keys()})
            self._id = connection.execute(text(_JOIN), {"id": self._id, "is_steady": self._is_steady}).scalar_one()
            connection.execute(
                text("SELECT pg_advisory_lock(:class, :id)"), {"class": int(LockClass.REFRESHER), "id": self._id}
            )
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        self._connection = connection
        return connection

    def _read_back(self, connection: Connection) -> None:
        rows = connection.execute(text(_MINE), {"id": self._id})
        tokens = {int(shard): int(token) for shard, token in rows}
        with self._lock:
            self._tokens = tokens

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def _living_keys() -> dict[str, object]:
    return {"class": int(LockClass.REFRESHER), "frozen": FROZEN_SECONDS}


_LIVING = """
SELECT id FROM refresher
WHERE beat_at > clock_timestamp() - make_interval(secs => :frozen)
  AND EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND granted AND classid = :class AND objid = refresher.id AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  )
"""

_FORGET = f"""
DELETE FROM refresher
WHERE beat_at < clock_timestamp() - make_interval(secs => :seconds) AND id NOT IN ({_LIVING})
"""  # noqa: S608 - code alone

# A refresher whose connection broke joins again under its own id, unless its row is gone.
_JOIN = """
WITH mine AS (
    UPDATE refresher SET beat_at = clock_timestamp() WHERE id = :id RETURNING id
), new AS (
    INSERT INTO refresher (is_steady) SELECT :is_steady WHERE NOT EXISTS (SELECT FROM mine) RETURNING id
)
SELECT id FROM mine UNION ALL SELECT id FROM new
"""

_BEAT = """
UPDATE refresher
SET beat_at = clock_timestamp(), accounts = :accounts, lag_seconds = :lag_seconds, bottleneck = :bottleneck
WHERE id = :id
"""

_NEW_SHARDS = """
INSERT INTO shard_lease (shard, token)
SELECT shard, 0 FROM unnest(CAST(:shards AS smallint[])) AS shard
ON CONFLICT DO NOTHING
"""

_TAKE = f"""
WITH free AS MATERIALIZED (
    SELECT shard FROM shard_lease
    WHERE shard = ANY(CAST(:shards AS smallint[]))
      AND (refresher_id IS NULL OR refresher_id NOT IN ({_LIVING}))
    ORDER BY shard
    LIMIT :most
    FOR UPDATE SKIP LOCKED
), idle AS MATERIALIZED (
    SELECT shard, pg_try_advisory_xact_lock(:fence, shard) AS is_idle FROM free
)
UPDATE shard_lease SET refresher_id = :id, token = token + 1
FROM idle
WHERE idle.shard = shard_lease.shard AND is_idle
"""  # noqa: S608 - code alone

_MINE = "SELECT shard, token FROM shard_lease WHERE refresher_id = :id"

_GIVE_UP = """
UPDATE shard_lease SET refresher_id = NULL
WHERE shard = ANY(CAST(:shards AS smallint[])) AND refresher_id = :id
"""
