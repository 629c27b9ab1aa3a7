"""Scene: all data of one page run, loaded before anything is drawn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from db.reads.history_progress import NO_PROGRESS, HistoryProgress
from domain.freshness import Freshness, freshness_of, worst
from domain.snapshot import Account, Snapshot
from domain.sources import SourceKind, SourceState
from pages.shared.latest import Outage
from pages.shared.view import View

Made = TypeVar("Made")
Key = tuple[tuple[int, datetime], ...]
PastKey = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class SourceLight:
    """One source of one account and its freshness in this scene."""

    account: Account
    state: SourceState
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Scene:
    """The data for a view, as far as it is known.

    `at` is the moment shown: now, or a past moment. `snapshots` are the selected accounts with a refresh by then.
    `unseen` are the accounts without one. `unread` are the accounts with a snapshot that could not be read just now,
    and `unread_at` the moments of their snapshots by account id, as far as they are known.
    """

    view: View
    accounts: tuple[Account, ...]  # the selected ones
    snapshots: tuple[Snapshot, ...]
    at: datetime
    unseen: tuple[Account, ...] = ()
    unread: tuple[Account, ...] = ()
    outage: Outage | None = None
    progress: Mapping[int, HistoryProgress] = field(default_factory=dict)  # by account id: how far its history was read
    unread_at: Mapping[int, datetime] = field(default_factory=dict)
    # Results of this one object. A scene that is made from another by `replace` begins without any.
    results: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return `make()`, computed once for this object. The sections of a page share facts by it."""
        if name not in self.results:
            self.results[name] = make()
        result: Made = self.results[name]
        return result

    @property
    def is_now(self) -> bool:
        """True if the view shows the present."""
        return self.view.as_of is None

    @property
    def key(self) -> Key:
        """Identifies the refreshes shown. Scenes with equal keys show the same facts."""
        return tuple((s.account.id, s.refresh.taken_at) for s in self.snapshots)

    @property
    def past_key(self) -> PastKey:
        """Identifies the version of the history. With the same key and moment, fills and endings are equal."""
        return tuple((account.id, self.progress_of(account).version) for account in self.accounts)

    def progress_of(self, account: Account) -> HistoryProgress:
        """How far an account's history was read."""
        return self.progress.get(account.id, NO_PROGRESS)

    @property
    def taken_at(self) -> datetime | None:
        """The newest refresh shown, or None."""
        return max((s.refresh.taken_at for s in self.snapshots), default=None)

    def lights(self, kinds: Iterable[SourceKind]) -> Sequence[SourceLight]:
        """The freshness of the sources of these kinds. Sources that an account does not have are left out.

        The past is judged by the intervals of that time: the account of a light is as it was then.
        """
        selected = tuple(kinds)
        return [
            SourceLight(account, state, freshness_of(state, account.expected_interval(state.source), self.at))
            for account, states in self._states()
            for state in states
            if state.source.kind in selected
        ]

    def freshness(self, kinds: Iterable[SourceKind]) -> Freshness:
        """The worst freshness of the sources of these kinds."""
        return worst(light.freshness for light in self.lights(kinds))

    def _states(self) -> Iterable[tuple[Account, Iterable[SourceState]]]:
        for snapshot in self.snapshots:
            account = snapshot.account if self.is_now else snapshot.account.as_of_refresh(snapshot.refresh)
            yield account, snapshot.sources.values()
        for account in (*self.unseen, *self.unread):
            at = self.unread_at.get(account.id)
            yield account, (SourceState(source, as_of=at, carried=False) for source in account.all_sources)
