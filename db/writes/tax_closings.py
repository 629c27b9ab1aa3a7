"""Write closed tax years and their corrections. A closed year itself never changes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine, text

from db.closed_years import NAMED, name_parameters
from db.copying import json_text
from domain.tax_entries import Correction, TaxYearName, entries_of
from domain.tax_rows import AccountYear


def write_tax_closing(
    engine: Engine, name: TaxYearName, account_year: AccountYear, until: datetime, closed_at: datetime
) -> bool:
    """Close a year as it is known now. False if it was closed before.

    It is compared once more soon, because an event may have arrived while it was read.
    """
    row = {
        **name_parameters(name),
        "until": until,
        "closed_at": closed_at,
        "entries": json_text(entries_of(account_year.year)),
        "missing": json_text(list(account_year.missing)),
    }
    with engine.begin() as connection:
        return connection.execute(text(_CLOSE), row).rowcount == 1


def write_tax_corrections(
    engine: Engine, name: TaxYearName, corrections: Iterable[Correction], changes: int, at: datetime
) -> None:
    """Add corrections to a closed year. `changes` is that of the closing when the comparison began."""
    rows = [
        {
            **name_parameters(name),
            "known_at": correction.known_at,
            "was": None if correction.was is None else json_text(dict(correction.was)),
            "now": None if correction.now is None else json_text(dict(correction.now)),
        }
        for correction in corrections
    ]
    with engine.begin() as connection:
        if rows:
            connection.execute(text(_CORRECT), rows)
        connection.execute(text(_COMPARED), {**name_parameters(name), "changes": changes, "at": at})


def mark_closed_periods(connection: Connection, account_id: int, after: datetime | None) -> None:
    """Let the closed periods that end after a moment be compared again.

    Tax years of other accounts may hold coins that came from this one.
    """
    for statement in (_MARK_TAX_YEARS, _MARK_PERIODS):
        connection.execute(text(statement), {"account_id": account_id, "after": after})


_CLOSE = """
INSERT INTO tax_closing
    (account_id, year, zone, currency, method, until, closed_at, entries, missing, compared_at)
VALUES (:account_id, :year, :zone, :currency, :method, :until, :closed_at, CAST(:entries AS jsonb),
        CAST(:missing AS jsonb), :closed_at)
ON CONFLICT DO NOTHING
"""

_CORRECT = """
INSERT INTO tax_correction (account_id, year, zone, currency, method, known_at, was, now)
VALUES (:account_id, :year, :zone, :currency, :method, :known_at, CAST(:was AS jsonb), CAST(:now AS jsonb))
"""

_COMPARED = f"""
UPDATE tax_closing SET compared = :changes, compared_at = :at
WHERE {NAMED}
"""  # noqa: S608 - names from code

_MARK_TAX_YEARS = """
UPDATE tax_closing SET changes = changes + 1 WHERE until > coalesce(:after, CAST('-infinity' AS timestamptz))
"""

_MARK_PERIODS = """
UPDATE period_close SET changes = changes + 1
WHERE account_id = :account_id AND until > coalesce(:after, CAST('-infinity' AS timestamptz))
"""
