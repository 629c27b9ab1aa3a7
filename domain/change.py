"""Change: how far net value moved over a period, by one rule for the pages and the API.

The amount is the gain in money: the value at the end, less the value at the beginning, less what came in. The headline
percentage is the time-weighted return. The money-weighted return of the same period stands beside it. See
domain/returns.py for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from domain.holdings import Totals
from domain.lots import EXACT
from domain.periods import STEP, closing_of, days_before, start_of_today
from domain.returns import Recorded, gain, money_weighted, time_weighted
from domain.snapshot import Snapshot
from domain.spans import AT_ONCE, Span, flows_total, transit_words, with_transit

# The oldest value that still counts as the present, for periods under ten hours. Longer ones allow a tenth of them.
LONGEST_CARRIED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NetValueChange:
    """The change of net value since `since`, when it was `before`. None is unknown, and `why` is the reason.

    `amount` is the gain in money. It does not count `flows`, deposits less withdrawals. If those of some account cannot
    be read, `flows` is None and `amount` includes them. `fraction` is the time-weighted return, `is_estimated` if no
    value was recorded near some flow. `money_weighted` is the money-weighted return over the period. `in_transit` names
    what was under way between own accounts at the end.
    """

    amount: Decimal | None
    fraction: Decimal | None
    since: datetime | None
    why: str = ""
    before: Decimal | None = None
    flows: Decimal | None = None
    is_estimated: bool = False
    money_weighted: float | None = None
    in_transit: str = ""


def periods_of(at: datetime, zone: ZoneInfo, step: timedelta = STEP) -> Mapping[str, datetime]:
    """The beginning of each period of a page that ends at `at`. Today begins at midnight in the viewer's zone.

    The others begin at a full `step`. All figures of a page use these, so that they are of the same periods.
    """
    days = {"24 h": 1, "7 d": 7, "30 d": 30}
    return {"today": start_of_today(at, zone), **{name: days_before(at, count, step) for name, count in days.items()}}


def tolerance_of(period: timedelta) -> timedelta:
    """How much older than its moment the first value of a period may be.

    By full minutes of the period, so that its answer is cached while the present moves on.
    """
    return period // STEP * STEP / 10


def why_present_unknown(snapshots: Sequence[Snapshot], now: Totals, at: datetime, period: timedelta) -> str:
    """Why no change can be measured up to the present, "" if it can be.

    A present value that was carried forward from long ago is none.
    """
    ages = [snapshot.refresh.worth_as_of for snapshot in snapshots]
    moments = [moment for moment in ages if moment is not None]
    is_old = not moments or len(moments) < len(ages) or at - min(moments) > max(tolerance_of(period), LONGEST_CARRIED)
    return "the present net value is unknown" if is_old or now.net_value is None or now.missing else ""


def change_over(span: Span, since: datetime, now: Totals, until: datetime) -> NetValueChange:
    """The change of net value from `since` to the totals `now` of the refreshes until `until`.

    The span begins at the closing moment before `since`.
    """
    closing = closing_of(since)
    begin, end = span.at(closing), with_transit(now.net_value, until, span.transits)
    if end is None:
        return NetValueChange(None, None, None, "the present net value is unknown")
    if begin is None:
        return NetValueChange(None, None, None, "no net value is known at that time")
    if span.flows is None:
        return NetValueChange(None, None, None, span.why)
    values = [value for value in span.between(closing, until).values if value.at < until]
    last = Recorded(until, end)
    if any(flow.at == until for flow in span.flows) and (not values or values[-1].at < until - AT_ONCE):
        values.append(Recorded(until - AT_ONCE, end))
    weighted = time_weighted([*values, last], span.flows, AT_ONCE)
    flows = flows_total(span.flows)
    with localcontext(EXACT):
        amount = gain(begin.value, end, span.flows)
    change = NetValueChange(
        amount,
        weighted.fraction,
        span.seen_at.get(closing, since),
        before=begin.value,
        flows=None if span.is_partly_read else flows,
        is_estimated=weighted.is_estimated,
        in_transit=transit_words(span.transits, until),
    )
    return replace(change, money_weighted=money_weighted(begin, last, span.flows, until - closing))
