"""Rules about accounts, holdings, positions, orders and sources: evaluated at each new refresh of an account."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Connection, Engine

from analysis.account_sources import needs_of, refreshes_read, source_of
from analysis.account_values import exists
from analysis.live import Evaluated, evaluated, gone
from analysis.many_subjects import evaluated_together
from analysis.market_store import MarketStore
from analysis.rules.parsed import ParsedRule
from db.reads.accounts import read_accounts
from db.reads.candles import read_candle_ranges
from db.reads.rule_facts import (
    read_account_moments,
    read_newest_refreshes,
    read_refreshes_before,
    read_visible_accounts,
)
from db.reads.watchlist import read_watched_markets
from domain.account_moment import AccountMoment
from domain.alert_states import AlertState
from domain.alert_words import order_facts
from domain.alerts import Standing, SubjectKey
from domain.orders import Order
from domain.rule_subjects import subjects_of_account
from domain.rule_terms import Subject
from domain.rules import Rule
from domain.snapshot import Account
from refresher.alerts.outcome import Result

Parsed = Sequence[tuple[Rule, ParsedRule]]
Alerts = Mapping[tuple[int, SubjectKey], Standing]
States = Mapping[SubjectKey, AlertState]


@dataclass(slots=True)
class AccountRules:
    """Evaluates the rules of accounts. It remembers the refreshes that it has evaluated, so that none is done twice."""

    writer: Engine
    store: MarketStore
    _done: dict[int, datetime] = field(default_factory=dict)

    def forget(self) -> None:
        """Evaluate the newest refreshes once more, because something was not written."""
        self._done.clear()

    def results(self, parsed: Parsed, alerts: Alerts, account_ids: Collection[int]) -> Iterator[Result]:
        """The results at the newest refresh of each of these accounts, if it was not evaluated yet."""
        rules = [(rule, content) for rule, content in parsed if content.kind is not Subject.MARKET]
        if not rules:
            return
        with self.writer.connect() as connection:
            newest = read_newest_refreshes(connection, account_ids)
            due = {id_: at for id_, at in newest.items() if self._done.get(id_) != at}
            accounts = {account.id: account for account in read_accounts(connection)} if due else {}
            visible = read_visible_accounts(connection)
            watched = read_watched_markets(connection)
        for id_, at in due.items():
            visible_rules = [
                (rule, content)
                for rule, content in rules
                if rule.owner is None or id_ in visible.get(rule.owner, frozenset())
            ]
            symbols = {
                rule.owner: [market.symbol for market in watched if market.owner == rule.owner]
                for rule, _ in visible_rules
            }
            yield from self._of_account(accounts[id_], at, visible_rules, alerts, symbols)
            self._done[id_] = at

    def _of_account(
        self, account: Account, at: datetime, rules: Parsed, alerts: Alerts, watched: Mapping[str | None, list[str]]
    ) -> Iterator[Result]:
        if not rules:
            return
        contents = [content for _, content in rules]
        with self.writer.connect() as connection:
            moments = moments_for(connection, account, at, contents)
            if any(content.timeframes for content in contents):
                self.store.note_ranges(account.venue, read_candle_ranges(connection, account.venue))
        for rule, content in rules:
            named = subjects_of_account(
                content.kind, rule.definition, moments[-1], watched[rule.owner], only_ended=content.is_of_events
            )
            subjects = {
                subject: AlertState() if (alert := alerts.get((rule.id, subject))) is None else alert.state
                for subject in sorted({*named, *_active(rule, content.kind, account, alerts)}, key=str)
            }
            compute = cache(partial(self._changes, rule, content, subjects, moments))
            for subject in subjects:
                yield Result(rule, subject, account.id, at, partial(_of_subject, compute, subject))

    def _changes(
        self, rule: Rule, content: ParsedRule, subjects: States, moments: Sequence[AccountMoment]
    ) -> Mapping[SubjectKey, Sequence[Evaluated]]:
        """The changes of all subjects of a rule. Those that are gone end."""
        newest, timing = moments[-1], rule.definition.timing
        existing = {subject: before for subject, before in subjects.items() if exists(subject, newest)}
        sources = [source_of(subject, content, moments, self.store) for subject in existing]
        results: list[Sequence[Evaluated]]
        if content.steps:
            pairs = zip(sources, existing.values(), strict=True)
            results = [list(evaluated(content, source, [newest.at], before, timing)) for source, before in pairs]
        else:
            moment_of_each = [newest.at] * len(sources)
            results = list(evaluated_together(content, sources, moment_of_each, list(existing.values()), timing))
        changes = {
            subject: _with_order(subject, newest, of_subject)
            for subject, of_subject in zip(existing, results, strict=True)
        }
        for subject, before in subjects.items():
            if subject not in existing:
                change = gone(before, newest.at, timing)
                changes[subject] = () if change is None else (change,)
        return changes


def _of_subject(
    compute: Callable[[], Mapping[SubjectKey, Sequence[Evaluated]]], subject: SubjectKey
) -> Sequence[Evaluated]:
    return compute()[subject]


def _with_order(subject: SubjectKey, moment: AccountMoment, changes: Sequence[Evaluated]) -> Sequence[Evaluated]:
    """The changes of an alert, with the facts of the order that it is about."""
    order = _order_of(subject, moment) if changes else None
    if order is None:
        return changes
    facts = {"order": order_facts(order)}
    return [replace(change, explanation={**change.explanation, **facts}) for change in changes]


def _order_of(subject: SubjectKey, moment: AccountMoment) -> Order | None:
    """The order that an alert is about, open or ended."""
    if subject.kind is not Subject.ORDER:
        return None
    end = moment.ends_by_name.get(subject.name)
    return moment.order_named(subject.name) or (None if end is None else end.order)


def moments_for(
    connection: Connection, account: Account, at: datetime, contents: Iterable[ParsedRule]
) -> tuple[AccountMoment, ...]:
    """All refreshes that these rules read at a moment, oldest first."""
    rules_read = list(contents)
    refreshes = refreshes_read(partial(read_refreshes_before, connection, account.id), at, rules_read)
    return read_account_moments(connection, account, refreshes, needs_of(rules_read))


def _active(rule: Rule, kind: Subject, account: Account, alerts: Alerts) -> list[SubjectKey]:
    """The subjects whose alerts are not normal: they end if they are gone."""
    return [
        subject
        for (rule_id, subject), alert in alerts.items()
        if rule_id == rule.id
        and subject.kind is kind
        and subject.place == account.name
        and (alert.state.state.value != "normal")
    ]
