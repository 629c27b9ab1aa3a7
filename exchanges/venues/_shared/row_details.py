"""Row details: fields that the rows of one list lack and the rows of another list state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchanges.connection.list_paths import ListPath


@dataclass(frozen=True, slots=True)
class RowDetails:
    """A listed call whose rows add `fields` (none: all) to those rows that have the same values in the fields `join`.

    Without `join` the object at `list_at` completes every row. `wants` tells which rows lack something (None: all).
    Without any such row nothing is requested. A response stands for so many `seconds`. `join_there` are the names of
    the fields `join` in the rows of the listed call, where they differ.
    """

    path: str
    join: tuple[str, ...]
    fields: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    list_at: ListPath = ()
    seconds: float = 0
    wants: Callable[[Mapping[str, Any]], bool] | None = None
    join_there: tuple[str, ...] = ()

    def key_of(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What a row is recognised by in both lists."""
        return tuple(str(row.get(name)) for name in self.join)

    def key_there(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What a row of the listed call is recognised by."""
        return tuple(str(row.get(name)) for name in self.join_there or self.join)

    def is_wanted(self, row: Any) -> bool:
        """Whether a row of ccxt holds a row of the exchange that lacks something."""
        info = row.get("info") if isinstance(row, Mapping) else None
        return isinstance(info, Mapping) and (self.wants is None or self.wants(info))
