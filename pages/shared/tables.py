"""Tables: how short tables are written: numbers stay numbers, so that they sort, and each cell says them our way."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from pages.shared.formats import MASK, UNKNOWN, change_text, number_text, percent_text, quantity_text
from pages.shared.view import View

UNSEEN = -1.0  # in a column of shares: not known, which is neither none nor not applicable


class Kind(StrEnum):
    """What a column holds; decides how its numbers are written and whether hiding amounts hides them."""

    TEXT = "text"
    QUANTITY = "quantity"
    MONEY = "money"
    GAIN = "gain"  # money with sign and colour
    PRICE = "price"
    CHANGE = "change"  # a fraction with arrow, sign and colour
    SHARE = "share"  # a fraction
    COVER = "cover"  # a fraction that may be UNSEEN


AMOUNTS = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.GAIN})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what it is called, what it holds and what it means."""

    name: str
    kind: Kind
    help: str = ""
    pinned: bool = False
    is_extra: bool = False  # not shown until the viewer chooses it
    width: int | None = None


def styled(frame: pd.DataFrame, columns: Sequence[Column], view: View) -> Styler:
    """A frame whose cells are written as their columns ask; hidden amounts do not even reach the browser."""
    shown = frame
    hidden = [c.name for c in columns if view.hide_amounts and c.kind in AMOUNTS]
    if hidden:
        shown = frame.assign(**dict.fromkeys(hidden, float("nan")))
    formats: dict[Any, Any] = {
        c.name: _masked if c.name in hidden else _WRITTEN[c.kind] for c in columns if c.kind is not Kind.TEXT
    }
    style = shown.style.format(formats)
    coloured: list[Hashable] = [c.name for c in columns if c.kind in (Kind.CHANGE, Kind.GAIN) and c.name not in hidden]
    gain, loss = f"color: {view.inks.gain}", f"color: {view.inks.loss}"
    return style.map(lambda v: gain if v > 0 else loss if v < 0 else "", subset=coloured)


def cover_text(share: float) -> str:
    """How much of a holding stops cover; nothing where there is nothing to protect (Lesson 3)."""
    if share != share:
        return ""
    if share == UNSEEN:
        return "? unknown"
    if share >= 1:
        return "● full"
    return f"◑ {percent_text(share, decimals=0)}" if share > 0 else "○ none"


def _masked(_: float) -> str:
    return MASK


def _gain_text(value: float) -> str:
    return number_text(value, signed=True)


def _share_text(value: float) -> str:
    return percent_text(value, decimals=1)


def _price_text(value: float) -> str:
    return number_text(value) if value == value else UNKNOWN


_WRITTEN: Mapping[Kind, Callable[[float], str]] = {
    Kind.QUANTITY: quantity_text,
    Kind.MONEY: number_text,
    Kind.GAIN: _gain_text,
    Kind.PRICE: _price_text,
    Kind.CHANGE: change_text,
    Kind.SHARE: _share_text,
    Kind.COVER: cover_text,
}
