"""Write the outcomes of ended orders."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, text

from db.copying import line_of, stage_lines
from db.history_records import OUTCOME_COLUMNS
from db.locks import lock_ended_sums, lock_history_writes
from db.writes.ended_sums import count_changes, read_counted_orders
from domain.endings import Ending, Evidence, Outcome


def write_outcomes(engine: Engine, account_id: int, outcomes: Iterable[Outcome], at: datetime) -> int:
    """Write outcomes of orders that left the open list. Returns how many are new or changed.

    Better or equal evidence replaces the stored outcome. Worse evidence is ignored. `gone_at` is the refresh that
    first missed the order (see db.reads.ended_orders.read_gone_orders). If an order came back and left again, the later
    ending counts. Raises ValueError for a merely gone order.
    """
    lines = {}
    for outcome in outcomes:
        if outcome.ending is Ending.GONE or outcome.evidence is None:
            raise ValueError(f"order {outcome.key} is gone and has no outcome to write")
        lines[outcome.source, outcome.key] = line_of(getattr(outcome, column) for column in OUTCOME_COLUMNS)
    if not lines:
        return 0
    with engine.begin() as connection:
        lock_history_writes(connection, account_id)
        stage_lines(connection, "outcome_staged", "order_outcome", OUTCOME_COLUMNS, lines.values())
        lock_ended_sums(connection, account_id)
        before = read_counted_orders(connection, account_id)
        changed = connection.execute(text(_UPSERT), {"account_id": account_id, "at": at}).rowcount
        connection.execute(text(_DATE_VERSIONS), {"account_id": account_id})
        count_changes(connection, account_id, before)
        return changed


# From most to least trusted.
_TRUST = "array_position(ARRAY[" + ", ".join(f"'{evidence}'" for evidence in Evidence) + "], {})"

_COMPARED = [column for column in OUTCOME_COLUMNS if column not in ("source", "key")]

_UPSERT = f"""
INSERT INTO order_outcome AS stored (account_id, resolved_at, {", ".join(OUTCOME_COLUMNS)})
SELECT :account_id, :at, {", ".join(OUTCOME_COLUMNS)} FROM outcome_staged
ON CONFLICT (account_id, source, key) DO UPDATE SET
    resolved_at = excluded.resolved_at, {", ".join(f"{column} = excluded.{column}" for column in _COMPARED)}
WHERE (excluded.gone_at > stored.gone_at
       OR excluded.gone_at = stored.gone_at
          AND {_TRUST.format("excluded.evidence")} <= {_TRUST.format("stored.evidence")})
  AND ({", ".join(f"stored.{column}" for column in _COMPARED)})
      IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _COMPARED)})
"""  # noqa: S608 - column names from code

# The versions hold the end too, so that one index finds ended orders in the order of the moments that pages show. An
# order that came back and left again has the end of its newest outcome alone.
_DATE_VERSIONS = """
UPDATE order_version AS last
SET ended_at = CASE WHEN last.valid_to = stored.gone_at THEN stored.ended_at END
FROM outcome_staged
JOIN order_outcome AS stored
  ON stored.account_id = :account_id AND stored.source = outcome_staged.source AND stored.key = outcome_staged.key
WHERE last.account_id = :account_id AND last.source = stored.source AND last.key = stored.key
  AND last.ended_at IS DISTINCT FROM CASE WHEN last.valid_to = stored.gone_at THEN stored.ended_at END
"""
