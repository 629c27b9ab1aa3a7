"""Payloads: the rows in an answer, each read by itself, so that one odd row hides no other (Lesson 23)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from domain.sources import Unreadable
from refresher.exchanges.errors import BadPayload
from refresher.exchanges.wire import Garbled

Record = TypeVar("Record")


def rows_of(payload: Any, asked: str) -> list[Any]:
    """The list in result.data. Raises BadPayload where there is none: no list is not an empty list (Lesson 2)."""
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
    records: dict[str, Record] = {}
    unreadable: list[Unreadable] = []
    for row in rows:
        if not isinstance(row, Mapping):
            unreadable.append(Unreadable("the row is no object", {"row": row}))
            continue
        try:
            record = read(row)
        except Garbled as error:
            unreadable.append(Unreadable(str(error), row))
            continue
        if record is None:
            continue
        known = records.setdefault(key(record), record)
        if known is not record and known != record:
            unreadable.append(Unreadable("another row has the same identity", row))
    return tuple(records.values()), tuple(unreadable)
