"""Rules about markets: evaluated at each close of their shortest candles, or at each refresh if they ask the price."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from itertools import groupby

from sqlalchemy import Engine

from analysis.live import Evaluated, evaluated
from analysis.many_markets import evaluated_together
from analysis.market_store import BASES, PRICE_TIMEFRAME, MarketStore, closes_between, with_price
from analysis.markets import MarketValues
from analysis.rules.parsed import ParsedRule
from db.reads.rule_facts import read_visible_accounts
from db.reads.watchlist import read_watched_markets
from domain.alert_states import AlertState
from domain.alerts import Standing, SubjectKey
from domain.rule_terms import Subject
from domain.rules import Rule
from domain.timeframes import length_of, no_data_after
from refresher.alerts.outcome import Result
from refresher.alerts.venues import Ranges, Venue, left_markets, markets_of, read_venues

# After a longer outage older closes are left out: nobody needs an alert about them.
LONGEST_CATCH_UP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A rule that is due for a market at some moments, with its alert so far."""

    rule: Rule
    content: ParsedRule
    subject: SubjectKey
    alert: Standing | None
    moments: Sequence[datetime]

    @property
    def timeframes(self) -> Collection[str]:
        """The timeframes of the candles to read."""
        content = self.content
        return content.timeframes if content.is_of_candles else content.timeframes | {PRICE_TIMEFRAME}

    @property
    def is_one_close(self) -> bool:
        """True if it is due for the close of one candle, as nearly always."""
        return self.content.is_of_candles and len(self.moments) == 1

    @property
    def before(self) -> AlertState:
        """The state so far."""
        return AlertState() if self.alert is None else self.alert.state


@dataclass(slots=True)
class MarketRules:
    """Evaluates the rules of markets."""

    writer: Engine
    store: MarketStore
    _evaluated: dict[tuple[int, int, SubjectKey], datetime] = field(default_factory=dict)

    def forget(self) -> None:
        """Evaluate again from the moments that are noted in the database, because something was not written."""
        self._evaluated.clear()

    def results(
        self,
        parsed: Sequence[tuple[Rule, ParsedRule]],
        alerts: Mapping[tuple[int, SubjectKey], Standing],
        account_ids: Collection[int],
        now: datetime,
    ) -> Iterator[Result]:
        """The results for all markets of the venues of these accounts."""
        rules = [(rule, content) for rule, content in parsed if content.kind is Subject.MARKET]
        if not rules:
            return
        with self.writer.connect() as connection:
            visible = read_visible_accounts(connection)
            watched = read_watched_markets(connection)
            venues = list(read_venues(connection, account_ids))
            left = [
                result
                for venue in venues
                for result in left_markets(connection, [rule for rule, _ in rules], alerts, venue, visible, watched)
            ]
        for venue in venues:
            due = [
                item
                for rule, content in rules
                for subject in markets_of(rule, venue, visible, watched)
                if (item := self._due(rule, content, subject, alerts.get((rule.id, subject)), venue, now)).moments
            ]
            self._prepare(venue, due)
            for item, changes in self._changes_of(due, venue):
                yield Result(item.rule, item.subject, None, item.moments[-1], changes)
                self._evaluated[item.rule.id, item.rule.version, item.subject] = item.moments[-1]
        for result in left:
            yield result
            self._evaluated[result.rule.id, result.rule.version, result.subject] = result.at

    def _changes_of(self, due: Sequence[Due], venue: Venue) -> Iterator[tuple[Due, Callable[[], Sequence[Evaluated]]]]:
        """The changes of each market, computed when they are asked for: those of one close of a rule together."""
        values = cache(self.store.values)  # rules share the values of a market
        for _, group in groupby(due, key=lambda item: item.rule.id):
            items = list(group)
            together = [item for item in items if item.is_one_close]
            compute = cache(partial(_together, together, values))
            yield from ((item, partial(_nth, compute, number)) for number, item in enumerate(together))
            yield from ((item, partial(self._changes, item, venue)) for item in items if not item.is_one_close)

    def _prepare(self, venue: Venue, due: Sequence[Due]) -> None:
        """Read what closed of all markets at once."""
        self.store.note_ranges(venue.name, venue.ranges)
        symbols: dict[tuple[datetime, str], set[str]] = defaultdict(set)
        for item in due:
            for timeframe in item.timeframes:
                symbols[item.moments[-1], timeframe].add(item.subject.name)
        for (as_of, timeframe), of_moment in symbols.items():
            self.store.prepare(venue.name, of_moment, (timeframe,), as_of)

    def _changes(self, due: Due, venue: Venue) -> Sequence[Evaluated]:
        content, symbol = due.content, due.subject.name
        asks_price = not content.is_of_candles
        values = self.store.values(venue.name, symbol, content.timeframes, due.moments[-1], with_prices=asks_price)
        price, confirmed_at = venue.prices.get(symbol), venue.confirmed.get(symbol)
        if asks_price and price is not None and price.best is not None and confirmed_at is not None:
            values = with_price(values, min(confirmed_at, venue.newest), float(price.best))
        return list(evaluated(content, values, due.moments, due.before, due.rule.definition.timing))

    def _due(
        self, rule: Rule, content: ParsedRule, subject: SubjectKey, alert: Standing | None, venue: Venue, now: datetime
    ) -> Due:
        """A rule for a market with the moments that were not evaluated yet."""
        noted = None if alert is None else alert.evaluated_at
        last = self._evaluated.get((rule.id, rule.version, subject), noted)
        if content.is_of_candles:
            moments = due_closes(content, subject.name, venue.ranges, last, now)
        else:
            moments = () if last is not None and last >= venue.newest else (venue.newest,)
        return Due(rule, content, subject, alert, moments)


