"""Close a tax year: the same as the button on Trades, for each account."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine

from db.reads.accounts import read_accounts
from domain.edits import EditState
from refresher.commands.database import WriterAccess
from refresher.commands.exit_codes import Exit
from refresher.edits.tax_years import apply_tax_close


def tax_close(database: WriterAccess, names: Sequence[str], year: Mapping[str, Any]) -> Exit:
    """Close a year of these accounts, of all configured ones without names. FAILED if one of them was refused."""
    database.upgrade()
    return close_years(database.writer, names, year)


def close_years(writer: Engine, names: Sequence[str], year: Mapping[str, Any]) -> Exit:
    """As `tax_close`, in a database that is up to date."""
    with writer.connect() as connection:
        by_name = {account.name: account for account in read_accounts(connection)}
    if not by_name:
        sys.stderr.write("stillframe: no account was refreshed yet, so there is no year to close\n")
    unknown = [name for name in names if name not in by_name]
    for name in unknown:
        sys.stderr.write(f"stillframe: no account {name!r}; the accounts are {', '.join(by_name) or 'none yet'}\n")
    chosen = [by_name[name] for name in names if name in by_name] if names else list(by_name.values())
    verdicts = [apply_tax_close(writer, account, year) for account in chosen if names or account.is_configured]
    for verdict in verdicts:
        sys.stdout.write(f"{verdict.answer}\n")
    is_refused = any(verdict.state is EditState.REFUSED for verdict in verdicts)
    return Exit.FAILED if unknown or is_refused or not verdicts else Exit.DONE
