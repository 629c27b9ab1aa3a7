"""Read where the change of net value of accounts over a period came from, as a sum and by day.

The begin and the end are the recorded refreshes that net value is taken from (db/reads/account_attribution.py). If the
accounts have several base currencies, the amounts of each day are converted at the rate of that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from sqlalchemy import Connection

from db.reads.account_attribution import AccountPart, read_account_parts, value_in
from db.reads.day_rates import read_day_rates
from db.reads.flows import read_flows
from db.reads.net_values import NetValue, Place
from db.reads.settled_values import read_settled_values
from domain.attribution import Attribution, DayRates, added, converted, without_own
from domain.lots import EXACT
from domain.snapshot import Account
from domain.spans import StoredFlow, own_matches
from domain.transfer_matches import LONGEST_WAY, Name, name_of

# How far a recorded value may be from the moment that it stands for.
FARTHEST = timedelta(days=1)
ONE = DayRates(Decimal(1), Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class Explained:
    """The attribution of a change in `currency`, None if it is not known. Then `why` is the reason.

    `is_by_day`: the amounts of each day were converted at the rate of that day.
    """

    attribution: Attribution | None
    currency: str | None = None
    why: str = ""
    is_by_day: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedDays:
    """The attribution of each day in `currency`, None if it is not known. If all are unknown `why` is the reason."""

    days: tuple[Attribution | None, ...]
    currency: str
    why: str = ""
    is_by_day: bool = False


class _Unknown(Exception):
    """The attribution is not known, with the reason."""


def read_attribution(
    connection: Connection, accounts: Sequence[Account], moments: Sequence[datetime], currency: str
) -> Explained:
    """The sources of the change from the first to the last moment, in the base currency of the accounts.

    If they have several, it is in `currency`, and `moments` divide the period into days.
    """
    base = _base_of(accounts)
    bounds = (moments[0], moments[-1]) if base is not None else tuple(moments)
    try:
        parts = _read_parts(connection, accounts, bounds, base or currency)
    except _Unknown as error:
        return Explained(None, base or currency, str(error))
    return Explained(added(parts.values()), base or currency, is_by_day=base is None)


def read_daily_attribution(
    connection: Connection, accounts: Sequence[Account], moments: Sequence[datetime], currency: str
) -> ExplainedDays:
    """The sources of the change of each day between these moments, in the currency of `read_attribution`."""
    base = _base_of(accounts)
    try:
        parts = _read_parts(connection, accounts, moments, base or currency)
    except _Unknown as error:
        return ExplainedDays((None,) * (len(moments) - 1), base or currency, str(error))
    days = tuple(parts.get(day) for day in pairwise(moments))
    return ExplainedDays(days, base or currency, is_by_day=base is None)


def _base_of(accounts: Sequence[Account]) -> str | None:
    """The base currency of all accounts. None if they have several."""
    currencies = {account.base_currency for account in accounts}
    return currencies.pop() if len(currencies) == 1 else None


def _read_parts(
    connection: Connection, accounts: Sequence[Account], moments: Sequence[datetime], currency: str
) -> Mapping[tuple[datetime, datetime], Attribution]:
    """The attribution of all accounts together, by its begin and end.

    Moments at which some account is unknown divide nothing. Raises _Unknown if the first or the last one is.
    """
    recorded = read_settled_values(connection, [(account.id, at) for account in accounts for at in moments], FARTHEST)
    _check(accounts, recorded, (moments[0], moments[-1]))
    bounds = [at for at in moments if all(_is_usable(account, recorded.get((account.id, at))) for account in accounts)]
    parts = {
        account.id: read_account_parts(connection, account, bounds, [recorded[account.id, at] for at in bounds])
        for account in accounts
    }
    rates = {account.id: _read_rates(connection, account, parts[account.id], bounds, currency) for account in accounts}
    totals = [
        added(converted(parts[id_][number].attribution, parts[id_][number].values, rates[id_][number]) for id_ in parts)
        for number in range(len(bounds) - 1)
    ]
    if len(accounts) > 1:
        totals = _without_own(connection, accounts, bounds, totals, parts, rates)
    return dict(zip(pairwise(bounds), totals, strict=True))


def _check(accounts: Iterable[Account], recorded: Mapping[Place, NetValue], ends: Iterable[datetime]) -> None:
    for account in accounts:
        for at in ends:
            value = recorded.get((account.id, at))
            if value is None:
                raise _Unknown(f"no net value of {account.name} is known at that time")
            if not _is_usable(account, value):
                raise _Unknown(f"the base currency of {account.name} was another one then")


def _is_usable(account: Account, value: NetValue | None) -> bool:
    return value is not None and value.currency == account.base_currency


def _read_rates(
    connection: Connection, account: Account, parts: Sequence[AccountPart], bounds: Sequence[datetime], currency: str
) -> Sequence[DayRates]:
    """The rates of each interval from the base currency of an account. Raises _Unknown if one is not known."""
    base = account.base_currency
    if base == currency:
        return [ONE] * len(parts)
    days = [(begin + (end - begin) / 2).date() for begin, end in pairwise(bounds)]
    of_days = read_day_rates(connection, account.venue, base, currency, days)
    rates = []
    for interval, day in zip(parts, days, strict=True):
        begin, end = (moment.rate(base, currency) for moment in interval.rates)
        rate = of_days[day]
        if begin is None or end is None or rate is None:
            raise _Unknown(f"no rate from {base} to {currency} is known for {day.isoformat()}")
        rates.append(DayRates(begin, rate, end))
    return rates


def _without_own(
    connection: Connection,
    accounts: Sequence[Account],
    bounds: Sequence[datetime],
    totals: Sequence[Attribution],
    parts: Mapping[int, Sequence[AccountPart]],
    rates: Mapping[int, Sequence[DayRates]],
) -> list[Attribution]:
    """The attributions without the transfers between these accounts."""
    every = read_flows(connection, accounts, bounds[0] - 2 * LONGEST_WAY, bounds[-1] + 2 * LONGEST_WAY)
    bases = {account.id: account.base_currency for account in accounts}
    inside = [
        {name_of(flow.transfer): number for of_account in parts.values() for flow in of_account[number].flows}
        for number in range(len(totals))
    ]
    numbers = {name: number for names in inside for name, number in names.items()}
    values: dict[Name, Decimal | None] = {}
    for flow in every:
        nearest = 0 if flow.credited_at <= bounds[0] else len(totals) - 1
        number = numbers.get(name_of(flow.transfer), nearest)
        values[name_of(flow.transfer)] = _worth(flow, bases[flow.account_id], rates[flow.account_id][number])
    matches = own_matches(every)
    return [without_own(total, matches, values, names) for total, names in zip(totals, inside, strict=True)]


def _worth(flow: StoredFlow, base: str, rates: DayRates) -> Decimal | None:
    """The value of a flow at the rate of its day, so that it leaves and arrives at the same one."""
    value = value_in(flow, base)
    with localcontext(EXACT):
        return None if value is None else value * rates.day
