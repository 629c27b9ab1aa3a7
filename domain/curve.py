"""Curve: the net value of several accounts together over time, with one as-of for all of them.

At each moment drawn, every account counts with its last known value. So accounts that are seen at different times give
no saw-tooth:

    seen every 6 minutes    1,000  1,000  1,000  1,000  ...
    seen hourly             5,000                       ...
    total                   6,000  6,000  6,000  6,000  ...

A value stands for three intervals of its account. After that the account is unknown, and so is the total: a gap.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Protocol

from domain.spans import Transit
from domain.sums import sum_if_known

# How many intervals a value stands for.
STANDS = 3
# How many steps before and after a point tell the rhythm in which its account was seen.
NEIGHBOURS = 4
_MOMENT = timedelta(microseconds=1)


class Seen(Protocol):
    """The net value of one account at a moment."""

    @property
    def at(self) -> datetime: ...

    @property
    def net_value(self) -> Decimal | None: ...

    @property
    def currency(self) -> str | None: ...

    @property
    def carried(self) -> bool: ...

    @property
    def expected(self) -> timedelta | None: ...

    @property
    def bucket(self) -> int | None: ...


# The value of a point in the currency of the curve. None without a rate of then.
Convert = Callable[[int, Seen], Decimal | None]


@dataclass(frozen=True, slots=True)
class Point:
    """The net value of all accounts. None is unknown: a gap.

    `is_whole` is False if an account was carried forward, or was not there yet. `in_transit` tells that some of it was
    under way between two of the accounts.
    """

    at: datetime
    value: Decimal | None
    is_whole: bool
    in_transit: bool = False


@dataclass(frozen=True, slots=True)
class BaseChange:
    """From this moment on the values of an account were recorded in another base currency."""

    account_id: int
    at: datetime
    before: str
    after: str


def base_changes_of(parts: Mapping[int, Sequence[Seen]]) -> tuple[BaseChange, ...]:
    """The changes of base currency among the points of each account, oldest first."""
    changes = [
        BaseChange(account_id, after.at, before.currency, after.currency)
        for account_id, points in parts.items()
        for before, after in pairwise([point for point in points if point.currency is not None])
        if before.currency is not None and after.currency is not None and before.currency != after.currency
    ]
    return tuple(sorted(changes, key=lambda change: change.at))


def moments_of(sampled: Mapping[int, Sequence[Seen]], as_of: datetime) -> tuple[datetime, ...]:
    """The moments to draw: those of the sampled points of all accounts, and one inside of every gap."""
    moments = {point.at for points in sampled.values() for point in points}
    for points in sampled.values():
        stands = standing_times(points)
        for point, following, lasts in zip(points, points[1:], stands, strict=False):
            if following.at - point.at > lasts and _is_step(point, following):
                moments.add(point.at + lasts + _MOMENT)
    return tuple(sorted(moment for moment in moments if moment <= as_of))


def standing_times(points: Sequence[Seen]) -> Sequence[timedelta]:
    """How long each point stands for its account: three intervals, as configured or as really seen around it."""
    steps = [
        (index, after.at - before.at)
        for index, (before, after) in enumerate(pairwise(points))
        if _is_step(before, after)
    ]
    places = [index for index, _ in steps]
    times = []
    for index, point in enumerate(points):
        middle = bisect_right(places, index)
        near = [
            step for position, step in steps[max(middle - NEIGHBOURS - 1, 0) : middle + NEIGHBOURS] if position != index
        ]
        rhythm = timedelta(seconds=median(step.total_seconds() for step in near)) if near else timedelta(0)
        times.append(max(point.expected or timedelta(0), rhythm) * STANDS)
    return times


def _is_step(before: Seen, after: Seen) -> bool:
    """True if two sampled points follow each other directly: the last of one bucket and the first of a later one."""
    return before.bucket != after.bucket


def curve_of(
    parts: Mapping[int, Sequence[Seen]],
    sampled: Mapping[int, Sequence[Seen]],
    moments: Sequence[datetime],
    convert: Convert,
    transits: Iterable[Transit] = (),
) -> tuple[Point, ...]:
    """The total at each moment. `parts` hold the last point of every account at or before each of them."""
    lines = [_Line(account_id, points, sampled[account_id], convert) for account_id, points in parts.items()]
    under_way = tuple(transits)
    return tuple(point for at in moments if (point := _point_at(at, lines, under_way)) is not None)


def _point_at(at: datetime, lines: Sequence["_Line"], transits: Sequence[Transit]) -> Point | None:
    observed = [line.at(at) for line in lines]
    present = [state for state in observed if state is not None]
    if not present:
        return None
    moving = [transit.value for transit in transits if transit.is_at(at)]
    values = [*(value for value, _ in present), *moving]
    is_whole = len(present) == len(lines) and not any(carried for _, carried in present)
    return Point(at, sum_if_known(values), is_whole, bool(moving))


class _Line:
    """The values of one account over time."""

    def __init__(
        self,
        account_id: int,
        points: Sequence[Seen],
        sampled: Sequence[Seen],
        convert: Convert,
    ) -> None:
        self._points = points
        self._moments = [point.at for point in points]
        self._sampled = [point.at for point in sampled]
        self._stands = standing_times(sampled)
        self._values = [convert(account_id, point) for point in points]

    def at(self, moment: datetime) -> tuple[Decimal | None, bool] | None:
        """The value and whether it was carried forward. None before the first point. A value of None is unknown."""
        index = bisect_right(self._moments, moment) - 1
        if index < 0:
            return None
        point = self._points[index]
        near = bisect_right(self._sampled, point.at) - 1
        stands = self._stands[max(near, 0)] if self._stands else (point.expected or timedelta(0)) * STANDS
        if moment - point.at > max(stands, (point.expected or timedelta(0)) * STANDS):
            return None, False
        return self._values[index], point.carried
