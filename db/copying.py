"""COPY lines, the fastest way to write rows, and digests that compare rows."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from io import StringIO
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, text

DIGEST_BYTES = 16

# Postgres text cannot hold NUL or a lone surrogate. Such a character is dropped.
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)))
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}) | _UNSTORABLE

# Built once, because json.dumps builds an encoder per call.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode


def json_text(value: object) -> str:
    """JSON for jsonb: sorted keys, decimals and times as strings, without characters that Postgres refuses."""
    text = _encode(value)
    if "\\" in text and ("\\u0000" in text or "\\ud" in text):
        text = _encode(_storable(value))
    return text


def _storable(value: object) -> object:
    match value:
        case str():
            # Join surrogate pairs first, then drop lone surrogates.
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_UNSTORABLE)
        case dict():
            return {_storable(str(k)): _storable(v) for k, v in value.items()}
        case list() | tuple():
            return [_storable(v) for v in value]
        case _:
            return value


def _str_text(value: str) -> str:
    # Printable text needs no escapes except for backslashes, and this check is cheaper than translate.
    if value.isprintable() and "\\" not in value:
        return value
    return str.translate(value, _ESCAPES)


# By exact type, for speed: ten thousand orders have four hundred thousand fields. Other types are converted by str().
_TEXT_OF: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    Decimal: lambda value: format(value, "f"),
    str: _str_text,
    int: str,
    datetime: datetime.isoformat,
    bytes: lambda value: "\\\\x" + value.hex(),
    dict: lambda value: _str_text(json_text(value)),
}


def field_text(value: object) -> str:
    """One field in COPY's text format. Decimals keep all digits and their scale."""
    return _TEXT_OF.get(type(value), lambda word: _str_text(str(word)))(value)


def line_of(fields: Iterable[object]) -> str:
    """One row in COPY's text format, without its line end."""
    return "\t".join(map(field_text, fields))


def digest_of(line: str) -> bytes:
    """A 16-byte digest of a row. Rows are equal if and only if their digests are (collisions are neglected)."""
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def copy_lines(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines of `line_of` into a table, in the transaction of the connection."""
    buffer = StringIO("".join(f"{line}\n" for line in lines))
    driver_connection: Any = connection.connection
    with driver_connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer)


def insert_lines(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Insert COPY lines in their order. COPY itself refuses a table with row-level security."""
    names = ", ".join(columns)
    staging = f"lines_{crc32(names.encode()):08x}_{table}"
    stage_lines(connection, staging, table, columns, lines)
    connection.execute(text(_INSERT_LINES.format(staging=staging, table=table, names=names)))


def stage_lines(connection: Connection, staging: str, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines into a temporary table with these columns of `table`. It is empty again after the transaction."""
    for statement in _STAGING:
        connection.execute(text(statement.format(staging=staging, table=table, names=", ".join(columns))))
    copy_lines(connection, staging, columns, lines)


# The table stays with the connection, because its creation costs more than an insert of few rows.
_STAGING = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ON COMMIT DELETE ROWS AS SELECT {names} FROM {table} WITH NO DATA",
    "DELETE FROM {staging}",
)
_INSERT_LINES = "INSERT INTO {table} ({names}) SELECT {names} FROM {staging}"
