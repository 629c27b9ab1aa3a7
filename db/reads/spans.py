"""Read the net value of accounts over a span, with the flows in and out: what returns are computed from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.flows import read_flows
from db.reads.history_progress import NO_PROGRESS, HistoryProgress
from db.reads.net_values import (
    NetValue,
    Place,
    read_net_values_after,
    read_net_values_before,
)
from db.reads.open_transits import read_open_withdrawals
from db.reads.prices import is_ever_priced, read_prices
from db.reads.rates import read_rates_at
from db.reads.settled_values import read_settled_values
from domain.income import FLOWS
from domain.money import DOLLARS
from domain.prices import Rates
from domain.snapshot import Account
from domain.spans import (
    OPEN_FOR,
    PlacedFlow,
    Span,
    StoredFlow,
    Transit,
    own_matches,
    span_of,
    value_of_flow,
    without_matched,
)
from domain.sums import sum_if_known
from domain.transfer_matches import LONGEST_WAY, Match, Name, name_of
from domain.worth import assumed_coin

# How many refresh intervals a value may be away from the flow or moment that it stands for.
NEAR_A_FLOW, NEAR_A_MOMENT = 2, 3
NOT_READ = "not known yet: deposits and withdrawals of this time were not read completely"


def read_span(
    connection: Connection,
    accounts: Sequence[Account],
    moments: Sequence[datetime],
    currency: str,
    progress: Mapping[int, HistoryProgress],
    tolerance: timedelta = timedelta(0),
) -> Span:
    """The totals of all accounts in `currency` at `moments`, which are in order of time, and the flows between them.

    A total is unknown if an account has no value of the three intervals before, or of `tolerance` if that is longer.
    """
    past = _Past(connection, accounts, currency)
    first, last = moments[0], moments[-1]
    totals = past.totals(moments, tolerance)
    if totals[first] is None:
        return span_of(currency, moments, totals, (), why="no net value is known at that time")
    stored = read_flows(connection, accounts, first - LONGEST_WAY, last + LONGEST_WAY)
    bounds = past.seen_at([(account.id, at) for account in accounts for at in (first, last)], tolerance)
    matches = own_matches(stored)
    placed = past.placed(stored)
    unmatched = without_matched(stored, matches)
    under_way = read_open_withdrawals(connection, accounts, unmatched)
    transits = _transits(matches, under_way, placed)
    outside = [placed[name_of(flow.transfer)] for flow in unmatched if flow not in under_way]
    counted = [flow for flow in outside if _is_between(flow, bounds, first, last)]
    entered = {flow.counted_at for flow in counted if flow.counted_at is not None and not flow.is_uncounted}
    totals |= past.totals(entered - totals.keys(), timedelta(0))
    readable = [account for account in accounts if reads_flows(account)]
    return span_of(
        currency,
        moments,
        totals,
        counted,
        transits,
        why="" if all(_has_all_flows(account, bounds, first, last, progress) for account in readable) else NOT_READ,
        is_partly_read=len(readable) < len(accounts),
        assumed=past.assumed | {assumed_coin(flow.stored.transfer.asset) for flow in counted if flow.stored.is_assumed},
        seen_at=past.oldest(moments, tolerance),
    )


def read_transits(
    connection: Connection, accounts: Sequence[Account], since: datetime, until: datetime, currency: str
) -> tuple[Transit, ...]:
    """Transfers under way between these accounts at some time from `since` to `until`."""
    stored = read_flows(connection, accounts, since - LONGEST_WAY, until + LONGEST_WAY)
    matches = own_matches(stored)
    under_way = read_open_withdrawals(connection, accounts, without_matched(stored, matches))
    if not matches and not under_way:
        return ()
    transits = _transits(matches, under_way, _Past(connection, accounts, currency).placed(stored))
    return tuple(transit for transit in transits if transit.left_at <= until and transit.arrived_at > since)


def _transits(
    matches: Iterable[Match], under_way: Iterable[StoredFlow], placed: Mapping[Name, PlacedFlow]
) -> tuple[Transit, ...]:
    """The ways of matched transfers and of those that were not credited yet, each at the value that left."""
    transits = []
    for match in matches:
        sent, received = placed[name_of(match.withdrawal)], placed[name_of(match.deposit)]
        transits.append(Transit(match.withdrawal, match.deposit.account, sent.at, received.at, _lost(sent)))
    for flow in under_way:
        sent = placed[name_of(flow.transfer)]
        if not sent.is_uncounted:
            transits.append(Transit(flow.transfer, None, sent.at, sent.at + OPEN_FOR, _lost(sent)))
    return tuple(transits)


def _lost(sent: PlacedFlow) -> Decimal | None:
    return None if sent.value is None else -sent.value


def reads_flows(account: Account) -> bool:
    """True if the deposits and withdrawals of an account can be read."""
    return account.reads_transfers and account.unread_transfers.isdisjoint(FLOWS)


def _is_between(flow: PlacedFlow, bounds: Mapping[Place, NetValue], first: datetime, last: datetime) -> bool:
    """True if a flow is in the last value of its account, and not in the first one."""
    id_, credited = flow.stored.account_id, flow.stored.credited_at
    begin, end = bounds.get((id_, first)), bounds.get((id_, last))
    return (first if begin is None else begin.at) < credited <= (last if end is None else end.at)


def _has_all_flows(
    account: Account,
    bounds: Mapping[Place, NetValue],
    first: datetime,
    last: datetime,
    progress: Mapping[int, HistoryProgress],
) -> bool:
    begin, end = bounds.get((account.id, first)), bounds.get((account.id, last))
    since, until = first if begin is None else begin.at, last if end is None else end.at
    return progress.get(account.id, NO_PROGRESS).has_all_flows(account, since, until)


class _Past:
    """The recorded values of some accounts, read in few queries and converted into one currency."""

    def __init__(self, connection: Connection, accounts: Sequence[Account], currency: str) -> None:
        self._connection = connection
        self._accounts = {account.id: account for account in accounts}
        self._currency = currency
        self._seen: dict[Place, NetValue] = {}
        self._asked: set[Place] = set()
        self.assumed: set[str] = set()  # dollar coins that counted as one dollar in the values used
        self._rates: dict[Place, Rates] = {}  # of refreshes
        self._rates_then: dict[Place, Rates] = {}  # at flows

    def seen_at(self, places: Sequence[Place], tolerance: timedelta) -> Mapping[Place, NetValue]:
        """The values at moments, as far as they are recent enough."""
        self.load(places, tolerance)
        return {place: recorded for place in places if (recorded := self._recent(place, tolerance)) is not None}

    def load(self, places: Iterable[Place], tolerance: timedelta = timedelta(0)) -> None:
        """Read the last values at these moments, all at once."""
        new = [place for place in places if place not in self._asked]
        if not new:
            return
        self._asked.update(new)
        longest = max((self._expected(id_, None) for id_, _ in new), default=timedelta(0)) * 100
        self._seen |= read_settled_values(self._connection, new, max(tolerance, longest, timedelta(days=1)))

    def totals(self, moments: Collection[datetime], tolerance: timedelta) -> dict[datetime, Decimal | None]:
        """The value of all accounts at each moment."""
        self.load([(id_, at) for id_ in self._accounts for at in moments], tolerance)
        return {at: self._total(at, tolerance) for at in moments}

    def _total(self, at: datetime, tolerance: timedelta) -> Decimal | None:
        """The value of all accounts at a moment. None if one of them is unknown."""
        return sum_if_known([self._value((id_, at), tolerance) for id_ in self._accounts])

    def oldest(self, moments: Iterable[datetime], tolerance: timedelta) -> Mapping[datetime, datetime]:
        """When the oldest of the values behind each total was recorded. Moments without any value are left out."""
        oldest: dict[datetime, datetime] = {}
        for (_, at), value in self.seen_at([(id_, at) for at in moments for id_ in self._accounts], tolerance).items():
            oldest[at] = min(value.at, oldest.get(at, value.at))
        return oldest

    def placed(self, flows: Sequence[StoredFlow]) -> Mapping[Name, PlacedFlow]:
        """The flows with their value and the refresh that first contains each."""
        places = [(flow.account_id, flow.credited_at) for flow in flows]
        longest = max((account.expected for account in self._accounts.values()), default=timedelta(0)) * NEAR_A_FLOW
        before = read_net_values_before(self._connection, places, max(longest, timedelta(days=1)))
        after = read_net_values_after(self._connection, places, max(longest, timedelta(days=1)))
        self._load_rates(flows)
        return {
            name_of(flow.transfer): self._placed(flow, before.get(place), after.get(place))
            for flow, place in zip(flows, places, strict=True)
        }

    def _placed(self, flow: StoredFlow, before: NetValue | None, after: NetValue | None) -> PlacedFlow:
        base, stored_in = self._accounts[flow.account_id].base_currency, self._stored_in(flow)
        rates = self._rates_then.get((flow.account_id, flow.transfer.at))
        rate = None if rates is None or stored_in is None else rates.rate(stored_in, self._currency)
        value = value_of_flow(flow, base, self._currency, rate)
        is_near = (
            before is not None
            and after is not None
            and flow.credited_at - before.at <= self._expected(flow.account_id, before) * NEAR_A_FLOW
            and after.at - flow.credited_at <= self._expected(flow.account_id, after) * NEAR_A_FLOW
        )
        unpriced = {asset for recorded in (before, after) if recorded is not None for asset in recorded.unpriced}
        is_uncounted = value is None and (flow.transfer.asset in unpriced or self._is_never_priced(flow))
        return PlacedFlow(flow, value, after.at if is_near and after is not None else None, is_uncounted)

    def _stored_in(self, flow: StoredFlow) -> str | None:
        """The currency of the stored value of a flow. The base currency itself needs none."""
        base = self._accounts[flow.account_id].base_currency
        return base if flow.transfer.asset == base else flow.currency

    def _is_never_priced(self, flow: StoredFlow) -> bool:
        """True if no price of the asset was ever known there, so that no total can contain it."""
        asset, venue = flow.transfer.asset, self._accounts[flow.account_id].venue
        return asset not in DOLLARS and not is_ever_priced(self._connection, venue, asset)

    def _value(self, place: Place, tolerance: timedelta) -> Decimal | None:
        recorded = self._recent(place, tolerance)
        if recorded is None:
            return None
        self.assumed.update(recorded.assumed)
        if recorded.currency == self._currency:
            return recorded.value
        account = self._accounts[place[0]]
        then = (account.id, recorded.at)
        if then not in self._rates:
            prices = read_prices(self._connection, account, recorded.at, recorded.price_id)
            self._rates[then] = Rates(prices.values())
        rate = self._rates[then].rate(recorded.currency, self._currency)
        return None if rate is None else recorded.value * rate

    def _recent(self, place: Place, tolerance: timedelta) -> NetValue | None:
        recorded = self._seen.get(place)
        if recorded is None or place[1] - recorded.at > max(
            tolerance, self._expected(place[0], recorded) * NEAR_A_MOMENT
        ):
            return None
        return recorded

    def _expected(self, account_id: int, recorded: NetValue | None) -> timedelta:
        """The refresh interval of an account when a value was recorded."""
        return (
            self._accounts[account_id].expected if recorded is None or recorded.expected is None else recorded.expected
        )

    def _load_rates(self, flows: Sequence[StoredFlow]) -> None:
        """The rates at the moments of flows that are stored in other currencies."""
        groups: dict[tuple[str, str], list[StoredFlow]] = {}
        for flow in flows:
            stored_in = self._stored_in(flow)
            is_known = self._currency in (flow.transfer.asset, flow.currency)
            if stored_in is None or is_known or (self._currency == "USD" and flow.value_usd is not None):
                continue
            groups.setdefault((self._accounts[flow.account_id].venue, stored_in), []).append(flow)
        for (venue, stored_in), group in groups.items():
            rates = read_rates_at(self._connection, venue, stored_in, self._currency, {f.transfer.at for f in group})
            self._rates_then |= {(f.account_id, f.transfer.at): rates[f.transfer.at] for f in group}
