"""Change: how far net value moved over a span, by one rule for the pages and the API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from domain.holdings import Totals
from domain.prices import Rates
from domain.snapshot import Account, Refresh, Snapshot

# The oldest value that still counts as the present, for spans under ten hours. Longer spans allow a tenth of the span.
LONGEST_CARRIED = timedelta(hours=1)

# Deposits less withdrawals of an account between two moments, by asset. None: unknown.
FlowsBetween = Callable[[Account, datetime, datetime], Mapping[str | None, Decimal] | None]
# The last refresh of an account at or before a moment, with the rates of that time. None: there was none yet.
RefreshAt = Callable[[Account, datetime], tuple[Refresh, Rates] | None]


@dataclass(frozen=True, slots=True)
class PastValue:
    """The net value of one account at a past moment, and the rates of that moment for conversion."""

    taken_at: datetime
    net_value: Decimal | None
    currency: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class NetValueChange:
    """The change of net value since `since`, when it was `before`. None is unknown, and `why` is the reason.

    `flows` is deposits less withdrawals. `amount` does not count them as a gain. If they are unknown, `flows` is None
    and `amount` includes them.
    """

    amount: Decimal | None
    fraction: Decimal | None
    since: datetime | None
    why: str = ""
    before: Decimal | None = None
    flows: Decimal | None = None


def change_over(
    span: timedelta,
    snapshots: Sequence[Snapshot],
    now: Totals,
    at: datetime,
    refresh_at: RefreshAt,
    flows_between: FlowsBetween = lambda *_: None,
) -> NetValueChange:
    """The change of net value over `span` until `at`. `now` are the totals of `snapshots`.

    Each account is compared with its own value one `span` before its refresh. The change is unknown if a value on
    either side is carried forward from too long before.
    """
    ages = [snapshot.refresh.worth_as_of for snapshot in snapshots]
    moments = [moment for moment in ages if moment is not None]
    if not moments or len(moments) < len(ages) or at - min(moments) > max(span / 10, LONGEST_CARRIED):
        return NetValueChange(None, None, None, "the present net value is unknown")
    then = [past_value_of(s.account, s.refresh.taken_at - span, span, refresh_at) for s in snapshots]
    change = change_of(now, then)
    if change.amount is None:
        return change
    return _without_flows(change, now.currency, zip(snapshots, then, strict=True), flows_between)


def _without_flows(
    change: NetValueChange,
    currency: str,
    accounts: Iterable[tuple[Snapshot, PastValue | None]],
    flows_between: FlowsBetween,
) -> NetValueChange:
    """The change without deposits and withdrawals, valued at present rates, else at those of the earlier moment."""
    flows = Decimal(0)
    for snapshot, then in accounts:
        if then is None or snapshot.refresh.worth_as_of is None:
            return change
        moved = flows_between(snapshot.account, then.taken_at, snapshot.refresh.worth_as_of)
        if moved is None:
            return change
        rates = Rates(snapshot.prices.values())
        for asset, amount in moved.items():
            rate = None if asset is None else rates.rate(asset, currency) or then.rates.rate(asset, currency)
            if rate is None:
                return NetValueChange(None, None, None, f"{asset} was deposited or withdrawn, and its price is unknown")
            flows += amount * rate
    assert change.amount is not None
    assert change.before is not None
    amount, worked = change.amount - flows, change.before + max(flows, Decimal(0))
    return replace(change, amount=amount, fraction=amount / worked if worked > 0 else None, flows=flows)


def past_value_of(account: Account, then: datetime, span: timedelta, refresh_at: RefreshAt) -> PastValue | None:
    """The net value of an account at a past moment.

    None without a refresh in the time before it: a tenth of `span`, or three refresh intervals if that is longer.
    """
    refresh_and_rates = refresh_at(account, then)
    if refresh_and_rates is None:
        return None
    refresh, rates = refresh_and_rates
    seen_at = refresh.worth_as_of
    if refresh.valuation is None or seen_at is None or then - seen_at > max(span / 10, account.expected * 3):
        return None
    return PastValue(seen_at, refresh.valuation.net_value, refresh.valuation.currency, rates)


def change_of(now: Totals, then: Sequence[PastValue | None]) -> NetValueChange:
    """The change of net value since the values in `then`, one per account. Unknown if any value is unknown."""
    if now.net_value is None or now.missing:
        return NetValueChange(None, None, None, "the present net value is unknown")
    values = [value for value in then if value is not None and value.net_value is not None]
    if len(values) < len(then) or not values:
        return NetValueChange(None, None, None, "no net value is known at that time")
    before = Decimal(0)
    for value in values:
        rate = value.rates.rate(value.currency, now.currency)
        if rate is None or value.net_value is None:
            return NetValueChange(
                None, None, None, f"the price of {value.currency} in {now.currency} at that time is unknown"
            )
        before += value.net_value * rate
    amount = now.net_value - before
    fraction = amount / before if before > 0 else None
    return NetValueChange(amount, fraction, min(value.taken_at for value in values), before=before)
