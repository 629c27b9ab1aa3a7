"""Performance: the returns of each day, week, month and year, and what follows from them.

All of it rests on daily time-weighted returns. Longer periods chain the days in them, so that they agree.
A day is from midnight to midnight in one time zone (domain/periods.py). Without a value at either end it has no return.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from functools import cache
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from domain.lots import EXACT
from domain.periods import day_of, opened_after, start_of
from domain.returns import Flow, Recorded, gain, time_weighted
from domain.risk import DayReturn, Drawdown
from domain.spans import AT_ONCE, Span, flows_total
from domain.sums import sum_if_known


@dataclass(frozen=True, slots=True)
class PeriodReturn:
    """The gain, flows and time-weighted return of a day or of a longer period that begins with it. None is unknown.

    `is_full` is false if a day of it does not last from midnight to midnight.
    """

    day: date
    gain: Decimal | None
    flows: Decimal | None
    fraction: Decimal | None
    is_estimated: bool = False
    is_full: bool = True


def days_of(span: Span, moments: Sequence[datetime], zone: ZoneInfo) -> tuple[PeriodReturn, ...]:
    """The return of each day between `moments`, closing moments that the span has totals of."""
    values, flows = [value.at for value in span.values], [flow.at for flow in span.flows or ()]
    days, begin_of = [], cache(lambda day: start_of(day, zone))
    for begin, end in pairwise(moments):
        day = day_of(begin, zone)
        observed = span.values[bisect_left(values, begin) : bisect_right(values, end)]
        moved = None if span.flows is None else span.flows[bisect_right(flows, begin) : bisect_right(flows, end)]
        is_known = len(observed) > 1 and (observed[0].at, observed[-1].at) == (begin, end)
        # The first refresh of all may be at midnight itself.
        is_full = begin <= begin_of(day) and opened_after(end) == begin_of(day + timedelta(days=1))
        days.append(_day(day, observed if is_known else (), moved, is_full=is_full))
    return tuple(days)


def _day(day: date, values: Sequence[Recorded], flows: Sequence[Flow] | None, *, is_full: bool) -> PeriodReturn:
    if not values or flows is None:
        return PeriodReturn(day, None, None, None, is_full=is_full)
    weighted = time_weighted(values, flows, AT_ONCE)
    with localcontext(EXACT):
        gained, flowed = gain(values[0].value, values[-1].value, flows), flows_total(flows)
    return PeriodReturn(day, gained, flowed, weighted.fraction, weighted.is_estimated, is_full)


def weeks_of(days: Iterable[PeriodReturn]) -> tuple[PeriodReturn, ...]:
    """By ISO weeks, which begin on Monday."""
    return _by(days, lambda day: day.isocalendar()[:2])


def months_of(days: Iterable[PeriodReturn]) -> tuple[PeriodReturn, ...]:
    """By calendar months."""
    return _by(days, lambda day: (day.year, day.month))


def years_of(days: Iterable[PeriodReturn]) -> tuple[PeriodReturn, ...]:
    """By calendar years."""
    return _by(days, lambda day: day.year)


def chained(days: Sequence[PeriodReturn]) -> PeriodReturn:
    """Several days as one period. One unknown day makes it unknown."""
    fractions = [day.fraction for day in days if day.fraction is not None]
    with localcontext(EXACT):
        gained, flowed = sum_if_known(day.gain for day in days), sum_if_known(day.flows for day in days)
    growth = Decimal(1)
    for fraction in fractions:
        growth *= 1 + fraction
    total = growth - 1 if len(fractions) == len(days) else None
    is_estimated, is_full = any(day.is_estimated for day in days), all(day.is_full for day in days)
    return PeriodReturn(days[0].day, gained, flowed, total, is_estimated, is_full)


def _by(days: Iterable[PeriodReturn], key: Callable[[date], object]) -> tuple[PeriodReturn, ...]:
    return tuple(chained(tuple(group)) for _, group in groupby(days, lambda day: key(day.day)))


def risk_days(days: Iterable[PeriodReturn]) -> tuple[DayReturn, ...]:
    """The days as domain.risk takes them."""
    return tuple(DayReturn(day.day, None if day.fraction is None else float(day.fraction)) for day in days)


def full_days(days: Iterable[PeriodReturn]) -> tuple[DayReturn, ...]:
    """The days that can be compared with each other: those from midnight to midnight."""
    return risk_days(day for day in days if day.is_full)


def duration_of(fall: Drawdown, days: Iterable[PeriodReturn], moments: Sequence[datetime]) -> timedelta:
    """How long the index was below its peak, up to the last of `moments` while it still is.

    `moments` divide the days. The first and the last day may be short: two dates can share a period of 24 hours.
    """
    ends = {day.day: end for day, end in zip(days, moments[1:], strict=True)}
    end = moments[-1] if fall.recovered is None else ends[fall.recovered]
    return end - ends.get(fall.peak, moments[0])
