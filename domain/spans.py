"""Spans: the net value of several accounts together over a time, and what flowed in and out.

Accounts are refreshed at different times. The total at a moment is the sum of the last recorded value of each account.
A flow therefore enters the total at the first refresh of its account that contains it:

    account      12:00  1,000    12:06  1,000    12:12  1,500        (500 came in at 12:07)
    other        11:30  5,000                    12:30  5,000
    total        12:00  6,000    12:06  6,000    12:12  6,500 after a flow of 500
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, localcontext

from domain.lots import EXACT, ZERO, exact
from domain.returns import Flow, Recorded
from domain.transfer_matches import Match, matches_of, name_of
from domain.transfers import Transfer

# A withdrawal that no own account credited counts as in transit for so long, then as one to elsewhere.
OPEN_FOR = timedelta(days=1)
# The total right before a flow is recorded one step before the total with it.
AT_ONCE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class StoredFlow:
    """A deposit or withdrawal with its stored values. `value` is in `currency`, the base currency when it was valued.

    `is_valued` is False until its value was looked for. A value of None after that means that no price was found.
    """

    account_id: int
    transfer: Transfer
    credited_at: datetime
    is_valued: bool = False
    currency: str | None = None
    value: Decimal | None = None
    value_usd: Decimal | None = None
    is_assumed: bool = False  # a dollar coin counted as one dollar


@dataclass(frozen=True, slots=True)
class PlacedFlow:
    """A flow with its value in the currency of the span, and the refreshes that first show it.

    `counted_at` is the first refresh that contains it, if both that one and the last one without it are at most two
    intervals away. None: no value was recorded near. `is_uncounted` tells that no total contains its asset.
    """

    stored: StoredFlow
    value: Decimal | None
    counted_at: datetime | None = None
    is_uncounted: bool = False

    @property
    def at(self) -> datetime:
        """The moment from which the recorded totals contain it."""
        return self.stored.credited_at if self.counted_at is None else self.counted_at


@dataclass(frozen=True, slots=True)
class Transit:
    """An amount between two own accounts: in no recorded value from `left_at` until `arrived_at`.

    `to` is the account that it arrived in. None: it was not credited yet. Then `arrived_at` is the moment from which it
    counts as a withdrawal to elsewhere.
    """

    withdrawal: Transfer
    to: str | None
    left_at: datetime
    arrived_at: datetime
    value: Decimal | None

    def is_at(self, at: datetime) -> bool:
        """True while it is under way."""
        return self.left_at <= at < self.arrived_at


@dataclass(frozen=True, slots=True)
class Span:
    """Net values of several accounts together, in order of time, and the flows between them.

    `values` holds the totals at the moments asked for and at each flow, as far as all accounts were known then.
    `flows` is None while they are not fully known, and `why` is the reason. `is_partly_read` tells that some account's
    deposits and withdrawals cannot be read at all, so `flows` are without them. `seen_at` tells for each moment asked
    for when the oldest value behind its total was recorded.
    """

    currency: str
    values: tuple[Recorded, ...]
    flows: tuple[Flow, ...] | None
    why: str = ""
    is_partly_read: bool = False
    transits: tuple[Transit, ...] = ()
    seen_at: Mapping[datetime, datetime] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()  # dollar coins that counted as one dollar in a value or a flow

    def at(self, moment: datetime) -> Recorded | None:
        """The total at a moment asked for. None if some account was unknown."""
        return next((value for value in self.values if value.at == moment), None)

    def between(self, begin: datetime, end: datetime) -> "Span":
        """The part from one moment to another."""
        values = tuple(value for value in self.values if begin <= value.at <= end)
        flows = None if self.flows is None else tuple(flow for flow in self.flows if begin < flow.at <= end)
        return replace(self, values=values, flows=flows)


def own_matches(flows: Iterable[StoredFlow]) -> tuple[Match, ...]:
    """The withdrawals that became deposits into another one of the same accounts."""
    matches = matches_of(flow.transfer for flow in flows)
    return tuple({name_of(match.deposit): match for match in matches.values()}.values())


def without_matched(flows: Iterable[StoredFlow], matches: Iterable[Match]) -> list[StoredFlow]:
    """The flows that came from outside or left for outside."""
    inside = {name_of(side) for match in matches for side in (match.withdrawal, match.deposit)}
    return [flow for flow in flows if name_of(flow.transfer) not in inside]


def value_of_flow(flow: StoredFlow, base: str, currency: str, rate: Decimal | None) -> Decimal | None:
    """The value of a flow at its own moment, in `currency`. `rate` is that of its stored currency then.

    None is unknown. An amount of the currency itself needs no price.
    """
    with localcontext(EXACT):
        if flow.transfer.asset == currency:
            return flow.transfer.amount
        if flow.value is not None and flow.currency == currency:
            return flow.value
        if currency == "USD" and flow.value_usd is not None:
            return flow.value_usd
    value = flow.transfer.amount if flow.transfer.asset == base else flow.value
    stored_in = base if flow.transfer.asset == base else flow.currency
    if value is None or stored_in is None or rate is None:
        return None
    return value * rate


def span_of(
    currency: str,
    moments: Sequence[datetime],
    totals: Mapping[datetime, Decimal | None],
    flows: Sequence[PlacedFlow],
    transits: Sequence[Transit] = (),
    *,
    why: str = "",
    is_partly_read: bool = False,
    seen_at: Mapping[datetime, datetime] | None = None,
    assumed: Iterable[str] = (),
) -> Span:
    """The span of totals of all accounts, without amounts in transit, at `moments` and where flows are counted.

    Flows of an asset that no total contains are left out: they changed no recorded value.
    """
    totals_then = {at: total for at in totals if (total := with_transit(totals[at], at, transits)) is not None}
    counted = [flow for flow in flows if not flow.is_uncounted]
    near = {flow.counted_at for flow in counted if flow.counted_at is not None and flow.counted_at in totals_then}
    values = [Recorded(at, total) for at, total in totals_then.items()]
    values += [
        Recorded(at - AT_ONCE, totals_then[at]) for at in near if at - AT_ONCE not in totals_then and at > min(moments)
    ]
    why = why or _why_unknown(counted)
    earliest = min(moments) + AT_ONCE  # an account's first value may be older than the first moment
    placed = [
        Flow(max(flow.at if flow.counted_at in near else flow.stored.credited_at, earliest), flow.value)
        for flow in counted
        if flow.value is not None
    ]
    return Span(
        currency=currency,
        values=tuple(sorted(values, key=lambda value: value.at)),
        flows=None if why else tuple(sorted(placed, key=lambda flow: flow.at)),
        why=why,
        is_partly_read=is_partly_read,
        transits=tuple(transits),
        seen_at=seen_at or {},
        assumed=tuple(sorted(set(assumed))),
    )


def with_transit(total: Decimal | None, at: datetime, transits: Iterable[Transit]) -> Decimal | None:
    """A total with the amounts under way at that moment. None if either is unknown."""
    values = [transit.value for transit in transits if transit.is_at(at)]
    if total is None or None in values:
        return None
    if not values:
        return total
    with localcontext(EXACT):
        return sum((value for value in values if value is not None), total)


def with_known_transit(total: Decimal | None, transits: Iterable[Transit]) -> Decimal | None:
    """The net value to show: a total with the known values of the amounts under way. Others are named beside it."""
    if total is None:
        return None
    with localcontext(EXACT):
        return sum((transit.value for transit in transits if transit.value is not None), total)


def _why_unknown(flows: Iterable[PlacedFlow]) -> str:
    """The reason why flows are not known, "" if all are."""
    waiting = [flow for flow in flows if flow.value is None]
    if any(not flow.stored.is_valued for flow in waiting):
        return "not known yet: deposits and withdrawals are still being valued"
    assets = ", ".join(sorted({flow.stored.transfer.asset for flow in waiting}))
    return f"not known: no price of {assets} was found for when it was deposited or withdrawn" if assets else ""


def transit_words(transits: Iterable[Transit], at: datetime) -> str:
    """The amounts between own accounts at a moment, as in "1 BTC from one to other". "" without any."""
    return ", ".join(_way_words(transit) for transit in transits if transit.is_at(at))


def _way_words(transit: Transit) -> str:
    sent = transit.withdrawal
    to = ", not credited yet" if transit.to is None else f" to {transit.to}"
    return f"{-sent.amount:f} {sent.asset} from {sent.account}{to}"


def flows_total(flows: Iterable[Flow]) -> Decimal:
    """Deposits less withdrawals."""
    with exact():
        return sum((flow.value for flow in flows), ZERO)
