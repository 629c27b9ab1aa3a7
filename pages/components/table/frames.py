"""A pandas frame in the columns of our pages, as a table. Pure."""

import re
import sys
from calendar import month_abbr
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any
from urllib.parse import unquote

import pandas as pd

from pages.components.table.model import Place, SortValue, Table, TableColumn, TableRows, Tone
from pages.shared.formats import MASK, MINUS, UNKNOWN
from pages.shared.tables import FARTHEST, Column, Kind
from pages.shared.theme import Inks

_NUMBERS = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.GAIN, Kind.PRICE, Kind.CHANGE, Kind.NUMBER, Kind.RATE, Kind.SHARE,
                      Kind.DISTANCE, Kind.MEASURE})  # fmt: skip
_UNIT = re.compile(r"(?<=\d)\s*(%| [A-Z0-9]*[A-Z][A-Z0-9]*)$")
# As pages.shared.formats writes moments: "2 Nov 2026, 11:56:00 UTC", "2 Nov 2026", "Nov 2026" or "2026".
_MOMENT = re.compile(r"(?:(?:(\d{1,2}) )?([A-Z][a-z]{2}) )?(\d{4})(?:, (\d\d:\d\d:\d\d) UTC)?")
_MONTHS = {name: number for number, name in enumerate(month_abbr)}
_LARGEST = sys.float_info.max
_CARD_LINE = 44  # characters of a line of a card
_SIGNED = frozenset({Kind.GAIN, Kind.CHANGE})
_SIDE_TONES = {"Buy": Tone.GAIN, "Sell": Tone.LOSS}


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a table: its name and label, the columns shown at first, colours and first sorting.

    `spare` are the columns that give way if there is no room for all, in this order.
    """

    name: str
    label: str
    inks: Inks
    order: Sequence[str]
    first_sort: str = ""
    most_rows: int = 22
    spare: Sequence[str] = ()


def table_of_frame(frame: pd.DataFrame, columns: Sequence[Column], look: Look, rows: TableRows | None = None) -> Table:
    """The table of a frame whose cells are texts in our formats. Columns that are not in the frame are left out."""
    shapes = [column for column in columns if column.name in frame]
    shapes.sort(key=lambda column: not column.pinned)
    built = [_column(column, list(frame[column.name]), column.name in look.order) for column in shapes]
    return Table(
        look.name,
        look.label,
        with_spare(_placed(built), look.spare),
        rows or TableRows([str(index) for index in range(len(frame))]),
        first_sort=look.first_sort,
        most_rows=look.most_rows,
        inks={"gain": look.inks.gain, "loss": look.inks.loss},
    )


def with_spare(columns: Sequence[TableColumn], names: Sequence[str]) -> Sequence[TableColumn]:
    """The columns, of which these give way first if there is no room for all."""
    places = {name: number for number, name in enumerate(names, 1)}
    return [replace(column, spare=places.get(column.key, 0)) for column in columns]


def card_lines_of(texts: Sequence[str]) -> int:
    """The lines that the longest text takes on the card of a phone, at least one. A long id has a line of its own."""
    lines = (wrap(text, _CARD_LINE, break_on_hyphens=False) if len(text) > _CARD_LINE else [text] for text in texts)
    return max(map(len, lines), default=1)


def _column(column: Column, cells: Sequence[Any], is_shown: bool) -> TableColumn:
    texts = [_text(column, cell) for cell in cells]
    built = TableColumn(
        key=column.name,
        label=column.heading,
        texts=[text.strip() or UNKNOWN if column.kind in _NUMBERS else text for text in texts],
        help=column.help,
        place=column.place,
        is_number=column.kind in _NUMBERS,
        is_shown=is_shown,
        for_cards=column.for_cards,
        card_lines=card_lines_of(texts) if column.is_whole else 0,
        longest=column.longest,
    )
    match column.kind:
        case Kind.SHARE | Kind.DISTANCE:
            full = 100.0 if column.kind is Kind.SHARE else FARTHEST
            values = [None if _is_missing(cell) else _sortable(float(cell)) for cell in cells]
            return replace(built, sort=values, bars=[None if v is None else min(v / full, 1.0) for v in values])
        case Kind.NUMBER:
            return replace(built, sort=[None if _is_missing(cell) else _sortable(float(cell)) for cell in cells])
        case Kind.MEASURE:
            return replace(built, sort=_ranks(texts))
        case Kind.SIDE:
            return replace(built, tones=[_SIDE_TONES.get(text.partition(" ")[0], Tone.PLAIN) for text in texts])
        case Kind.SIGNED:
            return replace(built, tones=[Tone.SIGNED] * len(texts))
        case Kind.MOMENT:
            return replace(built, sort=[_moment_in(text) for text in texts])
        case Kind.LINK:
            return replace(built, links=["" if _is_missing(cell) else str(cell) for cell in cells])
        case kind if kind in _NUMBERS:
            numbers = [number_in(text) for text in texts]
            tones = [_tone(number) for number in numbers] if kind in _SIGNED else []
            return replace(built, sort=numbers, tones=tones)
    return built


def longest_text(column: Column, cells: "pd.Series[Any]") -> int:
    """The length of the longest text of a column. Numbers are longest at their ends."""
    if pd.api.types.is_numeric_dtype(cells):
        few = [cells.min(), cells.max()]
    elif isinstance(cells.dtype, pd.CategoricalDtype):
        few = list(cells.cat.categories)
    else:
        few = [cells.iloc[int(cells.str.strip().str.len().argmax())]]
    return max(column.longest, *(len(_text(column, cell).strip()) for cell in few))


def column_of(column: Column, cells: Sequence[Any]) -> TableColumn:
    """One column with all its cells, for its sort values."""
    return _column(column, cells, is_shown=True)


def _is_missing(cell: Any) -> bool:
    return not isinstance(cell, str | list | tuple) and bool(pd.isna(cell))


def _text(column: Column, cell: Any) -> str:
    if isinstance(cell, list | tuple):
        return ", ".join(str(item) for item in cell)
    if _is_missing(cell):
        return "" if _is_same_for_all(column) else UNKNOWN
    if column.kind is Kind.CHIPS:
        return str(cell).replace(",", ", ")
    return _WRITTEN.get(column.kind, _as_it_is)(column, cell)


def _as_it_is(_: Column, cell: Any) -> str:
    return str(cell)


def _percent(_: Column, cell: Any) -> str:
    return f"{float(cell):.1f} %"


def _distance(_: Column, cell: Any) -> str:
    return f"{float(cell):.2f} %"


def _number(column: Column, cell: Any) -> str:
    pattern = column.format or "localized"
    return f"{cell:,}" if pattern == "localized" else pattern % cell


def _is_same_for_all(column: Column) -> bool:
    """True for links that all have one text, such as "Show rows"."""
    return column.kind is Kind.LINK and column.format is not None and "(" not in column.format


def _link_text(column: Column, cell: Any) -> str:
    if _is_same_for_all(column):
        return str(column.format)
    match = re.search(column.format or "", str(cell))
    return unquote(match[1]) if match and match.groups() else str(cell)


_WRITTEN: Mapping[Kind, Callable[[Column, Any], str]] = {
    Kind.SHARE: _percent,
    Kind.DISTANCE: _distance,
    Kind.NUMBER: _number,
    Kind.LINK: _link_text,
}


def number_in(text: str) -> float | None:
    """The number in a cell: "−1,234.5 %" is -1234.5, also with a currency. None for unknown and hidden amounts."""
    plain = _UNIT.sub("", text.strip().replace(",", "").replace(MINUS, "-"))
    try:
        return _sortable(float(plain))
    except ValueError:
        return None


def _sortable(number: float) -> float:
    """A number that JSON knows: what is too large for a float sorts as the largest."""
    return max(-_LARGEST, min(_LARGEST, number))


def _tone(number: float | None) -> Tone:
    if number is None:
        return Tone.DIM
    return Tone.GAIN if number > 0 else Tone.LOSS if number < 0 else Tone.PLAIN


def _moment_in(text: str) -> str | None:
    """A moment in words as a text that sorts by time. None if it is none."""
    # strptime takes ten times as long, and a column has one for each day of years.
    if (found := _MOMENT.fullmatch(text)) is None:
        return None
    day, month, year, time = found.groups()
    number = _MONTHS.get(month or "Jan")
    return None if number is None else f"{year}-{number:02}-{day or '1':>02}T{time or '00:00:00'}+00:00"


def _ranks(texts: Sequence[str]) -> list[SortValue]:
    """Sort values of padded texts, which sort by size: their places among all texts."""
    ranks = {text: float(rank) for rank, text in enumerate(sorted(set(texts)))}
    return [None if text.strip() in ("", UNKNOWN, MASK) else ranks[text] for text in texts]


def _placed(columns: Sequence[TableColumn]) -> Sequence[TableColumn]:
    """The columns with a place on a phone: as declared, else the first names and the first figures.

    Columns that are next fill a place that no name or figure is left for, so that no card is a title alone.
    """
    shown = [column for column in columns if column.is_shown]
    if any(column.place is not Place.NONE for column in columns) or not shown:
        return columns
    texts = [column for column in shown[1:] if not column.is_number]
    figures = [column for column in shown[1:] if column.is_number]
    places = {shown[0].key: Place.TITLE}
    places |= {column.key: position for column, position in zip(figures, (Place.LEAD, Place.FIGURE), strict=False)}
    places |= {column.key: position for column, position in zip(texts, (Place.NOTE,), strict=False)}
    empty = [position for position in (Place.LEAD, Place.NOTE, Place.FIGURE) if position not in places.values()]
    rest = [column.key for column in shown[1:] if column.key not in places]
    places |= dict(zip(rest, empty, strict=False))
    return [replace(column, place=places.get(column.key, Place.NONE)) for column in columns]
