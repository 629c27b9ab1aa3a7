"""Windows: the rows of a long table that the browser shows now, in an order of all rows. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pages.components.table.model import SortValue, TableColumn

# Longer tables are sent in windows. Up to here the browser holds and sorts all rows by itself.
WINDOWS_FROM = 10_000
WINDOW_ROWS = 400
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """The rows that a browser asks for: the first one in the order of `sort`, as in "-value" for descending."""

    sort: str
    start: int = 0

    @property
    def key(self) -> str:
        """The key of the column to sort by."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """True if the largest value comes first."""
        return self.sort.startswith("-")


def request_from(text: str) -> WindowRequest | None:
    """Parse the request of a browser. None if it is not understood."""
    try:
        content = json.loads(text)
        return WindowRequest(str(content["sort"]), max(0, int(content["start"])))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def row_order(column: TableColumn, is_descending: bool, groups: Sequence[str] = ()) -> list[int]:
    """The places of all rows, sorted by a column as in order.js. A group stands where its first row would stand."""
    values = column.sort or column.texts
    by_value = _by_value(values, is_descending)
    if not groups:
        return by_value
    members: dict[str, list[int]] = {}
    for row in by_value:
        members.setdefault(groups[row] or f"\0{row}", []).append(row)
    return [row for rows in members.values() for row in rows]


def _by_value(values: Sequence[SortValue], is_descending: bool) -> list[int]:
    """Equal values keep their order. Unknown ones come last in either direction."""
    ranks = {value: _comparable(value) for value in set(values) if value is not None}
    stated = [(row, value) for row, value in enumerate(values) if value is not None]
    stated.sort(key=lambda pair: ranks[pair[1]], reverse=is_descending)
    return [row for row, _ in stated] + [row for row, value in enumerate(values) if value is None]


def _comparable(value: SortValue) -> tuple[int, float, Sequence[tuple[int, int, str]], Sequence[bool]]:
    """Numbers sort by size and before texts. Digits within texts sort as numbers, without the limit of int().

    The small letter comes first if two texts differ in case alone.
    """
    if isinstance(value, int | float):
        return 0, value, (), ()
    parts = [(part, part.lstrip("0")) for part in _DIGITS.split(str(value).casefold()) if part]
    keys = [(0, len(digits), digits) if part.isdecimal() else (1, 0, part) for part, digits in parts]
    return 1, 0.0, keys, [letter.isupper() for letter in str(value) if letter.isalpha()]
