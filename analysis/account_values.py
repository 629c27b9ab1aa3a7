"""The values of one subject of an account over its refreshes, as rules read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from analysis.account_terms import failed_sources, value_of_term
from analysis.markets import MarketValues
from analysis.rules.catalogue import CATALOGUE
from analysis.step_series import StepSeries
from domain.account_moment import AccountMoment
from domain.alerts import SubjectKey
from domain.moments import microseconds_of, moment_of
from domain.rule_terms import Subject
from domain.rule_text import text_of
from domain.rule_tree import Term

_MICROSECOND = timedelta(microseconds=1)
# A refresh stands for this long: several missed ones are no news.
LEAST_STANDING = timedelta(minutes=5)


@dataclass(slots=True)
class AccountValues:
    """The terms of a subject at `moments`, oldest first. `market` has the terms of candles, None without a market."""

    moments: Sequence[AccountMoment]
    subject: SubjectKey
    market: MarketValues | None = None
    stands_for: timedelta = LEAST_STANDING
    symbol: str | None = None  # its market
    _computed: dict[Term, StepSeries] = field(default_factory=dict)

    def series(self, term: Term) -> StepSeries:
        """The values of a term, one for each refresh."""
        if self._is_of_candles(term):
            return (self.market or MarketValues({})).series(term)
        series = self._computed.get(term)
        if series is None:
            values = [self._value(term, moment) for moment in self.moments]
            series = self._computed[term] = StepSeries(
                np.array([microseconds_of(moment.at) for moment in self.moments], dtype=np.int64),
                np.array([np.nan if value is None else value for value in values], dtype=np.float64),
                self.stands_for // _MICROSECOND,
            )
        return series

    def reason(self, term: Term, moment: int) -> str:
        """The reason that a term is unknown: a source that failed, no refresh, or a fact that was not stated."""
        if self._is_of_candles(term):
            return (self.market or MarketValues({})).reason(term, moment)
        refreshed = [item for item in self.moments if microseconds_of(item.at) <= moment]
        if not refreshed:
            return f"{text_of(term)}: the account had not been refreshed"
        newest = refreshed[-1]
        if moment - microseconds_of(newest.at) > self.stands_for // _MICROSECOND:
            return f"{text_of(term)}: no refresh since {newest.at:%d %b %H:%M} UTC"
        failed = failed_sources(term, newest)
        if failed:
            since = newest.snapshot.refresh.carried[failed[0]]
            when = "never yet" if since is None else f"not since {since:%H:%M} UTC"
            return f"{newest.snapshot.account.name}: {', '.join(failed)} read {when}"
        return f"{text_of(term)}: not known at {moment_of(moment):%d %b %H:%M} UTC"

    def _value(self, term: Term, moment: AccountMoment) -> float | None:
        if term.name != "price":
            return value_of_term(term, moment, self.subject)
        price = moment.snapshot.prices.get(self.symbol or "")
        if price is None or price.best is None or failed_sources(term, moment):
            return None
        return float(price.best)

    def _is_of_candles(self, term: Term) -> bool:
        return CATALOGUE[term.name].subject is Subject.MARKET and term.name != "price"


def standing_time(moments: Sequence[AccountMoment]) -> timedelta:
    """How long a refresh stands for: twice the longest expected interval, or the longest distance of thinned ones."""
    expected = [item.snapshot.refresh.expected_seconds or 0 for item in moments]
    return max(LEAST_STANDING, 2 * timedelta(seconds=max(expected, default=0)) + timedelta(minutes=1))


def exists(subject: SubjectKey, moment: AccountMoment) -> bool:
    """False once a holding, position or order is gone: its alerts end then."""
    match subject.kind:
        case Subject.HOLDING:
            return bool(moment.held.get(subject.name))
        case Subject.POSITION:
            return subject.name in moment.positions
        case Subject.ORDER:
            return subject.name in moment.ends_by_name or moment.order_named(subject.name) is not None
        case _:
            return True
