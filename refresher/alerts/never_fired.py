"""Rules that would never have fired: a viewer hears of it when the rule is written."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from analysis.past_trial import PastRule, trial_of
from analysis.rules.parsed import parsed_rule, warning_of
from db.reads.accounts import read_accounts
from db.reads.candles import read_candle_symbols
from db.reads.rule_past import RulePast
from domain.alerts import SubjectKey
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, RuleDefinition

SPAN = timedelta(days=90)
MOST_MARKETS = 20
NEVER = "it would not have fired once in the stored past"


def doubt_about(connection: Connection, definition: RuleDefinition, now: datetime) -> str | None:
    """A line about a rule that contradicts itself or never fired. None if neither is certain. Raises RuleError."""
    content = parsed_rule(definition.text, definition.resolves)
    if (warning := warning_of(content)) is not None:
        return warning
    if content.kind is not Subject.MARKET:
        return None  # an account has too few moments to tell
    past, has_values = RulePast(connection), False
    for venue, symbol in _markets(connection, definition):
        subject = SubjectKey(Subject.MARKET, venue, symbol)
        trial = trial_of(past, PastRule(definition, subject, now - SPAN, now))
        if trial.firings:
            return None
        has_values |= trial.moments > trial.unknown
    return NEVER if has_values else None


def _markets(connection: Connection, definition: RuleDefinition) -> list[tuple[str, str]]:
    """The markets with stored candles that a rule names, or the first of all."""
    venues = sorted({account.venue for account in read_accounts(connection)})
    names = set(definition.subjects) - {HELD, WATCHED, EVERY}
    markets = read_candle_symbols(connection, venues)
    return [market for market in markets if not names or market[1] in names][:MOST_MARKETS]
