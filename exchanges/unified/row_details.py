"""Row details: what another list of the exchange states about the rows of a list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exchanges.connection.errors import ExchangeError
from exchanges.connection.gateway import Gateway
from exchanges.connection.list_paths import rows_in
from exchanges.venues._shared.row_details import RowDetails


class DetailsReader:
    """Adds details to rows. Where they cannot be read, those of the last response stand."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: dict[str, Mapping[tuple[str, ...], Mapping[str, Any]]] = {}

    def added_to(self, rows: Sequence[Any], details: RowDetails | None) -> list[Any]:
        """The same rows of ccxt, those of the exchange in them with their details."""
        if details is None or not any(map(details.is_wanted, rows)):
            return list(rows)
        name = f"{details.path} {details.params}"
        try:
            response = self._gateway.ask(details.path, details.params)
            sent = (row for _, row in rows_in(response, details.list_at))
            self._known[name] = {details.key_of(row): row for row in sent if isinstance(row, Mapping)}
        except ExchangeError:  # the rows themselves were read: they only inform less
            pass
        return list(_completed(rows, details, self._known.get(name, {})))


def _completed(
    rows: Iterable[Any], details: RowDetails, known: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> Iterable[Any]:
    for row in rows:
        found = known.get(details.key_of(row["info"])) if details.is_wanted(row) else None
        if found is None:
            yield row
            continue
        added = {name: found[name] for name in details.fields if name in found}
        row["info"] = {**added, **row["info"]}
        yield row
