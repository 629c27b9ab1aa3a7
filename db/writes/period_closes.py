"""Write the figures of months and years that are over, once, and later their corrections."""

from datetime import datetime

from sqlalchemy import Engine, text

from db.copying import json_text
from domain.period_close import PeriodCorrection, RecordedPeriod


def write_recorded_period(engine: Engine, period: RecordedPeriod) -> bool:
    """Record a period. False if it was recorded before. It is compared once more soon."""
    row = {
        **_scope(period),
        "until": period.until,
        "currency": period.currency,
        "at": period.recorded_at,
        "figures": json_text(dict(period.figures.as_json())),
    }
    with engine.begin() as connection:
        return connection.execute(text(_RECORD), row).rowcount == 1


def write_compared_period(engine: Engine, period: RecordedPeriod, correction: PeriodCorrection | None) -> None:
    """Write what a comparison found, None for no difference. `period.changes` is that when it began."""
    with engine.begin() as connection:
        if correction is not None:
            connection.execute(text(_CORRECT), {**_scope(period), **_row(correction)})
        connection.execute(text(_COMPARED), {**_scope(period), "changes": period.changes})


def _scope(period: RecordedPeriod) -> dict[str, object]:
    return {"account_id": period.account_id, "kind": period.kind.value, "since": period.since}


def _row(correction: PeriodCorrection) -> dict[str, str | datetime]:
    return {
        "known_at": correction.known_at,
        "was": json_text(dict(correction.was.as_json())),
        "now": json_text(dict(correction.now.as_json())),
        "cause": correction.cause,
    }


_RECORD = """
INSERT INTO period_close (account_id, kind, since, until, currency, recorded_at, figures)
VALUES (:account_id, :kind, :since, :until, :currency, :at, CAST(:figures AS jsonb))
ON CONFLICT DO NOTHING
"""

_CORRECT = """
INSERT INTO period_correction (account_id, kind, since, known_at, was, now, cause)
VALUES (:account_id, :kind, :since, :known_at, CAST(:was AS jsonb), CAST(:now AS jsonb), :cause)
"""

_COMPARED = """
UPDATE period_close SET compared = :changes
WHERE account_id = :account_id AND kind = :kind AND since = :since
"""
