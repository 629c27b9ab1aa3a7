"""A served account: one account that this process refreshes for as long as it holds the account's lease."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.locks import AccountLease
from db.reads.moments import read_latest
from db.reads.snapshots import read_snapshot
from db.reads.traded_symbols import read_recent_symbols, read_traded_symbols
from db.writes.refresh import OlderRefresh, Written, write_refresh
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from exchanges.contracts import AccountReader, AccountScope
from logs.lines import log
from refresher.present.account_refresh import AccountRefresher
from refresher.present.clock_repair import FutureRefreshes
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import SourceFetcher

# A market is queried for history until this long after its last order or fill.
TRADED_FOR = timedelta(days=30)


class LeaseLost(Exception):
    """The lease was lost during the requests. Another refresher may serve the account now."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One refresh: the rows that were read, and the result of writing them."""

    observation: Observation
    written: Written

    @property
    def failed_wholly(self) -> bool:
        """True if no source of the account itself answered. Prices are public and do not count.

        A refresh without any due source did not fail.
        """
        results = [r for source, r in self.observation.results.items() if source is not Source.PRICES]
        return not any(isinstance(result, Success) for result in results) and bool(results)


class ServedAccount:
    """One account with its reader and lease. For one thread at a time, except `hurry`, `is_held` and `scope`."""

    def __init__(
        self,
        account: Account,
        reader: AccountReader,
        fetcher: SourceFetcher,
        writer: Engine,
        lease: AccountLease,
        display_currencies: Sequence[str],
    ) -> None:
        self.account = account
        self.reader = reader
        self.is_ours = False  # as of the last attempt to hold the lease, for display only, never a permission to write
        self._fetcher = fetcher
        self._writer = writer
        self._lease = lease
        self._display_currencies = tuple(display_currencies)
        self._refresher: AccountRefresher | None = None
        self._standby_logged = False
        self._hurry = threading.Event()
        self._future = FutureRefreshes(account, writer)

    def hurry(self) -> None:
        """Make the next refresh fetch every source at once, whether due or backing off. Thread-safe."""
        self._hurry.set()
        self.reader.probe()

    def hold(self) -> bool:
        """Take or keep the lease. Returns False while another refresher serves this account."""
        if self.is_ours and self._lease.held():
            return True
        # Another process may have served the account meanwhile, so our last known rows are out of date.
        self._refresher, self.is_ours = None, False
        self.is_ours = self._lease.acquire()
        if self.is_ours:
            log().info("serving", account=self.account.name, every_seconds=self.account.refresh_seconds)
            self._standby_logged = False
        elif not self._standby_logged:
            log().info("standing by: another refresher serves this account", account=self.account.name)
            self._standby_logged = True
        return self.is_ours

    def refresh(self) -> Refreshed:
        """Fetch every due source, then write the result in one transaction. Call `hold` first.

        Raises LeaseLost when the lease was lost meanwhile, Stopped when the process is asked to end, and OlderRefresh
        when the clock is behind the latest refresh. Nothing is written in these cases. After one interval of refusals
        refreshes of the future are set aside.
        """
        if self._refresher is None:
            self._refresher = self._new_refresher()
        everything = self._hurry.is_set()
        self._hurry.clear()
        observation = self._refresher.refresh_account(all_sources=everything)
        if not self._lease.held():
            self.is_ours = False
            raise LeaseLost(f"the lease on {self.account.name} was lost during the requests")
        return Refreshed(observation, self._write(observation))

    def _write(self, observation: Observation) -> Written:
        try:
            written = write_refresh(self._writer, observation)
        except OlderRefresh:
            if self._future.refused(observation.taken_at, self.reader.clock_ahead) is None:
                raise
            self._refresher = None  # its last known rows may be of the future
            written = write_refresh(self._writer, observation)
        self._future.accepted()
        return written

    def scope(self) -> AccountScope:
        """The markets whose history is read: those of the last refresh by any process, and every market traded lately.
        Thread-safe.

        A coin that was sold is no longer held, but its sale may still be unread.
        """
        refresher = self._refresher or self._new_refresher()
        scope = refresher.scope()
        with self._writer.connect() as connection:
            traded = read_traded_symbols(connection, self.account.id, datetime.now(UTC) - TRADED_FOR)
        return replace(scope, symbols=scope.symbols | traded)

    def is_held(self) -> bool:
        """True if this process serves the account. Thread-safe. Check it before history is written.

        The refresh thread keeps the lease. This method only checks it.
        """
        if not self.is_ours:
            return False
        with self._writer.connect() as connection:
            return self._lease.holds(connection)

    def release(self) -> None:
        """Give up the lease, so that another refresher can take over at once."""
        self.is_ours = False
        self._lease.release()

    def _new_refresher(self) -> AccountRefresher:
        with self._writer.connect() as connection:
            latest = read_latest(connection).get(self.account.id)
            snapshot = None if latest is None else read_snapshot(connection, self.account, latest)
            recent = read_recent_symbols(connection, self.account.id)
        last_known = LastKnown() if snapshot is None else LastKnown.from_snapshot(snapshot)
        last_known.add_traded(recent)
        return AccountRefresher(self.account, self._fetcher, self._display_currencies, last_known)
