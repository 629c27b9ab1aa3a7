"""Change: how far net value moved over a span, by one rule for the pages and the API."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from domain.holdings import Totals
from domain.prices import Rates
from domain.snapshot import Account, Refresh, Snapshot

# A worth older than a tenth of a span, or than this, says nothing about a change over it.
LONGEST_CARRIED = timedelta(hours=1)

# What came into an account less what left it between two moments, by asset; None where that is not known.
Flowed = Callable[[Account, datetime, datetime], Mapping[str | None, Decimal] | None]
# An account's last refresh at or before a moment, with the prices of then; None when there was none yet.
Past = Callable[[Account, datetime], tuple[Refresh, Rates] | None]


@dataclass(frozen=True, slots=True)
class PastValue:
    """What one account was worth at a past moment, with what tells what that was in other currencies."""

    taken_at: datetime
    net_value: Decimal | None
    currency: str
    rates: Rates


@dataclass(frozen=True, slots=True)
class NetValueChange:
    """How net value moved since `since`, when it was `before`; None is unknown, for the reason `why`.

    `flows` is deposits less withdrawals. They are no gain and not in `amount`. None where they are unknown: then
    `amount` includes them.
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
    past: Past,
    flowed: Flowed = lambda *_: None,
) -> NetValueChange:
    """How net value moved over the `span` before what is shown at `at`: `now` are the totals of `snapshots`.

    Each account is compared with itself a span before its own refresh; a worth that is carried forward
    for too long, on either side, tells no change.
    """
    seen = [snapshot.refresh.worth_as_of for snapshot in snapshots]
    known = [moment for moment in seen if moment is not None]
    if not known or len(known) < len(seen) or at - min(known) > max(span / 10, LONGEST_CARRIED):
        return NetValueChange(None, None, None, "what these accounts are worth now is not known")
    then = [past_value_of(s.account, s.refresh.taken_at - span, span, past) for s in snapshots]
    change = change_of(now, then)
    if change.amount is None:
        return change
    return _without_flows(change, now.currency, zip(snapshots, then, strict=True), flowed)


def _without_flows(
    change: NetValueChange, currency: str, accounts: Iterable[tuple[Snapshot, PastValue | None]], flowed: Flowed
) -> NetValueChange:
    """The change without what was deposited and withdrawn meanwhile, valued at the prices of now, else of then."""
    flows = Decimal(0)
    for snapshot, then in accounts:
        if then is None or snapshot.refresh.worth_as_of is None:
            return change
        moved = flowed(snapshot.account, then.taken_at, snapshot.refresh.worth_as_of)
        if moved is None:
            return change
        rates = Rates(snapshot.prices.values())
        for asset, amount in moved.items():
            rate = None if asset is None else rates.rate(asset, currency) or then.rates.rate(asset, currency)
            if rate is None:
                return NetValueChange(None, None, None, f"no price of {asset}, which came in or left, is known")
            flows += amount * rate
    assert change.amount is not None
    assert change.before is not None
    amount, worked = change.amount - flows, change.before + max(flows, Decimal(0))
    return replace(change, amount=amount, fraction=amount / worked if worked > 0 else None, flows=flows)


def past_value_of(account: Account, then: datetime, span: timedelta, past: Past) -> PastValue | None:
    """What an account was worth at a past moment; None when nobody looked within a tenth of the span before it."""
    found = past(account, then)
    if found is None:
        return None
    refresh, rates = found
    seen_at = refresh.worth_as_of
    if refresh.valuation is None or seen_at is None or then - seen_at > max(span / 10, account.expected * 3):
        return None
    return PastValue(seen_at, refresh.valuation.net_value, refresh.valuation.currency, rates)


def change_of(now: Totals, then: Sequence[PastValue | None]) -> NetValueChange:
    """How net value moved since then, one worth an account; unknown when one part of either side is."""
    if now.net_value is None or now.missing:
        return NetValueChange(None, None, None, "what these accounts are worth now is not known")
    known = [worth for worth in then if worth is not None and worth.net_value is not None]
    if len(known) < len(then) or not known:
        return NetValueChange(None, None, None, "nothing is known of that time")
    before = Decimal(0)
    for worth in known:
        rate = worth.rates.rate(worth.currency, now.currency)
        if rate is None or worth.net_value is None:
            return NetValueChange(
                None, None, None, f"no price of {worth.currency} in {now.currency} is known of that time"
            )
        before += worth.net_value * rate
    amount = now.net_value - before
    fraction = amount / before if before > 0 else None
    return NetValueChange(amount, fraction, min(worth.taken_at for worth in known), before=before)
