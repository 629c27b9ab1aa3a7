"""Payload rows: each row of a response is read separately, so that one odd row hides no other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from domain.sources import Unreadable
from exchanges.connection.errors import BadPayload
from exchanges.connection.exact import Garbled

Record = TypeVar("Record")


def rows_of(payload: Any, endpoint: str) -> list[Any]:
    """The list in result.data. Raises BadPayload where there is none: no list is not an empty list."""
    result = payload.get("result") if isinstance(payload, Mapping) else None
    data = result.get("data") if isinstance(result, Mapping) else None
    if not isinstance(data, list):
        raise BadPayload(f"{endpoint}: the response holds no list of rows")
    return data


def read_each(
    rows: Iterable[Any], parse: Callable[[Mapping[str, Any]], Record | None], key: Callable[[Record], str]
) -> tuple[tuple[Record, ...], tuple[Unreadable, ...]]:
    """The readable rows, each identity once, and the unreadable ones. `parse` may return None to skip a row.

    A repeated row counts once. If two different rows have one identity, the second is unreadable.
    """

    def parse_one(row: Mapping[str, Any]) -> tuple[Record, ...]:
        record = parse(row)
        return () if record is None else (record,)

    return read_several(rows, parse_one, key)


def read_several(
    rows: Iterable[Any], parse: Callable[[Mapping[str, Any]], Iterable[Record]], key: Callable[[Record], str]
) -> tuple[tuple[Record, ...], tuple[Unreadable, ...]]:
    """The same of rows that may each hold several records: either all of a row is read, or the row is unreadable."""
    records: dict[str, Record] = {}
    unreadable: list[Unreadable] = []
    for row in rows:
        if not isinstance(row, Mapping):
            unreadable.append(Unreadable("the row is no object", {"row": row}))
            continue
        try:
            parsed = tuple(parse(row))
        except Garbled as error:
            unreadable.append(Unreadable(str(error), _raw_of(row)))
            continue
        for record in parsed:
            first = records.setdefault(key(record), record)
            if first is not record and first != record:
                unreadable.append(Unreadable("another row has the same identity", _raw_of(row)))
    return tuple(records.values()), tuple(unreadable)


def _raw_of(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The exchange's own row. ccxt keeps it in `info` beside its parsed fields."""
    info = row.get("info")
    if info is None:
        return row
    return info if isinstance(info, Mapping) else {"row": info}
