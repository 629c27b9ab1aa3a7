"""The evaluator: evaluates all rules over the database, and writes what changed. It keeps no state that counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from analysis.live import Evaluated
from analysis.market_store import MarketStore
from analysis.rules.errors import RuleError
from analysis.rules.parsed import ParsedRule, parsed_rule
from db.reads.alerts import read_channels, read_standings
from db.reads.candles import read_candle_columns
from db.reads.rules import read_rules
from db.writes.alerts import AlertWrite, write_alerts, write_evaluated
from db.writes.rules import put_off, put_on
from domain.alert_states import AlertState, Event
from domain.alerts import AlertEventKind, ChannelState, Standing, SubjectKey
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
MOST_AT_ONCE = 1000


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
            # A change of a rule resets its alerts. Alerts from before it are refused when they are written.
            alerts = {(alert.rule_id, alert.subject): alert for alert in read_standings(connection)}
            rules = [rule for rule in read_rules(connection) if rule.definition.is_enabled]
            channels = read_channels(connection) if rules else ()
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
        alerts: Mapping[tuple[int, SubjectKey], Standing],
        channels: Sequence[ChannelState],
        now: datetime,
    ) -> int:
        """Write the changes of each rule, and put rules on again that raised before."""
        due, quiet = list[_Steps](), list[tuple[int, int, datetime]]()
        evaluated, broken = self._evaluated(results, now)
        for result, changes in evaluated:
            alert = alerts.get((result.rule.id, result.subject))
            if changes:
                due.append(_Steps(result, None if alert is None else alert.row_version, changes))
            elif alert is None and result.account_id is None:  # so that an outage is caught up from here
                due.append(_Steps(result, None, [Evaluated(result.at, AlertState(), None, {}, None)]))
            if alert is not None:
                noted = changes[-1].at if changes else alert.evaluated_at
                if noted is None or result.at - noted >= NOTE_EVERY:
                    quiet.append((alert.id, alert.row_version + len(changes), result.at))
        events = self._write_steps(due, channels, now)
        if quiet:
            write_evaluated(self.writer, quiet)
        put_on(self.writer, {result.rule.id for result, _ in evaluated if result.rule.error} - broken)
        return events

    def _evaluated(
        self, results: Iterable[Result], now: datetime
    ) -> tuple[list[tuple[Result, Sequence[Evaluated]]], set[int]]:
        """The changes of each result, and the ids of rules that raised. Such a rule is put off, and stops no other."""
        evaluated, broken = list[tuple[Result, Sequence[Evaluated]]](), set[int]()
        for result in results:
            if result.rule.id in broken:
                continue
            try:
                evaluated.append((result, result.changes()))
            except AWAY:
                raise
            except Exception as error:
                self._put_off(result.rule, f"{type(error).__name__}: {error}", now)
                broken.add(result.rule.id)
        return evaluated, broken

    def _write_steps(self, due: Sequence["_Steps"], channels: Sequence[ChannelState], now: datetime) -> int:
        """Write the steps of alerts in order. The first that another refresher made before ends those of its alert."""
        events, number = 0, 0
        while due:
            writes = [steps.write(number, channels, now, self.wait) for steps in due]
            parts = (writes[first : first + MOST_AT_ONCE] for first in range(0, len(writes), MOST_AT_ONCE))
            written = [is_written for batch in parts for is_written in self._written(batch, now)]
            for write in (write for write, is_written in zip(writes, written, strict=True) if is_written):
                if write.event is not None:
                    events += 1
                    log().info("alert", rule=write.rule.name, subject=write.subject.label, state=write.event.value)
            if not all(written):  # evaluated again from the state that the other refresher wrote
                self._accounts.forget()
                self._markets.forget()
            number += 1
            due = [
                steps
                for steps, is_written in zip(due, written, strict=True)
                if is_written and number < len(steps.changes)
            ]
        return events

    def _written(self, writes: Sequence[AlertWrite], now: datetime) -> list[bool]:
        """Write together, or one by one if a step cannot be written, so that it stops no other."""
        try:
            return write_alerts(self.writer, writes)
        except AWAY:
            raise
        except Exception as error:
            if len(writes) > 1:
                return [self._written([write], now)[0] for write in writes]
            self._put_off(writes[0].rule, f"{type(error).__name__}: {error}", now)
            return [False]

    def _put_off(self, rule: Rule, error: str, now: datetime) -> None:
        log().warning("rule put off for an hour", rule=rule.name, error=error[:300])
        put_off(self.writer, rule.id, error[:500], now + PUT_OFF)

    def _read_columns(
        self, venue: str, symbols: Collection[str], timeframe: str, since: datetime, as_of: datetime
    ) -> Mapping[str, CandleColumns]:
        with self.writer.connect() as connection:
            return read_candle_columns(connection, venue, symbols, timeframe, since, as_of)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The changes of one alert, oldest first. `row_version` is that of its state before, None for a new alert."""

    result: Result
    row_version: int | None
    changes: Sequence[Evaluated]

    def write(self, number: int, channels: Sequence[ChannelState], now: datetime, wait: timedelta) -> AlertWrite:
        """The change with this number, as it is written after those before it."""
        change, rule = self.changes[number], self.result.rule
        event = None if change.event is None else EVENT_KINDS[change.event]
        version = (self.row_version or 0) + number
        return AlertWrite(
            rule=rule,
            subject=self.result.subject,
            account_id=self.result.account_id,
            row_version=version or None,
            after=change.after,
            at=change.at,
            evaluated_at=min(change.at, self.result.at),
            explanation=change.explanation,
            reason=change.reason,
            event=event,
            channels=channels_of(rule, channels) if event is not None else (),
            due_at=now + wait,
            late_at=now if event is not None and self.result.is_late(change.at, now) else None,
        )


EVENT_KINDS = {Event.FIRED: AlertEventKind.FIRED, Event.RESOLVED: AlertEventKind.RESOLVED}


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
