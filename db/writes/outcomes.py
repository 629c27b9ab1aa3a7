"""Outcomes: how orders ended, as far as that is known by now."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, text

from db.copying import copy_lines, line_of
from db.locks import lock_past_writes
from db.past_records import OUTCOME_COLUMNS
from domain.endings import Ending, Evidence, Outcome


def write_outcomes(engine: Engine, account_id: int, outcomes: Iterable[Outcome], at: datetime) -> int:
    """Write what was concluded of orders that left the open list; how many outcomes are new or better known.

    Better evidence replaces worse, equal evidence what it said before, never the reverse. `gone_at` is the refresh that
    first missed the order (db.reads.outcomes.read_gone tells it): of an order that came back and left again, the later
    ending is the one that counts. Of an order that is merely gone there is nothing to write: ValueError.
    """
    lines = {}
    for outcome in outcomes:
        if outcome.ending is Ending.GONE or outcome.evidence is None:
            raise ValueError(f"order {outcome.key} is gone, and nothing more is known of it")
        lines[outcome.source, outcome.key] = line_of(getattr(outcome, column) for column in OUTCOME_COLUMNS)
    if not lines:
        return 0
    with engine.begin() as connection:
        lock_past_writes(connection, account_id)
        connection.execute(text(_SEEN))
        connection.execute(text("DELETE FROM outcome_seen"))
        copy_lines(connection, "outcome_seen", OUTCOME_COLUMNS, lines.values())
        return connection.execute(text(_UPSERT), {"account_id": account_id, "at": at}).rowcount


# From most to least trusted.
_TRUST = "array_position(ARRAY[" + ", ".join(f"'{evidence}'" for evidence in Evidence) + "], {})"

_SEEN = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS outcome_seen ON COMMIT DELETE ROWS AS
SELECT {", ".join(OUTCOME_COLUMNS)} FROM order_outcome WITH NO DATA
"""  # noqa: S608 - column names from code

_TOLD = [column for column in OUTCOME_COLUMNS if column not in ("source", "key")]

_UPSERT = f"""
INSERT INTO order_outcome AS known (account_id, resolved_at, {", ".join(OUTCOME_COLUMNS)})
SELECT :account_id, :at, {", ".join(OUTCOME_COLUMNS)} FROM outcome_seen
ON CONFLICT (account_id, source, key) DO UPDATE SET
    resolved_at = excluded.resolved_at, {", ".join(f"{column} = excluded.{column}" for column in _TOLD)}
WHERE (excluded.gone_at > known.gone_at
       OR excluded.gone_at = known.gone_at
          AND {_TRUST.format("excluded.evidence")} <= {_TRUST.format("known.evidence")})
  AND ({", ".join(f"known.{column}" for column in _TOLD)})
      IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _TOLD)})
"""  # noqa: S608 - column names from code
