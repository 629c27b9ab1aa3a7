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
from db.writes.refresh import Written, write_refresh
from domain.snapshot import Account, Observation
from domain.sources import Source, Success
from exchanges.contracts import AccountReader, AccountScope
from logs.lines import log
from refresher.present.account_refresh import Observer
from refresher.present.last_known import LastKnown
from refresher.present.source_fetcher import Asking

# An order that left so long ago, and no fill since: its market is asked no more.
TRADED_FOR = timedelta(days=30)


class LeaseLost(Exception):
    """The lease went while the exchange was asked: another refresher may be serving the account by now."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """One refresh as it was seen and written."""

    observation: Observation
    written: Written

    @property
    def failed_wholly(self) -> bool:
        """Whether nothing of the account answered; prices are public, and answer whatever the key. A refresh in which
        nothing of it was due did not fail."""
        results = [r for source, r in self.observation.results.items() if source is not Source.PRICES]
        return not any(isinstance(result, Success) for result in results) and bool(results)


class ServedAccount:
    """One account with its reader and its lease. Used by one thread at a time, but for `hurry`, `is_held`, `wanted`."""

    def __init__(
        self,
        account: Account,
        reader: AccountReader,
        asking: Asking,
        writer: Engine,
        lease: AccountLease,
        display_currencies: Sequence[str],
    ) -> None:
        self.account = account
        self.reader = reader
        self.is_ours = False  # as of the last attempt to hold the lease; for telling, never for writing
        self._asking = asking
        self._writer = writer
        self._lease = lease
        self._display_currencies = tuple(display_currencies)
        self._observer: Observer | None = None
        self._told_standby = False
        self._hurry = threading.Event()

    def hurry(self) -> None:
        """Let the next refresh ask every source, also one that is not due or is being asked gently: a person wants to
        know. From any thread."""
        self._hurry.set()
        self.reader.probe()

    def hold(self) -> bool:
        """Take or keep the lease; False while another refresher serves this account."""
        if self.is_ours and self._lease.held():
            return True
        # Whoever served meanwhile knows better what stands.
        self._observer, self.is_ours = None, False
        self.is_ours = self._lease.acquire()
        if self.is_ours:
            log().info("serving", account=self.account.name, every_seconds=self.account.refresh_seconds)
            self._told_standby = False
        elif not self._told_standby:
            log().info("standing by: another refresher serves this account", account=self.account.name)
            self._told_standby = True
        return self.is_ours

    def refresh(self) -> Refreshed:
        """Ask every source that is due, then write it in one transaction. Hold the lease first.

        Raises LeaseLost when the lease went meanwhile, Stopped when the process is asked to end, OlderRefresh when
        the clock stands behind the latest refresh; nothing is written then.
        """
        if self._observer is None:
            self._observer = self._new_observer()
        everything = self._hurry.is_set()
        self._hurry.clear()
        observation = self._observer.observe(all_sources=everything)
        if not self._lease.held():
            self.is_ours = False
            raise LeaseLost(f"the lease on {self.account.name} was lost while the exchange was asked")
        return Refreshed(observation, write_refresh(self._writer, observation))

    def wanted(self) -> AccountScope:
        """Whose past is wanted: what the last refresh knew, of whichever process, and every market that was traded;
        from any thread. What was sold is held no more, and its sale is yet to be read.
        """
        observer = self._observer or self._new_observer()
        known = observer.wanted()
        with self._writer.connect() as connection:
            traded = read_traded_symbols(connection, self.account.id, datetime.now(UTC) - TRADED_FOR)
        return replace(known, symbols=known.symbols | traded)

    def is_held(self) -> bool:
        """Whether this process serves the account: to be asked from any thread, before anything of its past is
        written. The thread that refreshes keeps the lease; this one only looks."""
        if not self.is_ours:
            return False
        with self._writer.connect() as connection:
            return self._lease.holds(connection)

    def release(self) -> None:
        """Let another refresher take over at once."""
        self.is_ours = False
        self._lease.release()

    def _new_observer(self) -> Observer:
        with self._writer.connect() as connection:
            latest = read_latest(connection).get(self.account.id)
            snapshot = None if latest is None else read_snapshot(connection, self.account, latest)
            recent = read_recent_symbols(connection, self.account.id)
        known = LastKnown() if snapshot is None else LastKnown.from_snapshot(snapshot)
        known.remember(recent)
        return Observer(self.account, self._asking, self._display_currencies, known)
