"""Performance: returns by day, week, month and year, drawdowns and risk, as a response."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from api.params import RequestScope, moment_of
from api.recent_results import RecentResults
from api.responses import Refusal
from db.reads.attribution import Explained, read_attribution, read_daily_attribution
from db.reads.benchmarks import read_benchmarks
from db.reads.candles import read_range_version
from db.reads.history_progress import NO_PROGRESS, HistoryProgress, read_history_progress
from db.reads.performance import Performance, read_performance
from db.reads.period_closes import read_recorded_periods
from domain.benchmarks import Basket, Benchmark, parse_basket
from domain.performance import (
    PeriodReturn,
    chained,
    duration_of,
    full_days,
    months_of,
    risk_days,
    weeks_of,
    years_of,
)
from domain.period_close import RecordedPeriod
from domain.periods import opened_after
from domain.risk import Drawdown, best_and_worst, drawdowns, sharpe, sortino, volatility
from domain.snapshot import Account
from domain.splits import Split, SplitDays, days_by_coin, on_same_days, weekdays_of

FIELDS = ("account", "as_of", "currency", "zone", "since", "risk_free", "basket", "split")
SPAN, LONGEST = timedelta(days=30), timedelta(days=3700)
# The figures of one moment and one version of history and candles never change. The last ones are kept by database.
_recent = RecentResults[dict[str, Any]](32)


def read_performance_response(connection: Connection, scope: RequestScope) -> dict[str, Any]:
    """The returns of all accounts together from `since` (default: 30 days before) to the moment shown."""
    params, risk_free = scope.params, _risk_free(scope)
    until = max((at for id_, at in scope.moments.items() if id_ in {a.id for a in scope.accounts}), default=params.at)
    progress = read_history_progress(connection)
    venues = sorted({account.venue for account in scope.accounts})
    versions = [progress.get(account.id, NO_PROGRESS).version for account in scope.accounts]
    versions += [read_range_version(connection, venue) for venue in venues]  # older candles may arrive at any time
    basket, split = _basket(scope), _split(scope)
    shares = None if basket is None else tuple(basket.items())
    key = (*scope.accounts, *versions, _since(scope), until, params.zone, scope.currency, risk_free, shares, split)

    def read() -> dict[str, Any]:
        result = read_performance(
            connection, scope.accounts, _since(scope), until, params.zone, scope.currency, progress
        )
        return {
            **_read_figures(connection, scope, result, until, risk_free, basket),
            "split": None if split is Split.TOTAL else _read_split(connection, scope, result, split, progress),
        }

    figures = _recent.of(connection.engine, key, read)
    return {
        "as_of": params.at,
        **figures,
        "recorded": _recorded_in(connection, scope, figures["since"], until),
    }


def _recorded_in(connection: Connection, scope: RequestScope, since: datetime, until: datetime) -> list[dict[str, Any]]:
    at = scope.params.at
    return [
        _recorded(period.as_of(at), scope.accounts)
        for period in read_recorded_periods(connection, [a.id for a in scope.accounts], since, until)
        if period.recorded_at <= at
    ]


def _read_figures(
    connection: Connection,
    scope: RequestScope,
    result: Performance,
    until: datetime,
    risk_free: float,
    basket: Basket | None,
) -> dict[str, Any]:
    params = scope.params
    moments, span, days = result.moments, result.span, result.days
    comparable = full_days(days)
    best_worst = best_and_worst(comparable)
    return {
        "currency": scope.currency,
        "zone": params.zone.key,
        "since": result.begin,
        "until": until,
        "unknown": span.why or None,
        "assumed": span.assumed,
        "total": _total(result),
        "days": _periods(days),
        "weeks": _periods(weeks_of(days)),
        "months": _periods(months_of(days)),
        "years": _periods(years_of(days)),
        "drawdowns": [_drawdown(fall, result) for fall in drawdowns(risk_days(days))],
        "volatility": _plain(volatility(comparable)),
        "sharpe": _plain(sharpe(comparable, risk_free)),
        "sortino": _plain(sortino(comparable, risk_free)),
        "best_day": None if best_worst is None else best_worst[0].day.isoformat(),
        "worst_day": None if best_worst is None else best_worst[1].day.isoformat(),
        "attribution": _attribution(read_attribution(connection, scope.accounts, moments, scope.currency)),
        "benchmarks": [
            _benchmark(benchmark, days)
            for benchmark in read_benchmarks(connection, scope.accounts, moments, scope.currency, basket)
        ],
    }


def _since(scope: RequestScope) -> datetime:
    given, at = scope.params.given, scope.params.at
    since = moment_of("since", given["since"][0], scope.params.now) if "since" in given else at - SPAN
    if not timedelta(0) < at - since <= LONGEST:
        raise Refusal(400, f"since={since.isoformat()} is not in the ten years before {at.isoformat()}")
    return since


def _risk_free(scope: RequestScope) -> float:
    """The yearly risk-free rate, as a fraction."""
    value = scope.params.given.get("risk_free", ("0",))[0]
    try:
        rate = float(value)
    except ValueError:
        rate = float("nan")
    if not -1 < rate <= 10:
        raise Refusal(400, f"risk_free={value!r:.80} is not a yearly rate: give a fraction, as in 0.03")
    return rate


def _basket(scope: RequestScope) -> Basket | None:
    words = scope.params.given.get("basket", ("",))[0]
    if not words.strip():
        return None
    try:
        return parse_basket(words)
    except ValueError as error:
        raise Refusal(400, f"basket={words!r:.80} is not used: {error}") from None


def _split(scope: RequestScope) -> Split:
    names = {split.lower(): split for split in Split}
    word = scope.params.given.get("split", ("total",))[0]
    if word not in names:
        raise Refusal(400, f"split={word!r:.80} is not among {', '.join(names)}")
    return names[word]


def _read_split(
    connection: Connection,
    scope: RequestScope,
    result: Performance,
    split: Split,
    progress: Mapping[int, HistoryProgress],
) -> dict[str, Any]:
    """The gain of each day by account or by coin, and by weekday."""
    days = [day.day for day in result.days]
    if split is Split.COIN:
        explained = read_daily_attribution(connection, scope.accounts, result.moments, scope.currency)
        found = SplitDays(explained.currency, days_by_coin(days, explained.days), explained.why)
    else:
        common = opened_after(result.since), result.until, scope.params.zone, scope.currency, progress
        by_account = {
            account.name: on_same_days(days, read_performance(connection, (account,), *common).days)
            for account in scope.accounts
        }
        found = SplitDays(scope.currency, by_account)
    return {
        "by": split.lower(),
        "currency": found.currency,
        "unknown": found.why or None,
        "parts": [_part(name, of_name) for name, of_name in found.days.items()],
    }


def _part(name: str, days: Sequence[PeriodReturn]) -> dict[str, Any]:
    weekdays = [sum(gains, Decimal(0)) if gains else None for gains in weekdays_of(days)]
    rows = [{"day": day.day.isoformat(), "gain": day.gain, "fraction": day.fraction} for day in days]
    return {"name": name, "gain": chained(days).gain, "weekdays": weekdays, "days": rows}


def _total(result: Performance) -> dict[str, Any]:
    begin, end = result.span.at(result.since), result.span.at(result.until)
    return {
        "begin": None if begin is None else begin.value,
        "end": None if end is None else end.value,
        **_figures(chained(result.days)),
        "money_weighted": _plain(result.money_weighted),
    }


def _periods(periods: Iterable[PeriodReturn]) -> list[dict[str, Any]]:
    return [{"day": period.day.isoformat(), **_figures(period)} for period in periods]


def _figures(period: PeriodReturn) -> dict[str, Any]:
    return {
        "gain": period.gain,
        "flows": period.flows,
        "fraction": period.fraction,
        "is_estimated": period.is_estimated,
    }


def _attribution(explained: Explained) -> dict[str, Any]:
    """The sources of the change, in the base currency of the accounts."""
    result = explained.attribution
    if result is None:
        return {"currency": explained.currency, "unknown": explained.why}
    return {
        "currency": explained.currency,
        "unknown": None,
        "is_by_day": explained.is_by_day,
        "since": result.since,
        "until": result.until,
        "change": result.change,
        "lines": {str(line): amount for line, amount in result.lines.items()},
        "trade_fees": result.trade_fees,
        "rest": result.rest,
        "coins": [
            {
                "asset": effect.asset,
                "total": effect.total,
                "known": effect.known,
                "unknown": effect.unknown,
                "realised": effect.realised,
            }
            for effect in result.effects
        ],
        "contracts": [{"symbol": symbol, "gain": amount} for symbol, amount in result.contracts.items()],
        "unvalued": result.unvalued,
        "assumed": result.assumed,
    }


def _recorded(period: RecordedPeriod, accounts: Sequence[Account]) -> dict[str, Any]:
    """A month or year as it was recorded after it was over, and what came to be known since."""
    return {
        "account": next(account.name for account in accounts if account.id == period.account_id),
        "kind": period.kind,
        "period": period.name,
        "since": period.since,
        "until": period.until,
        "currency": period.currency,
        "recorded_at": period.recorded_at,
        "figures": dict(period.figures.amounts),
        "corrections": [
            {
                "known_at": correction.known_at,
                "cause": correction.cause,
                "changed": [
                    {"figure": figure.name, "was": figure.was, "now": figure.now, "difference": figure.difference}
                    for figure in correction.changed
                ],
            }
            for correction in period.corrections
        ],
    }


def _benchmark(benchmark: Benchmark, days: Sequence[PeriodReturn]) -> dict[str, Any]:
    return {
        "name": benchmark.name,
        "fraction": benchmark.fraction,
        "days": [
            {"day": day.day.isoformat(), "fraction": fraction}
            for day, fraction in zip(days, benchmark.fractions[1:], strict=True)
        ],
    }


def _drawdown(fall: Drawdown, result: Performance) -> dict[str, Any]:
    return {
        "peak": fall.peak.isoformat(),
        "trough": fall.trough.isoformat(),
        "recovered": None if fall.recovered is None else fall.recovered.isoformat(),
        "depth": _plain(fall.depth),
        "days": round(duration_of(fall, result.days, result.moments) / timedelta(days=1)),
    }


def _plain(figure: float | None) -> Decimal | None:
    """A figure as a decimal, because JSON writes those in plain notation."""
    return None if figure is None else Decimal(repr(figure))
