"""Row details: fields that the rows of one list lack and the rows of another list state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exchanges.connection.list_paths import ListPath


@dataclass(frozen=True, slots=True)
class RowDetails:
    """A listed call whose rows add `fields` (all if empty) to the rows with the same values in the fields `join`.

    Without `join` the object at `list_at` completes every row. `wants` is True for rows that lack something (None: all
    do). Without any such row no request is sent. A response is reused for `seconds`. `join_there` are the names of the
    `join` fields in the rows of the listed call, if they differ.
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
        """The key of a row of the list."""
        return tuple(str(row.get(name)) for name in self.join)

    def key_there(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The key of a row of the listed call."""
        return tuple(str(row.get(name)) for name in self.join_there or self.join)

    def is_wanted(self, row: Any) -> bool:
        """True if a row of ccxt holds an exchange's row that lacks something."""
        info = row.get("info") if isinstance(row, Mapping) else None
        return isinstance(info, Mapping) and (self.wants is None or self.wants(info))
