"""Need: which calls of the history a run makes.

Fills, transfers and ended orders leave traces in balances, positions and orders. So a call is made soon after a change
that it could explain, once more one interval later (an exchange may list a fill late), and otherwise in a slow rotation
(`CONFIRM_EVERY`). If a refresh failed in part, nothing is certain, and every call is made at each interval.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock

from domain.history import CONFIRM_EVERY, TRANSFERS_EVERY
from domain.sources import Source, SourceKind
from refresher.present.changes import Changes

# A run of the rotation makes this many calls at least, because each run costs the database a few queries.
LEAST_CALLS = 4


class HistoryNeed:
    """The calls that one account needs. `note` and `is_due` are thread-safe."""

    def __init__(self, interval: timedelta, now: Callable[[], datetime]) -> None:
        self._interval = interval
        self._now = now
        self._lock = Lock()
        self._noted: list[tuple[datetime, Changes]] = []
        self._made: dict[Source, datetime] = {}
        self._planned: dict[Source, None] = {}  # calls that a run was to make and has not made yet, in their order
        self._began_at: datetime | None = None
        self._transfers_wanted_at: datetime | None = None
        self.changes = Changes()  # of the present run

    def note(self, changes: Changes) -> None:
        """Note what a refresh found changed."""
        if not changes:
            return
        with self._lock:
            self._noted.append((self._now(), changes))
            if changes.assets or not changes.is_certain:
                self._transfers_wanted_at = self._now()

    def is_due(self) -> bool:
        """True if a run has anything to request now."""
        with self._lock:
            if self._began_at is None or self._noted or self._planned or self._wants_transfers():
                return True
            return any(not self._is_within(self._rotation, at) for at in self._made.values() or [self._began_at])

    def begin(self, changes: Changes | None = None) -> None:
        """Begin a run for the noted changes and these. Changes of the last interval stay for one more run."""
        with self._lock:
            noted, self._began_at = self._noted, self._now()
            self._noted = [(at, changes) for at, changes in noted if self._is_within(self._interval, at)]
            self.changes = changes or Changes()
            for _, noted_changes in noted:
                self.changes |= noted_changes

    def everything(self, calls: Sequence[Source]) -> Sequence[Source]:
        """All calls of a kind. A call that the last run had no time for comes first."""
        return self._plan([*self._unmade(calls), *calls])

    def calls(self, calls: Sequence[Source]) -> Sequence[Source]:
        """The calls of a kind to make in this run: those that changes concern, then the rotation's, oldest first."""
        with self._lock:
            needed = [call for call in calls if self._is_needed(call)]
            fresh = [call for call in calls if call not in self._made]
            overdue = sorted((call for call in calls if self._is_overdue(call)), key=self._made.__getitem__)
        quota = max(LEAST_CALLS, -(-len(calls) // CONFIRM_EVERY))
        return self._plan([*self._unmade(calls), *needed, *fresh, *overdue[:quota]])

    def made(self, call: Source) -> None:
        """Note that a call was made, whether it failed or not."""
        with self._lock:
            self._planned.pop(call, None)
            self._made[call] = self._now()

    def forget_others(self, kind: SourceKind, calls: Sequence[Source]) -> None:
        """Forget the calls of a kind that are no longer made, for example of a market that is traded no more."""
        with self._lock:
            self._made = {call: at for call, at in self._made.items() if call.kind is not kind or call in calls}
            self._planned = {call: None for call in self._planned if call.kind is not kind or call in calls}

    @property
    def _rotation(self) -> timedelta:
        return self._interval * CONFIRM_EVERY

    def _plan(self, calls: Sequence[Source]) -> Sequence[Source]:
        planned = list(dict.fromkeys(calls))
        with self._lock:
            self._planned |= dict.fromkeys(planned)
        return planned

    def _unmade(self, calls: Sequence[Source]) -> Sequence[Source]:
        return [call for call in self._planned if call in calls]

    def _is_overdue(self, call: Source) -> bool:
        return call in self._made and not self._is_within(self._rotation, self._made[call])

    def _is_needed(self, call: Source) -> bool:
        if call.kind is SourceKind.TRANSFERS:
            return self._wants_transfers()
        is_of_symbol = call.part is not None and "/" in call.part
        return bool(self.changes) and (not is_of_symbol or self.changes.may_concern(call.part or ""))

    def _wants_transfers(self) -> bool:
        """True if a balance changed since the last request, and that is not too recent: most changes are fills."""
        wanted_at = self._transfers_wanted_at
        built = [at for call, at in self._made.items() if call.kind is SourceKind.TRANSFERS]
        if wanted_at is None or not built or max(built) > wanted_at:
            return False
        return not self._is_within(self._interval * TRANSFERS_EVERY, max(built))

    def _is_within(self, span: timedelta, at: datetime) -> bool:
        """True if a moment is no longer ago than this. A moment of the future is from a clock that was ahead."""
        return timedelta(0) <= self._now() - at < span
