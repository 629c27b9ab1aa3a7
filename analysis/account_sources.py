"""The source of values of one subject of an account, from its refreshes and the candles of its market."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from analysis.account_values import AccountValues, standing_time
from analysis.market_store import MarketStore
from analysis.rules.parsed import ParsedRule
from domain.account_moment import AccountMoment, Needs
from domain.alerts import SubjectKey
from domain.rule_subjects import market_of_subject


def source_of(
    subject: SubjectKey,
    content: ParsedRule,
    moments: Sequence[AccountMoment],
    store: MarketStore,
    stands_for: timedelta = timedelta(0),
) -> AccountValues:
    """The values of a subject at these refreshes, with the candles of its market.

    `stands_for` is how long a refresh stands at least, for refreshes that are far apart.
    """
    newest = moments[-1]
    symbol = market_of_subject(subject, newest)
    market = None
    if symbol is not None and content.timeframes:
        market = store.values(newest.snapshot.account.venue, symbol, content.timeframes, newest.at)
    return AccountValues(moments, subject, market, max(standing_time(moments), stands_for), symbol)


def needs_of(contents: Iterable[ParsedRule]) -> Needs:
    """All that these rules read besides snapshots."""
    rules = list(contents)
    texts = {term for content in rules for term in content.term_names}
    return Needs(
        events=max((content.event_span for content in rules), default=timedelta(0)),
        drawdowns=frozenset(span for content in rules for span in content.drawdown_spans),
        costs=bool(texts & {"unrealised", "unrealised_share"}),
    )


def refreshes_read(
    before: Callable[[datetime, int], Sequence[datetime]], at: datetime, contents: Sequence[ParsedRule]
) -> list[datetime]:
    """All refreshes that these rules read at a moment. `before` gives the newest ones at or before a moment."""
    newest = before(at, 1 + max(content.steps for content in contents))
    spans = {span for content in contents for span in content.spans}
    return [*newest, *(moment for step in newest for span in spans for moment in before(step - span, 1))]
