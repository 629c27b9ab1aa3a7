"""Splits: the gain of each day by account or by coin, and by weekday."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from domain.attribution import Attribution, gain_of_no_coin, gains_by_coin
from domain.lots import EXACT, ZERO
from domain.performance import PeriodReturn

# The part of a gain that belongs to no coin: fees, income, exchange rates and the rest.
NO_COIN = "Fees, income, rest"


class Split(StrEnum):
    """The parts that a gain is divided into."""

    TOTAL = "Total"
    ACCOUNT = "Account"
    COIN = "Coin"


@dataclass(frozen=True, slots=True)
class SplitDays:
    """The days of each name in one currency, those with the largest gains or losses first. `why`: all are unknown."""

    currency: str
    days: Mapping[str, Sequence[PeriodReturn]]
    why: str = ""


def days_by_coin(days: Sequence[date], parts: Sequence[Attribution | None]) -> Mapping[str, Sequence[PeriodReturn]]:
    """The gain of each coin on each day, and what belongs to no coin. A day without attribution is unknown.

    A coin that a known day does not name gained nothing on it.
    """
    gains = [
        None if of_day is None else {**gains_by_coin(of_day), NO_COIN: gain_of_no_coin(of_day)} for of_day in parts
    ]
    names = dict.fromkeys(name for of_day in gains if of_day is not None for name in of_day)
    by_name = {
        name: tuple(
            PeriodReturn(day, None if of_day is None else of_day.get(name, ZERO), None, None)
            for day, of_day in zip(days, gains, strict=True)
        )
        for name in names
    }
    moved = {name: of_name for name, of_name in by_name.items() if any(day.gain != 0 for day in of_name)}
    return dict(sorted(moved.items(), key=lambda item: (item[0] == NO_COIN, -_size(item[1]))))


def on_same_days(days: Sequence[date], returns: Iterable[PeriodReturn]) -> tuple[PeriodReturn, ...]:
    """The returns of these days. Those that are not among them are unknown."""
    by_day = {day.day: day for day in returns}
    return tuple(by_day.get(day, PeriodReturn(day, None, None, None)) for day in days)


def weekdays_of(days: Iterable[PeriodReturn]) -> tuple[Sequence[Decimal], ...]:
    """The known gains of each weekday, Monday first."""
    gains: tuple[list[Decimal], ...] = tuple([] for _ in range(7))
    for day in days:
        if day.gain is not None:
            gains[day.day.weekday()].append(day.gain)
    return gains


def _size(days: Iterable[PeriodReturn]) -> Decimal:
    with localcontext(EXACT):
        return abs(sum((day.gain for day in days if day.gain is not None), ZERO))
