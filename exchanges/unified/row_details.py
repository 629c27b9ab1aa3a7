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
    """Adds details to rows. Where they cannot be read, those of the last response stand."""

    def __init__(self, gateway: Gateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._clock = clock
        self._known: dict[str, tuple[float, ByKey]] = {}

    def added_to(self, rows: Sequence[Any], details: RowDetails | None) -> list[Any]:
        """The same rows of ccxt, those of the exchange in them with their details."""
        if details is None or not any(map(details.is_wanted, rows)):
            return list(rows)
        name = f"{details.path}:{dict(details.params)}"
        read_at, known = self._known.get(name, (0.0, {}))
        if not known or self._clock() - read_at >= details.seconds:
            with suppress(ExchangeError):  # the rows themselves were read: they only inform less
                known = _by_key(self._gateway.ask(details.path, details.params, endpoint=name), details)
                self._known[name] = self._clock(), known
        return list(_completed(rows, details, known))


def _by_key(response: Any, details: RowDetails) -> ByKey:
    if not details.join:
        row = list_in(response, details.list_at)
        return {(): row} if isinstance(row, Mapping) else {}
    return {details.key_there(row): row for _, row in rows_in(response, details.list_at) if isinstance(row, Mapping)}


def _completed(rows: Iterable[Any], details: RowDetails, known: ByKey) -> Iterable[Any]:
    for row in rows:
        found = known.get(details.key_of(row["info"])) if details.is_wanted(row) else None
        if found is None:
            yield row
            continue
        added = {name: found[name] for name in details.fields or found if name in found}
        row["info"] = {**added, **row["info"]}
        yield row
