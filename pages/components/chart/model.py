"""Description of a chart: lines, candles, bars, levels, marks and shades over time. Pure.

Times are milliseconds since 1970 in UTC. The browser writes them in the viewer's zone. Values are floats for drawing
only. Exact figures stand in tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite

from pages.components.payload import packed

_DIGITS = 8  # significant digits of a drawn value


class Ink(StrEnum):
    """The colours of lines, levels and marks."""

    MAIN = "main"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    FIFTH = "fifth"
    GAIN = "gain"
    LOSS = "loss"
    MARK = "mark"
    DIM = "dim"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. An unknown value (None) is a gap."""

    name: str
    times: Sequence[int]
    values: Sequence[float | None]
    ink: Ink = Ink.MAIN
    is_area: bool = False


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles by their opening times. `length` is in milliseconds."""

    times: Sequence[int]
    open: Sequence[float]
    high: Sequence[float]
    low: Sequence[float]
    close: Sequence[float]
    length: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one kind by their begins. `length` is in milliseconds. None is no bar.

    Bars of several kinds have the same times. They are stacked, gains above zero and losses below.
    """

    name: str
    times: Sequence[int]
    values: Sequence[float | None]
    length: int
    ink: Ink = Ink.MAIN


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line at a value, with its label: an order, an average cost, an alert.

    Levels without room for a label each share one, as in "3 orders 91,000 – 92,500": `noun` with the `price` texts.
    """

    value: float
    label: str
    ink: Ink
    is_dashed: bool = False
    noun: str = "order"
    price: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A triangle at a moment and a value. `text` is shown on hover and tap."""

    at: int
    value: float
    is_up: bool
    text: str
    ink: Ink = Ink.MARK


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `label` is read by screen readers. A masked chart shows its shape without values.

    With a zero the values begin at zero, where areas end. With ends the last value of each line stands on the axis.
    `is_daily` if each moment stands for a day. Fractions are written in per cent.
    """

    label: str
    zone: str
    height: int = 280
    lines: Sequence[Line] = ()
    candles: Candles | None = None
    bars: Sequence[Bars] = ()
    levels: Sequence[Level] = ()
    marks: Sequence[Mark] = ()
    shades: Sequence[tuple[int, int]] = ()
    verticals: Sequence[tuple[int, str]] = ()
    unit: str = ""
    decimals: int = 2
    is_percent: bool = False
    is_masked: bool = False
    is_signed: bool = False
    is_daily: bool = False
    has_zero: bool = False
    has_legend: bool = False
    has_ends: bool = False
    gain: str = "#16a37b"
    loss: str = "#e5525c"


def milliseconds(at: datetime) -> int:
    """A moment as milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def payload_of(chart: Chart) -> bytes:
    """The chart as the browser gets it."""
    drawable = replace(chart, levels=[level for level in chart.levels if isfinite(level.value)],
                       marks=[mark for mark in chart.marks if isfinite(mark.value)])  # fmt: skip
    return packed(_short(drawable))


def _short(value: object) -> object:
    """A part of a chart for JSON. Floats have the digits that a screen can show. One beyond their range is a gap."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if isfinite(value) else None
    if isinstance(value, list | tuple):
        # Times are by far the most items, and integers stay as they are.
        return [item if type(item) is int else _short(item) for item in value]
    if is_dataclass(value):
        return {field.name: _short(getattr(value, field.name)) for field in fields(value)}
    return value
