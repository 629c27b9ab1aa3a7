"""Signals and alerts of one market: marks and levels for its candles, and the state of each preset."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from analysis.rules.errors import RuleError
from analysis.rules.levels import levels_in
from analysis.rules.parsed import parsed_rule
from analysis.watchlist import SignalState
from domain.alerts import AlertEvent, AlertEventKind
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, Rule
from pages.components.chart.model import Ink, Level, Mark, milliseconds
from pages.shared.alerts import end_of_second, load_events
from pages.shared.formats import price_text

NEWEST_EVENTS = 500
Fired = tuple[datetime, SignalState, float]


def load_market_events(venue: str, symbol: str, as_of: datetime) -> tuple[AlertEvent, ...]:
    """The newest events of alerts about one market until a moment. Raises DatabaseUnavailable."""
    subject = (Subject.MARKET, venue, symbol)
    events = load_events(end_of_second(as_of), NEWEST_EVENTS)
    return tuple(e for e in events if (e.subject.kind, e.subject.place, e.subject.name) == subject)


def alert_levels(rules: Iterable[Rule], symbol: str) -> list[Level]:
    """The prices that rules about this market wait for."""
    return [
        Level(float(price), f"{rule.name}: {operator} {price_text(price)}", Ink.MARK, True, "alert", price_text(price))
        for rule in rules
        if rule.definition.is_enabled and {symbol, HELD, WATCHED, EVERY} & set(rule.definition.subjects)
        for price, operator in _levels(rule)
    ]


def _levels(rule: Rule) -> Sequence[tuple[Decimal, str]]:
    try:
        parsed = parsed_rule(rule.definition.text, rule.definition.resolves)
    except RuleError:
        return ()
    return levels_in(parsed.holds) if parsed.kind is Subject.MARKET else ()


def signal_marks(fired: Iterable[Fired], preset: str) -> list[Mark]:
    """A triangle where the preset began to say buy or sell. It closes with the candle that it rests on."""
    marks = []
    for at, state, close in fired:
        is_buy = state is SignalState.BUY
        text = f"Signal to {state}, {preset.replace('-', ' ')}, at {price_text(close)}"
        marks.append(Mark(milliseconds(at) - 1, close, is_buy, text, Ink.GAIN if is_buy else Ink.LOSS))
    return marks


def alert_marks(events: Iterable[AlertEvent], closes: Sequence[tuple[datetime, float]]) -> list[Mark]:
    """A triangle where an alert about this market fired, at the close of then. `closes` are oldest first."""
    marks = []
    for event in events:
        close = next((value for at, value in reversed(closes) if at <= event.at), None)
        if event.event is AlertEventKind.FIRED and close is not None:
            marks.append(Mark(milliseconds(event.at), close, True, f"Alert: {event.rule}"))
    return marks
