"""Export of Transfers: all transfers of a filter as CSV."""

from collections.abc import Sequence

from sqlalchemy import Connection

from db.reads.page_cursor import Cursor
from db.reads.transfer_filter import TransferFilter
from db.reads.transfers import TransferRow, read_transfers
from domain.snapshot import Account
from pages.shared.export import exported
from pages.transfers.view import csv_header, csv_lines


def transfers_csv(accounts: Sequence[Account], wanted: TransferFilter, is_packed: bool) -> bytes:
    """The export, packed by gzip if asked for. Raises DatabaseUnavailable."""

    def read(connection: Connection, limit: int, before: Cursor | None) -> Sequence[TransferRow]:
        return read_transfers(connection, accounts, wanted, limit, before)

    return exported(csv_header(), csv_lines, read, is_packed)
