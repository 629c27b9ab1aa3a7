"""Description of a table: columns, cells and rows. Pure.

Texts are what the viewer reads. Sort values stay
apart from them, so that "1,234.50" sorts as a number and an unknown value always sorts last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import TypeVar

from pages.components.payload import packed, packed_after

SortValue = float | str | None
# The fields with an entry a row.
_COLUMN_LISTS = ("texts", "sort", "tones", "bars", "hints", "lines", "links", "actions")
_ROW_LISTS = ("keys", "links", "groups")


class Place(StrEnum):
    """The place of a column on a phone, where a row is a card of two lines."""

    TITLE = "title"  # first line, left
    LEAD = "lead"  # first line, right
    NOTE = "note"  # second line, left
    FIGURE = "figure"  # second line, right
    ACTIONS = "actions"  # a third line, of buttons
    NONE = "none"


class Tone(StrEnum):
    """The colour of a cell. Text or sign always says the same."""

    PLAIN = ""
    GAIN = "gain"
    LOSS = "loss"
    DIM = "dim"
    SIGNED = "signed"  # a text whose figures are coloured, each by its own sign


RowAction = tuple[str, str, str]  # its name, the words of its button and the hover


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column with its cells. All sequences have one entry a row, and empty ones mean none.

    `sort` are the values to sort by, else texts are compared. `bars` are shares from 0 to 1, drawn behind the text.
    `hints` are shown on hover and on tap. `lines` are small curves, each a list of values. `links` lead on from single
    cells. `actions` are buttons in place of the text. `longest` is the length of the longest text of all rows, if this
    is a window of them. `spare` above 0: it is not shown at first if the table has no room for it, the lowest number
    first. A column `for_cards` is on a phone alone, and no choice of the viewer. Its text may take `card_lines`.
    """

    key: str
    label: str
    texts: Sequence[str]
    sort: Sequence[SortValue] = ()
    tones: Sequence[Tone] = ()
    bars: Sequence[float | None] = ()
    hints: Sequence[str] = ()
    lines: Sequence[Sequence[float] | None] = ()
    links: Sequence[str] = ()
    actions: Sequence[Sequence[RowAction]] = ()
    help: str = ""
    place: Place = Place.NONE
    is_number: bool = True
    is_shown: bool = True
    for_cards: bool = False
    card_lines: int = 0
    longest: int = 0
    spare: int = 0


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows. `keys` identify them, `links` lead on from a click, and rows of one group stay together."""

    keys: Sequence[str]
    links: Sequence[str] = ()
    groups: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TableWindow:
    """The place of the rows among `total` rows: the first one is number `start` in the order of `sort`.

    `is_followed` if all rows follow by themselves, so that the browser asks for none.
    """

    total: int
    start: int
    sort: str
    is_followed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `name` keeps the viewer's sorting and columns apart from those of other tables.

    `first_sort` is a column key, with "-" before it for descending. `inks` are the colours of gain and loss. With a
    `window` the rows are only a few of all, and the browser asks for others.
    """

    name: str
    label: str
    columns: Sequence[TableColumn]
    rows: TableRows
    first_sort: str = ""
    empty: str = "No rows"
    most_rows: int = 22
    inks: Mapping[str, str] = field(default_factory=dict)
    window: TableWindow | None = None


def payload_of(table: Table, first: int = 0) -> bytes:
    """The table as the browser gets it. Hidden columns are sent too, because the viewer can show them.

    So many of the first rows are sent ahead, and the browser draws them before it has read all. The rows are then in
    the order of `first_sort`.
    """
    if not 0 < first < len(table.rows.keys):
        return packed(_content(table))
    table = replace(table, columns=[replace(column, longest=_longest(column)) for column in table.columns])
    return packed_after(_content(_first_rows(table, first)), _content(table))


def _content(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "label": table.label,
        "columns": [_sent(column) for column in table.columns],
        **_sent(table.rows),
        "sort": table.first_sort,
        "empty": table.empty,
        "most": table.most_rows,
        "inks": dict(table.inks),
        **({} if table.window is None else {"window": asdict(table.window)}),
    }


def _longest(column: TableColumn) -> int:
    return max(column.longest, max(map(len, column.texts), default=0))


def _first_rows(table: Table, count: int) -> Table:
    """The first rows as a window of the table."""
    return replace(
        table,
        columns=[_cut(column, _COLUMN_LISTS, count) for column in table.columns],
        rows=_cut(table.rows, _ROW_LISTS, count),
        window=TableWindow(len(table.rows.keys), 0, table.first_sort, is_followed=True),
    )


Described = TypeVar("Described", TableColumn, TableRows)


def _cut(described: Described, names: Sequence[str], count: int) -> Described:
    lists = {name: getattr(described, name)[:count] for name in names}
    return replace(described, **lists)


def _sent(described: TableColumn | TableRows) -> dict[str, object]:
    """The fields without empty lists and texts, which the browser takes as missing. No cell is copied."""
    values = {item.name: getattr(described, item.name) for item in fields(described)}
    return {name: value for name, value in values.items() if isinstance(value, bool) or value}
