"""Rules about markets: evaluated at each close of their shortest candles, or at each refresh if they ask the price."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from itertools import groupby

from sqlalchemy import Engine

from analysis.live import Evaluated, evaluated, without_news
from analysis.many_subjects import evaluated_together
from analysis.market_store import PRICE_TIMEFRAME, MarketStore, with_price
from analysis.markets import MarketValues
from analysis.rules.parsed import ParsedRule
from db.reads.rule_facts import read_visible_accounts
from db.reads.watchlist import read_watched_markets
from domain.alert_states import AlertState, Health
from domain.alerts import Standing, SubjectKey
from domain.rule_terms import Subject
from domain.rules import Rule
from refresher.alerts.due_closes import Closes, due_closes
from refresher.alerts.outcome import Result
from refresher.alerts.venues import VenueFacts, left_markets, markets_of, read_venues


@dataclass(frozen=True, slots=True)
class Due:
    """A rule that is due for a market, with its alert so far, and the moments that were not evaluated yet."""

    rule: Rule
    content: ParsedRule
    subject: SubjectKey
    alert: Standing | None
    closes: Closes
    now: datetime

    @property
    def moments(self) -> Sequence[datetime]:
        return self.closes.moments

    @property
    def read_until(self) -> datetime:
        """The moment until which candles are read."""
        return self.moments[-1] if self.moments else self.now

    @property
    def evaluated_until(self) -> datetime:
        """The newest moment that is evaluated with it. Without news nothing is."""
        return self.moments[-1] if self.moments else self.closes.after

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
                if (item := self._due(rule, content, subject, alerts.get((rule.id, subject)), venue, now)) is not None
            ]
            self._prepare(venue, due)
            for item, changes in self._changes_of(due, venue):
                yield Result(item.rule, item.subject, None, item.evaluated_until, changes, item.content.late_after)
                self._evaluated[item.rule.id, item.rule.version, item.subject] = item.evaluated_until
        for result in left:
            yield result
            self._evaluated[result.rule.id, result.rule.version, result.subject] = result.at

    def _changes_of(
        self, due: Sequence[Due], venue: VenueFacts
    ) -> Iterator[tuple[Due, Callable[[], Sequence[Evaluated]]]]:
        """The changes of each market, computed when they are asked for: those of one close of a rule together."""
        values = cache(self.store.values)  # rules share the values of a market
        for _, group in groupby(due, key=lambda item: item.rule.id):
            items = list(group)
            together = [item for item in items if item.is_one_close]
            compute = cache(partial(_together, together, values))
            yield from ((item, partial(_nth, compute, number)) for number, item in enumerate(together))
            yield from ((item, partial(self._changes, item, venue)) for item in items if not item.is_one_close)

    def _prepare(self, venue: VenueFacts, due: Sequence[Due]) -> None:
        """Read what closed of all markets at once."""
        self.store.note_ranges(venue.name, venue.ranges)
        symbols: dict[tuple[datetime, str], set[str]] = defaultdict(set)
        for item in due:
            for timeframe in item.timeframes:
                symbols[item.read_until, timeframe].add(item.subject.name)
        for (as_of, timeframe), of_moment in symbols.items():
            self.store.prepare(venue.name, of_moment, (timeframe,), as_of)

    def _changes(self, due: Due, venue: VenueFacts) -> Sequence[Evaluated]:
        content, symbol = due.content, due.subject.name
        asks_price = not content.is_of_candles
        values = self.store.values(venue.name, symbol, content.timeframes, due.read_until, with_prices=asks_price)
        if not due.moments:
            change = without_news(content, values, due.now, due.before)
            return () if change is None else (change,)
        price, confirmed_at = venue.prices.get(symbol), venue.confirmed.get(symbol)
        if asks_price and price is not None and price.best is not None and confirmed_at is not None:
            values = with_price(values, min(confirmed_at, venue.newest), float(price.best))
        return list(evaluated(content, values, due.moments, due.before, due.rule.definition.timing))

    def _due(
        self,
        rule: Rule,
        content: ParsedRule,
        subject: SubjectKey,
        alert: Standing | None,
        venue: VenueFacts,
        now: datetime,
    ) -> Due | None:
        """A rule for a market with the moments that were not evaluated yet. None if there is nothing to do."""
        last = None if alert is None else alert.evaluated_at
        remembered = self._evaluated.get((rule.id, rule.version, subject))
        if remembered is not None and (last is None or remembered > last):  # another refresher may be further
            last = remembered
        if content.is_of_candles:
            closes = due_closes(content.timeframes, subject.name, venue.ranges, last, now)
            if not closes.moments and (not closes.is_silent or is_noted_silent(alert)):
                return None
        elif last is not None and last >= venue.newest:
            return None
        else:
            closes = Closes(venue.newest, (venue.newest,))
        return Due(rule, content, subject, alert, closes, now)


def is_noted_silent(alert: Standing | None) -> bool:
    """True if an alert says already that it has no data."""
    return alert is not None and alert.state.health is Health.NO_DATA


def _together(due: Sequence[Due], values: Callable[..., MarketValues]) -> Sequence[Sequence[Evaluated]]:
    """The changes of one rule for many markets."""
    content, timing = due[0].content, due[0].rule.definition.timing
    markets = [values(item.subject.place, item.subject.name, content.timeframes, item.moments[0]) for item in due]
    moments, states = [item.moments[0] for item in due], [item.before for item in due]
    return list(evaluated_together(content, markets, moments, states, timing))


def _nth(compute: Callable[[], Sequence[Sequence[Evaluated]]], number: int) -> Sequence[Evaluated]:
    return compute()[number]
