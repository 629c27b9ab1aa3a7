"""Export: all fills of a filter as CSV, read part by part, so that a million of them need the memory of a few."""

import gzip
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO

from sqlalchemy import Connection

from db.reads.fill_filter import FillFilter
from db.reads.fills import FillRow, read_fills
from domain.places import Place
from domain.snapshot import Account
from pages.fills.view import csv_header, csv_lines
from pages.shared.loaders import ask

MOST_ROWS = 1_000_000  # more are cut, and the button says so
MOST_PLAIN = 50_000  # about 12 MB; more are packed, which makes them a sixth
_AT_ONCE = 5000


def fills_csv(accounts: Sequence[Account], wanted: FillFilter, is_packed: bool) -> bytes:
    """The export, packed by gzip if asked for. Raises DatabaseUnavailable: a part of it would pass for the whole."""
    target = BytesIO()
    if is_packed:
        with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=3, mtime=0) as packed:
            for part in _parts(accounts, wanted):
                packed.write(part.encode())
    else:
        for part in _parts(accounts, wanted):
            target.write(part.encode())
    return target.getvalue()


def _parts(accounts: Sequence[Account], wanted: FillFilter) -> Iterator[str]:
    """The lines of the export, some thousand at a time."""
    yield csv_header()
    place: Place | None = None
    for _ in range(MOST_ROWS // _AT_ONCE):
        rows = ask(partial(_read, accounts, wanted, place))
        if rows:
            yield csv_lines(rows)
            place = rows[-1].place
        if len(rows) < _AT_ONCE:
            return


def _read(
    accounts: Sequence[Account], wanted: FillFilter, before: Place | None, connection: Connection
) -> Sequence[FillRow]:
    return read_fills(connection, accounts, wanted, _AT_ONCE, before)
