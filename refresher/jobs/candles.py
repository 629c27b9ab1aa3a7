"""The candles job: keeps the candles of markets that are held, ordered, watched or named by a rule, by venue."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine

from analysis.market_store import BASES
from analysis.markets import warm_up_of
from analysis.rules.errors import RuleError
from analysis.rules.parsed import ParsedRule, parsed_rule
from db.reads.dealt_markets import read_dealt_symbols, read_held_coins
from db.reads.prices import read_recorded_prices
from db.reads.rules import read_rules
from db.reads.watchlist import read_watched_symbols
from db.stopping import Stop
from domain.charted_markets import charted_symbols
from domain.rule_tree import terms_of
from domain.timeframes import length_of
from refresher.candles.keeper import MOST_REQUESTS, CandleKeeper
from refresher.jobs.recording import JobResult, recorded
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, DatabaseWatch

NAME = "candles"
# The longest mean of the watchlist reads 200 candles. Those of 4h are made of hourly ones.
WARM_UPS: Mapping[str, timedelta] = {
    "15m": timedelta(minutes=15) * 200,
    "1h": timedelta(hours=4) * 200,
    "1d": timedelta(days=200),
}
# The simulated exchange has no limit, and its markets have figures after the first run.
DEMO_REQUESTS = 150
# Shorter candles are kept only while a rule reads them.
SHORT_SPANS: Mapping[str, timedelta] = {"1m": timedelta(days=1), "5m": timedelta(days=7)}


class CandlesJob:
    """One run keeps each venue of the accounts that this process serves. Accounts of a venue share its candles."""

    def __init__(
        self,
        accounts: Sequence[ServedAccount],
        writer: Engine,
        database: DatabaseWatch,
        stop: Stop,
        spans: Mapping[str, timedelta],
    ) -> None:
        self.name = NAME
        self.next_run_at: Callable[[], datetime | None] = lambda: None
        self._accounts = accounts
        self._writer = writer
        self._database = database
        self._stop = stop
        self._spans = spans
        self._keepers: dict[str, CandleKeeper] = {}

    def run(self) -> JobResult | None:
        """Keep the candles of all venues. None if the database does not answer, or if no account is served here."""
        served = sorted(
            (candidate for candidate in self._accounts if candidate.is_ours),
            key=lambda candidate: candidate.account.venue,
        )
        if not served:
            return None
        try:
            return recorded(self._writer, self.name, self.next_run_at, lambda: self._keep(served))
        except AWAY as error:
            self._database.lost(error)
            return None

    def _keep(self, served: Sequence[ServedAccount]) -> JobResult:
        requests, shares, ended = 0, [], 0
        for venue, group in groupby(served, key=lambda one: one.account.venue):
            accounts = list(group)
            keeper, symbols = self._keeper(venue, accounts[0]), self._symbols(venue, accounts)
            requests += keeper.keep(symbols, self._may_continue)
            shares.append(keeper.stored_share(symbols))
            ended += keeper.ended_markets(symbols)
        words = f"{requests} requests, {min(shares) * 100:.0f} % of the past is stored"
        return JobResult(True, f"{words}, {ended} markets have no older candles" if ended else words)

    def _keeper(self, venue: str, served: ServedAccount) -> CandleKeeper:
        keeper = self._keepers.get(venue)
        if keeper is None or keeper.reader is not served.reader:
            limit = DEMO_REQUESTS if served.account.is_demo else MOST_REQUESTS
            keeper = CandleKeeper(venue, served.reader, self._writer, self._spans, most_requests=limit)
            self._keepers[venue] = keeper
        keeper.spans = spans_with_rules(self._spans, self._writer)
        return keeper

    def _symbols(self, venue: str, accounts: Sequence[ServedAccount]) -> frozenset[str]:
        ids = [served.account.id for served in accounts]
        with self._writer.connect() as connection:
            symbols, coins = read_dealt_symbols(connection, ids), read_held_coins(connection, ids)
            prices = read_recorded_prices(connection, venue)
            watched = read_watched_symbols(connection, venue)
        return charted_symbols(symbols, coins, prices) | watched

    def _may_continue(self) -> bool:
        return not self._stop.requested


def spans_with_rules(spans: Mapping[str, timedelta], writer: Engine) -> Mapping[str, timedelta]:
    """The spans to keep: with the warm-up of the slowest indicator on top, and short candles that rules read."""
    with writer.connect() as connection:
        rules = [rule.definition for rule in read_rules(connection) if rule.definition.is_enabled]
    warm_ups = dict(WARM_UPS)
    for rule in rules:
        with suppress(RuleError):  # such a rule is put off where it is evaluated
            for timeframe, warm_up in warm_ups_of(parsed_rule(rule.text, rule.resolves)).items():
                warm_ups[timeframe] = max(warm_up, warm_ups.get(timeframe, warm_up))
    all_spans = {**SHORT_SPANS, **spans}
    return {timeframe: all_spans[timeframe] + warm_up for timeframe, warm_up in warm_ups.items()}


def warm_ups_of(rule: ParsedRule) -> Mapping[str, timedelta]:
    """How long the slowest indicator of a rule warms up, by stored timeframe."""
    warm_ups: dict[str, timedelta] = {}
    for term in (term for condition in rule.conditions for term in terms_of(condition)):
        if count := warm_up_of(term):
            timeframe = str(term.arguments[-1])
            base, span = BASES.get(timeframe, timeframe), count * length_of(timeframe)
            warm_ups[base] = max(span, warm_ups.get(base, span))
    return warm_ups
