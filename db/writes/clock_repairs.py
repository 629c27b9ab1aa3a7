"""Set aside what was written under moments in the future, while the clock of the refresher was ahead.

Such a refresh would refuse every later one, and would count as the present until the clock reaches it. The refresh
rows are kept in `clock_repair`. Versions that began in the future go, and those that ended there stand again.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.locks import lock_account_writes, lock_history_writes, lock_price_writes
from db.records import VERSIONED
from db.writes.ended_sums import recount_account
from domain.clock_repairs import ClockRepair
from domain.snapshot import Account


def set_aside_future(engine: Engine, account: Account, now: datetime) -> ClockRepair | None:
    """Set aside everything of an account with a moment after `now`, in one transaction. None if there was nothing."""
    with engine.begin() as connection:
        lock_account_writes(connection, account.id)
        lock_history_writes(connection, account.id)
        lock_price_writes(connection, account.venue)
        scope = {"account_id": account.id, "now": now, "venue": account.venue}
        row = connection.execute(text(_KEEP), scope).one_or_none()
        if row is None:
            return None
        _set_aside(connection, account.id, scope)
        return ClockRepair(now, latest=row.latest, refreshes=row.refreshes)


def _set_aside(connection: Connection, account_id: int, scope: Mapping[str, object]) -> None:
    connection.execute(text(_REFRESHES), scope)
    for table in sorted({versioned.table for versioned in VERSIONED.values()}):
        for statement in _VERSIONS:
            connection.execute(text(statement.format(table=table)), scope)
    for statement in _OTHERS:
        connection.execute(text(statement), scope)
    recount_account(connection, account_id)


_KEEP = """
INSERT INTO clock_repair (account_id, at, latest, refreshes, rows)
SELECT :account_id, :now, max(taken_at), count(*), jsonb_agg(to_jsonb(refresh) ORDER BY taken_at)
FROM refresh
WHERE account_id = :account_id AND taken_at > :now
HAVING count(*) > 0
RETURNING latest, refreshes
"""

_REFRESHES = "DELETE FROM refresh WHERE account_id = :account_id AND taken_at > :now"

_VERSIONS = (
    "DELETE FROM {table} WHERE account_id = :account_id AND valid_from > :now",
    """
    UPDATE {table}
    SET valid_to = 'infinity'
    WHERE account_id = :account_id AND valid_to > :now AND valid_to <> 'infinity'
    """,
)

_OTHERS = (
    "DELETE FROM mark WHERE account_id = :account_id AND valid_from > :now",
    """
    UPDATE order_version
    SET ended_at = NULL
    WHERE account_id = :account_id AND valid_to = 'infinity' AND ended_at IS NOT NULL
    """,
    "DELETE FROM order_outcome WHERE account_id = :account_id AND gone_at > :now",
    "DELETE FROM source_failure WHERE account_id = :account_id AND at > :now",
    # No response has an empty digest, so the next one is compared with the versions that stand again.
    """
    UPDATE source_state
    SET digest = CASE WHEN digest IS NOT NULL THEN ''::bytea END,
        failing_since = CASE WHEN failing_since > :now THEN :now ELSE failing_since END,
        error_at = CASE WHEN error_at > :now THEN :now ELSE error_at END,
        next_attempt_at = NULL
    WHERE account_id = :account_id
    """,
    # History counts as read until the last refresh before the clock was ahead. Reading again adds nothing twice.
    """
    UPDATE history_state
    SET known_until = CASE WHEN known_until > :now THEN greatest(known_from, last.honest) ELSE known_until END,
        as_of = CASE WHEN as_of > :now THEN last.honest ELSE as_of END,
        failing_since = CASE WHEN failing_since > :now THEN :now ELSE failing_since END,
        error_at = CASE WHEN error_at > :now THEN :now ELSE error_at END,
        next_attempt_at = NULL
    FROM (
        SELECT coalesce(max(taken_at), '2000-01-01Z') AS honest FROM refresh WHERE account_id = :account_id
    ) AS last
    WHERE account_id = :account_id
    """,
    "UPDATE key_permission SET checked_at = :now WHERE account_id = :account_id AND checked_at > :now",
    # Later ticks may build on these, so they stay. Their prices were seen before now, and no refresh names them.
    "UPDATE price_tick SET at = :now WHERE exchange = :venue AND at > :now",
    "UPDATE thinning SET until = :now WHERE exchange = :venue AND until > :now",
    "DELETE FROM job_run WHERE started_at > :now",
)
