"""The lease keeper: takes and gives up shards, so that the refreshers of a database share its accounts evenly."""

from collections.abc import Collection, Sequence
from typing import Protocol

from db.leases import Leases, Load, shard_of
from db.stopping import Stop
from logs.lines import log
from refresher.present.served_account import ServedAccount
from refresher.process.lags import Meter
from refresher.process.repeated_look import RepeatedLook

LOOK_EVERY_SECONDS = 2.0


class ServesAccounts(Protocol):
    """A schedule that runs the jobs of some accounts."""

    def serve(self, account_ids: Collection[int]) -> None:
        """Run the jobs of these accounts, and those of no others."""
        ...

    def is_busy(self, account_id: int) -> bool:
        """True while a job of the account runs."""
        ...


class LeaseKeeper:
    """Sends the heartbeat and balances the shards of one refresher."""

    def __init__(
        self,
        leases: Leases,
        accounts: Sequence[ServedAccount],
        schedule: ServesAccounts,
        stop: Stop,
        meter: Meter | None = None,
    ) -> None:
        self._leases = leases
        self._ids = sorted(served.account.id for served in accounts)
        self._used = frozenset(shard_of(account_id) for account_id in self._ids)
        self._schedule = schedule
        self._meter = meter
        self._serving: frozenset[int] = frozenset()
        self._is_standby = False
        failure = "leases cannot be kept: retried"
        self._looks = RepeatedLook("leases", self.look, failure, stop, every=LOOK_EVERY_SECONDS, at_once=True)

    def start(self) -> None:
        """Keep the leases in a thread."""
        self._looks.start()

    def look(self) -> None:
        """Send a heartbeat, take missing shards and give up surplus ones."""
        living = self._leases.beat(self._load())
        shards = sorted(self._leases.shards)
        target = share_of(len(self._used), living, self._leases.id)
        if len(shards) < target:
            self._leases.take(self._used, target - len(shards))
            shards = sorted(self._leases.shards)
        kept = frozenset(shards[:target])
        ids = frozenset(account_id for account_id in self._ids if shard_of(account_id) in kept)
        self._schedule.serve(ids)
        self._give_up(frozenset(shards) - kept)
        self._log_change(ids, len(living))

    def _give_up(self, surplus: Collection[int]) -> None:
        """Give up shards whose jobs have ended. The others follow at the next look."""
        busy = {shard_of(account_id) for account_id in self._ids if self._schedule.is_busy(account_id)}
        if idle := frozenset(surplus) - busy:
            self._leases.give_up(idle)

    def _load(self) -> Load:
        return Load(len(self._serving)) if self._meter is None else self._meter.load(len(self._serving))

    def _log_change(self, ids: frozenset[int], refreshers: int) -> None:
        if ids and ids != self._serving:
            log().info("serving", accounts=len(ids), of=len(self._ids), refreshers=refreshers)
        is_standby = not ids
        if is_standby and not self._is_standby:
            log().info("standing by: other refreshers serve all accounts", refreshers=refreshers)
        self._serving, self._is_standby = ids, is_standby


def share_of(shards: int, living: Sequence[int], refresher_id: int | None) -> int:
    """How many of the shards a refresher serves. The oldest refreshers serve the remainder of the division.

    A refresher that does not count as living serves what nobody else does.
    """
    if refresher_id is None or refresher_id not in living:
        return shards if not living else 0
    rank = sorted(living).index(refresher_id)
    return shards // len(living) + (rank < shards % len(living))
