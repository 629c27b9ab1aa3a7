"""The candles job: keeps the candles of markets that are held, ordered, watched or named by a rule, by venue."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine

from analysis.rules.errors import RuleError
from analysis.rules.parsed import parsed_rule
from db.reads.dealt_markets import read_dealt_symbols, read_held_coins
from db.reads.prices import read_recorded_prices
from db.reads.rules import read_rules
from db.reads.watchlist import read_watched_symbols
from domain.charted_markets import charted_symbols
from refresher.candles.keeper import MOST_REQUESTS, CandleKeeper
from refresher.jobs.recording import JobResult, recorded
from refresher.present.served_account import ServedAccount
from refresher.process.database_watch import AWAY, DatabaseWatch
from refresher.process.stopping import Stop

NAME = "candles"
SPANS: Mapping[str, timedelta] = {
    "15m": timedelta(days=90),
    "1h": timedelta(days=365),
    "1d": timedelta(days=365),
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
        spans: Mapping[str, timedelta] = SPANS,
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
        served = sorted((one for one in self._accounts if one.is_ours), key=lambda one: one.account.venue)
        if not served:
            return None
        try:
            return recorded(self._writer, self.name, self.next_run_at, lambda: self._keep(served))
        except AWAY as error:
            self._database.lost(error)
            return None

    def _keep(self, served: Sequence[ServedAccount]) -> JobResult:
        requests = 0
        for venue, group in groupby(served, key=lambda one: one.account.venue):
            accounts = list(group)
            requests += self._keeper(venue, accounts[0]).keep(self._symbols(venue, accounts), self._may_continue)
        return JobResult(True, f"{requests} requests")

    def _keeper(self, venue: str, served: ServedAccount) -> CandleKeeper:
        keeper = self._keepers.get(venue)
        if keeper is None or keeper.reader is not served.reader:
            most = DEMO_REQUESTS if served.account.is_demo else MOST_REQUESTS
            keeper = CandleKeeper(venue, served.reader, self._writer, self._spans, most_requests=most)
            self._keepers[venue] = keeper
        keeper.spans = {**self._spans, **spans_of_rules(self._writer)}
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


def spans_of_rules(writer: Engine) -> Mapping[str, timedelta]:
    """The spans of the short candles that rules read."""
    with writer.connect() as connection:
        rules = [rule.definition for rule in read_rules(connection) if rule.definition.is_enabled]
    names: set[str] = set()
    for rule in rules:
        with suppress(RuleError):  # such a rule is put off where it is evaluated
            names |= parsed_rule(rule.text, rule.resolves).timeframes
    return {name: span for name, span in SHORT_SPANS.items() if name in names}
