"""The venues that are evaluated, the markets of a rule at a venue, and alerts of markets that left their rule."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from analysis.live import Evaluated, gone
from db.reads.accounts import read_accounts
from db.reads.candles import read_candle_ranges
from db.reads.confirmed_prices import read_confirmed_at
from db.reads.dealt_markets import read_dealt_symbols, read_held_coins
from db.reads.prices import read_recorded_prices
from db.reads.rule_facts import read_newest_refreshes
from domain.alert_states import State
from domain.alerts import Standing, SubjectKey, WatchedMarket
from domain.candle_ranges import CandleRange
from domain.charted_markets import charted_symbols
from domain.prices import Price
from domain.rule_terms import Subject
from domain.rules import EVERY, HELD, WATCHED, Rule
from domain.snapshot import Account
from refresher.alerts.outcome import Result

Ranges = Mapping[tuple[str, str], CandleRange]
Visible = Mapping[str, frozenset[int]]  # the accounts that each viewer may see


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """The newest facts about one venue that rules about markets rest on."""

    name: str
    accounts: Sequence[Account]
    everyone: Sequence[Account]  # also the accounts of other refreshers
    newest: datetime  # refresh
    dealt: Mapping[int, frozenset[str]]  # by account: symbols ordered or held, and the best market of each coin
    prices: Mapping[str, Price]
    confirmed: Mapping[str, datetime]  # when each price was listed last
    ranges: Ranges


def read_venues(connection: Connection, account_ids: Collection[int]) -> Iterator[VenueFacts]:
    """The venues of these accounts, as far as they have a refresh."""
    newest = read_newest_refreshes(connection, account_ids)
    by_venue: dict[str, list[Account]] = {}
    everywhere = read_accounts(connection)
    for account in everywhere:
        if account.id in newest:
            by_venue.setdefault(account.venue, []).append(account)
    for name, accounts in sorted(by_venue.items()):
        prices = read_recorded_prices(connection, name)
        everyone = [account for account in everywhere if account.venue == name]
        confirmed = read_confirmed_at(connection, read_newest_refreshes(connection, [a.id for a in everyone]))
        yield VenueFacts(
            name,
            accounts,
            [account for account in everyone if account.is_configured or account.id in newest],
            max(newest[account.id] for account in accounts),
            _read_dealt(connection, accounts, prices),
            prices,
            confirmed,
            read_candle_ranges(connection, name),
        )


def _read_dealt(
    connection: Connection, accounts: Iterable[Account], prices: Mapping[str, Price]
) -> Mapping[int, frozenset[str]]:
    return {
        account.id: charted_symbols(
            read_dealt_symbols(connection, [account.id]), read_held_coins(connection, [account.id]), prices
        )
        for account in accounts
    }


def markets_of(
    rule: Rule, venue: VenueFacts, visible: Mapping[str, frozenset[int]], watched: Sequence[WatchedMarket]
) -> list[SubjectKey]:
    """The markets of a rule at a venue, by symbol."""
    definition = rule.definition
    accounts = [
        account
        for account in venue.accounts
        if (rule.owner is None or account.id in visible.get(rule.owner, frozenset()))
        and (not definition.accounts or account.name in definition.accounts)
    ]
    if definition.accounts and not accounts:
        return []
    symbols = set(definition.subjects) - {HELD, WATCHED, EVERY}
    symbols &= {symbol for symbol, _ in venue.ranges} | set(venue.prices)
    if {HELD, EVERY} & set(definition.subjects):
        symbols.update(symbol for account in accounts for symbol in venue.dealt[account.id])
    if {WATCHED, EVERY} & set(definition.subjects):
        symbols.update(item.symbol for item in watched if item.owner == rule.owner and item.venue == venue.name)
    return [SubjectKey(Subject.MARKET, venue.name, symbol) for symbol in sorted(symbols)]


def left_markets(
    connection: Connection,
    rules: Iterable[Rule],
    alerts: Mapping[tuple[int, SubjectKey], Standing],
    venue: VenueFacts,
    visible: Visible,
    watched: Sequence[WatchedMarket],
) -> Iterator[Result]:
    """The ends of alerts whose market left their rule: it was sold, or is watched no more.

    A market that a rule names stays, also while no exchange lists it. One that another refresher serves stays too.
    """
    active = _active(rules, alerts, venue)
    remaining = _without(active, venue, visible, watched)
    if remaining:
        dealt = _read_dealt(connection, venue.everyone, venue.prices)
        remaining = _without(remaining, replace(venue, accounts=venue.everyone, dealt=dealt), visible, watched)
    for rule, alert in remaining:
        at = max(venue.newest, alert.evaluated_at or venue.newest)
        yield Result(rule, alert.subject, None, at, partial(_end, rule, alert, at))


def _active(
    rules: Iterable[Rule], alerts: Mapping[tuple[int, SubjectKey], Standing], venue: VenueFacts
) -> list[tuple[Rule, Standing]]:
    by_id = {rule.id: rule for rule in rules}
    return [
        (by_id[alert.rule_id], alert)
        for alert in alerts.values()
        if alert.rule_id in by_id
        and (alert.subject.kind, alert.subject.place) == (Subject.MARKET, venue.name)
        and alert.state.state is not State.NORMAL
        and alert.subject.name not in by_id[alert.rule_id].definition.subjects
    ]


def _without(
    alerts: Sequence[tuple[Rule, Standing]], venue: VenueFacts, visible: Visible, watched: Sequence[WatchedMarket]
) -> list[tuple[Rule, Standing]]:
    rules = {rule.id: rule for rule, _ in alerts}
    markets = {id_: frozenset(markets_of(rule, venue, visible, watched)) for id_, rule in rules.items()}
    return [(rule, alert) for rule, alert in alerts if alert.subject not in markets[rule.id]]


def _end(rule: Rule, alert: Standing, at: datetime) -> Sequence[Evaluated]:
    change = gone(alert.state, at, rule.definition.timing)
    return [] if change is None else [change]
