"""Tables: columns for all pages, and cells in our formats that sort correctly.

Numbers are sent as texts padded with spaces, so that the decimal points align and texts sort like numbers. In a
right-aligned column the spaces are invisible. (pandas' Styler would keep numbers, but takes longer to send than the
rest of a page.)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pages.components.table.model import Place
from pages.shared.formats import (
    MASK,
    MINUS,
    UNKNOWN,
    Number,
    amount_text,
    exactly,
    number_text,
    percent_text,
    price_text,
    quantity_text,
)


class Kind(StrEnum):
    """The kind of values in a column. It decides how they are written, drawn and hidden."""

    TEXT = "text"
    QUANTITY = "quantity"
    MONEY = "money"
    GAIN = "gain"  # money with a sign
    PRICE = "price"  # in the quote currency of its market
    CHANGE = "change"  # a fraction with a sign
    SHARE = "share"  # a fraction, drawn as a bar
    COVER = "cover"  # the share that stops cover, as text
    MEASURE = "measure"  # a number with its unit, as text
    NUMBER = "number"  # a number formatted by the browser
    DISTANCE = "distance"  # per cent of the market price, drawn as a bar
    SIDE = "side"  # a chip in the colours of gain and loss
    CHIPS = "chips"  # texts in colours of their own
    LINK = "link"
    MOMENT = "moment"  # a day, a month, a year or a moment in UTC, in words
    RATE = "rate"  # a value in the display currency for one unit
    SIGNED = "signed"  # a text with figures that have a sign, coloured by it


AMOUNTS = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.GAIN})


SIDES = ("Buy", "Sell")
FARTHEST = 30.0  # the distance in per cent of the market price that fills the bar


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: heading, kind and meaning of its cells."""

    name: str  # the name in the frame
    kind: Kind
    help: str = ""
    label: str | None = None  # the heading, if it differs from the name
    pinned: bool = False
    format: str | None = None  # NUMBER: as in printf, LINK: the part of the address that is shown
    place: Place = Place.NONE  # on a phone
    for_cards: bool = False  # on a phone alone
    is_whole: bool = False  # on a phone its text takes lines of its own, as many as the longest needs
    longest: int = 0  # the characters to leave room for, also while all texts are shorter

    @property
    def heading(self) -> str:
        """The heading of the column."""
        return self.name if self.label is None else self.label


def cells_of(
    column: Column, values: Sequence[Number], currency: str | Sequence[str | None], *, hidden: bool = False
) -> Sequence[object]:
    """The cells of a column of numbers. Hidden amounts are not sent to the browser.

    `currency` is that of all amounts of money, or of each. It decides their decimals.
    """
    if hidden and column.kind in AMOUNTS:
        return [UNKNOWN if exactly(value) is None else MASK for value in values]
    match column.kind:
        case Kind.SHARE:
            return [None if value is None else float(value) * 100 for value in values]
        case Kind.MONEY | Kind.GAIN as kind:
            currencies = [currency] * len(values) if isinstance(currency, str) else currency
            amounts = zip(values, currencies, strict=True)
            return spaced([amount_text(value, unit, signed=kind is Kind.GAIN) for value, unit in amounts])
        case kind:
            return spaced([_WRITTEN[kind](value) for value in values])


def cover_text(share: Number, *, unseen: bool = False) -> str:
    """The share of a holding that stops cover. "" if there is nothing to protect, unknown if stops were never seen."""
    if unseen:
        return "? unknown"
    exact = exactly(share)
    if exact is None:
        return ""
    if exact >= 1:
        return "● covered"
    return f"◑ {percent_text(exact, decimals=0)} covered" if exact > 0 else "○ no stop"


def spaced(texts: Sequence[str]) -> list[str]:
    """Numbers as texts that sort by size: the larger the number, the fewer leading spaces.

    Negative numbers have more spaces and sort before all others, among themselves by their digits. Other texts have the
    most.
    """
    wholes = [len(text.partition(".")[0]) if text.strip(f"+{MINUS}%")[:1].isdigit() else 0 for text in texts]
    width = max(wholes, default=0)
    return [
        " " * (2 * width + 1 if not integer else width if text[0] == MINUS else width - integer) + text
        for text, integer in zip(texts, wholes, strict=True)
    ]


def account_first(columns: Sequence[str], several: bool) -> Sequence[str]:
    """The columns of a list. The account comes first if several accounts are shown."""
    return ("account", *(name for name in columns if name != "account")) if several else columns


def _change_text(value: Number) -> str:
    return percent_text(value, signed=True, decimals=2)


_WRITTEN: Mapping[Kind, Callable[[Number], str]] = {
    Kind.QUANTITY: quantity_text,
    Kind.PRICE: price_text,
    Kind.RATE: number_text,
    Kind.CHANGE: _change_text,
}
