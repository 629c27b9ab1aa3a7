"""What came into accounts and left them other than by trading, newest first?"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.past_records import TRANSFER_COLUMNS, transfer_from
from db.reads.page_cursor import Cursor, cursor_parameters
from db.reads.transfer_filter import TransferFilter
from domain.snapshot import Account
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One movement without its payload ({}), and whose it is."""

    transfer: Transfer
    account_id: int

    @property
    def cursor(self) -> Cursor:
        """The next page begins `before` it."""
        return Cursor(self.transfer.at, self.transfer.key, self.account_id)


def read_transfers(
    connection: Connection,
    accounts: Sequence[Account],
    wanted: TransferFilter,
    limit: int | None = None,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> tuple[TransferRow, ...]:
    """At most `limit` movements of the filter, newest first. `before` is the cursor of the last row of the page before.

    With `after` they are the nearest newer ones, which is the way back. The filter runs before paging. The newest rows
    of each account and kind come from the end of an index.
    """
    known = {account.id: account for account in accounts}
    way, cursor = ("DESC", before) if after is None else ("ASC", after)
    beyond = (
        "" if cursor is None else f" AND (at, key, account_id) {'<' if after is None else '>'} (:at, :key, :account_id)"
    )
    parts = "unnest(CAST(:accounts AS integer[])) AS part_account (of_account)"
    same = "account_id = of_account"
    if wanted.kinds is not None:
        parts += " CROSS JOIN unnest(CAST(:kinds AS text[])) AS part_kind (of_kind)"
        same += " AND kind = of_kind"
    statement = _PAGE.format(parts=parts, same=same + wanted.conditions() + beyond, way=way)
    given = {"accounts": list(known), "limit": limit, **cursor_parameters(cursor)}
    rows = connection.execute(text(statement), {**wanted.parameters(), **given})
    return tuple(
        TransferRow(transfer_from((*values, {}), known[id_].name, known[id_].exchange), id_) for id_, *values in rows
    )


def read_transfer_assets(connection: Connection, accounts: Sequence[Account]) -> tuple[str, ...]:
    """The assets that ever moved, by name."""
    rows = connection.execute(text(_ASSETS), {"accounts": [account.id for account in accounts]})
    return tuple(rows.scalars())


# Payloads are left out: a page does not show them.
_COLUMNS = ", ".join(("account_id", *TRANSFER_COLUMNS[:-1]))

_PAGE = f"""
SELECT {_COLUMNS}
FROM (
    SELECT hit.*
    FROM {{parts}}
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM transfer WHERE {{same}} ORDER BY at {{way}}, key {{way}} LIMIT :limit
    ) AS hit
    ORDER BY at {{way}}, key {{way}}, account_id {{way}}
    LIMIT :limit
) AS page
ORDER BY at DESC, key DESC, account_id DESC
"""  # noqa: S608 - column names from code

_ASSETS = "SELECT DISTINCT asset FROM transfer WHERE account_id = ANY(:accounts) ORDER BY asset"
