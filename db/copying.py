"""COPY: rows as Postgres reads them fastest, and the digest by which two rows are the same."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from io import StringIO
from typing import Any

from sqlalchemy import Connection

DIGEST_BYTES = 16

# Postgres text holds neither NUL nor half a surrogate pair: an exchange that sends one loses that one character.
_UNSTORABLE = dict.fromkeys((0, *range(0xD800, 0xE000)))
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}) | _UNSTORABLE

# Made once: json.dumps would make one for each payload.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str).encode


def json_text(value: object) -> str:
    """JSON that jsonb takes: keys sorted, decimals and moments as strings, without characters it refuses."""
    text = _encode(value)
    if "\\" in text and ("\\u0000" in text or "\\ud" in text):
        text = _encode(_storable(value))
    return text


def _storable(value: object) -> object:
    match value:
        case str():
            # Pairs of surrogates that make one character are joined before the lone ones go.
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_UNSTORABLE)
        case dict():
            return {_storable(str(k)): _storable(v) for k, v in value.items()}
        case list() | tuple():
            return [_storable(v) for v in value]
        case _:
            return value


def _str_text(value: str) -> str:
    # What is printable needs no escape but for the backslash, and looking is cheaper than mapping.
    if value.isprintable() and "\\" not in value:
        return value
    return str.translate(value, _ESCAPES)


# By exact type, because ten thousand orders are four hundred thousand fields; other types are words or numbers.
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
    """One field in COPY's text format; decimals keep every digit and their scale."""
    return _TEXT_OF.get(type(value), lambda word: _str_text(str(word)))(value)


def line_of(fields: Iterable[object]) -> str:
    """One row in COPY's text format, without its line end."""
    return "\t".join(map(field_text, fields))


def digest_of(line: str) -> bytes:
    """What a row says, in 16 bytes: equal if and only if every field is equal (but for collisions nobody will see)."""
    return blake2b(line.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def copy_lines(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY ready-made lines into a table, in the connection's own transaction."""
    buffer = StringIO("".join(f"{line}\n" for line in lines))
    driver_connection: Any = connection.connection
    with driver_connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer)
