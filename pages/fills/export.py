"""Export of Fills: all fills of a filter as CSV."""

from collections.abc import Sequence

from sqlalchemy import Connection

from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow, read_fills
from db.reads.page_cursor import Cursor
from domain.snapshot import Account
from pages.fills.view import csv_header, csv_lines
from pages.shared.export import exported


def fills_csv(accounts: Sequence[Account], wanted: FillFilter, is_packed: bool) -> bytes:
    """The export, packed by gzip if asked for. Raises DatabaseUnavailable."""

    def read(connection: Connection, limit: int, before: Cursor | None) -> Sequence[FillRow]:
        return read_fills(connection, accounts, wanted, limit, before)

    return exported(csv_header(), csv_lines, read, is_packed)
