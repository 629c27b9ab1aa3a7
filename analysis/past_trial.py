"""Trials: whether a rule would have fired over a stored span, with the same evaluation as live."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Protocol

import numpy as np

from analysis.account_sources import needs_of, refreshes_read, source_of
from analysis.account_values import AccountValues
from analysis.backtest import Trial, TriedRule, tried, why_not
from analysis.market_store import PRICE_TIMEFRAME, MarketStore, closes_between
from analysis.markets import MarketValues
from analysis.rules.explanation import Explained
from analysis.rules.parsed import ParsedRule, parsed_rule
from analysis.rules.values import Source
from analysis.step_series import StepSeries
from domain.account_moment import AccountMoment, Needs
from domain.alerts import SubjectKey
from domain.candles import CandleColumns
from domain.moments import microseconds_of
from domain.rule_subjects import market_of_subject
from domain.rule_terms import Subject
from domain.rules import RuleDefinition
from domain.snapshot import Account
from domain.timeframes import length_of, no_data_after

_HOUR = "1h"
# Refreshes of a trial at most: more would read the database for minutes.
MOST_MOMENTS = 500


class Past(Protocol):
    """The stored past (db/reads/rule_past.py)."""

    def columns(
        self, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
    ) -> Mapping[str, CandleColumns]:
        """The candles that begin at `since` or later and were closed at `as_of`, by symbol."""

    def refreshes(self, account_id: int, since: datetime, until: datetime, most: int) -> Sequence[datetime]:
        """Refreshes in a span, at even distances."""

    def refreshes_before(self, account_id: int, at: datetime, count: int) -> Sequence[datetime]:
        """The newest `count` refreshes at or before a moment, oldest first."""

    def moments(self, account: Account, refreshes: Iterable[datetime], needs: Needs) -> Sequence[AccountMoment]:
        """The account at these refreshes."""


@dataclass(frozen=True, slots=True)
class PastRule:
    """A rule over a span of the past for one subject. `account` is None for a market."""

    definition: RuleDefinition
    subject: SubjectKey
    since: datetime
    until: datetime
    account: Account | None = None

    @property
    def content(self) -> ParsedRule:
        """The parsed rule. Raises RuleError."""
        return parsed_rule(self.definition.text, self.definition.resolves)

    @property
    def tried(self) -> TriedRule:
        return TriedRule(self.content.holds, self.content.resolves, self.definition.timing)


def trial_of(past: Past, rule: PastRule, most: int = MOST_MOMENTS) -> Trial:
    """Try a rule. A rule about a market is evaluated at each close of its shortest candles.

    A rule about an account is evaluated at up to `most` of its refreshes. Raises RuleError.
    """
    store = MarketStore(past.columns)
    if rule.content.kind is Subject.MARKET:
        shortest = min(rule.content.timeframes or {PRICE_TIMEFRAME}, key=length_of)
        moments = closes_between(rule.since, rule.until, shortest)
        values = _market(store, rule)
        market, name = rule.subject.place, rule.subject.name
        return tried(rule.tried, values, _stamps(moments), lambda: _prices(store, market, name, rule.until))
    refreshes = _read(past, rule, most)
    if not refreshes:
        return tried(rule.tried, AccountValues((), rule.subject), _stamps([]))
    source = _source(store, rule, refreshes)
    moments = [moment.at for moment in refreshes if moment.at >= rule.since]
    symbol = market_of_subject(rule.subject, refreshes[-1])
    if symbol is None:
        return tried(rule.tried, source, _stamps(moments))
    venue = refreshes[-1].snapshot.account.venue
    return tried(rule.tried, source, _stamps(moments), lambda: _prices(store, venue, symbol, rule.until))


def explained_at(past: Past, rule: PastRule) -> tuple[Explained, tuple[Explained, ...]]:
    """The tree of a rule at `until`, and the comparisons that keep it from holding, the nearest first.

    It reads the refreshes that the live evaluation of that moment reads.
    """
    store, content = MarketStore(past.columns), rule.content
    if content.kind is Subject.MARKET:
        return why_not(rule.tried, _market(store, rule), rule.until)
    assert rule.account is not None
    refreshes = refreshes_read(partial(past.refreshes_before, rule.account.id), rule.until, [content])
    moments = past.moments(rule.account, refreshes, needs_of([content]))
    source: Source = AccountValues((), rule.subject)
    if moments:
        source = source_of(rule.subject, content, moments, store)
    return why_not(rule.tried, source, rule.until)


def messages_of(
    firings: Iterable[datetime], wait: timedelta, per_hour: int, info_every: timedelta = timedelta(0)
) -> int:
    """How many messages would tell of these moments, after grouping and the cap of an hour.

    `info_every` is for a rule of severity info: what follows a message is collected for so long, and sent as one.
    """
    sent: list[datetime] = []
    for at in sorted(firings):
        if sent and at - sent[-1] < wait:
            continue
        due = max(at, sent[-1] + info_every) if sent else at
        if sum(1 for earlier in sent if due - earlier < timedelta(hours=1)) < per_hour:
            sent.append(due)
    return len(sent)


def _market(store: MarketStore, rule: PastRule) -> MarketValues:
    content, subject = rule.content, rule.subject
    return store.values(
        subject.place, subject.name, content.timeframes, rule.until, with_prices=not content.is_of_candles
    )


def _prices(store: MarketStore, venue: str, symbol: str, until: datetime) -> StepSeries:
    """The prices that moves are measured by: closes of quarters, and before the first of them those of hours.

    Hours are kept for longer. `price` in a rule never reads them.
    """
    quarters = store.values(venue, symbol, (), until, with_prices=True).prices
    runs = store.values(venue, symbol, (_HOUR,), until).runs[_HOUR]
    first = quarters.times[0] if len(quarters.times) else np.iinfo(np.int64).max
    times = np.concatenate([*(run.closed_at for run in runs), np.empty(0, dtype=np.int64)])
    closes = np.concatenate([*(run.close for run in runs), np.empty(0)])
    before = times < first
    stands_for = no_data_after(_HOUR) // timedelta(microseconds=1) if before.any() else quarters.stands_for
    return StepSeries(
        np.concatenate([times[before], quarters.times]), np.concatenate([closes[before], quarters.values]), stands_for
    )


def _read(past: Past, rule: PastRule, most: int) -> Sequence[AccountMoment]:
    assert rule.account is not None
    content = rule.content
    begin = rule.since - max(content.spans, default=timedelta(0))
    refreshes = past.refreshes(rule.account.id, begin, rule.until, most)
    return past.moments(rule.account, refreshes, needs_of([content]))


def _source(store: MarketStore, rule: PastRule, refreshes: Sequence[AccountMoment]) -> Source:
    gaps = [after.at - earlier.at for earlier, after in pairwise(refreshes)]
    # Refreshes were left out between those that were read, so each stands until about the next.
    typical = sorted(gaps)[len(gaps) // 2] * 2 if gaps else timedelta(0)
    return source_of(rule.subject, rule.content, refreshes, store, typical)


def _stamps(moments: Sequence[datetime]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([microseconds_of(moment) for moment in moments], dtype=np.int64)
