"""The demo's alerts: watched markets, rules with their past of 90 days, one that fires, and one that is muted."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from analysis.live import evaluated
from analysis.market_store import MarketStore, closes_between
from analysis.rules.parsed import parsed_rule
from db.reads.rule_past import RulePast
from db.reads.rules import read_rules
from db.stopping import Stop
from db.writes.alerts import AlertWrite, write_alert, write_mute
from db.writes.demo import AUTHOR
from db.writes.rules import write_rule
from db.writes.watchlist import write_watched_market
from domain.alert_states import AlertState
from domain.alerts import MuteScope, SubjectKey
from domain.history import TimeRange
from domain.rule_terms import Subject
from domain.rules import HELD, Rule, RuleDefinition, RuleOrigin, Severity
from domain.snapshot import Account
from exchanges.contracts import AccountReader
from refresher.alerts.evaluator import EVENT_KINDS, Evaluator
from refresher.candles.keeper import CandleKeeper

MARKET, TIMEFRAME = "BTC/USD", "1h"
WATCHED = ("BTC/EUR", "LINK/USD")
MUTED, MUTED_FOR = "CRO", timedelta(days=7)


def demo_rules(account: str) -> tuple[RuleDefinition, ...]:
    """The rules: one about a market with a past, and one that fires now for some coins of the account."""
    return (
        RuleDefinition(
            "BTC oversold", f'rsi(14, "{TIMEFRAME}") < 30', (MARKET,), (account,),
            resolves=f'rsi(14, "{TIMEFRAME}") > 40', severity=Severity.INFO,
        ),
        RuleDefinition("Coin without a stop", "covered <= 0 % and value > 5000", (HELD,), (account,)),
    )  # fmt: skip


def write_demo_alerts(writer: Engine, account: Account, reader: AccountReader, span: TimeRange, stop: Stop) -> None:
    """Write the rules and watched markets, the past of the market rule, and what fires at the end of the span."""
    for symbol in WATCHED:
        write_watched_market(writer, None, account.venue, symbol, AUTHOR)
    of_viewer = _rules(writer)
    for definition in demo_rules(account.name):
        if definition.name not in of_viewer:
            write_rule(writer, None, definition, RuleOrigin.APP, AUTHOR)
    write_mute(writer, None, MuteScope.SYMBOL, MUTED, datetime.now(UTC) + MUTED_FOR, AUTHOR)
    _keep_candles(writer, account, reader, span, stop)
    rule = _rules(writer)[demo_rules(account.name)[0].name]
    if rule.changed_by == AUTHOR:
        _write_past(writer, rule, SubjectKey(Subject.MARKET, account.venue, MARKET), span)
    Evaluator(writer).run([account.id], span.until)


def _rules(writer: Engine) -> Mapping[str, Rule]:
    with writer.connect() as connection:
        return {rule.name: rule for rule in read_rules(connection) if rule.owner is None}


def _keep_candles(writer: Engine, account: Account, reader: AccountReader, span: TimeRange, stop: Stop) -> None:
    """Store the candles of the rule's market, before anything else asks for them."""
    spans = {TIMEFRAME: span.until - span.since}
    keeper = CandleKeeper(account.venue, reader, writer, spans, now=lambda: span.until)
    keeper.keep([MARKET], lambda: not stop.requested)


def _write_past(writer: Engine, rule: Rule, subject: SubjectKey, span: TimeRange) -> None:
    """Write each change of the rule's alert, by the evaluation of live alerts. Nobody was told of it."""
    content = parsed_rule(rule.definition.text, rule.definition.resolves)
    with writer.connect() as connection:
        store = MarketStore(RulePast(connection).columns)
        values = store.values(subject.place, subject.name, content.timeframes, span.until)
    moments = closes_between(span.since, span.until, TIMEFRAME)
    version = None
    for change in evaluated(content, values, moments, AlertState(), rule.definition.timing):
        event = None if change.event is None else EVENT_KINDS[change.event]
        written = AlertWrite(
            rule, subject, None, version, change.after, change.at, change.explanation, change.reason, event
        )
        write_alert(writer, written)
        version = 1 if version is None else version + 1
