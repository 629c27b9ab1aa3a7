"""The evaluator: evaluates all rules over the database, and writes what changed. It keeps no state that counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from analysis.live import Evaluated
from analysis.market_store import MarketStore
from analysis.rules.errors import RuleError
from analysis.rules.parsed import ParsedRule, parsed_rule
from db.reads.alerts import read_alerts, read_channels
from db.reads.candles import read_candle_columns
from db.reads.rules import read_rules
from db.writes.alerts import AlertWrite, write_alert, write_evaluated
from db.writes.rules import put_off, put_on
from domain.alert_states import AlertState, Event
from domain.alerts import Alert, AlertEventKind, ChannelState, SubjectKey
from domain.candles import CandleColumns
from domain.rules import Rule
from logs.lines import log
from refresher.alerts.account_rules import AccountRules
from refresher.alerts.market_rules import MarketRules
from refresher.alerts.outcome import Result
from refresher.process.database_watch import AWAY

PUT_OFF = timedelta(hours=1)
# The moment of an unchanged alert is noted this often, so that a quiet alert costs no row at each refresh.
NOTE_EVERY = timedelta(minutes=5)


@dataclass(slots=True)
class Evaluator:
    """Evaluates rules. `wait` groups messages: an event's message is due that long after it."""

    writer: Engine
    wait: timedelta = timedelta(seconds=15)
    _accounts: AccountRules = field(init=False)
    _markets: MarketRules = field(init=False)

    def __post_init__(self) -> None:
        store = MarketStore(self._read_columns)
        self._accounts = AccountRules(self.writer, store)
        self._markets = MarketRules(self.writer, store)

    def run(self, account_ids: Collection[int], now: datetime) -> int:
        """Evaluate what is new for these accounts and their markets. Returns the number of events."""
        with self.writer.connect() as connection:
            rules = [rule for rule in read_rules(connection) if rule.definition.is_enabled]
            channels = read_channels(connection) if rules else ()
            alerts = {(alert.rule_id, alert.subject): alert for alert in read_alerts(connection)} if rules else {}
        parsed = list(self._parsed(rules, now))
        try:
            results = [
                *self._accounts.results(parsed, alerts, account_ids),
                *self._markets.results(parsed, alerts, account_ids, now),
            ]
            return self._write(results, alerts, channels, now)
        except BaseException:
            self._accounts.forget()
            self._markets.forget()
            raise

    def _parsed(self, rules: Iterable[Rule], now: datetime) -> Iterable[tuple[Rule, ParsedRule]]:
        for rule in rules:
            if rule.is_put_off(now):
                continue
            try:
                yield rule, parsed_rule(rule.definition.text, rule.definition.resolves)
            except RuleError as error:
                self._put_off(rule, str(error), now)

    def _write(
        self,
        results: Sequence[Result],
        alerts: Mapping[tuple[int, SubjectKey], Alert],
        channels: Sequence[ChannelState],
        now: datetime,
    ) -> int:
        """Write the changes of each rule. One that raised is put off, and stops no other."""
        events, quiet = 0, list[tuple[int, datetime]]()
        fine = set[int]()
        for result in results:
            alert = alerts.get((result.rule.id, result.subject)) if result.subject is not None else None
            try:
                changes = result.changes()
                if result.subject is not None:
                    events += self._write_changes(result, alert, changes, channels, now)
            except AWAY:
                raise
            except Exception as error:
                self._put_off(result.rule, f"{type(error).__name__}: {error}", now)
                continue
            fine.add(result.rule.id)
            if alert is not None:
                noted = changes[-1].at if changes else alert.evaluated_at
                if result.at - noted >= NOTE_EVERY:
                    quiet.append((alert.id, result.at))
        if quiet:
            write_evaluated(self.writer, quiet)
        put_on(self.writer, {result.rule.id for result in results if result.rule.error} & fine)
        return events

    def _write_changes(
        self,
        result: Result,
        alert: Alert | None,
        changes: Sequence[Evaluated],
        channels: Sequence[ChannelState],
        now: datetime,
    ) -> int:
        """Write the steps of one alert in order. The first that another refresher made before ends them."""
        assert result.subject is not None
        version = None if alert is None else alert.row_version
        events = 0
        if alert is None and not changes and result.account_id is None:  # so that an outage is caught up from here
            changes = [Evaluated(result.at, AlertState(), None, {}, None)]
        for change in changes:
            event = None if change.event is None else _KINDS[change.event]
            names = channels_of(result.rule, channels) if event is not None else ()
            written = write_alert(
                self.writer,
                AlertWrite(
                    result.rule, result.subject, result.account_id, version, change.after, change.at,
                    change.explanation, change.reason, event, names, now + self.wait,
                ),
            )  # fmt: skip
            if not written:  # evaluated again from the state that the other refresher wrote
                self._accounts.forget()
                self._markets.forget()
                break
            version = 1 if version is None else version + 1
            if event is not None:
                events += 1
                log().info("alert", rule=result.rule.name, subject=result.subject.label, state=event.value)
        return events

    def _put_off(self, rule: Rule, error: str, now: datetime) -> None:
        log().warning("rule put off for an hour", rule=rule.name, error=error[:300])
        put_off(self.writer, rule.id, error[:500], now + PUT_OFF)

    def _read_columns(
        self, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
    ) -> Mapping[str, CandleColumns]:
        with self.writer.connect() as connection:
            return read_candle_columns(connection, venue, symbols, timeframe, since, as_of)


_KINDS = {Event.FIRED: AlertEventKind.FIRED, Event.RESOLVED: AlertEventKind.RESOLVED}


def channels_of(rule: Rule, channels: Sequence[ChannelState]) -> tuple[str, ...]:
    """The channels of a rule: those of its owner that take its severity."""
    definition = rule.definition
    return tuple(
        channel.name
        for channel in channels
        if channel.owner == rule.owner
        and (not definition.channels or channel.name in definition.channels)
        and definition.severity.reaches(channel.least_severity)
    )
