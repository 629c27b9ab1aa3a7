"""Sources: the values that a rule reads about one subject, over a span of the stored past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from analysis.account_values import AccountValues, standing_time
from analysis.backtest import TriedRule
from analysis.candle_series import Moments, microseconds
from analysis.market_store import PRICE_TIMEFRAME, MarketStore, closes_between
from analysis.rules.parsed import ParsedRule, parsed_rule
from analysis.rules.values import Source
from analysis.step_series import StepSeries, nothing
from db.reads.candles import read_candles
from db.reads.rule_facts import read_account_moments, read_refreshes_before, read_refreshes_within
from domain.account_moment import AccountMoment, Needs
from domain.alerts import SubjectKey
from domain.rule_subjects import market_of_subject
from domain.rule_terms import Subject
from domain.rules import RuleDefinition
from domain.snapshot import Account
from domain.timeframes import length_of

# Refreshes that a trial of an account rule reads, at even distances.
MOST_REFRESHES = 400


@dataclass(frozen=True, slots=True)
class PastValues:
    """The values of one subject, the moments to evaluate, and the prices of its market."""

    source: Source
    moments: Moments
    prices: StepSeries


def tried_rule(definition: RuleDefinition) -> TriedRule:
    """The rule of a definition, as a trial takes it. Raises RuleError."""
    parsed = parsed_rule(definition.text, definition.resolves)
    return TriedRule(parsed.holds, parsed.resolves, definition.timing)


def read_past_values(
    connection: Connection,
    rule: ParsedRule,
    subject: SubjectKey,
    account: Account | None,
    since: datetime,
    at: datetime,
) -> PastValues:
    """The values of a subject from `since` to a moment. An empty span gives that moment alone."""
    store = MarketStore(
        lambda venue, symbol, timeframe, first, as_of: read_candles(connection, venue, symbol, timeframe, first, as_of)
    )
    if subject.kind is Subject.MARKET:
        return _of_market(store, rule, subject, since, at)
    assert account is not None
    return _of_account(connection, store, rule, subject, account, since, at)


def _of_market(store: MarketStore, rule: ParsedRule, subject: SubjectKey, since: datetime, at: datetime) -> PastValues:
    values = store.values(subject.place, subject.name, rule.timeframes, at)
    shortest = min(rule.timeframes, key=length_of, default=PRICE_TIMEFRAME)
    if not rule.is_of_candles:
        shortest = PRICE_TIMEFRAME
    closes = closes_between(since, at, shortest) or [at]
    return PastValues(values, _stamps(closes), values.prices)


def _of_account(
    connection: Connection,
    store: MarketStore,
    rule: ParsedRule,
    subject: SubjectKey,
    account: Account,
    since: datetime,
    at: datetime,
) -> PastValues:
    refreshes = read_refreshes_within(connection, account.id, since, at, MOST_REFRESHES)
    newest = read_refreshes_before(connection, account.id, at, 1 + rule.steps)
    earlier = [
        refresh
        for moment in refreshes or newest
        for span in rule.spans
        for refresh in read_refreshes_before(connection, account.id, moment - span, 1)
    ]
    needs = Needs(rule.event_span, rule.drawdown_spans, bool(rule.term_names & {"unrealised", "unrealised_share"}))
    moments = read_account_moments(connection, account, [*refreshes, *newest, *earlier], needs)
    symbol = market_of_subject(subject, moments[-1]) if moments else None
    market = store.values(account.venue, symbol, rule.timeframes, at) if symbol is not None else None
    values = AccountValues(moments, subject, market, _standing(moments, since, at), symbol)
    evaluated = refreshes or newest[-1:] or [at]
    return PastValues(values, _stamps(evaluated), nothing() if market is None else market.prices)


def _standing(moments: Sequence[AccountMoment], since: datetime, at: datetime) -> timedelta:
    """A refresh stands until the next that was read: a trial reads fewer than there were."""
    return max(standing_time(moments), 2 * (at - since) / MOST_REFRESHES) if moments else timedelta(0)


def _stamps(moments: Sequence[datetime]) -> Moments:
    return np.array([microseconds(moment) for moment in moments], dtype=np.int64)
