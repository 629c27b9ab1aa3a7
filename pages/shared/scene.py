"""Scene: everything one run of a page shows, gathered before anything is drawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from db.reads.learned import UNLEARNED, Learned
from domain.freshness import Freshness, freshness_of, worst
from domain.snapshot import Account, Snapshot
from domain.sources import SourceKind, SourceState
from pages.shared.latest import Outage
from pages.shared.view import View

Key = tuple[tuple[int, datetime], ...]
PastKey = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class SourceLight:
    """One source of one account and how fresh it is in this scene."""

    account: Account
    state: SourceState
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Scene:
    """What the viewer asked for, as far as it is known.

    `at` is the moment shown: now, or the past moment asked for. `snapshots` are those of the selected accounts that had
    been refreshed by then; `unseen` are the others; `unread` those whose snapshot could not be read just now.
    """

    view: View
    accounts: tuple[Account, ...]  # the selected ones
    snapshots: tuple[Snapshot, ...]
    at: datetime
    unseen: tuple[Account, ...] = ()
    unread: tuple[Account, ...] = ()
    outage: Outage | None = None
    learned: Mapping[int, Learned] = field(default_factory=dict)  # by account id: what is known of the past by now

    @property
    def is_now(self) -> bool:
        """Whether the present is shown."""
        return self.view.as_of is None

    @property
    def key(self) -> Key:
        """Which refreshes are shown: two scenes with one key show the same facts."""
        return tuple((s.account.id, s.refresh.taken_at) for s in self.snapshots)

    @property
    def past_key(self) -> PastKey:
        """How much of the past is known: with the same key and moment, fills and endings read the same."""
        return tuple((account.id, self.learned_of(account).mark) for account in self.accounts)

    def learned_of(self, account: Account) -> Learned:
        """What is known of an account's past."""
        return self.learned.get(account.id, UNLEARNED)

    @property
    def taken_at(self) -> datetime | None:
        """The newest refresh shown; None when there is none."""
        return max((s.refresh.taken_at for s in self.snapshots), default=None)

    def lights(self, kinds: Iterable[SourceKind]) -> Sequence[SourceLight]:
        """How fresh the sources of these kinds are; those an account does not have are left out.

        A past moment is judged by what was expected then: the account of a light is as it was at that moment.
        """
        wanted = tuple(kinds)
        return [
            SourceLight(account, state, freshness_of(state, account.expected_of(state.source), self.at))
            for account, states in self._states()
            for state in states
            if state.source.kind in wanted
        ]

    def freshness(self, kinds: Iterable[SourceKind]) -> Freshness:
        """The worst freshness of the sources of these kinds."""
        return worst(light.freshness for light in self.lights(kinds))

    def _states(self) -> Iterable[tuple[Account, Iterable[SourceState]]]:
        for snapshot in self.snapshots:
            account = snapshot.account if self.is_now else snapshot.account.when(snapshot.refresh)
            yield account, snapshot.sources.values()
        for account in (*self.unseen, *self.unread):
            yield account, (SourceState(source, as_of=None, carried=False) for source in account.all_sources)
