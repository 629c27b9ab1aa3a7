"""Export: all rows of a filter as CSV, read in chunks, so that a million rows need the memory of a few."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import TypeVar

from sqlalchemy import Connection

from db.reads.page_cursor import Cursor, HasCursor
from domain.csv_lines import csv_line
from pages.components.download.download import draw_file
from pages.shared.database import DatabaseUnavailable
from pages.shared.formats import count_text
from pages.shared.loaders import ask
from pages.shared.scene import Scene
from pages.shared.url_choices import tell

MOST_ROWS = 1_000_000  # more rows are cut, and the button says so
MOST_PLAIN = 50_000  # about 12 MB, larger exports are compressed to a sixth
_AT_ONCE = 5000

Row = TypeVar("Row", bound=HasCursor)
Read = Callable[[Connection, int, Cursor | None], Sequence[Row]]  # at most this many rows, older than the cursor


def exported(
    columns: Sequence[str], values_of: Callable[[Row], Sequence[object]], read: Read[Row], is_packed: bool
) -> bytes:
    """All rows that `read` returns, in chunks, compressed by gzip if asked.

    Raises DatabaseUnavailable, because a partial file would look complete.
    """
    target = BytesIO()
    if is_packed:
        with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=3, mtime=0) as packed:
            for lines in _parts(columns, values_of, read):
                packed.write(lines.encode())
    else:
        for lines in _parts(columns, values_of, read):
            target.write(lines.encode())
    return target.getvalue()


def _parts(columns: Sequence[str], values_of: Callable[[Row], Sequence[object]], read: Read[Row]) -> Iterator[str]:
    """The lines of the export, some thousand at a time."""
    yield csv_line(columns) + "\r\n"
    cursor: Cursor | None = None
    for _ in range(MOST_ROWS // _AT_ONCE):
        rows = ask(partial(_read, read, cursor))
        if rows:
            yield "".join(csv_line(values_of(row)) + "\r\n" for row in rows)
            cursor = rows[-1].cursor
        if len(rows) < _AT_ONCE:
            return


def _read(read: Read[Row], before: Cursor | None, connection: Connection) -> Sequence[Row]:
    return read(connection, _AT_ONCE, before)


def show_export(noun: str, count: int, csv: Callable[[bool], bytes], scene: Scene) -> None:
    """The button that sends all `count` rows of the filter ("fills"), compressed or not.

    Its label says if rows are cut.
    """
    hidden, is_packed, cut = scene.view.hide_amounts, count > MOST_PLAIN, cut_words(count)
    hints = [f"All {noun} of the filter at full precision, newest first"]
    if is_packed:
        hints.append(f"More than {MOST_PLAIN:,} rows are compressed by gzip")
    draw_file(
        lambda: _made(noun, lambda: csv(is_packed)),
        f"{noun}-{scene.at:%Y%m%dT%H%M%SZ}.csv" + (".gz" if is_packed else ""),
        "application/gzip" if is_packed else "text/csv",
        f"{noun}_csv",
        f"CSV of the newest {MOST_ROWS:,}" if cut else "CSV, packed" if is_packed else "CSV",
        "Not available while amounts are hidden" if hidden else ". ".join(filter(None, [*hints, cut])),
        is_enabled=not hidden and count > 0,
    )


def _made(noun: str, make: Callable[[], bytes]) -> bytes | None:
    """The file. None if the database did not give all rows, and a toast says so."""
    try:
        return make()
    except DatabaseUnavailable as error:
        tell(f"The CSV of {noun.replace('_', ' ')} could not be made: {error}. Try again.")
        return None


def cut_words(count: int) -> str:
    """The rows that an export leaves out. "" if it is complete."""
    more = count_text(count - MOST_ROWS, "older row")
    return (
        f"{more} {'is' if count == MOST_ROWS + 1 else 'are'} cut: choose a shorter period" if count > MOST_ROWS else ""
    )
