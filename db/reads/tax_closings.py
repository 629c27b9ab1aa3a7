"""Read closed tax years with their corrections, and which of them are to be compared with what is known now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from db.closed_years import NAMED, name_parameters
from domain.coin_lots import LotMethod
from domain.snapshot import Account
from domain.tax_entries import Correction, Entry, TaxYearName, year_of
from domain.tax_rows import AccountYear


@dataclass(frozen=True, slots=True)
class TaxClosing:
    """A closed year as it is stored. `changes` of `compared` reworks of its books were compared."""

    name: TaxYearName
    until: datetime
    closed_at: datetime
    entries: Sequence[Entry]
    missing: Sequence[str]
    changes: int
    compared: int
    compared_at: datetime


def read_closed_year(connection: Connection, account: Account, name: TaxYearName) -> AccountYear | None:
    """A closed year of an account with all corrections. None if it is not closed."""
    row = connection.execute(text(_CLOSING), name_parameters(name)).one_or_none()
    if row is None:
        return None
    closing = TaxClosing(name, *row)
    return AccountYear(
        account.name,
        name.currency,
        year_of(closing.entries, name.method),
        closing.missing,
        closing.closed_at,
        read_tax_corrections(connection, name),
        closing.compared_at,
    )


def read_closed_names(connection: Connection, accounts: Sequence[Account]) -> Mapping[TaxYearName, datetime]:
    """The closed years of these accounts, and when each was closed, the newest year first."""
    rows = connection.execute(text(_NAMES), {"accounts": [account.id for account in accounts]})
    return {
        TaxYearName(id_, year, zone, currency, LotMethod(method)): closed_at
        for id_, year, zone, currency, method, closed_at in rows
    }


def read_due_closings(connection: Connection, account: Account) -> Sequence[TaxClosing]:
    """The closed years of an account whose books were worked out again since they were compared."""
    rows = connection.execute(text(_DUE), {"account_id": account.id})
    return [
        TaxClosing(TaxYearName(account.id, year, zone, currency, LotMethod(method)), *rest)
        for year, zone, currency, method, *rest in rows
    ]


def read_tax_corrections(connection: Connection, name: TaxYearName) -> Sequence[Correction]:
    """The corrections of a closed year, in the order in which they came to be known."""
    return [Correction(*row) for row in connection.execute(text(_CORRECTIONS), name_parameters(name))]


_COLUMNS = "until, closed_at, entries, missing, changes, compared, compared_at"

_CLOSING = f"SELECT {_COLUMNS} FROM tax_closing WHERE {NAMED}"  # noqa: S608 - names from code

_NAMES = """
SELECT account_id, year, zone, currency, method, closed_at
FROM tax_closing
WHERE account_id = ANY(CAST(:accounts AS integer[]))
ORDER BY year DESC, account_id, zone, currency, method
"""

_DUE = f"""
SELECT year, zone, currency, method, {_COLUMNS}
FROM tax_closing
WHERE account_id = :account_id AND changes <> compared
ORDER BY year, zone, currency, method
"""  # noqa: S608 - names from code

_CORRECTIONS = f"SELECT known_at, was, now FROM tax_correction WHERE {NAMED} ORDER BY number"  # noqa: S608
