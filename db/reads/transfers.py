"""Read pages of transfers: movements other than trades, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.history_records import TRANSFER_COLUMNS, transfer_from
from db.reads.page_cursor import Cursor, cursor_parameters
from db.reads.transfer_filter import TransferFilter
from domain.snapshot import Account
from domain.transfers import Transfer


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One movement and its account. Only `read_transfer` has the payload, elsewhere it is {}."""

    transfer: Transfer
    account_id: int

    @property
    def cursor(self) -> Cursor:
        """The cursor to pass as `before` for the next page."""
        return Cursor(self.transfer.at, self.transfer.key, self.account_id)


def read_transfers(
    connection: Connection,
    accounts: Sequence[Account],
    filters: TransferFilter,
    limit: int | None = None,
    before: Cursor | None = None,
    after: Cursor | None = None,
) -> tuple[TransferRow, ...]:
    """At most `limit` transfers that match, newest first. `before` is the cursor of the last row of the previous page.

    `after` pages back: it returns the nearest newer rows. The filter runs before paging. The newest rows of each
    account and kind come from the end of an index.
    """
    accounts_by_id = {account.id: account for account in accounts}
    direction, cursor = ("DESC", before) if after is None else ("ASC", after)
    beyond = (
        "" if cursor is None else f" AND (at, key, account_id) {'<' if after is None else '>'} (:at, :key, :account_id)"
    )
    lists = "unnest(CAST(:accounts AS integer[])) AS part_account (of_account)"
    joins = "account_id = of_account"
    if filters.kinds is not None:
        lists += " CROSS JOIN unnest(CAST(:kinds AS text[])) AS part_kind (of_kind)"
        joins += " AND kind = of_kind"
    statement = _PAGE.format(lists=lists, joins=joins + filters.conditions() + beyond, direction=direction)
    page_parameters = {"accounts": list(accounts_by_id), "limit": limit, **cursor_parameters(cursor)}
    rows = connection.execute(text(statement), {**filters.parameters(), **page_parameters})
    return tuple(
        TransferRow(transfer_from((*values, {}), accounts_by_id[id_].name, accounts_by_id[id_].exchange), id_)
        for id_, *values in rows
    )


def read_transfer(connection: Connection, account: Account, key: str) -> TransferRow | None:
    """One transfer with its payload. None without one."""
    rows = connection.execute(text(_BY_KEY), {"account": account.id, "key": key})
    found = (TransferRow(transfer_from(row, account.name, account.exchange), account.id) for row in rows)
    return next(found, None)


def read_transfer_assets(connection: Connection, accounts: Sequence[Account]) -> tuple[str, ...]:
    """All assets ever transferred, by name."""
    rows = connection.execute(text(_ASSETS), {"accounts": [account.id for account in accounts]})
    return tuple(rows.scalars())


# Without payloads, because pages do not show them.
_COLUMNS = ", ".join(("account_id", *TRANSFER_COLUMNS[:-1]))

_PAGE = f"""
SELECT {_COLUMNS}
FROM (
    SELECT hit.*
    FROM {{lists}}
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM transfer WHERE {{joins}} ORDER BY at {{direction}}, key {{direction}} LIMIT :limit
    ) AS hit
    ORDER BY at {{direction}}, key {{direction}}, account_id {{direction}}
    LIMIT :limit
) AS page
ORDER BY at DESC, key DESC, account_id DESC
"""  # noqa: S608 - column names from code

_BY_KEY = f"SELECT {', '.join(TRANSFER_COLUMNS)} FROM transfer WHERE account_id = :account AND key = :key"  # noqa: S608

_ASSETS = "SELECT DISTINCT asset FROM transfer WHERE account_id = ANY(:accounts) ORDER BY asset"