def _together(due: Sequence[Due], values: Callable[..., MarketValues]) -> Sequence[Sequence[Evaluated]]:
    """The changes of one rule for many markets."""
    content, timing = due[0].content, due[0].rule.definition.timing
    markets = [values(item.subject.place, item.subject.name, content.timeframes, item.moments[0]) for item in due]
    moments, states = [item.moments[0] for item in due], [item.before for item in due]
    return list(evaluated_together(content, markets, moments, states, timing))


def _nth(compute: Callable[[], Sequence[Sequence[Evaluated]]], number: int) -> Sequence[Evaluated]:
    return compute()[number]


def due_closes(
    content: ParsedRule, symbol: str, ranges: Ranges, last: datetime | None, now: datetime
) -> Sequence[datetime]:
    """Closes after `last` at which every candle of the rule is stored. Without news for too long it is now.

    At noon a candle of 15 minutes and one of an hour close. The rule waits for both, as a trial on the past reads both.
    """
    stored = [(name, ranges.get((symbol, BASES.get(name, name)))) for name in content.timeframes]
    untils = frozenset((name, item.until) for name, item in stored if item is not None)
    if len(untils) < len(stored):
        return (now,) if last is None else ()
    return _due_closes(untils, last, now)


@lru_cache(maxsize=1000)  # thousands of markets have the same candles
def _due_closes(untils: frozenset[tuple[str, datetime]], last: datetime | None, now: datetime) -> tuple[datetime, ...]:
    """The closes by the timeframes of a rule, each with the end of its stored candles."""
    shortest, personal = min(untils, key=lambda item: length_of(item[0]))
    bases = [(length_of(BASES.get(name, name)), until) for name, until in untils]
    complete = min(until + length for length, until in bases) - timedelta(microseconds=1)
    until = min(complete, personal)
    begin = until - length_of(shortest) if last is None else max(last, until - LONGEST_CATCH_UP)
    closes = closes_between(begin, until, shortest)
    if not closes and now - until > no_data_after(shortest) and (last is None or now - last > length_of(shortest)):
        return (now,)
    return tuple(closes)
