"""Paging: how the next page of a list is requested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list continues. `size` is the number of rows of a full page.

    With `field`, `param` is set to that field of the last row (of the first row with `first`). Without it, `param`
    counts pages from `first_page`, or rows from 0 in steps of `step`.
    """

    size: int
    param: str
    field: str = ""
    first: bool = False
    step: int = 1
    first_page: int = 1

    def next_value(self, page: Sequence[Any], pages_read: int) -> str | None:
        """The value of `param` for the next page. None: the row has no cursor."""
        if not self.field:
            return str(pages_read + self.first_page if self.step == 1 else pages_read * self.step)
        row = page[0 if self.first else -1]
        info = row.get("info") if isinstance(row, Mapping) else None
        cursor = info.get(self.field) if isinstance(info, Mapping) else None
        return str(cursor) if cursor not in (None, "") else None
