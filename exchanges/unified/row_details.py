"""Row details: what another list of the exchange states about the rows of a list."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from exchanges.connection.errors import ExchangeError
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import list_in, rows_in
from exchanges.venues._shared.row_details import RowDetails

ByKey = Mapping[tuple[str, ...], Mapping[str, Any]]


class DetailsReader:
    """Adds details to rows. If they cannot be read, those of the last response are used."""

    def __init__(self, gateway: Gateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._clock = clock
        self._known: dict[str, tuple[float, ByKey]] = {}

    def added_to(self, rows: Sequence[Any], details: RowDetails | None) -> list[Any]:
        """The same rows of ccxt, those of the exchange in them with their details."""
        if details is None or not any(map(details.is_wanted, rows)):
            return list(rows)
        name = f"{details.path}:{dict(details.params)}"
        read_at, details_by_key = self._known.get(name, (0.0, {}))
        if not details_by_key or self._clock() - read_at >= details.seconds:
            with suppress(ExchangeError):  # the rows themselves were read: they only inform less
                details_by_key = _by_key(self._gateway.request(details.path, details.params, endpoint=name), details)
                self._known[name] = self._clock(), details_by_key
        return list(_completed(rows, details, details_by_key))


def _by_key(response: Any, details: RowDetails) -> ByKey:
    if not details.join:
        row = list_in(response, details.list_at)
        return {(): row} if isinstance(row, Mapping) else {}
    return {details.key_there(row): row for _, row in rows_in(response, details.list_at) if isinstance(row, Mapping)}


def _completed(rows: Iterable[Any], details: RowDetails, details_by_key: ByKey) -> Iterable[Any]:
    for row in rows:
        added_fields = details_by_key.get(details.key_of(row["info"])) if details.is_wanted(row) else None
        if added_fields is None:
            yield row
            continue
        added = {name: added_fields[name] for name in details.fields or added_fields if name in added_fields}
        row["info"] = {**added, **row["info"]}
        yield row
