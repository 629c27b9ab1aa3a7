"""Read filed edits and the answers of the refresher."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, text

from domain.edits import Edit, EditKind, EditState

_AT_ONCE = 100


def read_edits(connection: Connection, kind: EditKind, account_ids: Collection[int], limit: int = 20) -> Sequence[Edit]:
    """The newest edits of a kind for these accounts."""
    scope = {"kind": kind.value, "accounts": list(account_ids), "limit": limit}
    return _edits(connection.execute(text(_NEWEST), scope))


def read_edits_without_account(connection: Connection, kinds: Collection[EditKind], limit: int = 20) -> Sequence[Edit]:
    """The newest edits of these kinds that are about no account, as far as the viewer may see them."""
    scope = {"kinds": [kind.value for kind in kinds], "limit": limit}
    return _edits(connection.execute(text(_WITHOUT_ACCOUNT), scope))


def read_pending_edits(connection: Connection, account_ids: Collection[int]) -> Sequence[Edit]:
    """The edits that wait for the refresher of these accounts, in the order in which they were filed.

    Those of no account, or of one that is configured no longer, wait for any refresher.
    """
    return _edits(connection.execute(text(_PENDING), {"accounts": list(account_ids), "limit": _AT_ONCE}))


def _edits(rows: Iterable[Any]) -> Sequence[Edit]:
    return [
        Edit(id_, account_id, kind, payload, filed_at, EditState(state), answer, applied_at, filed_by)
        for id_, account_id, kind, payload, filed_at, state, answer, applied_at, filed_by in rows
    ]


_COLUMNS = "request.id, account_id, kind, payload, filed_at, state, answer, applied_at, filed_by"

_NEWEST = f"""
SELECT {_COLUMNS}
FROM edit_request AS request
WHERE kind = :kind AND account_id = ANY(CAST(:accounts AS integer[]))
ORDER BY id DESC
LIMIT :limit
"""  # noqa: S608 - column names from code

_WITHOUT_ACCOUNT = f"""
SELECT {_COLUMNS}
FROM edit_request AS request
WHERE kind = ANY(:kinds) AND account_id IS NULL
ORDER BY id DESC
LIMIT :limit
"""  # noqa: S608 - column names from code

_PENDING = f"""
SELECT {_COLUMNS}
FROM edit_request AS request
LEFT JOIN account ON account.id = account_id
WHERE state = 'pending'
  AND (account_id IS NULL OR account_id = ANY(CAST(:accounts AS integer[])) OR NOT is_configured)
ORDER BY request.id
LIMIT :limit
"""  # noqa: S608 - column names from code
