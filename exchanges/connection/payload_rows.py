"""Payloads: the rows in an answer, each read by itself, so that one odd row hides no other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from domain.sources import Unreadable
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled

Record = TypeVar("Record")


def rows_of(payload: Any, asked: str) -> list[Any]:
    """The list in result.data. Raises BadPayload where there is none: no list is not an empty list."""
    result = payload.get("result") if isinstance(payload, Mapping) else None
    data = result.get("data") if isinstance(result, Mapping) else None
    if not isinstance(data, list):
        raise BadPayload(f"{asked}: the answer holds no list of rows")
    return data


def read_each(
    rows: Iterable[Any], read: Callable[[Mapping[str, Any]], Record | None], key: Callable[[Record], str]
) -> tuple[tuple[Record, ...], tuple[Unreadable, ...]]:
    """What could be read of the rows, each identity once, and what could not. `read` may skip a row by None.

    A row said twice is one row. Two different rows under one identity cannot both stand: the first does, the other is
    shown as unreadable.
    """

    def one(row: Mapping[str, Any]) -> tuple[Record, ...]:
        record = read(row)
        return () if record is None else (record,)

    return read_several(rows, one, key)


def read_several(
    rows: Iterable[Any], read: Callable[[Mapping[str, Any]], Iterable[Record]], key: Callable[[Record], str]
) -> tuple[tuple[Record, ...], tuple[Unreadable, ...]]:
    """The same of rows that may each hold several records: either all of a row is read, or the row is unreadable."""
    records: dict[str, Record] = {}
    unreadable: list[Unreadable] = []
    for row in rows:
        if not isinstance(row, Mapping):
            unreadable.append(Unreadable("the row is no object", {"row": row}))
            continue
        try:
            found = tuple(read(row))
        except Garbled as error:
            unreadable.append(Unreadable(str(error), _raw_of(row)))
            continue
        for record in found:
            known = records.setdefault(key(record), record)
            if known is not record and known != record:
                unreadable.append(Unreadable("another row has the same identity", _raw_of(row)))
    return tuple(records.values()), tuple(unreadable)


def _raw_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the exchange sent: ccxt keeps it in `info` beside what it made of it."""
    info = row.get("info")
    if info is None:
        return row
    return info if isinstance(info, Mapping) else {"row": info}
