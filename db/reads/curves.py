"""Read the curve of net value of several accounts together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from db.reads.equity import EquityPoint, read_equity, read_equity_at
from db.reads.net_values import Place
from db.reads.prices import prices_at
from db.reads.rates import read_rates_at
from db.reads.spans import read_transits
from domain.curve import BaseChange, Point, Seen, base_changes_of, curve_of, moments_of
from domain.prices import BRIDGES, Price, Rates
from domain.snapshot import Account
from domain.spans import Transit

# The first, lowest, highest and last point of each bucket are drawn.
POINTS_A_BUCKET = 4
# A total takes one look-up for each account and moment. Each account adds its moments, so its points grow fewer with
# the square of the accounts, down to those of the fewest buckets.
MOST_LOOK_UPS, FEWEST_BUCKETS = 20_000, 10

Sampled = Mapping[int, Sequence[EquityPoint]]


@dataclass(frozen=True, slots=True)
class Curve:
    """The total of several accounts over time in one currency, and the marks on it."""

    currency: str
    points: tuple[Point, ...]
    base_changes: tuple[BaseChange, ...] = ()
    transits: tuple[Transit, ...] = ()


def read_sampled(
    connection: Connection, accounts: Sequence[Account], since: datetime, as_of: datetime, points: int
) -> Sampled:
    """About `points` for each account over [since, as_of], by account id. Fewer of many accounts."""
    buckets = max(points // POINTS_A_BUCKET, 1)
    affordable = MOST_LOOK_UPS // (POINTS_A_BUCKET * max(len(accounts), 1) ** 2)
    buckets = min(buckets, max(affordable, FEWEST_BUCKETS))
    return {account.id: read_equity(connection, account.id, since, as_of, buckets) for account in accounts}


def read_curve(
    connection: Connection,
    accounts: Sequence[Account],
    since: datetime,
    as_of: datetime,
    points: int,
    currency: str,
    sampled: Sampled | None = None,
) -> Curve:
    """The total of all accounts over [since, as_of] in `currency`, about `points` for each account.

    Every point is exact: the last value of each account at that moment, in another base currency at the rate of then.
    More than about twenty accounts are added up at every n-th of their points. `sampled` are the points, if they were
    read before.
    """
    sampled = sampled or read_sampled(connection, accounts, since, as_of, points)
    moments = _affordable(moments_of(sampled, as_of), sampled)
    parts = sampled
    if len(accounts) > 1:
        latest = read_equity_at(connection, [(account.id, at) for account in accounts for at in moments])
        parts = _merged(sampled, latest)
    values = _values(connection, accounts, parts, currency)
    transits = read_transits(connection, accounts, since, as_of, currency) if len(accounts) > 1 else ()

    def convert(account_id: int, point: Seen) -> Decimal | None:
        return values[account_id].get(point.at)

    curve = curve_of(parts, sampled, moments, convert, transits)
    return Curve(currency, curve, base_changes_of(parts), transits)


def _affordable(moments: Sequence[datetime], sampled: Sampled) -> Sequence[datetime]:
    """The moments to add up: all if there are few, else every n-th, each gap, and the last."""
    step = -(-len(moments) * len(sampled) // MOST_LOOK_UPS)
    if step <= 1:
        return moments
    seen = {point.at for points in sampled.values() for point in points}
    kept = {*moments[::step], moments[-1], *(moment for moment in moments if moment not in seen)}
    return tuple(moment for moment in moments if moment in kept)


def _merged(sampled: Sampled, latest: Mapping[Place, EquityPoint]) -> Sampled:
    """The points of both for each account, in the order of time."""
    by_moment = {id_: {point.at: point for point in points} for id_, points in sampled.items()}
    for (id_, _), point in latest.items():
        by_moment[id_][point.at] = point
    return {id_: tuple(points[at] for at in sorted(points)) for id_, points in by_moment.items()}


def _values(
    connection: Connection,
    accounts: Sequence[Account],
    parts: Mapping[int, Sequence[EquityPoint]],
    currency: str,
) -> Mapping[int, Mapping[datetime, Decimal]]:
    """The known values of each account in `currency`, by moment."""
    values: dict[int, dict[datetime, Decimal]] = {}
    for account in accounts:
        of_account = values[account.id] = {}
        others: dict[str, list[EquityPoint]] = {}
        for point in parts[account.id]:
            if point.net_value is not None and point.currency == currency:
                of_account[point.at] = point.net_value
            elif point.net_value is not None and point.currency is not None:
                others.setdefault(point.currency, []).append(point)
        for base, points in others.items():
            rates = _read_rates(connection, account.venue, base, currency, points)
            of_account |= {
                p.at: p.net_value * rate for p in points if p.net_value is not None and (rate := rates.get(p.at))
            }
    return values


def _read_rates(
    connection: Connection, venue: str, base: str, quote: str, points: Sequence[EquityPoint]
) -> Mapping[datetime, Decimal]:
    """The rate at each point: by the prices that its refresh saw, else by the nearest within an hour."""
    currencies = dict.fromkeys((base, quote, *BRIDGES))
    pairs = {f"{item}/{other}": (item, other) for item in currencies for other in currencies if item != other}
    by_id = prices_at(connection, venue, {point.price_id for point in points if point.price_id is not None}, pairs)
    by_refresh = {point.at: _rate(by_id.get(point.price_id or 0, {}), base, quote) for point in points}
    missing = [at for at, rate in by_refresh.items() if rate is None]
    by_hour = read_rates_at(connection, venue, base, quote, missing)
    result = by_refresh | {at: rates.rate(base, quote) for at, rates in by_hour.items()}
    return {at: rate for at, rate in result.items() if rate is not None}


def _rate(prices: Mapping[str, Price], base: str, quote: str) -> Decimal | None:
    """The rate by the last price of each symbol, else by its mark."""
    lasts = {symbol: price.mark if price.last is None else price.last for symbol, price in prices.items()}
    return Rates(
        Price(symbol, prices[symbol].base, prices[symbol].quote, last)
        for symbol, last in lasts.items()
        if last is not None
    ).rate(base, quote)
