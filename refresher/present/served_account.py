"""A served account: one account that this process refreshes for as long as it holds the account's lease."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from db.leases import Fence, LeaseLost, Leases, check_fence
from db.reads.moments import read_latest
from db.reads.prices import read_recorded_prices
from db.reads.snapshots import read_snapshot
from db.reads.traded_symbols import read_recent_symbols, read_traded_symbols
from db.writes.refresh import OlderRefresh, Written, write_refresh
from domain.prices import Price
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from exchanges.contracts import AccountReader, AccountScope
from refresher.present.account_refresh import AccountRefresher
from refresher.present.changes import NO_CHANGES, Changes
from refresher.present.clock_repair import FutureRefreshes
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import SourceFetcher

# A market is queried for history until this long after its last order or fill.
TRADED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One refresh: the rows that were read, the result of writing them, and what they changed."""

    observation: Observation
    written: Written
    changes: Changes = NO_CHANGES

    @property
    def failed_wholly(self) -> bool:
        """True if no source of the account itself answered. Prices are public and do not count.

        A refresh without any due source did not fail.
        """
        results = [r for source, r in self.observation.results.items() if source is not Source.PRICES]
        return not any(isinstance(result, Success) for result in results) and bool(results)


class ServedAccount:
    """One account with its reader and lease. For one thread at a time, except `hurry`, `is_ours`, `is_held` and
    `scope`.
    """

    def __init__(
        self,
        account: Account,
        reader: AccountReader,
        fetcher: SourceFetcher,
        writer: Engine,
        leases: Leases,
        display_currencies: Sequence[str],
    ) -> None:
        self.account = account
        self.reader = reader
        self._fetcher = fetcher
        self._writer = writer
        self._leases = leases
        self._display_currencies = tuple(display_currencies)
        self._refresher: AccountRefresher | None = None
        self._fence: Fence | None = None  # of the last refresh
        self._hurry = threading.Event()
        self._future = FutureRefreshes(account, writer)

    @property
    def is_ours(self) -> bool:
        """True if this process serves the account, as of the last heartbeat. Never a permission to write."""
        return self._leases.fence(self.account.id) is not None

    def hurry(self) -> None:
        """Make the next refresh fetch every source at once, whether due or backing off. Thread-safe."""
        self._hurry.set()
        self.reader.probe()

    def refresh(self) -> Refreshed:
        """Fetch every due source, then write the result in one transaction.

        Raises LeaseLost when another refresher serves the account, Stopped when the process is asked to end, and
        OlderRefresh when the clock is behind the latest refresh. Nothing is written in these cases. After one interval
        of refusals refreshes of the future are set aside.
        """
        fence = self._leases.fence(self.account.id)
        if fence is None:
            raise LeaseLost("another refresher serves the account")
        if self._refresher is None or fence != self._fence:
            # Another process may have served the account meanwhile, so our last known rows are out of date.
            self._refresher, self._fence = self._new_refresher(), fence
        everything = self._hurry.is_set()
        self._hurry.clear()
        observation = self._refresher.refresh_account(all_sources=everything)
        changes = self._refresher.changes
        return Refreshed(observation, self._write(observation, fence), changes)

    def _write(self, observation: Observation, fence: Fence) -> Written:
        try:
            written = write_refresh(self._writer, observation, fence)
        except OlderRefresh:
            if self._future.refused(observation.taken_at, self.reader.clock_ahead) is None:
                raise
            self._refresher = None  # its last known rows may be of the future
            written = write_refresh(self._writer, observation, fence)
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
        """True if this process serves the account, by the database. Thread-safe. Check it before history is written."""
        fence = self._leases.fence(self.account.id)
        if fence is None:
            return False
        with self._writer.connect() as connection:
            try:
                check_fence(connection, fence)
            except LeaseLost:
                return False
        return True

    def _new_refresher(self) -> AccountRefresher:
        with self._writer.connect() as connection:
            latest = read_latest(connection).get(self.account.id)
            snapshot = None if latest is None else read_snapshot(connection, self.account, latest)
            recent = read_recent_symbols(connection, self.account.id)
        last_known = LastKnown() if snapshot is None else LastKnown.from_snapshot(snapshot)
        last_known.add_traded(recent)
        return AccountRefresher(
            self.account, self._fetcher, self._display_currencies, last_known, self._read_recorded_prices
        )

    def _read_recorded_prices(self) -> Mapping[str, Price]:
        with self._writer.connect() as connection:
            return read_recorded_prices(connection, self.account.venue)
