"""Requests of pages: refreshes and edits. The only rows that pages may write."""

from collections.abc import Mapping

from sqlalchemy import Engine, text

from db.copying import json_text
from domain.edits import EditKind


def insert_refresh_request(engine: Engine, account_id: int | None = None) -> None:
    """Request a refresh of one account, or of all that the viewer sees (None). The refresher polls once a second."""
    with engine.begin() as connection:
        if account_id is None:
            connection.execute(text(_OF_ALL))
        else:
            connection.execute(
                text("INSERT INTO refresh_request (account_id) VALUES (:account_id)"), {"account_id": account_id}
            )


def insert_edit_request(engine: Engine, kind: EditKind, payload: Mapping[str, object], account_id: int | None) -> None:
    """File an edit. A refresher applies or refuses it, and answers in the same row (db/reads/edits.py)."""
    row = {"account_id": account_id, "kind": kind.value, "payload": json_text(dict(payload))}
    with engine.begin() as connection:
        connection.execute(text(_EDIT), row)


# One row for all accounts only from a viewer of all, because row-level security refuses it to others.
_OF_ALL = """
INSERT INTO refresh_request (account_id)
SELECT NULL WHERE stillframe_sees_all()
UNION ALL
SELECT id FROM account WHERE is_configured AND NOT stillframe_sees_all()
"""

_EDIT = """
INSERT INTO edit_request (account_id, kind, payload)
VALUES (:account_id, :kind, CAST(:payload AS jsonb))
"""
