"""Returns: how much money gained, by measures that have a name.

Three measures answer three questions. A flow is a deposit (positive) or a withdrawal (negative) at its value of then.

    gain             end - begin - flows: money, whatever came in or left
    time-weighted    the product of the growth between flows: what the choices gained, whatever was paid in when
    money-weighted   the yearly rate at which begin and flows would have grown to the end: what the money gained

Worked example: 100 grow to 110, then 100 come in, then 210 fall to 189.

    gain             189 - 100 - 100 = -11
    time-weighted    110/100 x 189/210 - 1 = -1 %

Between the last value before a flow and the first one after it, the value moves by the flow and by the market. The
move by the market belongs to the part before the flow. If no value was recorded near a flow, the part that holds it is
estimated by Modified Dietz (Dietz 1966): gain / (begin + each flow x the share of the time that it was there).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from domain.lots import QUOTIENTS

ZERO, ONE = Decimal(0), Decimal(1)
YEAR = timedelta(days=365)
# Rates of a year between which money_weighted looks: a loss of nearly all, and growth by this factor.
_LOWEST, _HIGHEST = -1 + 1e-9, 1e6
_STEPS = 300


@dataclass(frozen=True, slots=True)
class Recorded:
    """The net value of an account, or of several, at a moment."""

    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that came in (positive) or left (negative), at its value of that moment."""

    at: datetime
    value: Decimal


@dataclass(frozen=True, slots=True)
class Return:
    """A return as a fraction: 0.05 is five per cent. None where it is not defined.

    `is_estimated` tells that no value was recorded near some flow, so that part of it is a Modified Dietz return.
    """

    fraction: Decimal | None
    is_estimated: bool = False


def gain(begin: Decimal, end: Decimal, flows: Sequence[Flow]) -> Decimal:
    """The money gained between two values."""
    return end - begin - sum((flow.value for flow in flows), ZERO)


def modified_dietz(begin: Recorded, end: Recorded, flows: Sequence[Flow]) -> Decimal | None:
    """The Modified Dietz return between two values. None where no capital was at work.

    >>> at = lambda day: datetime(2026, 1, day)
    >>> modified_dietz(Recorded(at(1), Decimal(100)), Recorded(at(3), Decimal(300)), [Flow(at(2), Decimal(50))])
    Decimal('1.2')
    """
    with localcontext(QUOTIENTS):
        length = _seconds(end.at - begin.at)
        weighted = sum((flow.value * _seconds(end.at - flow.at) for flow in flows), ZERO)
        capital = begin.value + (weighted / length if length else ZERO)
        return gain(begin.value, end.value, flows) / capital if capital > 0 else None


def time_weighted(values: Sequence[Recorded], flows: Sequence[Flow], near: timedelta) -> Return:
    """The time-weighted return from the first to the last value, both in order of time.

    `values` hold at least the first, the last, and the neighbours of each flow. A neighbour further than `near` from
    its flow does not divide the time. Flows at the first moment are in the first value already. A part that begins with
    nothing has no growth: no capital was at work before its flow came in. A debt has no return.
    """
    if len(values) < 2:
        return Return(None)
    first, last = values[0], values[-1]
    pending = [flow for flow in flows if first.at < flow.at <= last.at]
    if not pending:
        growth = _growth(first, last, (), is_exact=True)
        return Return(None if growth is None else growth - ONE)
    growth, begin, is_estimated = ONE, first, False
    inside: list[Flow] = []  # flows of the part that begins at `begin` and is not divided yet
    before = first
    for value in values[1:]:
        crossed = [flow for flow in pending if before.at < flow.at <= value.at]
        if value is not last and not crossed:
            before = value
            continue
        is_near = all(flow.at - before.at <= near and value.at - flow.at <= near for flow in crossed)
        inside += crossed
        if value is last or (crossed and is_near):
            is_exact = is_near and len(inside) == len(crossed)
            factor = _growth(begin, value, inside, is_exact=is_exact)
            if factor is None:
                return Return(None, is_estimated)
            is_estimated |= bool(inside) and not is_exact
            growth = QUOTIENTS.multiply(growth, factor)
            begin, inside = value, []
        before = value
    return Return(growth - ONE, is_estimated)


def _growth(begin: Recorded, end: Recorded, flows: Sequence[Flow], *, is_exact: bool) -> Decimal | None:
    """The growth of one part. Its flows came right before its end where it `is_exact`."""
    flowed = sum((flow.value for flow in flows), ZERO)
    if begin.value == 0 and flows and is_exact:
        return ONE  # the stored value of the first deposit and the first value recorded after it differ by a price move
    if begin.value <= 0 and is_exact:
        return ONE if begin.value == 0 and end.value == 0 else None
    if is_exact:
        return QUOTIENTS.divide(QUOTIENTS.subtract(end.value, flowed), begin.value)
    fraction = modified_dietz(begin, end, flows)
    return None if fraction is None else ONE + fraction


def money_weighted(begin: Recorded, end: Recorded, flows: Sequence[Flow], unit: timedelta = YEAR) -> float | None:
    """The rate per `unit` at which begin and flows grow to the end. None where there is none.

    By default the yearly rate (XIRR, 365 days a year). With the length of the span as the unit it is the growth over
    the span, also where a yearly rate would be astronomical. It is searched by halving, in floating point: the rate is
    a figure to be shown, not money.
    """
    if unit <= timedelta(0):
        return None
    paid = [(0.0, float(begin.value))]
    paid += [((flow.at - begin.at) / unit, float(flow.value)) for flow in flows if begin.at < flow.at <= end.at]
    length, worth = (end.at - begin.at) / unit, float(end.value)
    if length <= 0 or not any(amount > 0 for _, amount in paid) or worth < 0:
        return None

    def missing(rate: float) -> float:
        """The money that the end lacks at this rate. It falls as the rate rises, while more was paid in than out."""
        return worth - sum(amount * math.exp(math.log1p(rate) * (length - years)) for years, amount in paid)

    low, high = _LOWEST, 1.0
    while missing(high) > 0:
        high *= 2
        if high > _HIGHEST:
            return None
    if missing(low) < 0:
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break  # no number is between them
        low, high = (middle, high) if missing(middle) > 0 else (low, middle)
    return (low + high) / 2


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)).scaleb(-6)
