"""Tables: how short tables are written, so that every cell follows our formats and every column still sorts.

Numbers are sent as texts led by spaces until all have their point in one place: texts sort as the numbers do, and from
the right edge of a column the spaces are not seen. (pandas' Styler would keep numbers and show texts, but takes longer
to be sent than everything else on a page together.)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from pages.shared.formats import (
    DOWN,
    MASK,
    MINUS,
    UNKNOWN,
    UP,
    Number,
    exactly,
    number_text,
    percent_text,
    quantity_text,
)


class Kind(StrEnum):
    """What a column holds; decides how it is written, drawn and hidden."""

    TEXT = "text"
    QUANTITY = "quantity"
    MONEY = "money"
    GAIN = "gain"  # money with a sign
    PRICE = "price"
    CHANGE = "change"  # a fraction with a sign
    SHARE = "share"  # a fraction, drawn as a bar
    COVER = "cover"  # how much stops cover, in words
    WAY = "way"  # a chip that points up or down, in the colours of gain and loss


AMOUNTS = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.GAIN})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it is called, what it holds and what it means."""

    name: str
    kind: Kind
    help: str = ""
    pinned: bool = False
    width: int | None = None
    label: str | None = None


def cells_of(column: Column, values: Sequence[Number], *, hidden: bool = False) -> Sequence[object]:
    """The cells of a column of numbers; hidden amounts do not even reach the browser."""
    if hidden and column.kind in AMOUNTS:
        return [UNKNOWN if exactly(value) is None else MASK for value in values]
    match column.kind:
        case Kind.SHARE:
            return [None if value is None else float(value) * 100 for value in values]
        case Kind.WAY:
            return [way_of(value) for value in values]
        case kind:
            return spaced([_WRITTEN[kind](value) for value in values])


def way_of(value: Number) -> list[str]:
    """The chip of a change: up, down, or none."""
    exact = exactly(value)
    return [UP] if exact is not None and exact > 0 else [DOWN] if exact is not None and exact < 0 else []


def cover_text(share: Number, *, unseen: bool = False) -> str:
    """How much of a holding stops cover; nothing where there is nothing to protect, unknown while unseen (Lesson 3)."""
    if unseen:
        return "? unknown"
    exact = exactly(share)
    if exact is None:
        return ""
    if exact >= 1:
        return "● full"
    return f"◑ {percent_text(exact, decimals=0)}" if exact > 0 else "○ none"


def spaced(texts: Sequence[str]) -> list[str]:
    """Numbers as texts that sort by size: the larger, the fewer spaces lead. Negative ones lead with more and so stand
    before all others (among themselves by their digits), what is no number with the most.
    """
    wholes = [len(text.partition(".")[0]) if text.strip(f"+{MINUS}%")[:1].isdigit() else 0 for text in texts]
    width = max(wholes, default=0)
    return [
        " " * (2 * width + 1 if not whole else width if text[0] == MINUS else width - whole) + text
        for text, whole in zip(texts, wholes, strict=True)
    ]


def width_for(texts: Iterable[object], label: str) -> int:
    """How wide a column must be, in pixels, so that no cell is cut off: half a number would be another number."""
    return width_of(longest_in(texts), label)


def longest_in(texts: Iterable[object]) -> float:
    """How wide the widest of these texts is drawn, in pixels."""
    return max((_pixels(str(text)) for text in texts), default=0.0)


def longest_of(frame: pd.DataFrame) -> Mapping[str, float]:
    """The same of each column of a frame: of a long one kept beside it, for it takes as long as all else of a page."""
    return {str(name): longest_in(frame[name]) for name in frame.columns}


def width_of(longest: float, label: str) -> int:
    """How wide a column of a label must be, in pixels, whose widest cell is so wide.

    Generous for every font of the stack, and in steps, so that a digit more or less moves nothing.
    """
    return int(-(-max(longest, 7.4 * len(label)) // 8) * 8) + 24


def _pixels(text: str) -> float:
    spaces = text.count(" ")
    return 4.3 * spaces + 7.9 * (len(text) - spaces)


def _gain_text(value: Number) -> str:
    return number_text(value, signed=True)


def _change_text(value: Number) -> str:
    return percent_text(value, signed=True, decimals=2)


_WRITTEN: Mapping[Kind, Callable[[Number], str]] = {
    Kind.QUANTITY: quantity_text,
    Kind.MONEY: number_text,
    Kind.GAIN: _gain_text,
    Kind.PRICE: number_text,
    Kind.CHANGE: _change_text,
}
